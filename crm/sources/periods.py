"""Which days a file is about, from the days on which something stands in it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

#: So many days without a single row are no quiet time: nobody recorded them.
SILENCE = timedelta(days=31)
#: A stretch with fewer of the file's rows than this, far from all others, is a slip of the hand.
STRAY = 0.001


def written_runs(runs: Iterable[tuple[date, date]]) -> str:
    """Runs of days as a form sends them: "2026-10-01/2026-10-01 2026-10-09/2026-10-10"."""
    return " ".join(f"{first}/{last}" for first, last in runs)


def read_runs(text: str) -> list[tuple[date, date]]:
    """(first, last) of each run that ``written_runs`` wrote; ValueError for anything else, also
    where a run ends before it begins.
    """
    found = []
    for run in text.split():
        first, _slash, last = run.partition("/")
        days = date.fromisoformat(first), date.fromisoformat(last)
        if days[1] < days[0]:
            raise ValueError(run)
        found.append(days)
    return found


@dataclass(frozen=True)
class Stretch:
    """Days from ``first`` to ``last`` with ``rows`` rows, no long silence among them."""

    first: date
    last: date
    rows: int


def stretches(
    days: Iterable[tuple[date, int]], silence: timedelta = SILENCE, stray: float = STRAY
) -> list[Stretch]:
    """The times that a file covers; ``days``: (day, rows on it) in order. Between two of them lie
    more days than ``silence``, and each has a larger part of all rows than ``stray``.

    A file covers the days from its first to its last, but no silence of more than a month, and no
    lone day whose year was mistyped.
    """
    found: list[Stretch] = []
    for day, rows in days:
        if found and day - found[-1].last <= silence:
            found[-1] = Stretch(found[-1].first, day, found[-1].rows + rows)
        else:
            found.append(Stretch(day, day, rows))
    return without_strays(found, stray)


def without_strays(found: list[Stretch], stray: float) -> list[Stretch]:
    """Those of the stretches that have a larger part of all rows than ``stray``."""
    total = sum(stretch.rows for stretch in found)
    return [stretch for stretch in found if stretch.rows > total * stray]
