"""The two doors that returned mail comes in by: a mailbox, and a pipe of the mail server."""

import io
import sys
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from campaigns.returns import mailbox as mailbox_reading
from campaigns.returns.doors import away_since, measured_since
from campaigns.returns.models import ReturnDoor, ReturnedMail
from campaigns.returns.tasks import read_returns
from tests import factories
from tests.campaigns.building import url as url_of
from tests.campaigns.returns.building import (
    RETURN_ADDRESS,
    absence_note,
    bounce,
    complaint,
    sent,
    way_back,
)
from tests.campaigns.returns.imap import holding

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def return_address(settings):
    settings.RETURN_ADDRESS = RETURN_ADDRESS


def test_mailbox_is_read_once_and_what_is_in_it_stays(settings):
    one, other = sent("li@example.org"), sent("wang@example.org")
    brought = [
        bounce(way_back(one)),
        absence_note(way_back(other)),
        complaint(way_back(other)),
        bounce(way_back(one)) + b"again",
    ]
    with holding(*brought) as mailbox:
        settings.RETURN_MAILBOX = mailbox.url
        read_returns()
        assert mailbox.read == {1, 2, 3, 4}
        read_returns()
        # A connection that was lost before a message was marked brings it once more.
        mailbox.read.clear()
        read_returns()
        assert "p@ss" in mailbox.signed_in[0]
    kinds = ReturnedMail.objects.order_by("pk").values_list("kind", "delivery")
    assert list(kinds) == [("bounce", one.pk), ("complaint", other.pk)]


@pytest.mark.parametrize(
    "odd",
    [
        b"Subject: a\x0cEvil: b\r\n\r\nbody\r\n",
        b"\r\n".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d" % (n, n)
            for n in range(1500)
        ),
        b"\xff\xfe" * 3000,
        b"",
    ],
    ids=["form-feed", "nested", "no-text", "empty"],
)
def test_what_anybody_sends_holds_up_no_returned_mail(settings, odd):
    delivery = sent("li@example.org")
    with holding(odd, bounce(way_back(delivery))) as mailbox:
        settings.RETURN_MAILBOX = mailbox.url
        read_returns()
        assert mailbox.read == {1, 2}
    assert list(ReturnedMail.objects.values_list("delivery")) == [(delivery.pk,)]


def test_mailbox_that_cannot_be_read_measures_nothing_until_it_can(settings, client):
    """What waits in it is taken in later, and known from then on; what is not known is no zero."""
    with holding() as mailbox:
        url = mailbox.url
    settings.RETURN_MAILBOX = url
    read_returns()
    assert measured_since() is None
    delivery = sent("li@example.org")
    with holding(bounce(way_back(delivery))) as mailbox:
        settings.RETURN_MAILBOX = mailbox.url
        read_returns()
        since = measured_since()
        assert (since is not None, away_since()) == (True, None)
    # A visit that fails takes nothing back at once, and an hour of them does.
    read_returns()
    assert measured_since() == since
    looked = timezone.now() - timedelta(minutes=61)
    ReturnDoor.objects.update(looked_at=looked)
    read_returns()
    assert (measured_since(), away_since()) == (None, looked)
    client.force_login(factories.UserFactory(role="librarian"))
    page = client.get(url_of("deliverability"), headers={"accept-language": "en"}).text
    assert "cannot be read since" in page
    with holding() as mailbox:
        settings.RETURN_MAILBOX = mailbox.url
        read_returns()
    assert (measured_since(), away_since()) == (since, None)
    # Where a mail server hands it over nobody looks, and it is measured all the same.
    settings.RETURN_MAILBOX = ""
    ReturnDoor.objects.update(looked_at=looked)
    read_returns()
    assert (measured_since(), away_since()) == (since, None)


def test_no_more_than_so_much_of_a_message_is_fetched(settings, monkeypatch):
    """The server is asked for its beginning alone, whatever it holds."""
    delivery = sent("li@example.org")
    raw = bounce(way_back(delivery))
    monkeypatch.setattr(mailbox_reading, "MOST_BYTES", len(raw) + 10)
    with holding(raw + b"x" * 50_000) as mailbox:
        settings.RETURN_MAILBOX = mailbox.url
        read_returns()
        assert any(f"<0.{len(raw) + 10}>" in asked for asked in mailbox.fetched)
    assert ReturnedMail.objects.get().delivery == delivery


def test_pipe_takes_one_message_and_sends_no_junk_back(monkeypatch, capsys):
    delivery = sent()
    for raw, recipient, said in [
        (bounce("somebody@example.org"), way_back(delivery), "Taken in."),
        (bounce("somebody@example.org"), way_back(delivery), "known already"),
        (b"\xff\xfe junk", way_back(delivery), "nothing was done"),
        (b"", "", "nothing was done"),
    ]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        call_command("take_return", recipient=recipient)
        assert said in capsys.readouterr().out
    delivery.reader.refresh_from_db()
    assert delivery.reader.email_trouble == "returned"
