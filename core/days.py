"""Days that can be meant: what lies outside is a slip of the hand, and breaks arithmetic later.
And months in a row.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible
from django.utils.formats import date_format
from django.utils.translation import gettext as _

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


def nearest_plausible(day: date) -> date:
    """The day itself, or the first or last one that can be meant.

    Between FIRST_DAY and LAST_DAY, both included. For arithmetic; a form says instead what is wrong
    (``PlausibleDay``).
    """
    return min(max(day, FIRST_DAY), LAST_DAY)


def months_up_to(day: date, count: int) -> list[date]:
    """First days of ``count`` months in a row, the oldest first, the one of ``day`` the last."""
    index = day.year * 12 + day.month - 1
    found = []
    for number in range(index - count + 1, index + 1):
        found.append(date(number // 12, number % 12 + 1, 1))
    return found


@deconstructible
class PlausibleDay:
    """Validator of form fields with a day or a moment; ``first`` is the earliest day taken.

    A moment comes in local time, as forms make it.
    """

    def __init__(self, first: date = FIRST_DAY):
        """``first`` is taken itself, too."""
        self.first = first

    def __call__(self, value: date) -> None:
        """ValidationError for what lies before the first or after the last day."""
        # A moment is a date to Python, but cannot be compared with one.
        day = date(value.year, value.month, value.day)
        if not self.first <= day <= LAST_DAY:
            raise ValidationError(
                _("Please give a day from %(first)s to %(last)s."),
                params={"first": date_format(self.first), "last": date_format(LAST_DAY)},
            )
