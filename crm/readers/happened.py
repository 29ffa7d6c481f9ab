"""On which days readers were there."""

from collections.abc import Sequence
from datetime import date
from itertools import chain
from operator import itemgetter

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from crm.readers.models import Activity

#: What nobody does in a library that is closed. A renewal is made from anywhere.
IN_PERSON = (Activity.Kind.VISIT, Activity.Kind.SEAT, Activity.Kind.LOAN)
#: Parameters: first days, last days, kinds, zone of the library, campus or None. One look at the
#: index a day and kind, however many rows there are.
DAYS_WITH_ACTIVITIES = """
SELECT day::date
FROM unnest(%(firsts)s::date[], %(lasts)s::date[]) AS run (first, last)
CROSS JOIN generate_series(run.first, run.last, interval '1 day') AS day
WHERE EXISTS (
    SELECT FROM crm_activity
    WHERE kind = ANY(%(kinds)s)
        AND at >= day::date::timestamp AT TIME ZONE %(zone)s
        AND at < (day::date + 1)::timestamp AT TIME ZONE %(zone)s
        AND (%(campus)s::bigint IS NULL OR campus_id = %(campus)s))
"""


def days_of_rows(
    rows: QuerySet, column: str, runs: Sequence[tuple[date, date]], campus: int | None
) -> set[date]:
    """The days of ``runs`` that stand in ``column`` of ``rows``, at the campus of that key or
    anywhere without one. One statement, none without any run.
    """
    if not runs:
        return set()
    within = Q()
    for days in runs:
        within |= Q((f"{column}__range", days))
    if campus is not None:
        rows = rows.filter(campus=campus)
    return set(rows.filter(within).values_list(column, flat=True).distinct())


def days_with_activities(runs: Sequence[tuple[date, date]], campus: int | None) -> set[date]:
    """The days of ``runs`` on which a reader came, took a seat or borrowed, at the campus of that
    key or anywhere without one; only what is kept in single rows is known by its day. One
    statement.
    """
    asked = {
        "firsts": list(map(itemgetter(0), runs)),
        "lasts": list(map(itemgetter(1), runs)),
        "kinds": list(map(str, IN_PERSON)),
        "zone": settings.TIME_ZONE,
        "campus": campus,
    }
    with connection.cursor() as cursor:
        cursor.execute(DAYS_WITH_ACTIVITIES, asked)
        return set(chain.from_iterable(cursor.fetchall()))
