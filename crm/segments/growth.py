"""How many members a segment had, day by day: counted back from those it has now by the log."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils import timezone

from crm.clock.models import Night
from crm.segments.models import Segment
from crm.segments.terms import LOG

#: Whoever entered and left on one day counts in both columns; members and changes are read at one
#: moment. There is one row at least. Parameters: segment, and twice the campus whose readers alone
#: are counted, or NULL; time zone, segment, the same twice, and twice the moment before which the
#: log may be cut short, or NULL.
BY_DAY = """
WITH members AS (
    SELECT count(*) AS now
    FROM crm_segmentmember
    WHERE segment_id = %s
      AND (%s::integer IS NULL OR reader_id IN (SELECT id FROM crm_reader WHERE campus_id = %s))
),
changes AS (
    SELECT (at AT TIME ZONE %s)::date AS day,
           count(*) FILTER (WHERE entered) AS entered,
           count(*) FILTER (WHERE NOT entered) AS gone
    FROM crm_segmentlog
    WHERE segment_id = %s
      AND (%s::integer IS NULL OR reader_id IN (SELECT id FROM crm_reader WHERE campus_id = %s))
      AND (%s::timestamptz IS NULL OR at >= %s)
    GROUP BY 1
)
SELECT members.now, changes.day, changes.entered, changes.gone
FROM members LEFT JOIN changes ON true
ORDER BY changes.day
"""
ONE_DAY = timedelta(days=1)


class Day(NamedTuple):
    """A day on which something changed, and the number of members at its end.

    Of the day before the first one whose log is whole only the size is known: what led to it is
    None.
    """

    day: date
    size: int
    entered: int | None
    left: int | None

    @property
    def is_opening(self) -> bool:
        """Whether its log may have been removed."""
        return self.entered is None

    @property
    def parts(self) -> tuple[int, int]:
        """What it adds to the size and takes from it; before the first day there was nobody."""
        if None in (self.entered, self.left):
            return self.size, 0
        return self.entered, self.left


def by_day(segment: Segment, campus: int | None = None) -> list[Day]:
    """Every day something changed, oldest first; with a ``campus`` of its readers alone.

    Counted back from the members stored now, since the retention clock removes the beginning of
    the log: an opening day stands before what is left of it.
    """
    since = _log_is_whole_since(segment)
    with connection.cursor() as cursor:
        of_campus = [segment.pk, campus, campus]
        cursor.execute(BY_DAY, [*of_campus, settings.TIME_ZONE, *of_campus, since, since])
        rows = cursor.fetchall()

    members = rows[0][0]
    changed = [row[1:] for row in rows if row[1] is not None]
    opening = members - sum(entered - left for _day, entered, left in changed)
    days = _opening_day(since, opening, changed)
    size = opening
    for day, entered, left in changed:
        size += entered - left
        days.append(Day(day, size, entered, left))
    return days


def _log_is_whole_since(segment: Segment) -> datetime | None:
    """The moment before which changes of this segment may be gone; None where none is."""
    cut = Night.objects.removed_until(LOG)
    if cut is None or segment.created_at >= cut:
        return None
    return cut


def _opening_day(since: datetime | None, size: int, changed: Sequence[tuple]) -> list[Day]:
    """The day before those of ``changed``, with the members at its end; none where all is known.

    With ``since`` it stands there for everybody who came before the log was cut. Without, it stands
    for members of whom the log does not say when they came.
    """
    if since is not None and (size or changed):
        return [Day(timezone.localdate(since) - ONE_DAY, size, None, None)]
    if size and changed:
        return [Day(changed[0][0] - ONE_DAY, size, None, None)]
    return []
