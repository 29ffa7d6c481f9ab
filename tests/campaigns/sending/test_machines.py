"""Clicks that machines make: which are found, which persons are taken for one, and what follows."""

import random
from datetime import timedelta

import pytest

from campaigns.links.models import LeftOut, TrackedLink
from campaigns.sending import machine_rules, machines
from campaigns.sending.models import Click, Delivery, LinkLook
from crm.readers.models import Activity
from tests.campaigns.sending.machine_world import SENT, live, mail

pytestmark = pytest.mark.django_db
SCANNER = {"visitor": "5ca2" * 4}


def reasons() -> set[str]:
    return set(Click.objects.values_list("left_out", flat=True))


def at_once(sent, delivery, after: float, **seen) -> None:
    """Every link within one second."""
    for link in range(len(sent.links)):
        sent.open(delivery, after + link * 0.15, link, **seen)


def head_then_get(sent, delivery) -> None:
    sent.open(delivery, 40, 1, signal="head")
    sent.open(delivery, 41, 1)


def in_two_passes(sent, delivery) -> None:
    at_once(sent, delivery, 4)
    at_once(sent, delivery, 3_600)


def slower(sent, delivery) -> None:
    for link in range(5):
        sent.open(delivery, 90 + link, link)


def way_out_and_first_link(sent, delivery) -> None:
    sent.look_at_way_out(delivery, 30)
    sent.open(delivery, 30.4)


def only_the_first_at_once(sent, delivery) -> None:
    sent.open(delivery, 3)


def before_the_mail_counts_as_sent(sent, delivery) -> None:
    sent.open(delivery, -20, 2)


def by_a_robot(sent, delivery) -> None:
    sent.open(delivery, 900, signal="robot")


def as_a_preview(sent, delivery) -> None:
    sent.open(delivery, 900, signal="preview")


@pytest.mark.parametrize(
    "scan",
    [
        head_then_get,
        in_two_passes,
        slower,
        way_out_and_first_link,
        only_the_first_at_once,
        before_the_mail_counts_as_sent,
        by_a_robot,
        as_a_preview,
    ],
)
def test_j3_a_scanner_leaves_no_response_and_its_clicks_are_kept(scan):
    """Fault 61. Every link of a mail is opened by a machine: no response, nothing to propose by."""
    sent = mail(6, 2)
    scanned, untouched = sent.deliveries
    scan(sent, scanned)
    expected = sum(not line.is_look for line in sent.lines)
    sent.flush()

    assert sent.followers() == set()
    assert not Activity.objects.exists()
    assert Click.objects.filter(delivery=scanned, rules=machine_rules.VERSION).count() == expected
    assert reasons() <= set(LeftOut.machines())
    for link in TrackedLink.objects.all():
        assert link.clicks == link.left_out

    # The person comes later, by the same link.
    sent.open(scanned, 7_200, 1)
    sent.open(untouched, 7_300, 1)
    sent.flush()
    assert sent.followers() == {scanned.pk, untouched.pk}
    assert Activity.objects.count() == 2


def test_one_source_that_opens_many_mails_is_found_in_each():
    """As it opens all links, and as it opens one link of each mail in the order of sending."""
    whole, single = mail(6, 40), mail(6, 40)
    for delivery in whole.deliveries:
        at_once(whole, delivery, 5, **SCANNER)
    # A mail without a pattern of its own, in the midst of it.
    for number, delivery in enumerate(single.deliveries):
        single.open(delivery, 600 + number, **SCANNER)
    whole.flush()
    single.flush()
    assert sent_to(whole, single) & whole.followers() == set()
    assert set(Click.objects.filter(link__in=single.links).values_list("left_out", flat=True)) == {
        LeftOut.SERIES
    }


def sent_to(*mails) -> set[int]:
    return {delivery.pk for one in mails for delivery in one.deliveries}


def test_among_mails_that_a_machine_opens_one_with_a_single_link_is_its_too():
    many, one = mail(6, 8), mail(1, 1, sent=SENT - timedelta(minutes=5))
    for delivery in many.deliveries:
        at_once(many, delivery, 5, **SCANNER)
    one.open(one.deliveries[0], 305, **SCANNER)
    many.flush()
    one.flush()
    assert Click.objects.get(link=one.links[0]).left_out == LeftOut.CROWD
    # When the sources are forgotten the judgement stands.
    Click.objects.update(visitor=None)
    machines.judge(SENT, SENT + timedelta(hours=1))
    assert Click.objects.get(link=one.links[0]).left_out == LeftOut.CROWD


@pytest.mark.parametrize("links", [2, 6])
def test_of_a_thousand_people_at_most_ten_are_taken_for_machines(links):
    """One campus behind one address, most of them within the same minutes; and a scanner beside
    them changes nothing of whom they are taken for.
    """
    draw = random.Random(20_261_127 + links)
    sent = mail(links, 1_100)
    people, scanned = sent.deliveries[:1_000], sent.deliveries[1_000:]
    for delivery in people:
        live(sent, delivery, draw)
    lines = list(sent.lines)
    sent.flush()
    found = {delivery.pk for delivery in people} & sent.followers()
    assert len(found) >= 990
    told = Click.objects.filter(left_out__in=LeftOut.machines()).count()
    assert told <= len(lines) / 100

    for delivery in scanned:
        at_once(sent, delivery, 6, **SCANNER)
    sent.flush()
    assert sent.followers() == found


def test_a_person_who_comes_again_on_the_same_day_is_one(monkeypatch):
    sent = mail(2, 1)
    (delivery,) = sent.deliveries
    for after in (100, 101, 5_000, 90_000):
        sent.open(delivery, after)
    for after in (200, 300):
        sent.open(delivery, after, 1)
    # A poster: nobody is known, the same visitor is.
    for visitor, after in (("aa" * 8, 10), ("aa" * 8, 20), ("bb" * 8, 30), ("", 40), ("", 50)):
        seen = {"visitor": visitor}
        sent.at(SENT + timedelta(seconds=after), 0, sent.links[0].pk, seen)
    sent.flush()
    again = Click.objects.filter(left_out=LeftOut.AGAIN)
    assert again.count() == 4
    assert Activity.objects.count() == 3
    first = TrackedLink.objects.get(pk=sent.links[0].pk)
    assert (first.clicks, first.left_out) == (9, 3)
    delivery.refresh_from_db()
    assert delivery.clicked_at == SENT + timedelta(seconds=100)


def test_what_is_sent_only_afterwards_and_what_comes_late_changes_the_judgement():
    sent = mail(3, 1)
    (delivery,) = sent.deliveries
    Delivery.objects.filter(pk=delivery.pk).update(sent_at=None, state="inflight")
    sent.open(delivery, 2)
    sent.flush()
    assert sent.followers() == {delivery.pk}
    assert Activity.objects.count() == 1
    Delivery.objects.filter(pk=delivery.pk).update(sent_at=SENT, state="sent")
    changed = machines.judge_young(SENT + timedelta(minutes=1))
    assert len(changed.lost) == 1
    assert (sent.followers(), Activity.objects.count()) == (set(), 0)
    assert TrackedLink.objects.get(pk=sent.links[0].pk).left_out == 1
    # Nothing is left to do, and nothing is done twice.
    assert not machines.judge_young(SENT + timedelta(minutes=1))
    # The time of sending was wrong: the click is a person's again.
    Delivery.objects.filter(pk=delivery.pk).update(sent_at=SENT - timedelta(hours=1))
    assert len(machines.judge_young(SENT + timedelta(minutes=1)).gained) == 1
    assert sent.followers() == {delivery.pk}
    assert Activity.objects.count() == 1
    assert TrackedLink.objects.get(pk=sent.links[0].pk).left_out == 0


def test_clicks_of_before_there_were_rules_stay_as_they_are():
    sent = mail(3, 1)
    Click.objects.create(
        link=sent.links[0], delivery=sent.deliveries[0], at=SENT + timedelta(seconds=2), ref="old"
    )
    assert not machines.judge(SENT, SENT + timedelta(hours=1))
    assert Click.objects.get().left_out == LeftOut.NOT


def test_looks_are_no_clicks():
    sent = mail(2, 1)
    sent.open(sent.deliveries[0], 50, signal="head")
    sent.open(sent.deliveries[0], 60, signal="prefetch")
    sent.look_at_way_out(sent.deliveries[0], 70)
    sent.flush()
    assert not Click.objects.exists()
    kinds = LinkLook.objects.order_by("at").values_list("kind", flat=True)
    assert list(kinds) == ["head", "prefetch", "way-out"]
