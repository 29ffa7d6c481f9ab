"""The night of a million readers: their scores, the dates that move them, the folding of old rows;
and how long their rows are locked.
"""

from datetime import timedelta
from time import perf_counter

from django.db import connection

from core.owner import as_owner
from crm.rfc import measuring
from tests.bench import big, nights

#: Seconds for all readers, and for which a row of one may be locked.
MOST, MOST_LOCKED = 30, 1
ROUNDS = 3


def run() -> list[dict]:
    """The first night, when every score is written, and the ones after it, on both libraries."""
    figures = []
    for size, world in (("small", small()), ("large", big.library())):
        with world:
            figures += measured(size)
    return figures


def small():
    return big.library(10_000, 100_000, big.SMALL)


def measured(size: str) -> list[dict]:
    runs = [first_night(), *map(night_after, range(1, ROUNDS + 1))]
    first, *later = runs
    found = [
        figure(f"scores-{size}-first", first[0], MOST, f"{first[2]:,} scores written"),
        figure(f"scores-{size}-nightly", *slowest(later), "the difference of a night"),
    ]
    locked = max(seconds for _all, seconds, _n in runs)
    note = "longest transaction that locks readers, in all these nights"
    found.append(figure(f"scores-{size}-locked", locked, MOST_LOCKED, note))
    return found + others_of_the_night(size, slowest(later)[0])


def others_of_the_night(size: str, scores: float) -> list[dict]:
    """Identities and fold beside the scores, and the three together; ``scores``: seconds of those
    of a usual night.
    """
    first, later = nights.first_and_later_moves(ROUNDS)
    fold = nights.folded()
    whole = scores + later.seconds + fold.seconds
    locked = max(first.locked, later.locked)
    moved = f"{later.rows:,} readers moved by their dates"
    rows = f"{fold.rows:,} rows of the oldest day folded, without the commit"
    longest = "longest transaction that"
    return [
        figure(f"identities-{size}-first", first.seconds, MOST, f"{first.rows:,} readers moved"),
        figure(f"identities-{size}-nightly", later.seconds, MOST, moved),
        figure(f"identities-{size}-locked", locked, MOST_LOCKED, f"{longest} moves readers"),
        figure(f"fold-{size}-nightly", fold.seconds, MOST, rows),
        figure(f"fold-{size}-locked", fold.locked, MOST_LOCKED, f"{longest} folds rows of readers"),
        figure(f"night-{size}", whole, MOST, "scores, identities and fold of a usual night"),
    ]


def slowest(runs: list[tuple]) -> tuple[float, float]:
    return max(seconds for seconds, _locked, _n in runs), MOST


def first_night() -> tuple[float, float, int]:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE crm_score")
    return night_after(0)


def night_after(days: int) -> tuple[float, float, int]:
    """(seconds of a run so many days later, of its longest batch, scores there are)"""
    locked = []
    write = measuring.write_batch

    def timed(batch: int) -> int:
        started = perf_counter()
        written = write(batch)
        locked.append(perf_counter() - started)
        return written

    measuring.write_batch = timed
    try:
        started = perf_counter()
        run = measuring.measure(as_of=big.AS_OF + timedelta(days=days))
        return perf_counter() - started, max(locked, default=0), run.readers
    finally:
        measuring.write_batch = write


def figure(name: str, seconds: float, limit: float, note: str) -> dict:
    return {
        "name": name,
        "ratio": seconds / limit,
        "limit": 1,
        "ours": seconds,
        "reference": limit,
        "unit": "s",
        "note": note,
    }


RUNS = {"scores": run}
