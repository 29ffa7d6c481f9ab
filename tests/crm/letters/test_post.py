"""Single letters mailed: each once, in doubt only where nobody can know, and never in silence."""

import resource
import socket
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core.addresses import address_digest
from crm.clock.nightly import run_night
from crm.letters import claiming, forgetting, journal, post
from crm.letters.endings import MAX_ATTEMPTS
from crm.letters.models import FailureCode, Letter
from crm.letters.stopping import stop
from crm.readers.actions import unsubscribe
from crm.readers.models import Suppression
from tests import factories, servers
from tests import sink as sinks
from tests.crm.letters.building import note, states
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


def make_due() -> None:
    Letter.objects.filter(state="pending").update(due_at=timezone.now() - timedelta(seconds=1))


def test_letters_are_mailed_once(sink):
    letters = factories.LetterFactory.create_batch(3)
    post.send_due()
    post.send_due()
    assert sorted(sink.addresses) == sorted(letter.address for letter in letters)
    assert states() == {"sent": 3}
    assert journal.files(suffix=journal.LETTERS) == []
    assert Letter.objects.filter(sent_at=None).count() == 0


def test_letter_of_tomorrow_waits(sink):
    factories.LetterFactory(due_at=timezone.now() + timedelta(days=1))
    assert post.send_due() is False
    assert (states(), sink.received) == ({"pending": 1}, [])


# --- the mail server ------------------------------------------------------------------------------
def test_refused_for_good_fails_with_the_reason_and_without_the_address(sink):
    letter = factories.LetterFactory(address="ann@example.org")
    sink.rule = lambda stage, text: (
        b"550 5.1.1 <ann@example.org>: no such user" if stage == "rcpt" else None
    )
    post.send_due()
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("failed", 1)
    assert letter.reason == "550 5.1.1 <ann@example.org>: no such user"
    assert letter.reason_in_words == "550 5.1.1 <…>: no such user"


def test_busy_server_is_asked_again_ever_later_and_in_the_end_no_more(sink):
    """Fault 6."""
    letter = factories.LetterFactory()
    sink.rule = lambda stage, text: b"451 try later" if stage == "content" else None
    waits = []
    for _attempt in range(MAX_ATTEMPTS):
        make_due()
        before = timezone.now()
        post.send_due()
        letter.refresh_from_db()
        waits.append(round((letter.due_at - before) / timedelta(minutes=1)))
    assert waits[:-1] == [1, 2, 4, 8, 16, 32, 60]
    assert (letter.state, letter.reason) == ("failed", "451 try later")


def test_one_that_is_refused_stops_nobody_else(sink):
    """Fault 13."""
    factories.LetterFactory(address="no address")
    factories.LetterFactory(address="bad@example.org")
    factories.LetterFactory(address="good@example.org")
    sink.rule = lambda stage, text: b"550 no" if "bad@" in text and stage == "rcpt" else None
    post.send_due()
    assert (states(), sink.addresses) == ({"failed": 2, "sent": 1}, ["good@example.org"])


def test_mail_server_that_is_away_costs_no_attempt_and_is_told(settings, caplog):
    """Fault 48. Nothing listens: the letter waits a minute, its row says why in words of ours, and
    the log in those of the machine.
    """
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", servers.free_port()
    letter = factories.LetterFactory()
    assert post.send_due() is False
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("pending", 0)
    assert letter.reason == FailureCode.UNREACHABLE
    assert letter.due_at > timezone.now()
    assert letter.reason_in_words in letter.detail
    assert "ConnectionRefusedError" in caplog.text


@contextmanager
def frozen(settings):
    """A mail server that takes connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_TIMEOUT = 0.3
        yield


def test_frozen_mail_server_loses_nothing_and_the_letter_goes_when_it_is_back(settings):
    """Fault 48."""
    letter = factories.LetterFactory()
    with frozen(settings):
        post.send_due()
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("pending", 0)
    assert letter.reason == "unreachable"

    with sinks.running() as sink:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        make_due()
        post.send_due()
    assert (states(), sink.addresses) == ({"sent": 1}, [letter.address])


def test_server_that_freezes_after_the_content_leaves_one_in_doubt_and_all_others_waiting(
    sink, settings
):
    """Fault 48. Only the letter whose content had left may have been taken."""
    settings.EMAIL_TIMEOUT = 0.3
    factories.LetterFactory.create_batch(3)
    sink.rule = lambda stage, text: time.sleep(1) if stage == "content" else None
    post.send_due()
    post.send_due()
    assert states() == {"unknown": 1, "pending": 2}
    assert not Letter.objects.due().exists()


def test_sender_that_is_refused_costs_no_letter_its_attempt(sink):
    factories.LetterFactory.create_batch(2)
    sink.rule = lambda stage, text: b"553 not you" if stage == "mail" else None
    post.send_due()
    assert set(Letter.objects.values_list("state", "attempts")) == {("pending", 0)}
    assert set(Letter.objects.values_list("reason", flat=True)) == {"sender_refused"}


# --- disk, clock, stop ----------------------------------------------------------------------------
@contextmanager
def full_disk(room: int):
    """No file of this process may grow beyond ``room`` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [0, 10, 40, 60, 90, 130])
def test_full_disk_holds_letters_up_and_loses_and_doubles_none(sink, room):
    """The journal's disk fills up before, in the middle of, or at the end of a batch."""
    letters = factories.LetterFactory.create_batch(5)
    with full_disk(room):
        assert post.send_due() is False
    assert set(states()) <= {"sent", "pending"}
    assert states()["sent"] == len(sink.received)
    waiting = Letter.objects.filter(state="pending")
    assert {letter.reason for letter in waiting} <= {"no_journal"}

    make_due()
    post.sweep()
    post.send_due()
    assert states() == {"sent": 5}
    assert sorted(sink.addresses) == sorted(letter.address for letter in letters)


def test_letter_of_no_more_use_is_given_up_and_shown(sink):
    letter = factories.LetterFactory(expires_at=timezone.now() - timedelta(seconds=1))
    assert post.sweep() is False
    post.send_due()
    letter.refresh_from_db()
    assert (letter.state, letter.reason, sink.received) == ("failed", "too_late", [])


def test_stop_hands_letters_back_at_once(sink):
    """Fault 16."""
    factories.LetterFactory.create_batch(3)
    stop.set()
    try:
        with journal.Journal(suffix=journal.LETTERS) as log, post.smtp.Connection() as server:
            post.LetterRun(log, 0).batch(server)
    finally:
        stop.clear()
    assert (states(), sink.received) == ({"pending": 3}, [])
    assert set(Letter.objects.values_list("attempts", flat=True)) == {0}


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_most_mail_at_the_same_time(sink):
    """A mail server that hangs holds two workers and not all."""
    with claiming.a_slot() as first:
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [claiming.LOCKS, 2])
            factories.LetterFactory()
            third = connection.copy()
            with third.cursor() as cursor_of_third:
                cursor_of_third.execute(
                    "SELECT pg_try_advisory_lock(%s, 1), pg_try_advisory_lock(%s, 2)",
                    [claiming.LOCKS] * 2,
                )
                assert cursor_of_third.fetchone() == (False, False)
            third.close()
        other.close()
    assert first
    post.send_due()
    assert states() == {"sent": 1}


# --- judged again ---------------------------------------------------------------------------------
def test_suppressed_address_is_left_out_and_the_row_says_so(sink):
    """Fault 9."""
    letter = note(to="Ann@Example.org")
    Suppression.objects.create(channel="email", digest=address_digest("ann@example.org"))
    post.send_due()
    letter.refresh_from_db()
    assert (letter.state, letter.reason, sink.received) == ("skipped", "suppressed", [])


def test_reader_who_withdrew_since_it_was_written_gets_no_letter(sink, librarian):
    """Fault 9."""
    reader, other = factories.ReaderFactory.create_batch(2)
    unsubscribe(reader=other, source="desk", by=librarian)
    mine = note(to=reader.email, reader=reader)
    earlier = note("two", to=other.email, reader=other)
    unsubscribe(reader=reader, source="desk", by=librarian)
    post.send_due()
    mine.refresh_from_db()
    earlier.refresh_from_db()
    assert (mine.state, mine.reason) == ("skipped", "no_consent")
    # Who asked for an answer after saying no to mails gets that answer.
    assert (earlier.state, sink.addresses) == ("sent", [other.email])


def test_account_mail_goes_to_whoever_holds_the_account(sink):
    Suppression.objects.create(channel="email", digest=address_digest("ann@example.org"))
    note(kind="account.reset", to="ann@example.org")
    post.send_due()
    assert states() == {"sent": 1}


def test_letter_to_an_erased_reader_is_gone_with_them(sink):
    """Fault 9."""
    reader = factories.ReaderFactory()
    note(to=reader.email, reader=reader)
    with as_owner():
        reader.delete()
    post.send_due()
    assert (states(), sink.received) == ({}, [])


# --- what is kept ---------------------------------------------------------------------------------
def test_account_mail_keeps_no_text_once_it_was_mailed(sink):
    secret = note(kind="account.reset", text="/reset/key/secret", html="<p>secret</p>")
    other = note("two")
    post.send_due()
    secret.refresh_from_db()
    other.refresh_from_db()
    assert (secret.state, secret.subject, secret.text, secret.html) == ("sent", "Repaired", "", "")
    assert other.text == "The lamp has been repaired."
    assert b"/reset/key/secret" in b"".join(data for _address, data in sink.received)


@pytest.mark.parametrize("state", ["failed", "unknown", "skipped"])
def test_account_mail_that_has_expired_keeps_no_text(state):
    letter = factories.LetterFactory(
        purpose="account", state=state, expires_at=timezone.now() - timedelta(seconds=1)
    )
    fresh = factories.LetterFactory(purpose="account", state=state)
    assert forgetting.forget_bodies() == 1
    assert forgetting.forget_bodies() == 0
    letter.refresh_from_db()
    fresh.refresh_from_db()
    assert (letter.state, letter.has_body, fresh.has_body) == (state, False, True)


def test_texts_of_letters_are_kept_until_their_term():
    long_ago = timezone.now() - timedelta(days=181)
    old = factories.LetterFactory(created_at=long_ago, state="sent", sent_at=long_ago)
    factories.LetterFactory(state="sent", sent_at=timezone.now())
    assert forgetting.forget_bodies() == 0
    run_night(night=timezone.localdate())
    old.refresh_from_db()
    assert (old.text, old.subject != "") == ("", True)
