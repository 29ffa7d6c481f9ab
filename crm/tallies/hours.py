"""Which hours of a day gates told of, and which of them are missing. Pure.

A counter that was off for an hour says nothing of it: the day has fewer visits then, and is told in
part.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import chain


class Hours:
    """Which hours a gate told of on which day, and on which days some are missing."""

    def __init__(self):
        """Begin with nothing seen. ``seen`` is {(place, gate): {day: hours from 0 to 23}}."""
        self.seen: dict[tuple, dict[date, set[int]]] = defaultdict(lambda: defaultdict(set))

    def see(self, gate: tuple, day: date, minute: int) -> None:
        """Note that a gate told of the hour in which ``minute`` of the day lies. ``gate``: (place,
        gate). The same hour twice is noted once.
        """
        self.seen[gate][day].add(minute // 60)

    @property
    def are_told(self) -> bool:
        """Whether any gate told of more than one hour of a day: else the time is that of a daily
        report. False where no hour was seen.
        """
        return any(max(map(len, days.values())) > 1 for days in self.seen.values())

    def incomplete(self) -> set[tuple[int | None, date]]:
        """(place, day) of which hours are missing: between the first and the last of the day, and
        those that most days of the same weekday have. One gate of a place that lacks an hour is
        enough.
        """
        found = set()
        for (place, _gate), days in self.seen.items():
            found.update((place, day) for day in days_with_gaps(days))
        return found


def days_with_gaps(days: dict[date, set[int]]) -> Iterator[date]:
    """Days of one gate on which an hour is missing: between the first and the last, or one that
    is usual on that weekday. ``days``: {day: hours}.
    """
    usual = usual_hours(days)
    for day, hours in days.items():
        if has_gap(hours) or usual[day.weekday()] - hours:
            yield day


def usual_hours(days: dict[date, set[int]]) -> dict[int, set[int]]:
    """{weekday, Monday 0: hours that more than half of its days have}; of a single day nothing is
    usual, and of a weekday without any the set is empty. ``days``: {day: hours} of one gate.
    """
    of_weekdays: dict[int, list[set[int]]] = defaultdict(list)
    for day, hours in days.items():
        of_weekdays[day.weekday()].append(hours)
    found: dict[int, set[int]] = defaultdict(set)
    for weekday, same in of_weekdays.items():
        if len(same) > 1:
            found[weekday] = in_most(same)
    return found


def in_most(same: list[set[int]]) -> set[int]:
    """What more than half of the sets have; empty where they have nothing in common, and for no
    sets. Half of them is not enough.
    """
    times = Counter(chain.from_iterable(same))
    return {one for one, n in times.items() if 2 * n > len(same)}


def has_gap(hours: set[int]) -> bool:
    """Whether an hour is missing between the first and the last of a day; ``hours`` has one at
    least. Of a day with one hour nothing is missing.
    """
    return len(hours) < max(hours) - min(hours) + 1
