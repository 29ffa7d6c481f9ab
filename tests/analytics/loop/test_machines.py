"""An evaluation is the same with a mail scanner as without one, and what was published stays."""

from datetime import date, timedelta
from itertools import count

import pytest

from analytics.facts.computing import compute
from analytics.facts.models import Fact
from analytics.loop.evaluate import evaluate
from analytics.loop.publications import EVALUATIONS
from analytics.published.models import Seal
from campaigns.links.models import LeftOut
from campaigns.sending.actions import judge_clicks
from campaigns.sending.clicks import JournalledClick, write_rows
from campaigns.sending.machine_rules import VERSION
from campaigns.sending.models import Click, Delivery
from crm.readers.models import Activity
from crm.segments.refresh import refresh_segment
from crm.staff.models import AuditEvent
from tests.analytics import building as make
from tests.factories import SegmentFactory, TrackedLinkFactory, UserFactory

pytestmark = pytest.mark.django_db
refs = count(1)
#: Every tenth of the mails that were sent, and the letter's links.
SCANNED = 110 * 7


def with_more_links(campaign):
    """The letter has three links; four more."""
    letter = campaign.contents.get()
    TrackedLinkFactory.create_batch(4, campaign=campaign, content=letter, channel=letter.channel)
    return campaign


def scan(campaign, seconds: float) -> None:
    """A scanner opens every link of every tenth mail, and a robot the poster's."""
    lines = []
    links = list(campaign.contents.get().links.values_list("pk", flat=True))
    sent = Delivery.objects.filter(content__campaign=campaign, state="sent").order_by("pk")
    for delivery in sent[::10]:
        at = delivery.sent_at.timestamp() + seconds
        for number, link in enumerate(links):
            lines.append(line(link, delivery.pk, at + number / 10))
    poster = campaign.links.filter(content=None).first().pk
    lines += [line(poster, 0, make.LAUNCH.timestamp() + 900, signal="robot") for _ in range(30)]
    write_rows(lines)


def line(link: int, delivery: int, at: float, **seen) -> JournalledClick:
    return JournalledClick(link, delivery, at, f"scan:{next(refs)}", **seen)


def month() -> list:
    compute(date(2026, 3, 1), date(2026, 3, 31))
    kept = ("metric", "grain", "start", "dimension", "key", "value", "n")
    return list(Fact.objects.order_by(*kept).values_list(*kept))


def test_j3_with_a_scanner_on_a_tenth_of_the_mails_everything_is_as_without():
    """Fault 61. Evaluation, findings, proposals, segments and the month: seconds after sending, and
    minutes after.
    """
    campaign = with_more_links(make.telling_campaign())
    clickers = SegmentFactory(rule={"test": "activity", "kind": "click", "cmp": "ge", "n": 1})
    without, figures = evaluate(campaign, make.AFTER), month()
    for seconds in (3, 300):
        scan(campaign, seconds)
    left = Click.objects.filter(left_out__in=LeftOut.machines())
    assert left.count() == 2 * (SCANNED + 30)

    assert evaluate(campaign, make.AFTER) == without
    assert month() == figures
    refresh_segment(clickers)
    assert clickers.members.count() == 0
    assert not Activity.objects.filter(kind="click").exists()

    # What this rests on: the same clicks as persons' would have made another evaluation.
    left.update(left_out="")
    assert evaluate(campaign, make.AFTER).number == 2
    person = Delivery.objects.filter(content__campaign=campaign, state="sent").first()
    later = (make.LAUNCH + timedelta(days=9)).timestamp()
    write_rows([line(campaign.links.filter(content__isnull=False).first().pk, person.pk, later)])
    refresh_segment(clickers)
    assert clickers.members.count() == 1


def test_clicks_of_before_there_were_rules_change_no_evaluation_until_somebody_asks():
    """A later evaluation is a new one that says that it differs; the first stays as it was."""
    campaign = with_more_links(make.telling_campaign())
    scan(campaign, 3)
    # As they were written in 0.1: nobody judged them, and nothing of their sources is known.
    Click.objects.update(rules=0, left_out="", signal="")
    first = evaluate(campaign, make.AFTER)
    stored = first.results
    manager = UserFactory(role="manager")

    changed = judge_clicks(campaign=campaign, by=manager)
    assert len(changed.lost) == SCANNED
    second = evaluate(campaign, make.AFTER + timedelta(days=1))
    assert (first.number, second.number) == (1, 2)
    first.refresh_from_db()
    assert first.results == stored != second.results
    seal = Seal.objects.get(chain=EVALUATIONS, object_id=second.pk)
    assert seal.reason == Seal.Reason.CHANGED
    told = AuditEvent.objects.get(action="clicks.judge")
    assert (told.user, told.detail["left_out"], told.detail["rules"]) == (manager, SCANNED, VERSION)
    assert not judge_clicks(campaign=campaign, by=manager)
