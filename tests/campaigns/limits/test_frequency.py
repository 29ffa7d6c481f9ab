"""At most so many promotional mails for a mailbox, over all campaigns, and both arms alike."""

import pytest
from django.db import connection
from django.utils import timezone

from analytics.loop.inputs.mails import mails_kept
from analytics.loop.inputs.statements import parameters, persons
from analytics.loop.inputs.window import window_of
from campaigns.sending import audience, run
from campaigns.sending.actions import launch_content, resend_unknown
from campaigns.sending.models import Delivery
from campaigns.sending.words import reason_in_words
from core.refusals import Refused
from crm.segments.refresh import refresh_segment
from tests import factories
from tests.campaigns.building import url
from tests.campaigns.limits.building import (
    another_campaign,
    days_ago,
    gone,
    promotion,
    reader,
    rows,
    rules,
)

pytestmark = pytest.mark.django_db
LEFT_OUT = ("skipped", "frequency")


def test_mailbox_gets_no_more_than_the_library_sends_over_all_campaigns(
    sink, desk, campaign, librarian
):
    """Two a week: the third is left out, whichever campaign and whichever row of the mailbox."""
    rules(cap_mails=2, cap_days=7)
    reader("li@example.org")
    reader("LI@example.org")
    for _number in range(2):
        assert gone(promotion(another_campaign(campaign)), librarian)["li@example.org"][0] == "sent"
    fresh = reader("new@example.org")
    third = promotion(campaign)
    refresh_segment(campaign.segments.get())
    counted = audience.count(third)
    assert (counted.mailed, counted.same_mailbox, counted.frequent) == (1, 1, 1)
    page = desk.get(url("content-launch", third.pk), headers={"accept-language": "en"})
    assert "had 2 promotional mails within 7 days" in page.content.decode()
    assert [str(n) for words, n in page.context["rows"] if "7 days" in words] == ["1"]

    told = desk.post(
        url("content-launch", third.pk), {"when": "now"}, headers={"accept-language": "en"}
    )
    run.send(third.pk)
    assert rows(third) == {
        "li@example.org": LEFT_OUT,
        "LI@example.org": ("skipped", "same_mailbox"),
        "new@example.org": ("sent", ""),
    }
    assert reason_in_words("frequency").startswith("frequency")
    report = desk.get(told["Location"], headers={"accept-language": "en"}).content.decode()
    assert "as many mails as the library sends" in report
    assert sink.addresses.count(fresh.email) == 1


def test_what_is_old_a_notice_or_failed_does_not_count(sink, campaign, librarian):
    rules(cap_mails=1, cap_days=7)
    person = factories.ReaderFactory(
        email="li@example.org", consents=["email:events", "email:notices"]
    )
    past = promotion(another_campaign(campaign))
    gone(past, librarian)
    past.deliveries.update(sent_at=days_ago(8), due_at=days_ago(8))
    notice = factories.ContentFactory(campaign=another_campaign(campaign), purpose="notices")
    assert gone(notice, librarian)["li@example.org"][0] == "sent"
    failed = promotion(another_campaign(campaign))
    sink.rule = lambda stage, _text: b"550 5.7.1 no" if stage == "rcpt" else None
    assert gone(failed, librarian)["li@example.org"][0] == "failed"
    sink.rule = lambda _stage, _text: None

    assert gone(promotion(campaign), librarian)["li@example.org"][0] == "sent"
    # Notices are never left out.
    notice = factories.ContentFactory(campaign=campaign, purpose="notices")
    assert gone(notice, librarian)[person.email][0] == "sent"
    # What is queued again later finds that enough has gone since.
    resend_unknown(content=failed, by=librarian, state="failed")
    run.send(failed.pk)
    assert rows(failed)["li@example.org"] == ("skipped", "frequency_since")


def test_what_waits_counts_and_of_two_launches_the_second_sees_the_first(campaign, librarian):
    rules(cap_mails=1)
    reader("li@example.org")
    launch_content(content=promotion(campaign), by=librarian)
    second = promotion(another_campaign(campaign))
    with pytest.raises(Refused, match="本馆上限"):
        launch_content(content=second, by=librarian)
    second.refresh_from_db()
    assert second.is_draft


def test_nobody_is_left_out_because_of_the_arm_they_were_in(sink, campaign, librarian):
    """A place in a holdout counts as a mail: the next campaign leaves both arms out alike, before
    its own draw, and who was left out is in no arm.
    """
    rules(cap_mails=1)
    campaign.holdout_percent = 50
    campaign.save()
    for number in range(40):
        reader(f"r{number}@example.org")
    first = rows_by_state(gone(promotion(campaign), librarian))
    assert len(first["sent"]) + len(first["holdout"]) == 40
    assert first["holdout"]

    later = another_campaign(campaign)
    later.holdout_percent = 50
    later.save()
    for number in range(40, 80):
        reader(f"r{number}@example.org")
    content = promotion(later)
    states = rows_by_state(gone(content, librarian))
    assert states["skipped"] == first["sent"] | first["holdout"]
    assert len(states["sent"]) + len(states["holdout"]) == 40
    # A second mail of the same campaign: again neither arm gets one more than the other.
    assert arms(later) == (len(states["sent"]), len(states["holdout"]))


def rows_by_state(found: dict[str, tuple[str, str]]) -> dict[str, set[str]]:
    states: dict[str, set[str]] = {}
    for email, (state, _reason) in found.items():
        states.setdefault(state, set()).add(email)
    return states


def arms(campaign) -> tuple[int, int]:
    """(treated, held out) as an evaluation counts them."""
    params = parameters(campaign, window_of(campaign, timezone.now()))
    with connection.cursor() as cursor, mails_kept(cursor, params):
        groups = persons(cursor, params)
    treated = sum(group.n for group in groups if group.treated)
    return treated, sum(group.n for group in groups if group.held)


def test_without_a_cap_nothing_is_counted(campaign, librarian):
    reader("li@example.org")
    content = promotion(campaign)
    assert audience.count(content).frequent == 0
    assert Delivery.objects.count() == 0
