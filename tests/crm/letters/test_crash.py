"""What a run that died leaves behind: its letters, its journal, and the sweep that settles them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.letters import claiming, journal, post
from crm.letters.endings import GRACE, Ending, SendResult
from crm.letters.journal import Journal
from crm.letters.models import Letter
from tests import factories
from tests.crm.letters.building import states

pytestmark = pytest.mark.django_db


def claimed(letters=4) -> tuple[Journal, str, list[int]]:
    """A run that has its letters inflight: its journal is held by nobody once it ``die``s."""
    factories.LetterFactory.create_batch(letters)
    log = Journal(suffix=journal.LETTERS).__enter__()
    token = log.begin()
    return log, token, [letter.pk for letter in claiming.claim(token, 100)]


def die(log: Journal) -> None:
    log.__exit__(RuntimeError, RuntimeError(), None)


def test_dead_run_is_settled_from_its_journal():
    """Faults 1, 5. Only the letter in its hand is in doubt."""
    log, _token, (sent, refused, doubtful, untouched) = claimed()
    log.intend(sent)
    log.accepted(sent, 1_790_000_000.5)
    log.intend(refused)
    log.refused(refused, "refused", "550 no\nsuch user")
    log.intend(doubtful)
    die(log)
    assert claiming.reconcile() == 4
    rows = Letter.objects.in_bulk()
    assert (rows[sent].state, rows[sent].sent_at.timestamp()) == ("sent", 1_790_000_000.5)
    assert (rows[refused].state, rows[refused].reason) == ("failed", "550 no such user")
    assert (rows[doubtful].state, rows[doubtful].reason) == ("unknown", "worker_died")
    assert (rows[untouched].state, rows[untouched].claimed_by) == ("pending", "")


def test_letters_and_deliveries_keep_apart_journals():
    log, _token, _pks = claimed()
    die(log)
    assert journal.files() == []
    assert journal.files(suffix=journal.LETTERS) == [log.path]


def test_sweep_leaves_a_living_run_alone():
    log, _token, _pks = claimed()
    Letter.objects.update(lease_until=timezone.now() - timedelta(days=1))
    assert (claiming.reconcile(), claiming.expire()) == (0, 0)
    assert states() == {"inflight": 4}
    die(log)


def test_letter_without_a_journal_is_in_doubt_after_lease_and_grace_and_not_repeated(sink):
    """Fault 5."""
    log, _token, _pks = claimed()
    die(log)
    log.path.unlink()
    Letter.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    assert claiming.expire() == 0
    Letter.objects.update(lease_until=timezone.now() - GRACE - timedelta(minutes=1))
    assert claiming.expire() == 4
    assert set(Letter.objects.values_list("state", "reason")) == {("unknown", "lease_over")}
    assert post.sweep() is False
    post.send_due()
    assert (states(), sink.received) == ({"unknown": 4}, [])


def test_journal_that_is_found_late_still_settles():
    log, _token, (sent, *_others) = claimed()
    log.intend(sent)
    log.accepted(sent, 1_790_000_000.5)
    log.flush()
    aside = log.path.with_suffix(".aside")
    log.path.rename(aside)
    die(log)
    Letter.objects.update(lease_until=timezone.now() - GRACE - timedelta(minutes=1))
    claiming.expire()
    aside.rename(log.path)
    claiming.reconcile()
    assert states() == {"sent": 1, "pending": 3}


def test_settling_letters_of_another_run_changes_nothing():
    """Fault 14."""
    log, _token, pks = claimed()
    assert claiming.settle("other:1", [SendResult(pk, Ending.SENT) for pk in pks]) == 0
    assert states() == {"inflight": 4}
    die(log)


def test_letter_that_kills_its_worker_every_time_ends():
    """Fault 13. Claimed, never begun, eight times: then it is shown as failed."""
    letter = factories.LetterFactory()
    for _time in range(8):
        log = Journal(suffix=journal.LETTERS).__enter__()
        claiming.claim(log.begin(), 100)
        die(log)
        post.sweep()
    letter.refresh_from_db()
    assert (letter.state, letter.attempts, letter.reason) == ("failed", 8, "worker_died")
