"""The whole story on real readers: imported, cut, invited, answered, evaluated, decided, the next
plan drawn from it.

The patrons are San Francisco's (public domain); what they do here is played, because the file says
nothing of it.
"""

import re
from datetime import timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from analytics.loop.actions import draft_next
from analytics.loop.evaluate import evaluate
from analytics.loop.models import Adjustment
from campaigns.contents.actions import save_content
from campaigns.contents.models import Content
from campaigns.links import following
from campaigns.plan.actions import (
    add_goal,
    add_need,
    add_segment,
    add_task,
    advance,
    create_campaign,
    set_channel_share,
    set_standard,
    update_campaign,
)
from campaigns.plan.models import Campaign, Channel
from campaigns.sending import clicks, run
from campaigns.sending.actions import launch_content
from core.disclosure import rounded_to
from core.refusals import Refused
from crm.imports import actions as imports
from crm.imports.models import ImportProfile
from crm.imports.tasks import import_file
from crm.readers.models import Activity, Reader
from crm.segments.models import Segment
from crm.segments.refresh import count_readers, refresh_segment
from feedback.surveys import actions as surveys
from feedback.surveys.models import Response
from tests import sink as sinks
from tests.data import real_file
from tests.factories import AdjustmentFactory, UserFactory

RULE = {
    "op": "and",
    "of": [
        {
            "test": "trait",
            "name": "age_range",
            "cmp": "in",
            "value": ["25 to 34 years", "35 to 44 years"],
        },
        {"test": "seen", "cmp": "before", "days": 1},
        {"test": "consent", "channel": "email", "is": "reachable"},
    ],
}
BODY = (
    "<p>{name}, come and read with us.</p>"
    '<p><a href="/calls/">What others wrote</a> · <a href="/s/after-%s/">Tell us how it was</a></p>'
    '<p><a href="{unsubscribe}">No more mail</a></p>'
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def patrons():
    return real_file("sfpl", "Library_Usage.csv.gz")


@pytest.fixture
def sink(settings):
    with sinks.running() as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        yield sink


def test_loop_on_real_patrons(patrons, client, sink):
    librarian, manager = UserFactory(role="librarian"), UserFactory(role="manager")
    import_patrons(patrons, librarian)
    segment = cut_segment(librarian)
    first = plan_campaign("Read together", librarian, segment)
    content = go_live_and_mail(first, "one", librarian, sink)
    readers_respond(client, content, sink, "one")
    one_leaves(client, sink)

    # The same rows give the same evaluation, not a second one.
    evaluation = evaluate(first, as_of=timezone.now())
    assert evaluate(first, as_of=timezone.now()) == evaluation
    sent = content.deliveries.filter(state="sent").count()
    width = evaluation.results.get("rounded_to", 1)
    assert evaluation.results["reach"] == rounded_to(width, sent)
    taken = manager_accepts_two(client, evaluation, manager)

    second = draft_next(campaign=first, by=librarian)
    assert second.previous == first
    for adjustment in taken:
        assert planned(second, adjustment) == adjustment.after
    assert draft_next(campaign=first, by=librarian) == second

    # Once round again: what was promised is now compared with what is observed.
    today = timezone.localdate()
    second = update_campaign(
        campaign=second,
        by=librarian,
        title="Again",
        starts_on=today,
        ends_on=today + timedelta(days=30),
    )
    content = go_live_and_mail(second, "two", librarian, sink)
    readers_respond(client, content, sink, "two")
    checked = evaluate(second, as_of=timezone.now())
    for adjustment in Adjustment.objects.filter(pk__in=[a.pk for a in taken]):
        assert adjustment.observed_in == checked


def import_patrons(patrons: Path, by) -> None:
    """423,448 rows in are 423,448 readers, though 54,918 of the rows equal another one.

    That the same file changes none is shown in tests/crm/imports/test_sfpl.py.
    """
    profile = ImportProfile.objects.get(code="sfpl")
    upload = SimpleUploadedFile(patrons.name, patrons.read_bytes())
    batch = imports.upload_file(file=upload, by=by, profile=profile)
    import_file(imports.run_import(batch=batch, by=by).pk)
    batch.refresh_from_db()
    counts = (batch.created, batch.changed, batch.unchanged)
    assert (batch.state, counts) == ("done", (423_448, 0, 0))

    assert Reader.objects.filter(source="sfpl").count() == 423_448
    # The file has no addresses; the ones made for it must never reach a stranger's mailbox.
    made = Reader.objects.filter(email_made=True)
    assert made.exists()
    assert not made.exclude(email__endswith="example.org").exists()


def cut_segment(by) -> Segment:
    """The live count and the refreshed membership are the same readers.

    A tenth of them is enough for a test.
    """
    rule = {"op": "and", "of": [*RULE["of"], {"test": "campus", "in": [a_branch()]}]}
    segment = Segment.objects.create(name="Readers of one branch", rule=rule, created_by=by)
    refresh_segment(segment)
    segment.refresh_from_db()
    assert segment.size == count_readers(rule) == segment.members.count() > 500
    return segment


def a_branch() -> str:
    """The code of a branch of middling size."""
    return Reader.objects.filter(campus__name_zh="Mission Bay").first().campus.code


def plan_campaign(title: str, by, segment: Segment) -> Campaign:
    """Through the verbs a librarian's pages call.

    The gates say what is missing until nothing is.
    """
    today = timezone.localdate()
    campaign = create_campaign(
        title=title,
        by=by,
        purpose="That readers meet readers.",
        starts_on=today,
        ends_on=today + timedelta(days=30),
    )
    with pytest.raises(Refused):
        advance(campaign=campaign, leaving=campaign.phase, by=by)

    add_need(
        campaign=campaign,
        by=by,
        text="To read in company",
        origin="voice",
        source="desk",
        answer="An evening of poems",
    )
    campaign = advance(campaign=campaign, leaving=campaign.phase, by=by)

    add_goal(campaign=campaign, by=by, text="One in ten answers")
    add_task(campaign=campaign, by=by, text="Write the letter")
    add_segment(campaign=campaign, segment=segment, by=by)
    for code, share in (("email", 50), ("poster", 30), ("stall", 20)):
        set_channel_share(
            campaign=campaign, channel=Channel.objects.get(code=code), share=share, by=by
        )
    update_campaign(campaign=campaign, by=by, budget=Decimal(6000), holdout_percent=20)
    campaign.refresh_from_db()
    campaign = advance(campaign=campaign, leaving=campaign.phase, by=by)

    for metric, target in (("response_rate", 30), ("reach", 900)):
        set_standard(
            campaign=campaign,
            metric=metric,
            target=Decimal(target),
            direction="ge",
            weight=1,
            source="test",
            by=by,
        )
    return campaign


def go_live_and_mail(campaign: Campaign, slug: str, by, sink) -> Content:
    """Ask, write, lock the standards, mail everybody once but the holdout."""
    survey = surveys.create_survey(
        slug=f"after-{slug}",
        title={"en": "How was it?"},
        by=by,
        campaign=campaign,
        by_invitation=True,
    )
    surveys.add_item(
        survey=survey, by=by, kind="scale", analysis_key="satisfaction", text={"en": "Satisfied?"}
    )
    surveys.add_item(
        survey=survey, by=by, kind="nps", analysis_key="nps", text={"en": "Recommend it?"}
    )
    surveys.publish(survey=survey, by=by)

    content = Content(
        campaign=campaign,
        channel=Channel.objects.get(code="email"),
        title=slug,
        purpose="events",
        subject="{name}: read",
        body=BODY % slug,
    )
    save_content(content=content, by=by)
    while campaign.phase != Campaign.Phase.PERFORMANCE:
        campaign = advance(campaign=campaign, leaving=campaign.phase, by=by)
    assert campaign.is_locked

    content.refresh_from_db()
    sink.received.clear()
    launched = launch_content(content=content, by=by)
    with pytest.raises(Refused):
        launch_content(content=content, by=by)

    # A run ends after some seconds and says whether there is more.
    while run.send(content.pk):
        pass
    assert len(sink.received) == launched.mailed == content.deliveries.filter(state="sent").count()
    assert content.deliveries.filter(state="holdout").count() == launched.held_out > 0
    return content


def letters(sink):
    """(address, text of the HTML part, unsubscribe address) of each mail that arrived."""
    for address, raw in sink.received:
        mail = message_from_bytes(raw, policy=policy.default)
        yield address, mail.get_body(("html",)).get_content(), mail["List-Unsubscribe"].strip("<>")


def readers_respond(client, content, sink, slug: str) -> None:
    """Every fourth follows the survey's link and every eighth answers.

    The mailed come a little more often.
    """
    answered = 0
    # The test follows links at once; a person has read the mail, which takes more than a moment.
    content.deliveries.filter(state="sent").update(sent_at=F("sent_at") - timedelta(minutes=1))
    for number, (_address, html, _unsubscribe) in enumerate(letters(sink)):
        if number % 4:
            continue
        # The second link of the letter is the survey's.
        code, key = re.findall(r"/go/([^/\"]+)/([^/\"]+)", html)[1]
        address = following.follow(code, key, counts=True)
        assert urlsplit(address).path == f"/s/after-{slug}/"
        if number % 8 == 0:
            answered += answer(client, address, number)
    clicks.flush()
    assert Response.objects.filter(survey__slug=f"after-{slug}").count() == answered > 20

    now, visits = timezone.now(), []
    rows = content.deliveries.order_by("pk").values_list("pk", "reader_id", "state")
    for pk, reader, state in rows:
        # Four in ten of the mailed come, two in ten of those held out.
        if pk % 10 < (4 if state == "sent" else 2):
            visits.append((reader, Activity.Kind.VISIT, now, "test", f"{slug}-{pk}"))
    Activity.objects.log(visits)


def answer(client, address: str, number: int) -> int:
    """Answer every question of the page with 3, 4 or 5, as ``number`` says; returns 1, to count."""
    page = client.get(address).content.decode()
    hidden = dict(re.findall(r'type="hidden"\s+name="([^"]+)"\s+value="([^"]*)"', page))
    fields = set(re.findall(r'type="radio"\s+name="([^"]+)"', page))
    chosen = dict.fromkeys(fields, str(3 + number // 8 % 3))
    sent = client.post(address, hidden | chosen)
    assert sent.status_code == 200, sent.content.decode()[-2000:]
    return 1


def one_leaves(client, sink) -> None:
    """RFC 8058: looking changes nothing, one POST without cookies does."""
    address, _html, unsubscribe = next(letters(sink))
    reader, path = Reader.objects.get(email=address), urlsplit(unsubscribe).path
    client.get(path)
    reader.refresh_from_db()
    assert reader.allows("email", "events")
    client.post(path, {"List-Unsubscribe": "One-Click"})
    reader.refresh_from_db()
    assert not reader.allows("email", "events")


def manager_accepts_two(client, evaluation, manager) -> list[Adjustment]:
    """In the browser's way: the decision page, the button.

    A campaign that has just begun concludes nothing, so two proposals stand here as the evaluation
    at its end would store them.
    """
    assert not evaluation.adjustments.exists()
    assert evaluation.results["judgement"]["effect"]["provisional"]
    proposed = [
        AdjustmentFactory(evaluation=evaluation, target="send_hour", before=10, after=20),
        AdjustmentFactory(
            evaluation=evaluation,
            kind=Adjustment.Kind.LEARN,
            target="holdout",
            before=evaluation.campaign.holdout_percent,
            after=25,
            measure="outcome_difference",
        ),
    ]
    client.force_login(manager)
    for adjustment in proposed:
        page = client.get(adjustment.get_absolute_url())
        assert reverse("analytics:adjustment-decide", args=[adjustment.pk]) in page.content.decode()
        client.post(
            reverse("analytics:adjustment-decide", args=[adjustment.pk]), {"verdict": "accept"}
        )
        adjustment.refresh_from_db()
        assert adjustment.state == "accepted"
    client.logout()
    return proposed


def planned(campaign: Campaign, adjustment: Adjustment):
    """What the plan of ``campaign`` now says where ``adjustment`` proposed something."""
    key = adjustment.target.partition(":")[2]
    if adjustment.kind == Adjustment.Kind.CHANNEL_SHARE:
        return campaign.channel_plans.get(channel__code=key).share
    if adjustment.kind == Adjustment.Kind.STANDARD:
        return float(campaign.standards.get(metric=key).target)
    if adjustment.kind == Adjustment.Kind.LEARN:
        return campaign.holdout_percent
    if adjustment.kind == Adjustment.Kind.TIMING:
        return campaign.send_hour
    return campaign.segments.filter(pk=key).exists()
