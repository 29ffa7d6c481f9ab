"""Removing what is over its term: every night, every kind, batch by batch."""

import logging
import time
from datetime import date

from django.db import transaction
from django.utils import timezone

from core.terms import Busy, Interval, Over, Term, registered, still_needed
from crm.clock.models import Night
from crm.clock.terms_in_force import days_of, start_of
from crm.staff import audit
from crm.staff.words import AuditAction

log = logging.getLogger(__name__)

#: How one kind's part of a night ended: stopped by the time, left to who is at work on its rows.
DONE, STOPPED, BUSY, FAILED = "done", "stopped", "busy", "failed"


def run_night(*, night: date, seconds: float = 600) -> bool:
    """Remove what is over its term on ``night``; False where the time was over before the work.

    Kind by kind, batch by batch, each batch a transaction: stopped anywhere, it goes on where it
    was, and run again it finds nothing more. A kind that fails does not hold up the others, nor one
    that somebody is at work on: it is tried again after them, until the time is over.
    """
    kept = still_needed()
    ends = time.monotonic() + seconds
    left = list(registered())
    while left:
        busy = []
        for term in left:
            state = _run_term(night, kept, term, ends)
            if state == STOPPED:
                return False
            if state == BUSY:
                busy.append(term)
        # Not waited for in a sleep: each try waits for the lock.
        if busy and time.monotonic() > ends:
            return False
        left = busy
    return True


@transaction.atomic
def begin(*, term: Term, night: date, kept: tuple[Interval, ...]) -> Night:
    """The row of this kind and night; one that was begun goes on with what it said, also where the
    library has chosen another term since.
    """
    row, _is_new = Night.objects.get_or_create(
        code=term.code,
        night=night,
        defaults={
            "before": start_of(night, days_of(term)),
            "kept": [[start.isoformat(), end.isoformat()] for start, end in kept],
        },
    )
    return row


def _run_term(night: date, kept: tuple[Interval, ...], term: Term, ends: float) -> str:
    """Everything of one kind; how that ended, by one of the words above. Raises nothing: what fails
    is logged.
    """
    try:
        row = begin(term=term, night=night, kept=kept)
        return _remove_all(row, term, ends)
    except Busy:
        return BUSY
    # Whatever is wrong with one kind: the log says where to look, the next night tries again.
    except Exception:
        log.exception("retention of %s stopped", term.code)
        return FAILED


def _remove_all(row: Night, term: Term, ends: float) -> str:
    """Batch by batch, until nothing is left or the clock on the wall stops it; DONE or STOPPED. The
    first batch is always done.
    """
    over = row.over
    while remove_batch(row=row, term=term, over=over):
        if time.monotonic() > ends:
            return STOPPED
    if row.ended_at is None:
        Night.objects.filter(pk=row.pk).update(ended_at=timezone.now())
    return DONE


@transaction.atomic
def remove_batch(*, row: Night, term: Term, over: Over) -> int:
    """One batch, and that it was done: both or neither. Returns how many rows, 0 where nothing is
    left.

    An audit row says how many, unless the database's owner removes them, whose function writes its
    own.
    """
    # Of two workers one removes and one waits; the second then finds the rest, or nothing.
    held = Night.objects.select_for_update().get(pk=row.pk)
    taken = term.remove(over)
    if not taken:
        return 0
    Night.objects.filter(pk=held.pk).update(removed=held.removed + taken)
    if not term.by_owner:
        audit.record(
            action=AuditAction.RETENTION_REMOVE,
            kind=term.code,
            rows=taken,
            before=over.before.isoformat(),
        )
    return taken
