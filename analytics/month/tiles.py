"""One number of a month with what it is compared with, and what it rests on."""

from dataclasses import dataclass

from core.disclosure import Count
from crm.sources.days import Coverage


@dataclass(frozen=True)
class Tile:
    """One number of persons with what it is compared with."""

    metric: str
    value: Count
    before: Count
    last_year: Count
    #: Difference to the same month last year (``Month.change``).
    change: int | None
    target: int | None
    #: Which of the month's days it rests on.
    recorded: Coverage

    @property
    def on_target(self) -> bool | None:
        """Whether the target is reached. None without a target, and where the figure may not be
        told or days are missing that it might have been reached in.
        """
        reached = self.value.public_number
        if None in (reached, self.target):
            return None
        # Missing days can only add to the number: a target that is reached stays so.
        if reached < self.target and not self.recorded.is_whole:
            return None
        return reached >= self.target


def difference(now: Count, before: Count) -> int | None:
    """``now`` less ``before``, in persons; None unless both may be told."""
    now_told, before_told = now.public_number, before.public_number
    if None in (now_told, before_told):
        return None
    return now_told - before_told
