"""Which of several rows of one person is the newest, by days that rows say of themselves."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from crm.imports.clocks import Clock, clock_within
from crm.imports.dates import date_of
from crm.imports.day_texts import plain_day
from crm.imports.fields import Refusal, clean, is_blank

#: Words and days by which systems say that something has no end; zeros say nothing of it.
NO_END = re.compile(
    r"[29]999.*|.*[29]999|长期|长期有效|永久|永久有效|不限|无限期"
    r"|never|permanent|unlimited|indefinite",
    re.IGNORECASE,
)
WITHOUT_END = date(9999, 12, 31)
MIDNIGHT = Clock(0)


def until(style: str) -> Callable[[str], date | None]:
    """Function from the day on which something ends to that day, as rows are compared by it.

    What has no end is valid longest. None for a cell that says nothing, or that nobody
    understands: whoever takes the day itself warns of it. ``style``: see ``date_of``.
    """
    to_day = date_of("expires_on", style)

    def convert(cell: str) -> date | None:
        """The day of one cell, WITHOUT_END for what has no end; None for what says nothing."""
        text = plain_day(clean("expires_on", cell))
        if not is_blank(text) and NO_END.fullmatch(text):
            return WITHOUT_END
        try:
            return to_day(cell)
        except Refusal:
            return None

    return convert


def changed_at(style: str) -> Callable[[str], datetime | None]:
    """Function from when a row was changed to that moment, without a zone; midnight where the cell
    has no time of day. None for a cell that says nothing.

    ``style``: see ``date_of``. The function raises Refusal for what is no day.
    """
    to_day = date_of("updated_on", style)

    def convert(cell: str) -> datetime | None:
        """The moment of one cell; None for an empty one. Raises Refusal."""
        day = to_day(cell)
        if day is None:
            return None
        clock = clock_within(cell) or MIDNIGHT
        return datetime.combine(day, time()) + timedelta(
            hours=clock.hour, minutes=clock.minute, seconds=clock.second
        )

    return convert
