"""How many readers two segments have in common."""

from dataclasses import dataclass

from django.db import connection

from core.disclosure import Count, Missing, is_small
from crm.readers.scopes import NOBODY, campus_of, scope_of
from crm.segments.figures import share_of
from crm.segments.models import Segment
from crm.staff.models import User

#: Members by whether they are in the one segment and in the other.
MEMBERS = """
SELECT bool_or(m.segment_id = %(one)s), bool_or(m.segment_id = %(other)s)
FROM crm_segmentmember m
JOIN crm_reader r ON r.id = m.reader_id
WHERE m.segment_id IN (%(one)s, %(other)s)
  AND (%(campus)s::integer IS NULL OR r.campus_id = %(campus)s::integer)
GROUP BY m.reader_id
"""
COUNTED = f"""
SELECT count(*) FILTER (WHERE in_one AND in_other),
       count(*) FILTER (WHERE in_one AND NOT in_other),
       count(*) FILTER (WHERE in_other AND NOT in_one)
FROM ({MEMBERS}) AS members (in_one, in_other)
"""


@dataclass(frozen=True)
class Overlap:
    """Members of two segments: in both, in one alone, and of each in all.

    ``share_of_one``: the part of the first that is in the other as well, from 0 to 1; None where
    it may not be told, and of nobody.
    """

    both: Count
    only_one: Count
    only_other: Count
    one: Count
    other: Count
    share_of_one: float | None
    share_of_other: float | None


def overlap_for(viewer: User, one: Segment, other: Segment) -> Overlap:
    """Of the members stored now those whom ``viewer`` may open; nobody else is told anything.

    The sizes of both stand beside them, so that each of the three parts follows from another: where
    one is small, all are withheld.
    """
    scope = scope_of(viewer)
    if scope == NOBODY:
        hidden = Count.without(Missing.WITHHELD)
        return Overlap(hidden, hidden, hidden, hidden, hidden, None, None)

    parts = count_members(one, other, campus_of(scope))
    both, only_one, only_other = map(Count.of, parts)
    if any(map(is_small, parts)):
        both = only_one = only_other = Count.without(Missing.WITHHELD)
    size_of_one, size_of_other = parts[0] + parts[1], parts[0] + parts[2]
    return Overlap(
        both=both,
        only_one=only_one,
        only_other=only_other,
        one=Count.of(size_of_one),
        other=Count.of(size_of_other),
        share_of_one=share_of(both, size_of_one),
        share_of_other=share_of(both, size_of_other),
    )


def count_members(one: Segment, other: Segment, campus: int | None) -> tuple[int, int, int]:
    """(in both, in the first alone, in the second alone), of one campus or of all where it is None.
    Exact, not yet fit for anybody's eyes; one statement.
    """
    asked = {"one": one.pk, "other": other.pk, "campus": campus}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, asked)
        return cursor.fetchone()
