"""A content that says so reaches people who are no readers, beside the deliveries and in none of
their figures.
"""

import pytest
from django.utils import timezone

from campaigns.returns.actions import TakenIn, take_return
from campaigns.sending.actions import launch_content, pause, resume
from campaigns.sending.models import Delivery
from core.refusals import Refused
from crm.letters.composing import message_id
from crm.letters.envelopes import return_path
from crm.letters.models import Letter
from crm.letters.post import send_due
from crm.segments.refresh import refresh_segment
from crm.subscribers.actions import leave
from crm.subscribers.models import Subscriber
from tests import factories
from tests.campaigns.returns.building import complaint
from tests.crm.subscribers.test_subscribing import subscribed

pytestmark = pytest.mark.django_db
KIND = "promotion.subscribers"


@pytest.fixture
def events(content):
    content.purpose, content.to_subscribers = "events", True
    content.body = '<p>{name}, <a href="https://example.org/x">come</a>. {unsubscribe}</p>'
    content.save()
    content.links.place(content)
    return content


def letters() -> dict[str, Letter]:
    return {letter.address: letter for letter in Letter.objects.filter(kind=KIND)}


def test_subscribers_get_single_letters_and_one_mailbox_one_mail(events, librarian):
    """The reader's consent and the subscriber's are each the address's: nobody gets it twice."""
    for address in ("only@example.org", "both@example.org", "silent@example.org"):
        subscribed(address)
    factories.ReaderFactory(email="Both@example.org", consents=["email:events"])
    factories.ReaderFactory(email="silent@example.org", consents=[])
    subscribed("surveys@example.org", "surveys")
    left = subscribed("left@example.org")
    leave(digest=bytes(left.digest), purposes=["events"])

    launched = launch_content(content=events, by=librarian)

    assert set(letters()) == {"only@example.org", "silent@example.org"}
    mailed = events.deliveries.filter(state=Delivery.State.PENDING)
    assert launched.mailed == mailed.count() == 1
    letter = letters()["only@example.org"]
    assert letter.headers["List-Id"].startswith("<events.")
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    # Nothing in it is followed, and nothing in it is another's way out.
    assert "https://example.org/x" in letter.html
    assert "/go/" not in letter.html
    assert "/u/" not in letter.html + letter.text + letter.headers["List-Unsubscribe"]
    assert "/subscription/" in letter.text
    other = letters()["silent@example.org"]
    assert letter.headers["List-Unsubscribe"] != other.headers["List-Unsubscribe"]


def test_content_that_does_not_say_so_reaches_no_subscriber(events, librarian):
    subscribed("only@example.org")
    factories.ReaderFactory(email="reader@example.org", consents=["email:events"])
    events.to_subscribers = False
    events.save()
    launch_content(content=events, by=librarian)
    assert letters() == {}


def test_audience_of_subscribers_alone_is_launched_and_nobody_is_refused(events, librarian):
    with pytest.raises(Refused):
        launch_content(content=events, by=librarian)
    subscribed("only@example.org")
    events.refresh_from_db()
    launch_content(content=events, by=librarian)
    assert set(letters()) == {"only@example.org"}


def test_held_out_mailbox_gets_nothing_as_a_subscriber_either(events, librarian, campaign):
    subscribed("both@example.org")
    subscribed("only@example.org")
    factories.ReaderFactory(email="both@example.org", consents=["email:events"])
    campaign.holdout_percent = 50
    campaign.save()
    for _segment in campaign.segments.all():
        refresh_segment(_segment)
    launch_content(content=events, by=librarian)
    assert set(letters()) == {"only@example.org"}


def test_pause_holds_the_letters_back_and_resume_lets_them_go(events, librarian):
    subscribed("only@example.org")
    launch_content(content=events, by=librarian)
    pause(content=events, by=librarian)
    assert letters()["only@example.org"].state == Letter.State.SKIPPED
    resume(content=events, by=librarian)
    assert letters()["only@example.org"].state == Letter.State.PENDING


def test_mailed_letter_is_of_the_other_sender_and_keeps_no_text(events, librarian, sink, settings):
    settings.PROMOTION_FROM_EMAIL = "news@mail.example.org"
    subscribed("only@example.org")
    Letter.objects.all().delete()
    launch_content(content=events, by=librarian)
    while send_due():
        pass
    ((address, data),) = sink.received
    assert address == "only@example.org"
    assert b"news@mail.example.org" in data
    assert b"List-Id: <events." in data
    letter = letters()["only@example.org"]
    assert (letter.state, letter.text, letter.html) == (Letter.State.SENT, "", "")


def test_report_of_spam_ends_the_subscription_of_the_purpose(events, librarian, settings):
    settings.RETURN_ADDRESS = "returns@lib.example.edu"
    subscribed("only@example.org", "events", "surveys")
    launch_content(content=events, by=librarian)
    letter = letters()["only@example.org"]
    Letter.objects.filter(pk=letter.pk).update(state=Letter.State.SENT, sent_at=timezone.now())

    assert take_return(raw=complaint(return_path(message_id(letter.pk)))) == TakenIn.TAKEN
    assert Subscriber.objects.get().purposes == ["surveys"]
