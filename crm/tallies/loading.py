"""A file of counts from its bytes to numbers, and its preview."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

from crm.imports.describing import format_of
from crm.imports.found import FilePreview
from crm.imports.models import ImportBatch, ImportRefusal
from crm.imports.opening import Unreadable
from crm.imports.places import PlaceRegister
from crm.imports.rows import parse_table
from crm.imports.steps import Written
from crm.imports.turns import take_turn
from crm.sources.days import Told
from crm.sources.models import DataSource
from crm.staff.models import Campus, User
from crm.tallies.choices import problems
from crm.tallies.collecting import Collected, collect
from crm.tallies.covering import cover_anew, spans_of
from crm.tallies.looking import look
from crm.tallies.models import OF_PERSONS, Tally, TallyMeasure
from crm.tallies.options import CountOptions
from crm.tallies.places import place_within
from crm.tallies.plan import CountPlan, Looked
from crm.tallies.questions import open_questions
from crm.tallies.small import sum_may_be_told
from crm.tallies.weighing import tallies_of, weigh

#: Rows of a table that are written at once, and refused rows that a page shows.
TOGETHER, SHOWN = 5000, 20


@dataclass(frozen=True)
class ReadFile:
    """A file that was read: what it says, with the places it names."""

    header: list[str]
    looked: Looked
    collected: Collected
    places: PlaceRegister

    @property
    def rows(self) -> int:
        """How many rows were gone through, refused and broken ones among them; the heads of the
        columns are no row.
        """
        return self.collected.rows


@dataclass(frozen=True)
class NumberShown:
    """A number that is not stored, or is stored and would change; ``place`` by its name."""

    place: str
    tally: Tally


@dataclass(frozen=True, kw_only=True)
class CountPreview(FilePreview):
    """What an import would do with the rows of a file of counts.

    ``sums``: [(what is counted, number, cells that say no number)]. ``first``: the first numbers as
    they would be stored; ``changes``: (before, after) of the first changed. ``corrected``: numbers
    that somebody corrected by hand; ``turned``, ``part_hours``, ``left_out``, ``repeated``: see
    ``Collected``. ``alike``: a row that stands there twice and is counted twice, in its words;
    empty where none does.
    """

    sums: list[tuple[str, int, int]]
    first: list[NumberShown]
    changes: list[tuple[NumberShown, NumberShown]]
    corrected: int
    turned: int
    part_hours: int
    left_out: int
    repeated: int
    alike: str


def source_of(batch: ImportBatch) -> DataSource:
    """Who counted what the batch says, as it was chosen with its columns. One statement. Raises
    DoesNotExist where nobody has said that yet.
    """
    return DataSource.objects.get(pk=CountOptions.from_json(batch.options).data_source)


def look_at(batch: ImportBatch) -> tuple[list[str], Looked]:
    """(header, what all rows together tell); reads the whole file once and keeps nothing of it.
    Raises Unreadable where it is no table.
    """
    header, rows = parse_table(Path(batch.file.path), format_of(batch))
    return header, look(header, rows, batch.mapping, CountOptions.from_json(batch.options))


def problems_of(batch: ImportBatch) -> list[str]:
    """What keeps the file from being imported as it is mapped, in sentences; empty where nothing
    does. Reads the whole file once. Raises Unreadable.
    """
    return wrong_with(batch, *look_at(batch))


def wrong_with(batch: ImportBatch, header: list[str], looked: Looked) -> list[str]:
    """The same of a file that was looked at already. A source that brings rows of persons may not
    count. One statement.
    """
    options = CountOptions.from_json(batch.options)
    chosen = DataSource.objects.filter(pk=options.data_source)
    is_free = not chosen.exclude(kinds=[]).exists()
    wrong = problems(header, batch, source_is_free=is_free)
    return [*wrong, *open_questions(looked, batch.mapping, options)]


@contextmanager
def read(batch: ImportBatch, report: Callable[[int], None] | None) -> Iterator[ReadFile]:
    """Go through the file, and keep nothing of it but in memory. Rows of places that whoever
    uploaded it may not bring are refused.

    Raises Unreadable, also with all problems of the mapping, and what ``report(rows so far)``
    raises.
    """
    header, looked = look_at(batch)
    wrong = wrong_with(batch, header, looked)
    if wrong:
        raise Unreadable(" ".join(wrong))
    options = CountOptions.from_json(batch.options)
    places = PlaceRegister(Campus, "campus", create=options.create_places, words={})
    _header, rows = parse_table(Path(batch.file.path), format_of(batch))
    place_of = place_within(places, batch.own_campus)
    plan = CountPlan(header, batch.mapping, options, looked, place_of)
    collected = collect(rows, plan, report=report)
    yield ReadFile(header, looked, collected, places)


def weighed(found: ReadFile, batch: ImportBatch, _by: User | None) -> CountPreview:
    """What the file would do, against what is stored; nothing is kept, and nobody is named. Of the
    refused rows the first SHOWN are in it, by their lines. Small numbers are hidden where they are
    printed, and sums from which one would follow are None.
    """
    source, collected = source_of(batch), found.collected
    new = found.places.new(collected.places)
    keys = keys_so_far(found.places, collected.places)
    rows = tallies_of(collected, found.looked, batch, source, found.places, keys)
    weight = weigh(rows, source)
    alike = found.looked.twice
    if collected.repeated:
        alike = ""
    return CountPreview(
        counts=weight.counts(len(collected.refusals)),
        rows=collected.rows,
        refusals=sorted(collected.refusals, key=attrgetter("line"))[:SHOWN],
        reasons=Counter(map(attrgetter("reason"), collected.refusals)).most_common(),
        places=list(map(str, new)),
        spans=spans_of(source, rows),
        sums=sums_of(collected),
        first=list(map(number_shown, weight.first)),
        changes=[(number_shown(one), number_shown(other)) for one, other in weight.samples],
        corrected=weight.corrected,
        turned=collected.turned,
        part_hours=collected.part_hours,
        left_out=collected.left_out,
        repeated=collected.repeated,
        alike=alike,
    )


def keys_so_far(places: PlaceRegister, used: set[int]) -> list[int]:
    """Keys of campuses in the order of ``places``; the n-th of those that would be added has -n,
    so that each of them is told apart, and one that no taken row speaks of has 0.
    """
    added = {row.code: -n for n, row in enumerate(places.new(used), start=1)}
    return [row.pk or added.get(row.code, 0) for row in places.rows]


def number_shown(tally: Tally) -> NumberShown:
    """The number with its place by name, on rows that are stored and those that are not. A campus
    that the file would add stands by the name that the file gives it, and the whole library by
    none.
    """
    return NumberShown(str(getattr(tally, "named", "") or tally.campus or ""), tally)


def sums_of(collected: Collected) -> list[tuple[str, int | None, int]]:
    """(what is counted, its sum, cells that say no number), in the order of the measures; a measure
    that the file does not count is left out. The sum of persons is None where a small number would
    follow from it and the rows. Written as JSON into the report.
    """
    numbers, unknown = defaultdict(list), Counter()
    for thing, said in collected.sums.items():
        numbers[thing.measure].append(said.value)
        unknown[thing.measure] += said.unknown
    found = []
    for measure in filter(numbers.__contains__, TallyMeasure):
        total = total_told(measure, numbers[measure])
        found.append((measure.value, total, unknown[measure]))
    return found


def told_by_file(batch: ImportBatch) -> list[Told]:
    """Which days an imported file told of, whatever holds of its numbers since; empty before it is
    in, and once it is taken back. Two statements.
    """
    numbers = list(Tally.objects.filter(batch=batch).order_by("first"))
    if not numbers:
        return []
    return spans_of(source_of(batch), numbers)


def total_told(measure: TallyMeasure, numbers: list[int | None]) -> int | None:
    """The sum of what is known of one measure; None where it is of persons, and a small one of the
    ``numbers`` would follow from it.
    """
    if measure in OF_PERSONS and not sum_may_be_told(numbers):
        return None
    return sum(filter(None, numbers))


def write(found: ReadFile, batch: ImportBatch) -> Written:
    """Store what the file says and what it covers; returns what the report keeps of it. Written are
    the numbers, refused rows, campuses that are new and used, what the source counts, and its
    covered days.

    Call inside a transaction that holds the batch; other imports of the same source wait for its
    end.
    """
    source, collected = source_of(batch), found.collected
    take_turn(source.code)
    new = found.places.new(collected.places)
    keys = found.places.ids(found.collected.places, store=True)
    rows = tallies_of(found.collected, found.looked, batch, source, found.places, keys)
    # Weighed before it is stored, or each number would be found beside itself.
    counts = weigh(rows, source).counts(len(collected.refusals))
    Tally.objects.bulk_create(rows, batch_size=TOGETHER)
    for refusal in collected.refusals:
        refusal.batch = batch
    ImportRefusal.objects.bulk_create(collected.refusals, TOGETHER, ignore_conflicts=True)
    note_measures(source, collected.measures)
    cover_anew(source)
    report = {
        "places": list(map(str, new)),
        "place_keys": {"campus": [campus.pk for campus in new]},
        "header": found.header,
        "sums": sums_of(collected),
        "turned": collected.turned,
        "part_hours": collected.part_hours,
        "left_out": collected.left_out,
        "repeated": collected.repeated,
    }
    return Written(counts, report)


def note_measures(source: DataSource, measures: set[str]) -> None:
    """Add ``measures``, codes of TallyMeasure, to those that the source counts: that is known from
    what it has told. They stay when the file is taken back. One statement.
    """
    source.measures = sorted({*source.measures, *measures})
    source.save(update_fields=["measures"])
