"""Every night the dates move those whose first or last day has passed."""

from datetime import date

from django.db import transaction

from core.disclosure import Count
from crm.staff import audit
from crm.staff.words import AuditAction
from crm.standings.moving import batches, behind, move


def run_night(*, day: date) -> int:
    """Bring every reader to ``day``, batch by batch, each in a transaction of its own; returns how
    many moved.

    Stopped anywhere it goes on where it was; a night that was missed is made up for by the next.
    """
    moved = 0
    for readers in batches(behind(day)):
        moved += move_readers(readers=readers, day=day)
    return moved


@transaction.atomic
def move_readers(*, readers: list[int], day: date) -> int:
    """One batch, with its line in the trail: both or neither. Returns how many moved; where nobody
    did, the trail says nothing. ``readers``: their keys.
    """
    moved = move(readers, day)
    if moved:
        told = Count.of(moved).public_number
        audit.record(action=AuditAction.STANDING_MOVE, day=day.isoformat(), readers=told)
    return moved
