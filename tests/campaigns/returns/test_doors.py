"""The two doors that returned mail comes in by: a mailbox, and a pipe of the mail server."""

import io
import sys

import pytest
from django.core.management import call_command

from campaigns.returns.models import ReturnedMail
from campaigns.returns.tasks import read_returns
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


def test_mailbox_that_is_away_is_looked_into_again_later(settings):
    with holding() as mailbox:
        url = mailbox.url
    for away in ("", url):
        settings.RETURN_MAILBOX = away
        read_returns()


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
