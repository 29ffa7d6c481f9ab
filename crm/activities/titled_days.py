"""The day of a list whose rows say none: it stands over the table, or in the name of the file."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from django.utils import timezone

from core.columns import the_only
from core.days import FIRST_DAY

#: 2026年11月20日, 2026-11-20, 2026.11.20, 20261120.
WRITTEN = (
    re.compile(r"(?<!\d)(\d{4})\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日"),
    re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(20\d\d)(\d\d)(\d\d)(?!\d)"),
)


def the_day_in(texts: Iterable[str]) -> date | None:
    """The one day that is written in ``texts``; None where there is none, or more than one."""
    found: set[date] = set()
    for text in texts:
        found.update(days_in(text))
    return the_only(found)


def days_in(text: str) -> Iterator[date]:
    """The days that are written in a text, from FIRST_DAY up to today."""
    for shape in WRITTEN:
        for match in shape.finditer(text):
            day = as_day(filter(str.isdecimal, match.groups()))
            if day and FIRST_DAY <= day <= timezone.localdate():
                yield day


def as_day(parts: Iterable[str]) -> date | None:
    """Year, month and day as a day; None for what is none."""
    try:
        return date(*map(int, parts))
    except ValueError:
        return None
