"""What comes back is taken in once, acts on the mail it speaks of, and junk does nothing."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.links import keys
from campaigns.returns.actions import TakenIn, take_return, try_returned_again
from campaigns.returns.models import ReturnedMail
from campaigns.returns.reading import read
from campaigns.returns.tasks import try_again
from campaigns.sending import run
from campaigns.sending.actions import launch_content
from campaigns.sending.mail import Mail, Recipient
from crm.letters import post
from crm.letters.composing import message_id
from crm.letters.envelopes import return_token
from crm.readers.actions import update_reader
from crm.readers.models import Reader
from crm.staff.models import AuditEvent
from crm.subscribers.undeliverable import note_refusals
from tests import factories
from tests.campaigns.returns.building import (
    RETURN_ADDRESS,
    absence_note,
    bounce,
    complaint,
    sent,
    way_back,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def return_address(settings):
    settings.RETURN_ADDRESS = RETURN_ADDRESS


def trouble(delivery) -> str:
    return Reader.objects.values_list("email_trouble", flat=True).get(pk=delivery.reader_id)


def test_mail_leaves_from_an_address_of_its_own_and_its_bounce_marks_the_address(
    sink, content, librarian
):
    """Fault 63. From the launch to the bounce that comes back hours later."""
    stages = []
    sink.rule = lambda stage, text: stages.append(text) if stage == "mail" else None
    reader = factories.ReaderFactory(email="li@example.org")
    launch_content(content=content, by=librarian)
    run.send(content.pk)
    delivery = content.deliveries.get()
    assert stages == [f"FROM:<{way_back(delivery)}>"]

    raw = bounce(way_back(delivery))
    assert take_return(raw=raw) == TakenIn.TAKEN
    assert trouble(delivery) == "returned"
    assert list(Reader.objects.mailable("notices")) == []
    delivery.refresh_from_db()
    assert (delivery.state, reader.pk) == ("sent", delivery.reader_id)
    kept = ReturnedMail.objects.get()
    assert (kept.kind, kept.delivery, kept.status, kept.domain) == (
        "bounce",
        delivery,
        "5.1.1",
        "example.org",
    )
    assert AuditEvent.objects.filter(action="return.take").count() == 1


def test_message_is_counted_once_whatever_brings_it_and_however_often():
    delivery = sent()
    raw = bounce(way_back(delivery))
    assert take_return(raw=raw) == TakenIn.TAKEN
    assert take_return(raw=raw, recipient=way_back(delivery)) == TakenIn.KNOWN
    # Another server in between says the same of the same mail.
    assert take_return(raw=raw + b"\n") == TakenIn.KNOWN
    assert ReturnedMail.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "marks"),
    [
        ({"status": "5.1.1"}, True),
        ({"status": "5.0.0", "diagnosis": "smtp; 550 5.1.10 null MX"}, True),
        ({"status": "5.0.0", "diagnosis": "smtp; 550 User not found"}, True),
        ({"status": "5.7.1", "diagnosis": "smtp; 550 5.7.1 policy"}, False),
        ({"status": "5.2.2", "diagnosis": "smtp; 552 5.2.2 mailbox full"}, False),
        ({"status": "5.0.0", "diagnosis": ""}, False),
        ({"status": "4.4.1", "diagnosis": "smtp; 450 4.4.1 later", "action": "delayed"}, False),
        # It was passed on from there: the mailbox itself is well.
        ({"address": "forwarded@example.net"}, False),
    ],
)
def test_only_a_mailbox_that_does_not_exist_is_marked(said, marks):
    """Fault 63. A policy, a full mailbox and a delay are not the address's fault."""
    delivery = sent()
    assert take_return(raw=bounce(way_back(delivery), **said)) == TakenIn.TAKEN
    assert trouble(delivery) == ("returned" if marks else "")


def test_bounce_without_an_own_return_address_is_known_by_the_mail_it_brings_back(settings):
    settings.RETURN_ADDRESS = ""
    delivery = sent()
    token = keys.message_token(delivery.pk)
    original = f"From: x\nMessage-ID: <{token}@127.0.0.1>\nSubject: x\n"
    settings.BASE_URL = "http://127.0.0.1:8000"
    assert take_return(raw=bounce("library@example.org", original=original)) == TakenIn.TAKEN
    # Counted, and it marks nobody: whoever was answered has seen the Message-ID.
    assert ReturnedMail.objects.get().delivery == delivery
    assert trouble(delivery) == ""


def test_report_of_spam_withdraws_for_the_purpose_of_the_mail():
    delivery = sent()
    reader, purpose = delivery.reader, delivery.content.purpose
    assert take_return(raw=complaint(way_back(delivery), "not-spam")) == TakenIn.NOTHING
    assert reader in Reader.objects.mailable(purpose)

    assert take_return(raw=complaint(way_back(delivery))) == TakenIn.TAKEN
    assert reader not in Reader.objects.mailable(purpose)
    assert reader.consent_events.get().source == "spam report"
    assert reader in Reader.objects.mailable("events" if purpose != "events" else "surveys")
    assert trouble(delivery) == ""


def test_address_that_was_given_up_since_is_the_one_that_is_meant(librarian):
    delivery = sent(email="old@example.org")
    update_reader(reader=delivery.reader, by=librarian, email="new@example.org")
    heir = factories.ReaderFactory(email="Old@example.org")
    assert take_return(raw=bounce(way_back(delivery), "old@example.org")) == TakenIn.TAKEN
    assert trouble(delivery) == ""
    heir.refresh_from_db()
    assert heir.email_trouble == "returned"


def test_single_letter_leaves_and_comes_back_alike(sink):
    stages = []
    sink.rule = lambda stage, text: stages.append(text) if stage == "mail" else None
    reader = factories.ReaderFactory(email="li@example.org")
    letter = factories.LetterFactory(reader=reader, address=reader.email)
    post.send_due()
    token = message_id(letter.pk).strip("<").partition("@")[0]
    back = f"returns+{return_token(token)}@library.example.org"
    assert stages == [f"FROM:<{back}>"]

    assert take_return(raw=bounce(back)) == TakenIn.TAKEN
    reader.refresh_from_db()
    assert reader.email_trouble == "returned"
    assert ReturnedMail.objects.get().letter == letter.pk


def test_junk_and_forgeries_do_nothing():
    """Nobody can write a bounce for a mail that they have not had."""
    delivery = sent()
    number, _dot, mac = keys.message_token(delivery.pk).partition(".")
    forged = [
        f"returns+{number}.{'a' * 20}@library.example.org",
        f"returns+{keys.base32(delivery.pk + 1)}.{mac}@library.example.org",
        f"returns+{number}.{mac}@elsewhere.example.org",
        "returns@library.example.org",
        "library@example.org",
        f"returns+letter{delivery.pk}.{'0' * 25}@library.example.org",
    ]
    for to in forged:
        assert take_return(raw=bounce(to)) == TakenIn.NOTHING
        assert take_return(raw=complaint(to)) == TakenIn.NOTHING
    assert take_return(raw=absence_note(way_back(delivery))) == TakenIn.NOTHING
    # A mail that has not gone cannot have come back.
    delivery.content.deliveries.update(state="pending", sent_at=None)
    assert take_return(raw=bounce(way_back(delivery))) == TakenIn.NOTHING
    assert not ReturnedMail.objects.exists()
    assert trouble(delivery) == ""


def by_its_message_id(delivery) -> bytes:
    """What anybody can write who was answered, or reads a mailing list's archive."""
    token = keys.message_token(delivery.pk)
    return bounce(f"returns+{token}@library.example.org")


def quoting_it(delivery) -> bytes:
    original = f"Message-ID: <{keys.message_token(delivery.pk)}@127.0.0.1>\n"
    return bounce("library@example.org", original=original)


def test_what_others_can_write_marks_no_address():
    """A Message-ID is known to many; only the envelope's sender is the mailbox's alone."""
    delivery = sent()
    assert take_return(raw=by_its_message_id(delivery)) == TakenIn.TAKEN
    assert trouble(delivery) == ""
    other = sent("wang@example.org")
    assert take_return(raw=quoting_it(other)) in (TakenIn.TAKEN, TakenIn.NOTHING)
    assert trouble(other) == ""
    third = sent("chen@example.org")
    raw = bounce(way_back(third), "chen@example.org")
    assert take_return(raw=b"Return-Path: <chen@example.org>\n" + raw) == TakenIn.TAKEN
    assert trouble(third) == ""
    # After the days in which mail servers try nobody says anything of it any more.
    fourth = sent("he@example.org")
    late = timezone.now() - timedelta(days=7, minutes=1)
    type(fourth).objects.filter(pk=fourth.pk).update(sent_at=late)
    take_return(raw=bounce(way_back(fourth), "he@example.org"))
    assert trouble(fourth) == ""
    # What a mail server says, with and without the line that its own envelope leaves.
    for number, line in enumerate((b"Return-Path: <>\n", b"Return-Path:\n", b"")):
        address = f"m{number}@example.org"
        told = sent(address)
        take_return(raw=line + bounce(way_back(told), address))
        assert trouble(told) == "returned"


def test_single_returned_message_is_tried_once_more_and_two_are_for_a_person():
    once, twice, refused = sent(), sent("wang@example.org"), sent("chen@example.org")
    take_return(raw=bounce(way_back(once)))
    again = factories.DeliveryFactory(reader=twice.reader, state="sent", sent_at=timezone.now())
    for delivery in (twice, again):
        take_return(raw=bounce(way_back(delivery), "wang@example.org"))
    note_refusals([("chen@example.org", "550 5.1.1 user unknown")])
    assert try_returned_again() == 0
    assert trouble(once) == "returned"
    Reader.objects.exclude(email_trouble="").update(
        email_trouble_at=timezone.now() - timedelta(days=8)
    )
    try_again()
    assert [trouble(one) for one in (once, twice, refused)] == ["", "returned", "refused"]
    assert AuditEvent.objects.get(action="address.retry").object_id == str(once.reader_id)
    # It comes back once more: then it is for a person to say that somebody reads there.
    third = factories.DeliveryFactory(reader=once.reader, state="sent", sent_at=timezone.now())
    take_return(raw=bounce(way_back(third)))
    Reader.objects.exclude(email_trouble="").update(
        email_trouble_at=timezone.now() - timedelta(days=8)
    )
    assert try_returned_again() == 0
    assert trouble(once) == "returned"


@given(raw=st.binary(max_size=300), cut=st.integers(0, 900))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_sent_is_read_without_an_error(raw, cut):
    to = f"returns+{keys.message_token(7)}@library.example.org"
    for text in (raw, bounce(to)[:cut] + raw, f"To: {to}\n\n".encode() + raw):
        read(text, to)


def test_longest_way_back_is_an_address():
    """64 characters stand before an @ at most (RFC 5321)."""
    content = factories.ContentFactory()
    largest = Recipient(2**63 - 1, "li@example.org", "Li", None, "teacher", "en", 2**63 - 1)
    way = Mail(content, "en").write(largest).return_path
    assert len(way.partition("@")[0]) <= 64
    assert len(f"returns+{message_id(2**63 - 1)}".partition("@")[0]) <= 64 + len("<")
