"""A file of counts from its bytes to numbers, and its preview."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from crm.imports.counts import ImportCounts
from crm.imports.describing import format_of
from crm.imports.load import AT_ONCE
from crm.imports.models import ImportBatch, ImportRefusal
from crm.imports.opening import Unreadable
from crm.imports.overlooked import Overlooked, overlooked_in
from crm.imports.places import PlaceRegister
from crm.imports.queries import ONE_AT_A_TIME
from crm.imports.rows import parse_table
from crm.sources.models import DataSource
from crm.staff import audit
from crm.staff.models import Campus
from crm.staff.words import AuditAction
from crm.tallies.collecting import Collected, collect, look
from crm.tallies.covering import cover_anew
from crm.tallies.models import Tally, TallyMeasure
from crm.tallies.options import CountOptions
from crm.tallies.places import place_within
from crm.tallies.plan import CountPlan, Looked, problems
from crm.tallies.weighing import Weighed, tallies_of, weigh

#: Rows of a table that are written at once, and refused rows that a page shows.
TOGETHER, SHOWN = 5000, 8


@dataclass(frozen=True)
class ReadFile:
    """A file that was read: what it says, with the places it names."""

    header: list[str]
    looked: Looked
    collected: Collected
    places: PlaceRegister


@dataclass(frozen=True)
class CountPreview:
    """What an import would do with the first ``rows`` rows, or with all when ``whole``.

    ``sums``: [(what is counted, number, cells that say no number)]; ``places``: new campuses;
    ``overlooked``: columns that would be missed.
    """

    counts: ImportCounts
    weighed: Weighed
    collected: Collected
    rows: int
    whole: bool
    sums: list[tuple[str, int, int]]
    refusals: list[ImportRefusal]
    places: list[str]
    source: DataSource
    overlooked: list[Overlooked] = field(default_factory=list)


def source_of(batch: ImportBatch) -> DataSource:
    """Who counted what the batch says. Raises DoesNotExist where nobody has said that yet."""
    return DataSource.objects.get(pk=CountOptions.from_json(batch.options).data_source)


def look_at(batch: ImportBatch) -> tuple[list[str], Looked]:
    """(header, what all rows together tell); reads the whole file once. Raises Unreadable."""
    header, rows = parse_table(Path(batch.file.path), format_of(batch))
    return header, look(header, rows, batch.mapping, CountOptions.from_json(batch.options))


def problems_of(batch: ImportBatch) -> list[str]:
    """What keeps the file from being imported as it is mapped, in sentences; empty where nothing
    does. Raises Unreadable.

    A source that brings rows of persons may not count.
    """
    header, looked = look_at(batch)
    key = CountOptions.from_json(batch.options).data_source
    is_free = not DataSource.objects.filter(pk=key).exclude(kinds=[]).exists()
    return problems(header, batch, looked, source_is_free=is_free)


def read(
    batch: ImportBatch,
    *,
    limit: int | None = None,
    report: Callable[[int], None] | None = None,
) -> ReadFile:
    """Go through the file, or its first ``limit`` rows, and keep nothing. Rows of places that
    whoever uploaded it may not bring are refused.

    Raises Unreadable, also with all problems of the mapping, and what ``report(rows so far)``
    raises.
    """
    wrong = problems_of(batch)
    if wrong:
        raise Unreadable(" ".join(wrong))
    _header, looked = look_at(batch)
    options = CountOptions.from_json(batch.options)
    places = PlaceRegister(Campus, "campus", create=options.create_places, words={})
    header, rows = parse_table(Path(batch.file.path), format_of(batch))
    own = getattr(batch.created_by, "campus_id", None)
    plan = CountPlan(header, batch.mapping, options, looked, place_within(places, own))
    collected = collect(rows, plan, limit=limit, report=report)
    return ReadFile(header, looked, collected, places)


def preview(batch: ImportBatch) -> CountPreview:
    """Read the first AT_ONCE rows and weigh them against what is stored; nothing is kept. Raises
    Unreadable.
    """
    found = read(batch, limit=AT_ONCE)
    source, collected = source_of(batch), found.collected
    new = found.places.new(collected.places)
    keys = found.places.ids(collected.places, store=False)
    rows = tallies_of(collected, found.looked, batch, source, found.places, keys)
    weighed = weigh(rows, source)
    return CountPreview(
        counts=weighed.counts(len(collected.refusals)),
        weighed=weighed,
        collected=collected,
        rows=collected.rows,
        whole=collected.whole,
        sums=sums_of(collected),
        refusals=sorted(collected.refusals, key=lambda one: one.line)[:SHOWN],
        places=list(map(str, new)),
        source=source,
        overlooked=overlooked_in(batch),
    )


def sums_of(collected: Collected) -> list[tuple[str, int, int]]:
    """(what is counted, its sum, cells that say no number), in the order of the measures; a measure
    that the file does not count is left out. Written as JSON into the report.
    """
    totals, unknown = Counter(), Counter()
    for thing, said in collected.sums.items():
        totals[thing.measure] += said.value or 0
        unknown[thing.measure] += said.unknown
    counted = [measure for measure in TallyMeasure if measure in totals]
    return [(str(one.label), totals[one], unknown[one]) for one in counted]


def load(batch: ImportBatch, *, report: Callable[[int], None] | None = None) -> ImportBatch:
    """Import the whole file. All or nothing: stopped or failed, nothing of it is there.

    ``report(rows so far)`` is called between rows and may raise to stop. Raises Unreadable. Returns
    the batch as it is stored afterwards.
    """
    found = read(batch, report=report)
    if report:
        report(found.collected.rows)
    with transaction.atomic():
        held = ImportBatch.objects.select_for_update(of=("self",)).select_related("created_by")
        batch = held.get(pk=batch.pk)
        # A second worker that took over a job believed dead finds the work done.
        if batch.state == ImportBatch.State.RUNNING:
            write(batch, found)
    return batch


def write(batch: ImportBatch, found: ReadFile) -> None:
    """Store what the file says, what it covers, and what became of it. Call inside a transaction
    that holds the batch; other imports of the same source wait for its end.
    """
    source, collected = source_of(batch), found.collected
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, {"source": source.code})
    new = found.places.new(collected.places)
    keys = found.places.ids(collected.places, store=True)
    rows = tallies_of(collected, found.looked, batch, source, found.places, keys)
    # Weighed before it is stored, or each number would be found beside itself.
    counts = weigh(rows, source).counts(len(collected.refusals))
    Tally.objects.bulk_create(rows, batch_size=TOGETHER)
    for refusal in collected.refusals:
        refusal.batch = batch
    ImportRefusal.objects.bulk_create(collected.refusals, TOGETHER, ignore_conflicts=True)
    note_measures(source, collected.measures)
    cover_anew(source)
    finish(batch, found, counts, new)


def note_measures(source: DataSource, measures: set[str]) -> None:
    """Add ``measures`` to those that the source counts: that is known from what it has told. They
    stay when the file is taken back.
    """
    source.measures = sorted({*source.measures, *measures})
    source.save(update_fields=["measures"])


def finish(batch: ImportBatch, found: ReadFile, counts: ImportCounts, new: list[Campus]) -> None:
    """The batch says what became of it, and is DONE; its file, which may name events, is removed
    once that is committed. ``new``: campuses that the file added. Writes one audit row.
    """
    collected = found.collected
    batch.rows = collected.rows
    for name, value in asdict(counts).items():
        setattr(batch, name, value)
    batch.merged_at = timezone.now()
    batch.state = ImportBatch.State.DONE
    batch.report = {
        "places": list(map(str, new)),
        "place_keys": {"campus": [campus.pk for campus in new]},
        "header": found.header,
        "sums": sums_of(collected),
        "turned": collected.turned,
        "part_hours": collected.part_hours,
        "left_out": collected.left_out,
    }
    # Noted first: the field is emptied before the file is removed.
    name, storage = batch.file.name, batch.file.storage
    batch.file = ""
    batch.save()
    transaction.on_commit(lambda: storage.delete(name))
    # Nobody is named in such a file, so the trail may say how many.
    audit.record(action=AuditAction.IMPORT_DONE, by=batch.created_by, on=batch, **asdict(counts))
