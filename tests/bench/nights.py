"""What the night does beside the scores: the dates that move readers, and the folding of old rows.

Both work on the library of ``tests.bench.big`` and leave it as it was, since that is kept for the
next run: readers are moved back afterwards, and what was folded is rolled back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from core.owner import as_owner
from core.terms import Over
from crm.readers import folding
from crm.standings import nightly
from crm.standings.models import STUDENT_KINDS
from tests.bench import big
from tests.clock import figures_are_computed

#: Last days of studies spread over so many days after AS_OF: each night as many graduate.
LAST_DAYS = 730

FORGET_DATES = "TRUNCATE crm_standing"
#: Every current reader has one standing, and the students' end one day after the other.
DATES = """
INSERT INTO crm_standing (reader_id, kind, starts_on, ends_on, "then", source, created_at)
SELECT r.id, r.kind, %(day)s::date - 400,
    CASE WHEN r.kind = ANY(%(students)s) THEN %(day)s::date + (r.id %% %(days)s)::int END,
    CASE WHEN r.kind = ANY(%(students)s) THEN 'alumnus' ELSE 'left' END, 'bench', now()
FROM crm_reader r
WHERE r.state = 'active'
"""
MOVE_BACK = """
UPDATE crm_reader r SET kind = s.kind, stage = '', state = 'active'
FROM crm_standing s
WHERE s.source = 'bench' AND s.reader_id = r.id
  AND (r.kind, r.stage, r.state) IS DISTINCT FROM (s.kind, '', 'active')
"""


@dataclass(frozen=True)
class Timed:
    """Seconds of a whole night's work, of its longest transaction, and how many rows it was."""

    seconds: float
    locked: float
    rows: int


def slowest(nights: list[Timed]) -> Timed:
    """The worst of each of the figures."""
    return Timed(
        max(night.seconds for night in nights),
        max(night.locked for night in nights),
        max(night.rows for night in nights),
    )


# --- identities: the dates move readers -----------------------------------------------------------
@contextmanager
def dated_readers() -> Iterator[None]:
    """Inside, every current reader has a standing with dates; behind it nobody has, and all stand
    as they stood.
    """
    values = {
        "day": timezone.localdate(big.AS_OF),
        "days": LAST_DAYS,
        "students": [kind.value for kind in STUDENT_KINDS],
    }
    run_as_owner((FORGET_DATES, None), (DATES, values), ("ANALYZE crm_standing", None))
    try:
        yield
    finally:
        # What comes after on this library reads no dead rows.
        cleaned = ("VACUUM (ANALYZE) crm_reader", None)
        run_as_owner((MOVE_BACK, None), (FORGET_DATES, None), cleaned)


def run_as_owner(*statements: tuple[str, dict | None]) -> None:
    with as_owner(), connection.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)


def first_and_later_moves(rounds: int) -> tuple[Timed, Timed]:
    """The night that brings the dates of all readers into their rows, and the worst of ``rounds``
    nights after it, in each of which some graduate.
    """
    with dated_readers():
        return moved(0), slowest([moved(night) for night in range(1, rounds + 1)])


def moved(days: int) -> Timed:
    """The night so many days after AS_OF."""
    with timed_batches(nightly, "move_readers") as batches:
        started = perf_counter()
        rows = nightly.run_night(day=timezone.localdate(big.AS_OF + timedelta(days=days)))
        return Timed(perf_counter() - started, max(batches, default=0), rows)


@contextmanager
def timed_batches(module: Any, name: str) -> Iterator[list[float]]:
    """Inside, each call of the module's function adds its seconds to the list."""
    seconds: list[float] = []
    plain: Callable = getattr(module, name)

    def timed(*args, **more):
        started = perf_counter()
        answer = plain(*args, **more)
        seconds.append(perf_counter() - started)
        return answer

    setattr(module, name, timed)
    try:
        yield seconds
    finally:
        setattr(module, name, plain)


# --- fold: the oldest day's single rows become months ---------------------------------------------
def folded(nights: int = 1) -> Timed:
    """The rows of the oldest so many days, batch by batch as the night does it; rolled back, so the
    commits are not counted.
    """
    before = big.AS_OF - timedelta(days=big.DAYS - nights)
    over = Over(before)
    # No writing is left over from the readers that were moved a moment ago.
    run_as_owner(("CHECKPOINT", None))
    with transaction.atomic(), timed_batches(folding, "fold") as batches:
        # Rows whose days no figure has counted yet are not folded.
        figures_are_computed()
        started = perf_counter()
        rows = 0
        while taken := folding.fold(over):
            rows += taken
        seconds = perf_counter() - started
        transaction.set_rollback(True)
    if not rows:
        raise RuntimeError("nothing was folded: the library has no old rows")
    return Timed(seconds, max(batches), rows)
