"""What is known of a file of counts before anybody has mapped its columns."""

from dataclasses import replace
from functools import partial
from itertools import filterfalse
from operator import itemgetter
from pathlib import Path

from core.columns import the_only
from core.kinds import FileKind, kind_named
from crm.imports.describing import (
    done_before,
    first_rows,
    format_of,
    map_as,
    profile_for,
    set_options,
)
from crm.imports.fields import Refusal
from crm.imports.guessing import guess_by_names, meaning_of, words_of
from crm.imports.heading import Meaning
from crm.imports.models import ImportBatch
from crm.imports.options import DATA_SOURCE
from crm.tallies.audiences import audience_of_head
from crm.tallies.buildings import with_buildings_as_places
from crm.tallies.cells import NOT_KNOWN, count_of
from crm.tallies.growing import looks_like_a_reading, with_numbers_told
from crm.tallies.heads import is_beside_counts, is_hour, only_counts, ways_of_one_gate
from crm.tallies.likely import likely_source, measures_of, places_of
from crm.tallies.models import TallyMeasure
from crm.tallies.month_days import with_day_of_month
from crm.tallies.options import CountOptions
from crm.tallies.plan import MEASURED
from crm.tallies.short_dates import ANY_YEAR, meaning_together
from crm.tallies.spans import month_in_header, parted, span_of, year_in

#: A month, an hour: what the heads of columns say that stands for no field.
SPREAD = "spread"
#: Rows that tell whether a column only grows: a month of hours of a few gates.
TELLING_ROWS = 2000
#: What heads of columns in a wide table most often count, by a word of the file's name.
BY_FILENAME = {
    TallyMeasure.LOANS: ("loan", "issue", "circ", "checkout", "借阅", "外借", "借书"),
    TallyMeasure.ATTENDANCE: ("attend", "program", "event", "活动", "参加"),
}


def meaning_in(kind: FileKind) -> Meaning:
    """A function that gives the field of a head of a column, by the words of the kind, with months
    and hours apart: see ``meaning``.
    """
    return partial(meaning, words_of(kind))


def meaning(fields: dict[str, str], name: str) -> str:
    """The field that the head of a column means; a month and an hour mean "spread" with their name
    behind it, so that no two are alike. Empty for a head that says nothing.
    """
    known = meaning_of(name, fields)
    if known or not names_a_time(name):
        return known
    return f"{SPREAD} {name}"


def map_columns(batch: ImportBatch, header: list[str], sample: list[list[str]]) -> None:
    """Map the columns like a profile, else like the last file of the same columns, else by their
    names, with what the file seems to be: its year, the columns that are months, hours or places,
    what they count, and whether each row is an event.

    Nothing is stored; a source that was chosen at the upload stays, and one is preset only where it
    has told of the same before, or is the only one that sent files of these columns. Days that were
    said of the file before are not taken over.
    """
    chosen = batch.options.get(DATA_SOURCE)
    before = profile_for(batch, header) or done_before(header, batch.kind)
    if before:
        map_as(batch, before)
        options = replace(CountOptions.from_json(batch.options), first=None, last=None)
        if batch.profile is None:
            options = replace(options, data_source=None)
    else:
        rows = first_rows(Path(batch.file.path), format_of(batch), TELLING_ROWS)[1]
        batch.mapping = guessed_mapping(header, rows, batch.kind)
        options = guessed(batch, header, sample)
    source = chosen or options.data_source
    if source is None:
        places = places_of(batch.mapping, options, header, sample)
        source = likely_source(measures_of(batch.mapping, options), places)
        if source is None and places == {None}:
            source = only_source(header, batch)
    options = replace(options, data_source=source, year=year_in(batch.filename))
    set_options(batch, options.to_json())


def guessed_mapping(header: list[str], rows: list[list[str]], kind: FileKind) -> dict[str, str]:
    """{field: column} by the names of the columns, and by their cells where a name may mean two
    things. A column of one kind of readers is none of these fields.
    """
    named = guess_by_names(header, kind)
    mapping = {field: name for field, name in named.items() if not audience_of_head(name)}
    mapping = with_day_of_month(header, rows, mapping)
    mapping = with_buildings_as_places(header, rows, mapping)
    return with_numbers_told(header, rows, mapping)


def only_source(header: list[str], batch: ImportBatch) -> int | None:
    """Key of the one source of all files of these columns that are in; None where there are none or
    several. Not to be asked of a file that names places: another source may count at those. One
    statement.
    """
    done = ImportBatch.objects.filter(takes=batch.takes, state=ImportBatch.State.DONE)
    same = done.filter(report__header=header).order_by()
    found = set(same.values_list(f"options__{DATA_SOURCE}", flat=True))
    return the_only(found)


def guessed(batch: ImportBatch, header: list[str], sample: list[list[str]]) -> CountOptions:
    """What the file seems to be, without its year and its source, as options that are not stored.

    Takes ``period`` out of the batch's mapping where months stand in the heads.
    """
    mapping = batch.mapping
    spread = columns_to_spread(header, sample, mapping)
    if any(map(month_in_header, spread)):
        # Months stand in the heads: what looks like a date in the rows is none.
        mapping.pop("period", None)
    return CountOptions(
        spread=tuple(spread),
        measure=likely_measure(batch.filename),
        row_is_event=is_list_of_events(header, sample, mapping),
    )


def columns_to_spread(
    header: list[str], sample: list[list[str]], mapping: dict[str, str]
) -> list[str]:
    """Columns that are each a month or an hour, in the order of the file; where none is, and the
    rows say when but not where, those that hold numbers and have no name that is known: places.
    Empty where neither is found, and where somebody has to say first what one of the numbers is.
    """
    known = set(mapping.values())
    free = [name for name in header if name not in known]
    times = list(filter(names_a_time, free))
    if times or not says_when_alone(mapping):
        return times
    if "place" in mapping:
        free = list(filter(audience_of_head, free))
    return columns_of_places(free, header, sample)


def columns_of_places(free: list[str], header: list[str], sample: list[list[str]]) -> list[str]:
    """Those of the ``free`` columns, which are known as nothing, that hold numbers and may be
    places or kinds of readers, in their order. Those that only grow
    are none, and all of them are none where somebody has to say first what one of the numbers is.
    """
    numbers = list(filter(partial(holds_numbers, header, sample), free))
    if ways_of_one_gate(numbers) or any(map(says_what_it_counts, numbers)):
        return []
    places = filterfalse(is_beside_counts, numbers)
    return list(filterfalse(partial(looks_like_a_reading, header, sample, {}), places))


def says_what_it_counts(name: str) -> bool:
    """Whether a column is called like a number of visits or of anything else that is counted, or
    like a counter: it is no place, whether or not anything tells which number it is.
    """
    if audience_of_head(name):
        return False
    known = meaning_of(name, words_of(kind_named("counts")))
    return known in MEASURED or only_counts(name)


def names_a_time(name: str) -> bool:
    """Whether a column is called like a month, a quarter, a day or an hour. A number alone is none
    of these, and a year alone is not either.
    """
    return bool(month_in_header(name)) or is_hour(name)


def says_when_alone(mapping: dict[str, str]) -> bool:
    """Whether the columns that are known say when, and not how many: then the others may be places
    or kinds of readers, one column for each. ``mapping`` is {field: column}.
    """
    known = set(mapping)
    return "period" in known and known.isdisjoint(MEASURED)


def holds_numbers(header: list[str], sample: list[list[str]], name: str) -> bool:
    """Whether all cells of the column ``name`` are counts or say that nobody knows, and one at
    least is a count. "nil" is taken for a number that nobody knows here.
    """
    place = header.index(name)
    known = 0
    for row in sample:
        try:
            known += count_of("value", row[place], NOT_KNOWN) is not None
        except Refusal:
            return False
    return known > 0


def is_list_of_events(header: list[str], sample: list[list[str]], mapping: dict) -> bool:
    """Whether each row is one event: columns say who came and on which day, none how many events or
    a last day, and more than half of the sample have a single day.

    Of dates only that they are days is asked, so any order of day and month will do, and any year.
    False for an empty sample.
    """
    fields = set(mapping)
    if not fields >= {"period", "attendance"} or fields & {"events", "until"}:
        return False
    place = header.index(mapping["period"])
    cells = list(map(itemgetter(place), sample))
    digits = meaning_together(cells).told
    days = sum(is_a_day(cell, digits) for cell in cells)
    return 2 * days > len(cells)


def is_a_day(cell: str, digits: str) -> bool:
    """Whether a cell names a single day, by whatever order of day and month, with a time or
    without one. ``digits``: what those beside a month's name mean in its column.
    """
    try:
        span = span_of(parted(cell)[0], "dmy", ANY_YEAR, digits)
    except Refusal:
        return False
    return span.days == 1


def likely_measure(filename: str) -> str:
    """What a wide table counts by a word in its file's name, in English or Chinese: loans,
    attendance, else visits. One of TallyMeasure, as text. Somebody sees it as a choice before it
    holds.
    """
    name = filename.casefold()
    for measure, signs in BY_FILENAME.items():
        if any(sign in name for sign in signs):
            return str(measure)
    return str(TallyMeasure.VISITS)
