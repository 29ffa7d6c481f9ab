"""What is known of a file of activities before anybody has mapped its columns."""

from dataclasses import replace
from datetime import date
from itertools import chain
from operator import attrgetter, itemgetter
from pathlib import Path

from django.utils.translation import gettext as _

from core.columns import the_only
from core.kinds import FileKind, registered
from crm.activities.naming import tell_themselves
from crm.activities.never import never_read
from crm.activities.options import ActivityOptions
from crm.activities.titled_days import the_day_in
from crm.imports.clocks import is_written_as_clock
from crm.imports.describing import (
    beginning_of,
    done_before,
    format_of,
    map_as,
    profile_for,
    set_options,
)
from crm.imports.guessing import are_all, bare_name, guess_by_names, meaning_of, words_of
from crm.imports.looking import words_of_column
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable
from crm.imports.options import DATA_SOURCE, NEVER
from crm.imports.sniff import HEAD
from crm.imports.systems import system_of, systems_in_use
from crm.staff.models import Campus


def kinds_of_activities() -> list[FileKind]:
    """The kinds whose rows are activities, those that programs send among them; counts, readers and
    registers are none of them.
    """
    return list(filter(attrgetter("does"), registered()))


def kinds_of_files() -> list[FileKind]:
    """The kinds of file of activities that somebody uploads, in the order in which they are offered
    and in which a source's kind is looked for.
    """
    return list(filter(attrgetter("by_file"), kinds_of_activities()))


def map_columns(batch: ImportBatch, header: list[str], sample: list[list[str]]) -> None:
    """Map the columns like a profile, else like the last file of the same columns, else by their
    names. ``sample``: the first rows below ``header``. Sets ``mapping``, ``source``, ``options``
    and ``profile``; nothing is stored.

    Whether campuses are added is asked where the file may name titles and its places do not tell
    themselves. A source that was chosen at the upload stays. Days and places that were said of the
    file before are not taken over: this one tells of others.
    """
    chosen = batch.options.get(DATA_SOURCE)
    batch.options[NEVER] = never_read(header, sample, batch.kind)
    before = profile_for(batch, header) or done_before(header, batch.kind)
    if before:
        map_as(batch, before)
        said = ActivityOptions.from_json(batch.options)
        options = replace(said, first=None, last=None, campus=None, places=None)
    else:
        map_by_names(batch, header, sample)
        options = ActivityOptions()
    if not may_add_places(batch, header, options):
        options = replace(options, create_places=False)
    if "campus" not in batch.mapping:
        options = replace(options, campus=campus_in(batch.filename))
    if "at" not in batch.mapping and not batch.kind.by_month:
        day = day_beside_the_table(batch)
        options = replace(options, first=day, last=day)
    set_options(batch, replace(options, data_source=chosen or options.data_source).to_json())


def day_beside_the_table(batch: ImportBatch) -> date | None:
    """The day of all rows of a file without a column of dates, as it stands over the table, else in
    the name of the file; None where neither says one.
    """
    form = format_of(batch)
    over = [" ".join(cells) for line, cells in beginning_of(batch) if line < form.header]
    return the_day_in(over) or the_day_in([batch.filename])


def map_by_names(batch: ImportBatch, header: list[str], sample: list[list[str]]) -> None:
    """Set ``mapping`` and ``source`` as the names of the columns tell, and their ``sample`` where a
    moment may be a time of day. Columns that are never read hold nothing.
    """
    taken = guess_by_names(header, batch.kind)
    never = batch.options[NEVER]
    mapping = {field: name for field, name in taken.items() if name not in never}
    batch.mapping = with_clocks_apart(mapping, header, sample, batch.kind)
    batch.source = likely_system(taken.get("number", ""), header, batch.kind)


def may_add_places(batch: ImportBatch, header: list[str], options: ActivityOptions) -> bool:
    """Whether a fresh file may add the places that it names before anybody was asked: of loans only
    where the names tell themselves (``tell_themselves``), or where somebody said so of such a file.
    One statement.
    """
    column = batch.mapping.get("campus")
    if column not in header or not batch.kind.has_items or options.places_were_said:
        return options.create_places
    names = words_of_column(Path(batch.file.path), format_of(batch), header, column)
    return options.create_places and tell_themselves(names, names_of_campuses())


def names_of_campuses() -> list[str]:
    """Codes and names of all campuses, in small letters. One statement."""
    rows = Campus.objects.values_list("code", "name_zh", "name_en")
    names = filter(None, chain.from_iterable(rows))
    return list(map(str.casefold, names))


def with_clocks_apart(
    mapping: dict[str, str], header: list[str], sample: list[list[str]], kind: FileKind
) -> dict[str, str]:
    """The mapping, {field: column}, in which a column that is called a moment and holds times of
    day alone is the time; the day is that of another column, if there is one.
    """
    taken = set(mapping.values()) - {mapping.get("at")}
    clocks, days = moments(header, sample, kind, taken)
    if not clocks:
        return mapping
    found = {field: name for field, name in mapping.items() if name not in clocks}
    if days:
        found.setdefault("at", days[0])
    found.setdefault("time", clocks[0])
    return found


def moments(
    header: list[str], sample: list[list[str]], kind: FileKind, taken: set[str]
) -> tuple[list[str], list[str]]:
    """Columns that are called moments and hold times of day alone, and the others that are called
    so; those that are ``taken`` for something else are none.
    """
    words = words_of(kind)
    #: By whether they hold times of day alone.
    found: dict[bool, list[str]] = {True: [], False: []}
    for place, name in enumerate(header):
        if name not in taken and meaning_of(name, words) == "at":
            cells = map(itemgetter(place), sample)
            found[are_all(cells, is_written_as_clock)].append(name)
    return found[True], found[False]


def refuse_counter(path: Path) -> None:
    """Raises Unreadable, with words, for a report of e-resources (COUNTER, as a table or as JSON),
    whose rows are no persons. Reads the first HEAD bytes.
    """
    with path.open("rb") as file:
        beginning = file.read(HEAD)
    is_report = beginning.lstrip(b'\xef\xbb\xbf\r\n"').startswith(b"Report_Name")
    if is_report or b'"Report_Header"' in beginning:
        raise Unreadable(
            _(
                "This is a COUNTER report, it seems: it counts by platform and names no persons."
                " Take it in on the page E-resources."
            )
        )


def campus_in(filename: str) -> int | None:
    """Key of the one campus whose name stands in the file's, as in 东馆借阅.csv; None where none
    does, or more than one. One statement.
    """
    said = bare_name(filename)
    found = []
    for key, *names in Campus.objects.values_list("pk", "name_zh", "name_en"):
        bare = filter(None, map(bare_name, names))
        if any(name in said for name in bare):
            found.append(key)
    return the_only(found)


def likely_system(column: str, header: list[str], kind: FileKind) -> str:
    """The system that the column is called by; empty where its name tells none, and where no reader
    bears a number of it. That readers have numbers of one system alone says nothing of the file's.
    """
    said = system_of(column, header, kind)
    return said if said in systems_in_use() else ""
