"""Letters to subscribers are promotional mails: the cap, quiet hours and limits hold for them."""

from datetime import time, timedelta

import pytest
from django.utils import timezone

from campaigns.limits.queries import open_stop
from campaigns.returns.actions import TakenIn, take_return
from campaigns.sending import delivery, limit
from campaigns.sending.actions import (
    launch_content,
    pause,
    resume,
    resume_after_limit,
    tell_of_stops,
)
from campaigns.sending.subscribing import letters_to_subscribers, subscribers_asked
from campaigns.sending.tasks import sweep_deliveries
from core.refusals import Refused
from crm.letters.actions import resend
from crm.letters.composing import message_id
from crm.letters.envelopes import return_path
from crm.letters.models import Letter
from crm.letters.post import send_due
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
from tests.campaigns.returns.building import RETURN_ADDRESS, bounce, complaint
from tests.crm.subscribers.test_subscribing import subscribed

pytestmark = pytest.mark.django_db
KIND = "promotion.subscribers"


def letters(content) -> dict[str, tuple[str, str]]:
    """{address: (state, reason)} of the letters of a content."""
    found = Letter.objects.filter(kind=KIND, about=f"campaigns.content:{content.pk}")
    return {one.address: (one.state, one.reason) for one in found}


def to_subscribers(campaign, **fields):
    return promotion(campaign, to_subscribers=True, **fields)


def mail_all() -> None:
    while send_due():
        pass


def subscribe(*addresses: str) -> None:
    for address in addresses:
        subscribed(address)
    Letter.objects.exclude(kind=KIND).delete()


def launched(campaign, by, **fields):
    content = to_subscribers(campaign, **fields)
    launch_content(content=content, by=by)
    return content


# --- the cap --------------------------------------------------------------------------------------
def test_mailbox_of_a_subscriber_gets_no_more_than_the_library_sends(campaign, librarian, sink):
    """Two a week, of all campaigns together, whether they went to a reader or to a subscriber."""
    rules(cap_mails=2, cap_days=7)
    subscribe("only@example.org", "Both@example.org")
    for _number in range(2):
        first = launched(another_campaign(campaign), librarian)
        assert set(letters(first)) == {"only@example.org", "Both@example.org"}
        mail_all()
    subscribe("new@example.org")
    # The same mailbox reads as a reader now, and has had its two letters.
    reader("both@example.org")
    third = to_subscribers(campaign)
    refresh_segment(campaign.segments.get())
    assert str(subscribers_asked(third)) != "3"
    launch_content(content=third, by=librarian)
    assert set(letters(third)) == {"new@example.org"}
    assert rows(third) == {"both@example.org": ("skipped", "frequency")}

    # Older letters do not count, nor do those that were never mailed.
    Letter.objects.filter(state="sent").update(sent_at=days_ago(8))
    fourth = launched(another_campaign(campaign), librarian)
    assert set(letters(fourth)) == {"only@example.org", "new@example.org"}
    assert rows(fourth)["both@example.org"][0] == "pending"


def test_mail_to_a_reader_counts_for_the_subscriber_and_what_waits_counts(
    campaign, librarian, sink
):
    rules(cap_mails=1)
    reader("both@example.org")
    assert gone(promotion(another_campaign(campaign)), librarian)["both@example.org"][0] == "sent"
    subscribe("BOTH@example.org", "only@example.org")
    second = launched(campaign, librarian)
    # Kept from the reader by the cap, it does not come to the same mailbox by the other way.
    assert rows(second) == {"both@example.org": ("skipped", "frequency")}
    assert set(letters(second)) == {"only@example.org"}

    # What waits, and what somebody has stopped, may go at any time.
    pause(content=second, by=librarian)
    with pytest.raises(Refused):
        launch_content(content=to_subscribers(another_campaign(campaign)), by=librarian)
    notice = factories.ContentFactory(
        campaign=campaign, purpose="notices", to_subscribers=True, title="Notice"
    )
    subscribed("notices@example.org", "notices")
    launch_content(content=notice, by=librarian)
    assert set(letters(notice)) == {"notices@example.org"}


def test_letter_is_asked_for_the_cap_once_more_when_it_leaves(campaign, librarian, sink):
    subscribe("only@example.org")
    first, second = (launched(another_campaign(campaign), librarian) for _each in range(2))
    Letter.objects.filter(about__endswith=f":{second.pk}").update(
        due_at=timezone.now() + timedelta(hours=1)
    )
    mail_all()
    rules(cap_mails=1)
    Letter.objects.filter(state="pending").update(due_at=timezone.now())
    mail_all()
    assert letters(first)["only@example.org"][0] == "sent"
    assert letters(second)["only@example.org"] == ("skipped", "frequency_since")


# --- quiet hours ----------------------------------------------------------------------------------
def quiet_now() -> None:
    now = timezone.localtime()
    begun, end = now - timedelta(hours=1), now + timedelta(hours=1)
    rules(quiet_from=begun.time(), quiet_until=end.time().replace(microsecond=0))


def test_nothing_leaves_in_quiet_hours_whatever_it_was_due_at(campaign, librarian, sink):
    """Launched before, resumed in them, sent on its way once more: all of it waits for their end;
    a notice goes.
    """
    subscribe("a@example.org", "b@example.org")
    content = launched(campaign, librarian)
    failed = Letter.objects.get(address="b@example.org")
    Letter.objects.filter(pk=failed.pk).update(state="failed", reason="x")
    quiet_now()
    resend(letter=Letter.objects.get(pk=failed.pk), by=librarian)
    pause(content=content, by=librarian)
    resume(content=content, by=librarian)
    Letter.objects.filter(kind=KIND).update(due_at=timezone.now() - timedelta(minutes=20))
    subscribed("n@example.org", "notices")
    notice = factories.ContentFactory(campaign=campaign, purpose="notices", to_subscribers=True)
    launch_content(content=notice, by=librarian)
    mail_all()
    assert letters(content) == {"a@example.org": ("pending", ""), "b@example.org": ("pending", "")}
    assert letters(notice)["n@example.org"][0] == "sent"
    due = Letter.objects.filter(about__endswith=f":{content.pk}")
    assert all(one.due_at > timezone.now() + timedelta(minutes=50) for one in due)
    # Nobody is told that no worker runs.
    assert not Letter.objects.stalled().exists()
    assert not Letter.objects.late().exists()


def test_resumed_letter_is_not_mailed_before_it_was_due(campaign, librarian):
    subscribe("a@example.org")
    content = to_subscribers(campaign)
    tomorrow = timezone.now() + timedelta(days=1)
    launch_content(content=content, by=librarian, due_at=tomorrow)
    pause(content=content, by=librarian)
    rules(quiet_from=time(0), quiet_until=time(0, 1))
    resume(content=content, by=librarian)
    assert Letter.objects.get(kind=KIND).due_at >= tomorrow


# --- limits ---------------------------------------------------------------------------------------
def way_back(letter: Letter) -> str:
    return return_path(message_id(letter.pk))


def crowd(n: int) -> list[str]:
    return [f"s{number:02}@example.org" for number in range(n)]


def test_reports_of_subscribers_stop_the_campaign_and_hold_its_letters_back(
    campaign, librarian, sink, desk, settings
):
    """Reports of spam and bounces of letters count; a stop holds everything back, also what was in
    a worker's hands; going on lets go.
    """
    settings.RETURN_ADDRESS = RETURN_ADDRESS
    rules(complaint_limit=5, least_mails=10)
    subscribe(*crowd(12))
    launched(campaign, librarian)
    other = to_subscribers(campaign)
    mail_all()
    launch_content(content=other, by=librarian)
    by_hand = launched(campaign, librarian)
    pause(content=by_hand, by=librarian)
    sent = Letter.objects.filter(kind=KIND, state="sent").order_by("address")
    for letter in sent[:3]:
        assert open_stop(campaign) is None
        assert take_return(raw=complaint(way_back(letter))) == TakenIn.TAKEN

    stop = open_stop(campaign)
    assert (stop.trouble, stop.found, stop.n) == ("complaints", 3, 12)
    assert set(letters(other).values()) == {("skipped", "held_back")}
    # A letter that a worker had in its hands is judged when its turn comes again.
    back = Letter.objects.filter(about__endswith=f":{other.pk}", address=crowd(12)[-1])
    back.update(state="pending", reason="")
    before = len(sink.received)
    mail_all()
    assert len(sink.received) == before
    assert back.get().reason == "held_back"
    # Nobody is told how many subscribers reported.
    tell_of_stops()
    told = Letter.objects.get(once__startswith="limit/").text
    assert "25" not in told
    page = desk.get(url("deliverability"), headers={"accept-language": "en"}).text
    assert "25.00 %" not in page

    resume_after_limit(stop=stop, reason="They were three friends.", by=librarian)
    mail_all()
    assert {state for state, _reason in letters(other).values()} == {"sent", "skipped"}
    reported = crowd(12)[:3]
    assert {address for address, (state, _why) in letters(other).items() if state == "skipped"} == (
        set(reported)
    )
    assert set(letters(by_hand).values()) == {("skipped", "held_back")}
    sweep_deliveries()
    assert open_stop(campaign) is None


def test_dead_mailboxes_of_subscribers_stop_a_campaign_told_at_once_or_later(
    campaign, librarian, sink, settings
):
    settings.RETURN_ADDRESS = RETURN_ADDRESS
    rules(bounce_limit=20, least_mails=10)
    subscribe(*crowd(12))
    sink.rule = lambda stage, text: (
        b"550 5.1.1 user unknown" if stage == "rcpt" and "s00@" in text else None
    )
    content = launched(campaign, librarian)
    mail_all()
    delivery.finish()
    for letter in Letter.objects.filter(kind=KIND, state="sent").order_by("address")[:2]:
        take_return(raw=bounce(way_back(letter), letter.address))
    found = limit.troubles_of(campaign.pk)
    assert (found.answered, found.permanent, found.accepted) == (12, 3, 11)
    # All of it has gone: nothing is left that could be stopped.
    content.refresh_from_db()
    assert content.state == "sent"
    assert limit.stop_where_passed(campaign.pk) is None
    again = launched(campaign, librarian)
    sweep_deliveries()
    assert open_stop(campaign).trouble == "bounces"
    assert {why for _state, why in letters(again).values()} == {"held_back"}


def test_content_is_being_sent_as_long_as_a_letter_waits(campaign, librarian, sink):
    """So it can be paused, and stopped, when all of its deliveries are done."""
    subscribe("a@example.org")
    content = launched(campaign, librarian)
    delivery.finish()
    content.refresh_from_db()
    assert content.state == "sending"
    mail_all()
    delivery.finish()
    content.refresh_from_db()
    assert content.state == "sent"
    assert letters_to_subscribers(content) is not None
