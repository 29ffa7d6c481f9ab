"""What a run that died leaves behind: its rows, its journal, and the sweep that settles them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.sending import delivery, run, tasks
from campaigns.sending.delivery import SendResult
from campaigns.sending.models import Delivery
from crm.letters import journal
from crm.letters.journal import Journal
from tests.campaigns.sending.building import launched, states

pytestmark = pytest.mark.django_db


# --- crash and sweep ------------------------------------------------------------------------------
def claimed(content, librarian, readers=4) -> tuple[Journal, str, list[int]]:
    """A run that has its rows inflight and then died: its journal is left without a lock."""
    launched(content, librarian, readers)
    log = Journal().__enter__()
    token = log.begin()
    pks = [to.pk for to in delivery.claim(content, token, 100)]
    delivery.mark_inflight(token, pks)
    return log, token, pks


def die(log: Journal) -> None:
    log.__exit__(RuntimeError, RuntimeError(), None)


def test_dead_run_is_settled_from_its_journal(content, librarian):
    """Faults 1, 5. What a killed worker had done is known, but for the one mail in its hand."""
    log, _token, (sent, refused, doubtful, untouched) = claimed(content, librarian)
    log.intend(sent)
    log.accepted(sent, 1_790_000_000.5)
    log.intend(refused)
    log.refused(refused, "refused", "550 no\nsuch user")
    log.intend(doubtful)
    die(log)
    assert delivery.reconcile() == 4
    rows = {row.pk: row for row in content.deliveries.all()}
    assert (rows[sent].state, rows[sent].sent_at.timestamp()) == ("sent", 1_790_000_000.5)
    assert (rows[refused].state, rows[refused].reason) == ("failed", "550 no such user")
    assert (rows[doubtful].state, rows[doubtful].reason) == ("unknown", "worker_died")
    assert (rows[untouched].state, rows[untouched].claimed_by) == ("pending", "")


def test_sweep_twice_changes_nothing_the_second_time(content, librarian):
    """Fault 15. The sweep may be delivered twice, or run on two machines."""
    log, _token, pks = claimed(content, librarian)
    log.intend(pks[0])
    die(log)
    tasks.sweep_deliveries()
    before = list(content.deliveries.order_by("pk").values())
    tasks.sweep_deliveries()
    assert before == list(content.deliveries.order_by("pk").values())


def test_sweep_leaves_a_living_run_alone(content, librarian):
    log, _token, _pks = claimed(content, librarian)
    Delivery.objects.update(lease_until=timezone.now() - timedelta(days=1))
    assert (delivery.reconcile(), delivery.expire()) == (0, 0)
    assert states(content) == {"inflight": 4}
    die(log)


def test_lost_journal_makes_inflight_unknown_only_after_lease_and_grace(content, librarian):
    log, _token, _pks = claimed(content, librarian)
    die(log)
    log.path.unlink()
    Delivery.objects.update(lease_until=timezone.now() - timedelta(minutes=1))
    assert delivery.expire() == 0
    Delivery.objects.update(lease_until=timezone.now() - delivery.GRACE - timedelta(minutes=1))
    assert delivery.expire() == 4
    assert set(content.deliveries.values_list("state", "reason")) == {("unknown", "lease_over")}


def test_run_that_outlived_its_lease_sends_nothing(content, librarian):
    """Fault 14. A worker that was frozen for longer than its lease finds its rows taken."""
    launched(content, librarian)
    with Journal() as log:
        token = log.begin()
        pks = [to.pk for to in delivery.claim(content, token, 100)]
        Delivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        delivery.expire()
        assert delivery.mark_inflight(token, pks) == set()
    assert states(content) == {"pending": 3}


def test_settling_rows_of_another_run_changes_nothing(content, librarian):
    """Fault 14.

    A late answer of a run that lost its rows must not overwrite what became of them.
    """
    log, _token, pks = claimed(content, librarian)
    assert delivery.settle("other:1", [SendResult(pk, "sent") for pk in pks]) == 0
    die(log)


def test_worker_off_for_days_then_one_message_per_run(content, librarian, sink):
    """Fault 12. Messages that pile up while no worker listens mail nobody more than once."""
    launched(content, librarian)
    Delivery.objects.update(due_at=timezone.now() - timedelta(days=5))
    for _sweep in range(50):
        tasks.sweep_deliveries()
    run.send(content.pk)
    assert len(sink.received) == 3


def test_stop_hands_unsent_rows_back_at_once(content, librarian, sink):
    """Fault 16. A worker that is asked to end leaves no rows waiting for their lease to run out."""
    launched(content, librarian)
    run.stop.set()
    try:
        with Journal() as log, run.smtp.Connection() as server:
            run.Run(content, log, 0).batch(server)
    finally:
        run.stop.clear()
    assert (states(content), sink.received) == ({"pending": 3}, [])
    assert set(content.deliveries.values_list("attempts", flat=True)) == {0}


# --- journal --------------------------------------------------------------------------------------
def test_journal_line_cut_off_by_a_crash_is_left_out():
    (batch,) = journal.replay("B run:1\nI 5\nA 5 1.5\nI 6\nI 7")
    assert (batch.intended, batch.accepted, batch.refused) == ({5, 6}, {5: 1.5}, {})


def test_journal_forgets_settled_batches():
    assert journal.replay("B run:1\nI 5\nS run:1\n") == []


def test_clean_run_leaves_no_journal(content, librarian, sink):
    launched(content, librarian)
    run.send(content.pk)
    assert journal.files() == []
