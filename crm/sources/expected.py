"""Which file of a source is the next to come, and which has not come."""

from dataclasses import dataclass
from datetime import date, timedelta

from crm.sources.models import DataSource
from crm.sources.months import end_of_month


@dataclass(frozen=True)
class Expected:
    """The next file of a source: what it is about, and the day from which on it is missed."""

    source: DataSource
    first: date
    last: date
    due: date

    def is_late(self, today: date) -> bool:
        """Whether it is missed: ``due`` is the last day on which it may still come in time."""
        return self.due < today

    def days_late(self, today: date) -> int:
        """How many days ago it was due; 0 or less where it is not late."""
        return (today - self.due).days


def next_expected(source: DataSource, told_until: date | None) -> Expected | None:
    """The next file of ``source``, of which all is told up to ``told_until``: up to the end of the
    day, week or month in which the next day lies, due so many days later as the source says.

    None where no file is expected: it comes at no set times, never came, or is out of service.
    """
    if not source.is_regular or told_until is None:
        return None
    # A source that ended still owes what it recorded before its last day.
    if source.until and told_until >= source.until:
        return None
    first = told_until + timedelta(days=1)
    last = end_of_period(source.rhythm, first)
    return Expected(source, first, last, last + timedelta(days=source.due_after))


def end_of_period(rhythm: str, day: date) -> date:
    """The last day of the day, week (up to Sunday) or month that ``day`` is in; of another rhythm
    the month's.
    """
    if rhythm == DataSource.Rhythm.DAILY:
        return day
    if rhythm == DataSource.Rhythm.WEEKLY:
        return day + timedelta(days=6 - day.weekday())
    return end_of_month(day)
