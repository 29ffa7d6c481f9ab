"""Moving readers' own rows by the dates of what they are, as set-based statements.

A reader's ``kind`` and ``state`` change only when a first or a last day has passed that they were
not moved for yet: what staff or a file wrote in between stays until the next such day. ``stage`` is
written from the dates alone, so it always follows them. ``updated_at`` stays: that a day has passed
is nobody's word on a reader, and by it an import knows again the rows that it wrote.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db import connection

from crm.readers.models import Reader
from crm.standings.models import GRADUATING_KINDS, RANK, STUDENT_KINDS, Then

Stage = Reader.Stage
#: The source of what the night itself wrote down.
NIGHT = "night"
#: The source of what the reader's row said before anything was written down with dates.
KNOWN = "known"
#: Readers of one transaction: a moment's work, so that nobody waits for its locks.
BATCH = 2_500

#: A first or a last day has passed for which the reader was not moved yet.
HAS_STARTED = """s.id IS NOT NULL AND COALESCE(s.starts_on, '-infinity') <= %(day)s
                 AND (s.moved_on IS NULL OR s.moved_on < s.starts_on)"""
HAS_ENDED = "s.ends_on < %(day)s AND (s.moved_on IS NULL OR s.moved_on <= s.ends_on)"
HOLDS = """COALESCE(s.starts_on, '-infinity') <= %(day)s
           AND COALESCE(s.ends_on, 'infinity') >= %(day)s"""
IS_STUDENT = "s.kind = ANY(%(students)s)"
#: How far students are: new before they come and for a year, in their last class for the year
#: before the last day, graduated for a year after it.
STAGE = f"""
CASE
    WHEN bool_or({IS_STUDENT} AND s.starts_on + interval '1 year' > %(day)s
                 AND COALESCE(s.ends_on, 'infinity') >= %(day)s) THEN '{Stage.NEW}'
    WHEN bool_or({IS_STUDENT} AND {HOLDS} AND s.then = '{Then.ALUMNUS}'
                 AND s.ends_on - interval '1 year' < %(day)s) THEN '{Stage.FINAL}'
    WHEN bool_or({IS_STUDENT} AND {HOLDS}) THEN '{Stage.ENROLLED}'
    WHEN bool_or({IS_STUDENT} AND s.then = '{Then.ALUMNUS}' AND s.ends_on < %(day)s
                 AND s.ends_on + interval '1 year' >= %(day)s) THEN '{Stage.GRADUATED}'
    WHEN bool_or(s.then = '{Then.ALUMNUS}' AND s.ends_on < %(day)s)
         OR bool_or(s.kind = '{Reader.Kind.ALUMNUS}' AND {HOLDS}) THEN '{Stage.ALUMNUS}'
    ELSE ''
END
"""
#: Readers whose row is not what the dates say, in the order of their keys.
BEHIND = f"""
SELECT r.id
FROM crm_reader r
JOIN (
    SELECT s.reader_id,
           {STAGE} AS stage,
           bool_or(({HAS_STARTED}) OR ({HAS_ENDED})) AS is_due
    FROM crm_standing s
    GROUP BY s.reader_id
) told ON told.reader_id = r.id
WHERE told.is_due IS TRUE OR told.stage <> r.stage
ORDER BY r.id
"""
#: What follows a standing of the kind in braces where nobody said otherwise, as ``then_of``.
THEN_OF = f"""CASE WHEN {{}} = ANY(%(graduating)s) THEN '{Then.ALUMNUS}' ELSE '{Then.LEFT}' END"""
#: Which of the standings ``s`` stands in the reader's row, as its place in the rank: of those that
#: hold, of those to come.
HOLDING = f"min(array_position(%(rank)s, s.kind::text)) FILTER (WHERE {HOLDS})"
COMING = "min(array_position(%(rank)s, s.kind::text)) FILTER (WHERE s.starts_on > %(day)s)"
#: What the row of a reader says who has no dates yet stays known beside what is written down first:
#: a teacher whose years as a student are entered is still a teacher.
KEEP_KNOWN = f"""
INSERT INTO crm_standing (reader_id, kind, "then", source, moved_on, created_at)
SELECT r.id, r.kind, {THEN_OF.format("r.kind")}, '{KNOWN}', %(day)s, now()
FROM crm_reader r
JOIN (
    SELECT reader, array_agg(kind) AS kinds
    FROM unnest(%(readers)s::bigint[], %(kinds)s::text[]) AS given(reader, kind)
    GROUP BY reader
) given ON given.reader = r.id
WHERE r.state = '{Reader.State.ACTIVE}'
  AND r.kind <> ALL (given.kinds)
  AND NOT EXISTS (SELECT 1 FROM crm_standing s WHERE s.reader_id = r.id)
"""
#: Readers of a statement, as a list of their keys.
LISTED = "s.reader_id = ANY(%(readers)s)"
#: Whoever graduates is an alumnus from the next day on; not somebody who had left before. In
#: braces: which standings.
GRADUATED = f"""
INSERT INTO crm_standing (reader_id, kind, starts_on, "then", source, created_at)
SELECT s.reader_id, '{Reader.Kind.ALUMNUS}', max(s.ends_on) + 1, '{Then.LEFT}', '{NIGHT}', now()
FROM crm_standing s
JOIN crm_reader r ON r.id = s.reader_id
WHERE {{which}}
  AND s.then = '{Then.ALUMNUS}'
  AND r.state = '{Reader.State.ACTIVE}'
  AND NOT EXISTS (
      SELECT 1 FROM crm_standing a
      WHERE a.reader_id = s.reader_id AND a.kind = '{Reader.Kind.ALUMNUS}' AND a.ends_on IS NULL
  )
GROUP BY s.reader_id
ON CONFLICT DO NOTHING
"""
GRADUATE = GRADUATED.format(which=f"{LISTED} AND {HAS_ENDED}")
#: Of each reader: what holds now, what is to come, and whether a day of theirs has passed. A start
#: that somebody wrote down brings a reader back; a last day never does.
MOVE = f"""
WITH told AS (
    SELECT asked.id AS reader_id,
           {HOLDING} AS holding,
           {COMING} AS coming,
           COALESCE(bool_or(({HAS_STARTED}) OR ({HAS_ENDED})), false) AS is_due,
           COALESCE(bool_or({HAS_STARTED} AND s.source <> '{NIGHT}' AND {HOLDS}), false)
               AS has_begun,
           {STAGE} AS stage
    FROM unnest(%(readers)s::bigint[]) asked(id)
    LEFT JOIN crm_standing s ON s.reader_id = asked.id
    GROUP BY asked.id
),
meant AS (
    SELECT r.id,
           CASE WHEN is_due THEN COALESCE((%(rank)s)[holding], (%(rank)s)[coming], r.kind)
                ELSE r.kind END AS kind,
           CASE WHEN NOT is_due THEN r.state
                WHEN holding IS NULL AND coming IS NULL THEN '{Reader.State.LEFT}'
                WHEN has_begun THEN '{Reader.State.ACTIVE}'
                ELSE r.state END AS state,
           told.stage
    FROM told
    JOIN crm_reader r ON r.id = told.reader_id
),
moved AS (
    UPDATE crm_reader r
    SET kind = meant.kind, state = meant.state, stage = meant.stage
    FROM meant
    WHERE r.id = meant.id
      AND (r.kind, r.state, r.stage) IS DISTINCT FROM (meant.kind, meant.state, meant.stage)
    RETURNING r.id
)
SELECT count(*) FROM moved
"""
#: Written down last: until then each row still says what was due. In braces: whose.
MARKED = f"""
UPDATE crm_standing s SET moved_on = %(day)s
WHERE {{whose}} AND (({HAS_STARTED}) OR ({HAS_ENDED}))
"""
MARK = MARKED.format(whose=LISTED)


def behind(day: date) -> list[int]:
    """Keys of the readers whose own row does not say what their dates say on ``day``, in their
    order; in one statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(BEHIND, values_on(day))
        return [key for (key,) in cursor.fetchall()]


def batches(keys: list[int]) -> Iterator[list[int]]:
    """The keys in parts of ``BATCH``, in their order; the last one is perhaps shorter, and none is
    empty. Without keys there is none.
    """
    for first in range(0, len(keys), BATCH):
        yield keys[first : first + BATCH]


def keep_known(given: Iterable[tuple[int, str]], day: date) -> None:
    """Keep what rows of active readers without any dates say, beside the (reader, kind) that are
    coming: a row that says one of these kinds itself is not kept. One statement.
    """
    pairs = list(given)
    values = values_on(day) | {
        "readers": [reader for reader, _kind in pairs],
        "kinds": [kind for _reader, kind in pairs],
    }
    with connection.cursor() as cursor:
        cursor.execute(KEEP_KNOWN, values)


def move(readers: list[int], day: date) -> int:
    """Bring the rows of these readers to ``day``; returns how many changed. ``readers``: their
    keys. Writes nothing into the trail.

    Done within the caller's transaction; done twice, the second time changes nothing. Four
    statements.
    """
    values = values_on(day) | {"readers": readers}
    with connection.cursor() as cursor:
        # In the order of the keys: two who move the same readers wait for each other.
        cursor.execute(
            "SELECT 1 FROM crm_reader WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [readers]
        )
        cursor.execute(GRADUATE, values)
        cursor.execute(MOVE, values)
        moved = cursor.fetchone()[0]
        cursor.execute(MARK, values)
    return moved


def move_again(readers: list[int], *, since: date, day: date) -> None:
    """Bring to ``day`` readers whose standings were put back as they were on ``since``: what had
    passed by then stands in their rows already, and only what has passed later moves them.

    What the night had made of their days is made anew. Done within the caller's transaction.
    """
    then = values_on(since) | {"readers": readers}
    with connection.cursor() as cursor:
        cursor.execute(GRADUATE, then)
        cursor.execute(MARK, then)
    move(readers, day)


def values_on(day: date) -> dict:
    """The parameters that the statements of this room share: the day, and kinds of readers by their
    codes, those in ``rank`` in the order in which one goes before another.
    """
    return {
        "day": day,
        "graduating": [kind.value for kind in GRADUATING_KINDS],
        "students": [kind.value for kind in STUDENT_KINDS],
        "rank": [kind.value for kind in RANK],
    }
