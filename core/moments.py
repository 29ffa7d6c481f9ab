"""Moments in words."""

import re
from datetime import datetime, time

from django.utils import timezone
from django.utils.formats import date_format

#: A day as ISO 8601 writes it, and perhaps a time of day after it.
STORED = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d\S*)?")


def day_or_moment(at: datetime) -> str:
    """Day and time of day by the library's clock; the day alone where it is midnight sharp: a file
    that says no time of day is stored like that. ``at`` without a zone is by that clock already.
    """
    if timezone.is_aware(at):
        at = timezone.localtime(at)
    if at.time() == time.min:
        return date_format(at, "DATE_FORMAT")
    return date_format(at, "DATETIME_FORMAT")


def to_the_second(at: datetime) -> str:
    """A moment in local time with its second: "2026年3月5日 14:05:09", "5 Mar 2026, 14:05:09"."""
    at = timezone.localtime(at)
    return f"{date_format(at, 'DATETIME_FORMAT')}:{at:%S}"


def stored_day_or_moment(text: str) -> str:
    """What a row keeps as a text ("2026-03-05", "2026-03-05 14:05") as pages write days; every
    other text as it is, a number of eight digits too.
    """
    if not STORED.fullmatch(text):
        return text
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return day_or_moment(at)
