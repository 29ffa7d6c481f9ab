"""What it means to accept that a campaign is stopped (J2): its mails are held, none goes on, and no
next round follows, from whichever page.
"""

import pytest
from django.urls import reverse

from analytics.loop.actions import decide
from campaigns.contents.models import Content
from campaigns.plan.actions import draft_from
from campaigns.plan.models import Campaign
from campaigns.sending.actions import launch_content, resend_unknown, resume
from core.refusals import Refused
from crm.staff.models import AuditEvent
from tests.analytics import building as make
from tests.factories import (
    AdjustmentFactory,
    ContentFactory,
    EvaluationFactory,
    SegmentFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    return make.campaign(segments=[SegmentFactory(rule={})])


@pytest.fixture
def letter(campaign):
    """A mail that is going out, of which some wait for a later hour."""
    made = make.content(campaign)
    make.deliver(made, 3)
    make.deliver(made, 2, state="pending")
    Content.objects.filter(pk=made.pk).update(state="sending")
    made.refresh_from_db()
    return made


def stop(campaign, by, verdict="accept"):
    """Somebody decides about a proposal to stop the campaign."""
    row = AdjustmentFactory(
        evaluation=EvaluationFactory(campaign=campaign),
        kind="stop",
        target="campaign",
        before=True,
        after=False,
        measure="outcome_difference",
    )
    return decide(adjustment=row, verdict=verdict, reason="It pays all the same", by=by)


def test_j2_mails_that_wait_are_held(campaign, letter, manager):
    stop(campaign, manager)
    letter.refresh_from_db()
    assert letter.state == "paused"
    assert letter.deliveries.filter(state="pending").count() == 2
    assert AuditEvent.objects.filter(action="content.pause", user=manager).count() == 1


def test_j2_what_has_gone_out_stays_as_it_is(campaign, letter, manager):
    Content.objects.filter(pk=letter.pk).update(state="sent")
    stop(campaign, manager)
    letter.refresh_from_db()
    assert letter.state == "sent"


def test_j2_who_refuses_to_stop_holds_nothing(campaign, letter, manager, settings):
    # Against the report it takes two; here one is enough.
    settings.SECOND_READER = False
    stop(campaign, manager, verdict="refuse")
    letter.refresh_from_db()
    assert letter.state == "sending"
    assert draft_from(campaign=campaign, by=manager).previous == campaign


def test_j2_nothing_of_it_goes_on_or_is_launched(campaign, letter, manager):
    stop(campaign, manager)
    other = ContentFactory(campaign=campaign)
    letter.deliveries.filter(state="sent").update(state="unknown")
    for verb, content in ((resume, letter), (resend_unknown, letter), (launch_content, other)):
        with pytest.raises(Refused, match="停止"):
            verb(content=content, by=manager)


def test_j2_the_pages_say_why_nothing_goes_on(desk, campaign, letter, manager):
    stop(campaign, manager)
    said = "It was decided to stop this campaign: no more of its mail goes out."
    for name in ("content-resume", "content-resend"):
        page = desk.post(reverse(f"campaigns:{name}", args=[letter.pk]), follow=True)
        assert said in page.content.decode()
    other = ContentFactory(campaign=campaign)
    assert said in desk.get(reverse("campaigns:content-detail", args=[other.pk])).content.decode()


SAID = "It was decided to stop: this line has no next round. Begin a new campaign instead."


def test_j2_no_page_begins_a_next_round(desk, campaign, manager):
    stop(campaign, manager)
    drafted = reverse("campaigns:campaign-draft", args=[campaign.pk])
    assert SAID in desk.post(drafted, follow=True).content.decode()

    start = {"start": f"copy-{campaign.pk}", "title": "Once more", "year": "2026"}
    answer = desk.post(reverse("campaigns:campaign-create"), start)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert SAID in page
    assert 'value="Once more"' in page
    assert not Campaign.objects.filter(previous=campaign).exists()


def test_j2_a_next_round_that_was_drafted_before_is_still_opened(desk, campaign, manager):
    draft = draft_from(campaign=campaign, by=manager)
    stop(campaign, manager)
    answer = desk.post(reverse("campaigns:campaign-draft", args=[campaign.pk]))
    assert answer.url == draft.get_absolute_url()


def test_j2_the_proposal_says_what_goes_with_it(desk, campaign):
    row = AdjustmentFactory(
        evaluation=EvaluationFactory(campaign=campaign), kind="stop", target="campaign"
    )
    page = desk.get(row.get_absolute_url()).content.decode()
    assert "it holds the mails that still wait, and the line has no next round" in page


def test_j2_leaving_out_a_segment_is_no_gain_in_responses(desk, campaign):
    row = AdjustmentFactory(
        evaluation=EvaluationFactory(campaign=campaign),
        kind="segment_drop",
        target="segment:1",
        before=True,
        after=False,
        measure="audience_difference",
    )
    page = desk.get(row.get_absolute_url()).content.decode()
    assert "Nobody responds more, and there are fewer responses in all." in page
