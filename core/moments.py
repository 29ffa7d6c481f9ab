"""Moments in words."""

from datetime import datetime, time

from django.utils import timezone
from django.utils.formats import date_format


def day_or_moment(at: datetime) -> str:
    """Day and time of day by the library's clock; the day alone where it is midnight sharp: a file
    that says no time of day is stored like that. ``at`` without a zone is by that clock already.
    """
    if timezone.is_aware(at):
        at = timezone.localtime(at)
    if at.time() == time.min:
        return date_format(at, "DATE_FORMAT")
    return date_format(at, "DATETIME_FORMAT")
