"""What is known of an uploaded file before anybody has mapped its columns."""

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from core.kinds import FileKind
from crm.imports.fields import BLANK, as_compared, kind_words
from crm.imports.further import guess_further, is_further
from crm.imports.guessing import fitting_profile, guess, meaning_of, meanings
from crm.imports.heading import Meaning, beginning, likeliest_member, locate, sheets_alike
from crm.imports.items import columns_of_items
from crm.imports.letters import repaired
from crm.imports.looking import look_through, words_of_column
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.openids import columns_of_openids
from crm.imports.opening import TableFormat, Unreadable, in_silence
from crm.imports.options import (
    ABOUT_THE_FILE,
    ALIKE,
    ASKED,
    FORMAT,
    LIKE,
    NEVER,
    NOT_KEPT,
    OF_ONE_FILE,
    OPENIDS,
    SEEN,
    ImportOptions,
)
from crm.imports.remarks import never_read_in
from crm.imports.rows import parse_table
from crm.imports.sniff import check_ending, sniff
from crm.imports.states import state_words
from crm.imports.steps import steps_of
from crm.imports.systems import system_of
from crm.readers.kinds import IDENTITIES

#: Rows that are looked at for a guess and shown while columns are mapped.
SAMPLE = 50
#: What is done with values when no profile fits: rows that name no kind of reader are of none.
PLAIN = ImportOptions(kind="unsaid", language="zh-hans")
#: What a person may say of how the file is read, in the order in which it is followed.
READING = ("header", "header_rows", "skip_hidden", "take_totals")


def describe(batch: ImportBatch, beat: Callable[[], None] = in_silence) -> None:
    """Fill in format, mapping and options of a fresh batch of any kind; nothing is stored.

    The columns are mapped as its room says; the format is as somebody asked for. Raises Unreadable,
    also for a file that has a header and no rows.

    Sets ``mapping``, ``source``, ``options``, ``encoding`` and ``rows``, None where those are not
    known. ``beat`` is called again and again on the way through the file.
    """
    steps = steps_of(batch)
    if batch.options.pop(NOT_KEPT, False):
        steps.put_table(batch, beat)
    path = Path(batch.file.path)
    steps.refuse(path)
    asked = batch.options.get(ASKED, {})
    found = table_in(path, steps.meaning(batch.kind), asked, beat)
    check_ending(batch.filename, found)

    header, sample = first_rows(path, found)
    if not sample:
        raise Unreadable(_("The file has a header and no rows."))
    found = replace(found, rows=rows_below(found))

    batch.encoding = found.encoding
    batch.rows = found.rows
    batch.options[FORMAT] = asdict(found)
    batch.options[SEEN] = look_through(path, found, header, sample, beat)
    batch.options[SEEN][ALIKE] = sheets_alike(path, found, steps.meaning(batch.kind))
    before = like_which(batch, header)
    steps.map_columns(batch, header, sample)
    if before:
        # What is known of this table alone, by its name, goes before what was said of the other.
        campus = batch.options.get("campus")
        map_as(batch, before)
        if campus is not None:
            batch.options["campus"] = campus


def like_which(batch: ImportBatch, header: list[str]) -> ImportBatch | None:
    """The import of another table of the same file that the batch is to be mapped like; None where
    there is none, or where that one has columns which are not in ``header``. The batch does not
    name it any more afterwards.
    """
    before = ImportBatch.objects.filter(pk=batch.options.pop(LIKE, None)).first()
    if before and {*before.mapping.values()} <= {*header}:
        return before
    return None


def map_columns(batch: ImportBatch, header: list[str], sample: list[list[str]]) -> None:
    """Map the columns of a file of readers like the batch's profile, else like one that fits, else
    by a guess, which leaves out columns that are never stored.

    Sets ``mapping``, ``source``, ``options`` and ``profile``; nothing is stored.
    """
    # Told before the columns are mapped: a guess must take none of these.
    batch.options[SEEN][NEVER] = columns_of_items(header, sample, batch.kind)
    batch.options[SEEN][OPENIDS] = columns_of_openids(header, sample)
    was_chosen = batch.profile is not None
    if profile_for(batch, header):
        map_like(batch, batch.profile)
        if not was_chosen:
            _ask_about_positions(batch)
    else:
        guess_columns(batch, header, sample)
    batch.options[SEEN]["kinds"] = unknown_words(batch, header, "kind", kind_words())
    batch.options[SEEN]["states"] = unknown_words(batch, header, "state", state_words())


def profile_for(batch: ImportBatch, header: list[str]) -> ImportProfile | None:
    """The profile that somebody chose for the batch, else a saved one that fits its columns; None
    where none does. The batch has it afterwards.
    """
    batch.profile = batch.profile or fitting_profile(header, batch.takes)
    return batch.profile


def guess_columns(batch: ImportBatch, header: list[str], sample: list[list[str]]) -> None:
    """Map the columns of a file of readers by their names and by the values in ``sample``. Sets
    ``mapping``, ``source`` and ``options`` of the batch, and for a file of numbers alone what it
    takes; nothing is stored. One statement.
    """
    never = never_read_in(batch)
    guessed = guess(header, sample, batch.kind)
    batch.mapping = {field: name for field, name in guessed.items() if name not in never}
    batch.source = system_of(batch.mapping.get("number", ""), header, batch.kind)
    batch.mapping |= guess_further(header, batch.mapping, batch.source, batch.kind)
    if are_numbers_alone(header, batch.mapping):
        batch.takes = IDENTITIES
    set_options(batch, PLAIN.to_json())


def are_numbers_alone(header: list[str], mapping: dict[str, str]) -> bool:
    """Whether every column of the file holds numbers, and two at least: such a file says who is
    who, and makes nobody.
    """
    numbers = {name for field, name in mapping.items() if field == "number" or is_further(field)}
    return len(numbers) > 1 and numbers >= set(filter(None, header))


def _ask_about_positions(batch: ImportBatch) -> None:
    """Persons are never matched by their place in a file because its columns look like those of a
    profile: another file of the same shape would write over them. Somebody has to say so.
    """
    options = ImportOptions.from_json(batch.options)
    set_options(batch, replace(options, number_from_row=False).to_json())


def unknown_words(
    batch: ImportBatch, header: list[str], field: str, known: dict[str, str]
) -> list[str]:
    """Those words of the column taken for ``field`` that stand for no value yet: codes of another
    system. ``known``: {word without capitals: value}, beside those of the batch itself.

    They come back as the file writes them; capitals make no difference. Raises Unreadable.
    """
    if field not in batch.mapping:
        return []
    path = Path(batch.file.path)
    words = words_of_column(path, format_of(batch), header, batch.mapping[field])
    clear = {*known, *BLANK}
    return unsaid([word for word in words if repaired(word).casefold() not in clear], batch, field)


def unsaid(words: list[str], batch: ImportBatch, field: str) -> list[str]:
    """Those of the words of which neither the batch nor its profile says what they mean."""
    own = as_compared(ImportOptions.from_json(batch.options).words_of(field))
    return [word for word in words if repaired(word).casefold() not in own]


def as_asked(found: TableFormat, asked: dict) -> TableFormat:
    """The format with the encoding that a person chose, who may know better than the bytes.

    Nothing changes where nobody chose one, and for a workbook, which has none.
    """
    encoding = asked.get("encoding")
    if found.is_text and encoding:
        # Somebody's choice settles what the bytes left open.
        return replace(found, encoding=encoding, doubts=())
    return found


def located(path: Path, found: TableFormat, meaning: Meaning, asked: dict) -> TableFormat:
    """The format with the sheet and the header that were asked for, else found.

    Raises Unreadable. What was asked for goes before what was found, also where it fits worse.
    """
    found = locate(path, found, meaning, sheet=asked.get("sheet", ""))
    chosen = {name: asked[name] for name in READING if name in asked}
    return replace(found, **chosen)


def map_like(batch: ImportBatch, profile: ImportProfile) -> None:
    """Map the batch's columns as the profile does, which is the batch's afterwards."""
    batch.profile = profile
    map_as(batch, profile)


def map_as(batch: ImportBatch, before: ImportProfile | ImportBatch) -> None:
    """Map the batch's columns as ``before`` has them, but for those that are never read; nothing is
    stored. What was said of this one file stays.
    """
    batch.source = before.source
    own = {name: batch.options[name] for name in OF_ONE_FILE if name in batch.options}
    never = never_read_in(batch)
    # Another one: what somebody changes for this file must not change the profile.
    batch.mapping = {field: name for field, name in before.mapping.items() if name not in never}
    set_options(batch, before.options | own)


def done_before(header: list[str], kind: FileKind) -> ImportBatch | None:
    """The last file of the same columns, in the same order, that was imported and not taken back:
    what was said of it is said of this. None for a first one. One statement.
    """
    done = ImportBatch.objects.filter(takes=kind.code, state=ImportBatch.State.DONE)
    return done.filter(report__header=header).order_by("-merged_at").first()


def set_options(batch: ImportBatch, options: dict) -> None:
    """Other options for the same file: what is known of the file stays.

    ``options``: as ``ImportOptions.to_json`` writes them. Sets ``batch.options``; nothing is
    stored.
    """
    changed = dict(options)
    for name in ABOUT_THE_FILE:
        changed.pop(name, None)
        if name in batch.options:
            changed[name] = batch.options[name]
    batch.options = changed


def format_of(batch: ImportBatch) -> TableFormat:
    """The format found at upload; sniffed again for a batch that was made elsewhere.

    Raises Unreadable.

    The encoding is the batch's, which a person may have changed since.
    """
    stored = batch.options.get(FORMAT)
    found = TableFormat(**stored) if stored else sniff(Path(batch.file.path))
    if found.is_text and batch.encoding:
        # A person may know better than the bytes.
        return replace(found, encoding=batch.encoding)
    return found


def beginning_of(batch: ImportBatch) -> list[tuple[int, list[str]]]:
    """(line, cells) of the first rows of the table's sheet, those over it among them. Raises
    Unreadable.
    """
    return beginning(Path(batch.file.path), format_of(batch))


def look_into(batch: ImportBatch) -> tuple[list[str], list[list[str]]]:
    """(header, first rows) for the page on which columns are mapped. Raises Unreadable.

    The rows are the first fifty at most, each as wide as the header; broken ones are left out.
    """
    return first_rows(Path(batch.file.path), format_of(batch))


def table_in(
    path: Path, meaning: Meaning, asked: dict, beat: Callable[[], None] = in_silence
) -> TableFormat:
    """The format of the likeliest table of a file, with the sheet and header that were found, or
    as somebody asked for. Raises Unreadable.

    ``asked``: see ``ReadingForm.asked``. ``meaning`` tells which words at the top of a column are
    known.
    """
    member = asked.get("member") or likeliest_member(path, meaning, beat)
    found = as_asked(sniff(path, beat, member), asked)
    return located(path, found, meaning, asked)


def meaning_for(kind: FileKind) -> Meaning:
    """The function that tells which field a column's name means, empty for none: by the words of
    the kind and those of saved profiles. One statement, here and not for each column.
    """
    return partial(meaning_of, fields=meanings(kind))


def rows_below(found: TableFormat) -> int | None:
    """How many rows stand below the header, where lines are counted: those over the table and
    those that name its columns are no rows of it.

    None for a workbook, whose lines nobody counted. A cell of several lines counts as several.
    """
    if found.rows is None:
        return None
    return max(0, found.rows - found.header - found.header_rows + 1)


def first_rows(
    path: Path, form: TableFormat, most: int = SAMPLE
) -> tuple[list[str], list[list[str]]]:
    """(header, those of the first rows that are rows at all). Raises Unreadable.

    ``most`` are read, fifty where nobody says, and broken ones left out.
    """
    header, rows = parse_table(path, form)
    sample = []
    for _line, row in islice(rows, most):
        if isinstance(row, list):
            sample.append(row)
    return header, sample
