"""A file's rows in a table of their own.

No reader is touched yet, and leaving it half full harms nobody.
"""

import io
import json
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import connection

from core.columns import first_column
from crm.imports.copying import copy_text
from crm.imports.describing import format_of
from crm.imports.fields import Refusal
from crm.imports.guessing import needed
from crm.imports.items import emptied
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable
from crm.imports.plan import EVERY_PURPOSE, ColumnPlan, Suppressed
from crm.imports.remarks import problems, seen_of
from crm.imports.rows import BrokenRow, Row, parse_table
from crm.jobs.models import Job
from crm.readers.models import Suppression

#: Rows copied and committed at once, after which progress is told and a stop is asked about.
BATCH = 20_000
#: Characters kept of each cell of a refused row.
KEPT = 200
#: How names of staging tables begin; those left behind are found by it.
PREFIX = "crm_staging_"
#: The application may make tables in this schema only, and temporary ones.
SCHEMA = "staging"
#: What ``ColumnPlan`` gives for a row that is taken, and why a row is refused.
COLUMNS = """
    line integer,
    number varchar,
    name varchar,
    kind varchar,
    campus integer,
    college integer,
    cohort smallint,
    birth_year smallint,
    email varchar,
    email_made boolean,
    phone varchar,
    language varchar,
    consents varchar[],
    denials varchar[],
    traits jsonb,
    identities jsonb,
    registered_on date,
    last_seen_on date,
    ends_on date,
    state varchar,
    updated_on timestamp,
    valid_until date,
    field varchar,
    reason varchar,
    raw jsonb
"""
#: The columns that are filled for a row that is refused.
REFUSED = ["line", "field", "reason", "raw"]
#: Unlogged tables of this name: what a killed worker left behind.
ORPHANS = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relpersistence = 'u'
        AND relnamespace = %s::regnamespace AND relname LIKE %s"""
#: Told how many rows have come so far; may raise to stop.
Report = Callable[[int], None]


@dataclass
class StagedFile:
    """A filled staging table: its name, the plan it was filled by, and how many rows came.

    ``kept``: the places of those columns that are kept of a refused row, the first being 0; None
    for all. ``header`` names these alone.
    """

    table: str
    plan: ColumnPlan
    rows: int = 0
    refused: int = 0
    header: list[str] = field(default_factory=list)
    kept: list[int] | None = None

    def left_of(self, row: list[str]) -> list[str]:
        """The cells that are kept of a refused row."""
        if self.kept is None:
            return row
        return list(map(row.__getitem__, self.kept))

    def left_of_broken(self, row: BrokenRow) -> list[str]:
        """What is kept of a row in which nobody knows what is what: its beginning where all columns
        are kept, else nothing.
        """
        if self.kept is None:
            return [row.raw]
        return [""]


def stage(batch: ImportBatch, *, report: Report | None = None) -> StagedFile:
    """Copy the file into a fresh staging table.

    Of refused rows the columns that are taken are kept, and no others: what is left out is not
    stored.

    In batches committed one by one. ``report(rows so far)`` may raise to stop; the table is dropped
    then. Raises Unreadable for a file without rows or a mapping that does not fit it.
    """
    header, rows = parse_table(Path(batch.file.path), format_of(batch))
    wrong = problems(header, batch)
    if wrong:
        raise Unreadable(" ".join(wrong))

    never = seen_of(batch).get("never", [])
    rows = emptied(rows, [header.index(name) for name in never if name in header])
    plan = ColumnPlan(header, batch, suppressed=suppressed_addresses())
    return fresh(plan, header, rows, kept=places_taken(header, batch), report=report)


def places_taken(header: list[str], batch: ImportBatch) -> list[int] | None:
    """Places of the columns that the batch takes anything from; None where it takes all."""
    found = places_named(header, needed(batch))
    if len(found) == len(header):
        return None
    return found


def places_named(header: list[str], names: Collection[str]) -> list[int]:
    """Places of those columns of the header that are among ``names``, the first being 0."""
    return list(map(header.index, filter(names.__contains__, header)))


def fresh(
    plan: ColumnPlan,
    header: list[str],
    rows: Iterator[Row],
    *,
    columns: str = COLUMNS,
    report: Report | None = None,
    kept: list[int] | None = None,
) -> StagedFile:
    """A staging table with these ``columns``, filled with the rows as ``plan`` reads them; ``kept``
    of refused ones, see ``StagedFile``.

    Whoever takes it drops the table; what is raised on the way drops it here.
    """
    with connection.cursor() as cursor:
        table = new_table(cursor, temporary=False, columns=columns)
        staged = StagedFile(table, plan, kept=kept)
        staged.header = staged.left_of(header)
        try:
            fill(cursor, staged, rows, report)
        except BaseException:
            # Also when the worker is told to end: nobody else knows of this table.
            drop(staged.table)
            raise
        # Without it the planner takes the table to be empty and joins it row by row.
        cursor.execute(f"ANALYZE {staged.table}")
    return staged


def suppressed_addresses() -> Suppressed:
    """{channel: {digest: purposes for which the address is stopped}}.

    One statement; all digests are held in memory.
    """
    found: Suppressed = {}
    rows = Suppression.objects.values_list("channel", "purpose", "digest")
    for channel, purpose, digest in rows.iterator(chunk_size=50_000):
        listed = found.setdefault(channel, {})
        stopped = listed.setdefault(bytes(digest), set())
        # A suppression without a purpose stops the address for all of them.
        stopped |= {purpose} if purpose else EVERY_PURPOSE
    return found


def new_table(cursor, *, temporary: bool, columns: str = COLUMNS) -> str:
    """Make an empty staging table under a name nobody else has; returns the name.

    ``columns``: their definitions in SQL.
    """
    persistence, name = "TEMP", PREFIX + secrets.token_hex(6)
    if not temporary:
        # Unlogged: its loss in a crash only means that the import starts again.
        persistence, name = "UNLOGGED", f"{SCHEMA}.{name}"
    cursor.execute(f"CREATE {persistence} TABLE {name} ({columns})")
    return name


def fill(cursor, staged: StagedFile, rows: Iterator[Row], report: Report | None = None) -> None:
    """Copy all rows into the table; ``staged`` counts them.

    Raises what ``report`` raises, and Unreadable for damage further down in the file.
    """
    copying = None
    # While the database takes in one batch, the next is read and converted.
    with ThreadPoolExecutor(max_workers=1) as beside:
        for taken, refused in batches(staged, rows):
            if copying:
                note(staged, *copying.result(), report)
            copying = beside.submit(copy_both, cursor, staged, taken, refused)
        if copying:
            note(staged, *copying.result(), report)


def batches(staged: StagedFile, rows: Iterator[Row]) -> Iterator[tuple[list[str], list[str]]]:
    """Batch by batch what ``convert`` gives, until there are no more rows.

    Raises Unreadable for damage further down in the file. One batch is held at a time.
    """
    before = 0
    while True:
        # Row by row: as a list of lists they would set off the collector of garbage, which goes
        # through everything the process holds.
        taken, refused = convert(staged, islice(rows, BATCH), before=before)
        if not taken and not refused:
            return
        before += len(taken) + len(refused)
        yield taken, refused


def copy_both(cursor, staged: StagedFile, taken: list[str], refused: list[str]) -> tuple[int, int]:
    """Copy the COPY lines of one batch; returns how many rows were taken and refused."""
    copy(cursor, staged.table, ["line", *staged.plan.columns], taken)
    copy(cursor, staged.table, REFUSED, refused)
    return len(taken), len(refused)


def note(staged: StagedFile, taken: int, refused: int, report: Report | None) -> None:
    """Count a batch that is stored; nothing is being copied while ``report`` asks the database.

    Raises what ``report`` raises, which stops the import.
    """
    staged.rows += taken + refused
    staged.refused += refused
    if report:
        report(staged.rows)


def convert(staged: StagedFile, part: Iterable[Row], *, before: int) -> tuple[list[str], list[str]]:
    """(COPY lines of rows taken, COPY lines of rows refused).

    ``before`` rows came earlier in the file.

    What rows came without is counted in the plan's warnings, of rows that are taken alone.
    """
    taken, refused = [], []
    plan = staged.plan
    cells = plan.cells
    for ordinal, (line, row) in enumerate(part, start=before + 1):
        if isinstance(row, BrokenRow):
            refused.append(refusal(line, "", row.reason, staged.left_of_broken(row)))
            continue
        try:
            taken.append(f"{line}\t" + "\t".join(cells(row, ordinal)))
        except Refusal as said:
            # Warnings count rows that are taken, and this one is not.
            plan.warned.clear()
            refused.append(refusal(line, said.field, said.reason, staged.left_of(row)))
        if plan.warned:
            plan.warnings.take(line, plan.warned)
    return taken, refused


def refusal(line: int, field_name: str, reason: str, raw: list[str]) -> str:
    """A COPY line of the refused row. PostgreSQL's JSON holds no NUL: its picture stands for it.

    Each cell is cut at 200 characters. ``field_name`` is empty where the row is none at all.
    """
    kept = []
    for cell in raw:
        kept.append(cell[:KEPT].replace("\0", "␀"))
    values = (line, field_name, reason, json.dumps(kept, ensure_ascii=False))
    return "\t".join(map(copy_text, values))


def copy(cursor, table: str, columns: list[str], lines: list[str]) -> None:
    """Write COPY lines into the table; where there are none, nothing is asked of the database."""
    if not lines:
        return
    text = io.StringIO("\n".join(lines) + "\n")
    names = ", ".join(columns)
    # In few pieces: between two of them it waits for the thread that converts.
    cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", text, 1 << 22)


def drop(table: str) -> None:
    """Drop a table, if it is there."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")


def drop_orphans() -> int:
    """Drop staging tables whose import is over; returns how many.

    A killed worker cannot do it itself. While an import runs, or a preview is counted, nothing is
    dropped: nothing tells its table from those of the dead. What was counted of a file that still
    waits is kept.
    """
    if ImportBatch.objects.filter(state=ImportBatch.State.RUNNING).exists():
        return 0
    if Job.objects.filter(kind="crm.preview_import").open().exists():
        return 0
    orphans = staging_tables() - counted_tables()
    for table in sorted(orphans):
        drop(table)
    return len(orphans)


def staging_tables() -> set[str]:
    """Names of all staging tables there are, with their schema. One statement."""
    # In a LIKE pattern an underscore stands for any character.
    pattern = PREFIX.replace("_", r"\_") + "%"
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS, [SCHEMA, pattern])
        return {f"{SCHEMA}.{name}" for name in first_column(cursor)}


def counted_tables() -> set[str]:
    """Names of the tables that keep what was counted of a file that waits. One statement."""
    waiting = ImportBatch.objects.exclude(file="").filter(report__preview__table__isnull=False)
    return set(waiting.values_list("report__preview__table", flat=True))
