"""Counting and refreshing a segment against the SQL somebody would write by hand for the same
question.
"""

from statistics import median
from time import perf_counter

from django.db import connection, transaction

from core.owner import as_owner
from crm.segments.models import Segment
from crm.segments.refresh import count_for, refresh_segment
from crm.staff.models import User
from tests.bench import big

ROUNDS = 5
RULE = {
    "op": "and",
    "of": [
        {"test": "kind", "in": ["undergraduate", "master"]},
        {"test": "consent", "channel": "email", "is": "allowed"},
        {"test": "activity", "kind": "loan", "cmp": "ge", "n": 3, "days": 90},
    ],
}
BY_HAND = """
SELECT r.id FROM crm_reader r
WHERE r.state = 'active' AND r.kind IN ('undergraduate', 'master') AND r.consents && ARRAY['email:notices', 'email:events', 'email:surveys', 'email:research']::varchar[]
  AND r.id IN (
    SELECT reader_id FROM crm_activity
    WHERE kind = 'loan' AND at > '2026-08-03T00:00:00Z' AND at <= '2026-11-01T00:00:00Z'
    GROUP BY reader_id HAVING count(*) >= 3)
"""


def by_hand(sql: str, params=()) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchone()[0] if cursor.description else cursor.rowcount


def seconds(work) -> tuple[float, int]:
    started = perf_counter()
    answer = work()
    return perf_counter() - started, answer


def interleaved(ours, reference, before=lambda: None) -> tuple[float, float, int]:
    """Median seconds of both, taken in turns after one round to warm up, and the answer they agree
    on.
    """
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(ROUNDS + 1):
        answers = []
        for work, taken in ((ours, times[0]), (reference, times[1])):
            before()
            took, answer = seconds(work)
            answers.append(answer)
            if turn:
                taken.append(took)
        assert answers[0] == answers[1], answers
    return median(times[0]), median(times[1]), answers[0]


def result(name: str, limit: float, ours: float, reference: float, note: str) -> dict:
    return {
        "name": name,
        "ratio": ours / reference,
        "limit": limit,
        "ours": ours * 1000,
        "reference": reference * 1000,
        "unit": "ms",
        "note": note,
    }


def run_count() -> dict:
    """Counted for staff of one campus: own readers, the others, and the noise of the others."""
    of_one_campus = User(role="librarian", campus_id=1)
    with big.library():
        ours, reference, n = interleaved(
            lambda: count_for(of_one_campus, RULE, as_of=big.AS_OF).total,
            lambda: by_hand(f"SELECT count(*) FROM ({BY_HAND}) AS wanted"),
        )
    return result("segment-count", 1.3, ours, reference, f"{n:,} of 1 M readers, 10 M activities")


def run_refresh() -> dict:
    """All members enter.

    The reference writes the same rows into the same table, without log, size or difference.
    """
    into = "INSERT INTO crm_segmentmember (segment_id, reader_id, since)"
    insert = f"{into} SELECT %s, id, %s FROM ({BY_HAND}) AS wanted"
    with big.library():
        segment, _created = Segment.objects.get_or_create(name="bench", defaults={"rule": RULE})
        ours, reference, n = interleaved(
            lambda: refresh_segment(segment, as_of=big.AS_OF).size,
            lambda: by_hand(insert, [segment.pk, big.AS_OF]),
            empty_members,
        )
    return result("segment-refresh", 2, ours, reference, f"{n:,} members and their log written")


def empty_members() -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE crm_segmentmember, crm_segmentlog")


RUNS = {"segment-count": run_count, "segment-refresh": run_refresh}
