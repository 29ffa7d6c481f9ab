"""Counting a rule and keeping a segment's members.

One transaction, one statement, written as a difference.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import DatabaseError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.errors import QueryCanceled

from core.disclosure import Count
from crm.readers.scopes import CAMPUS_KEY, EVERYBODY, CountedReaders, campus_of, scope_of
from crm.segments.compile import compile_rule, compile_segment
from crm.segments.models import Segment
from crm.segments.nesting import nested_first
from crm.segments.rule import Rule, RuleError
from crm.staff.models import User

#: First half of the advisory lock's key; the second is the segment, or 0 for all rules together.
#: Any constant does, if nobody else uses it.
LOCK_SPACE = 0x5E67
#: Milliseconds that the database may take, while a person types and in the worker.
COUNT_MS = 5_000
REFRESH_MS = 240_000

#: Joiners and leavers are found against one snapshot and written with their log by the same
#: statement. A full join can only be hashed or merged, and leavers are deleted by their place, so
#: no estimate, however wrong (for a segment filled a moment ago), leads to a loop over members
#: times readers. Parameters: those of the rule, then segment; segment, time; segment; segment,
#: time.
DIFFERENCE = """
WITH selected AS MATERIALIZED ({selected}),
changed AS MATERIALIZED (
    SELECT selected.id AS joiner, member.reader_id AS leaver, member.row_place
    FROM selected
    FULL JOIN (
        SELECT reader_id, ctid AS row_place
        FROM crm_segmentmember
        WHERE segment_id = %s
    ) member ON member.reader_id = selected.id
    WHERE selected.id IS NULL OR member.reader_id IS NULL
),
joined AS (
    INSERT INTO crm_segmentmember (segment_id, reader_id, since)
    SELECT %s, joiner, %s
    FROM changed
    WHERE leaver IS NULL
),
removed AS (
    DELETE FROM crm_segmentmember
    WHERE segment_id = %s
      AND ctid = ANY(ARRAY(SELECT row_place FROM changed WHERE joiner IS NULL))
),
logged AS (
    INSERT INTO crm_segmentlog (segment_id, reader_id, entered, at)
    SELECT %s, COALESCE(joiner, leaver), leaver IS NULL, %s
    FROM changed
)
SELECT (SELECT count(*) FROM selected), count(joiner), count(leaver), (
    SELECT COALESCE(jsonb_object_agg(campus, jsonb_build_array(members, keys)), '{{}}')
    FROM (
        SELECT COALESCE('{campus_key}' || campus_id, '') AS campus,
               count(*) AS members,
               sum(count_key) AS keys
        FROM selected
        GROUP BY campus_id
    ) by_campus
)
FROM changed
"""
#: The columns that both statements read of every reader meant.
COLUMNS = "r.id, r.campus_id, r.count_key"
#: Those a viewer may open, the others, and the sum of the others' keys. Parameter: the campus.
COUNT_ONE_CAMPUS = """
SELECT count(*) FILTER (WHERE campus_id = %s),
       count(*) FILTER (WHERE campus_id IS DISTINCT FROM %s),
       COALESCE(sum(count_key) FILTER (WHERE campus_id IS DISTINCT FROM %s), 0)
FROM ({selected}) AS selected
"""
#: No reader's campus: who may open nobody counts none as their own.
NO_CAMPUS = -1


@dataclass(frozen=True)
class Diff:
    """What a refresh did: persons now in the segment, how many entered and left, milliseconds.

    With an ``error`` nothing was changed and ``size`` is the old one.
    """

    size: int | None
    entered: int = 0
    left: int = 0
    ms: int = 0
    error: str = ""
    too_slow: bool = False

    def told_to(self, viewer: User) -> tuple[Count, Count]:
        """(entered, left), for who may open every reader: among them are those of all campuses."""
        is_hidden = scope_of(viewer) != EVERYBODY
        entered, left = Count.of(self.entered), Count.of(self.left)
        return entered.withheld_where(is_hidden), left.withheld_where(is_hidden)


class TooSlow(Exception):
    """The database was stopped because the answer took too long.

    The message is for the person waiting.
    """


@contextmanager
def at_most(milliseconds: int) -> Iterator[None]:
    """Run the block in a transaction (or savepoint) that the database ends after so long.

    Raises TooSlow.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            before = cursor.fetchone()[0]

            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(milliseconds)])
            yield
            # The setting outlives a savepoint; what the caller does next has its own limit.
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [before])
    except OperationalError as error:
        if not isinstance(error.__cause__, QueryCanceled):
            raise

        message = _(
            "This took longer than %(s)s seconds and was stopped. "
            "Fewer or narrower conditions are faster."
        )
        raise TooSlow(message % {"s": round(milliseconds / 1000)}) from error


def count_readers(rule: Rule, *, as_of: datetime | None = None, limit_ms: int = COUNT_MS) -> int:
    """Readers a rule means at ``as_of``, nested segments unfolded. The number is exact; what a
    viewer may be told of it comes from ``count_for``.

    RuleError or TooSlow when there is no answer within ``limit_ms`` milliseconds.
    """
    sql, params = compile_rule(rule, as_of=as_of)
    with at_most(limit_ms), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) AS selected", params)
        return cursor.fetchone()[0]


def count_for(
    viewer: User, rule: Rule, *, as_of: datetime | None = None, limit_ms: int = COUNT_MS
) -> CountedReaders:
    """Like ``count_readers``, told apart by whom ``viewer`` may open, by one statement as well.
    RuleError and TooSlow as there.
    """
    scope = scope_of(viewer)
    if scope == EVERYBODY:
        return CountedReaders(scope, count_readers(rule, as_of=as_of, limit_ms=limit_ms))

    campus = campus_of(scope) or NO_CAMPUS
    sql, params = compile_rule(rule, as_of=as_of, columns=COLUMNS)
    with at_most(limit_ms), connection.cursor() as cursor:
        statement = COUNT_ONE_CAMPUS.format(selected=sql)
        cursor.execute(statement, [campus, campus, campus, *params])
        own, others, keys = cursor.fetchone()
    return CountedReaders(scope, own, others, int(keys))


def refresh_segment(
    segment: Segment, *, as_of: datetime | None = None, limit_ms: int = REFRESH_MS
) -> Diff:
    """Bring the members up to date.

    What goes wrong is stored on the segment, and its old members stay. Safe to run twice or at
    once: the second waits for the first and then finds nothing to change.
    """
    started = monotonic()
    try:
        with at_most(limit_ms):
            size, entered, left = _write_difference(segment.pk, as_of)
    except (RuleError, TooSlow, DatabaseError) as error:
        diff = Diff(
            segment.size,
            ms=_milliseconds_since(started),
            error=str(error).strip()[:300],
            too_slow=isinstance(error, TooSlow),
        )
        # Outside the block above, whose transaction has just been rolled back.
        Segment.objects.filter(pk=segment.pk).update(error=diff.error)
    else:
        diff = Diff(size, entered, left, _milliseconds_since(started))
        Segment.objects.filter(pk=segment.pk).update(refresh_ms=diff.ms)

    segment.refresh_from_db()
    return diff


def _milliseconds_since(started: float) -> int:
    """Whole milliseconds; ``started`` is on the monotonic clock."""
    return round((monotonic() - started) * 1000)


def _write_difference(pk: int, as_of: datetime | None) -> tuple[int, int, int]:
    """(persons now in the segment, entered, left). Writes members, log and the segment's own row;
    RuleError where its rule cannot be used any more, DoesNotExist where it was deleted meanwhile.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, pk])

        # Read behind the lock: the rule may have been changed while another refresh ran.
        segment = Segment.objects.get(pk=pk)
        now = as_of or timezone.now()
        sql, params = compile_segment(segment, as_of=now, columns=COLUMNS)

        statement = DIFFERENCE.format(selected=sql, campus_key=CAMPUS_KEY)
        cursor.execute(statement, [*params, pk, pk, now, pk, pk, now])
        size, entered, left, by_campus = cursor.fetchone()

    Segment.objects.filter(pk=pk).update(
        size=size,
        campus_sizes=json.loads(by_campus),
        refreshed_at=now,
        refreshed_version=segment.version,
        error="",
    )
    return size, entered, left


def refresh_all_segments(*, as_of: datetime | None = None) -> dict[int, Diff]:
    """Refresh every segment as of one moment, nested ones first; {segment id: what happened}. One
    that fails does not hold up the others: its Diff has the error.
    """
    now = as_of or timezone.now()
    segments = Segment.objects.in_bulk()
    rules = {pk: segment.rule for pk, segment in segments.items()}

    diffs = {}
    for pk in nested_first(rules):
        diffs[pk] = refresh_segment(segments[pk], as_of=now)
    return diffs
