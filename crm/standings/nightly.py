"""Every night the dates move those whose first or last day has passed."""

from datetime import date

from crm.standings.actions import move_readers
from crm.standings.moving import batches, behind


def run_night(*, day: date) -> int:
    """Bring every reader to ``day``, batch by batch; returns how many moved.

    Stopped anywhere it goes on where it was; a night that was missed is made up for by the next.
    """
    moved = 0
    for readers in batches(behind(day)):
        moved += move_readers(readers=readers, day=day)
    return moved
