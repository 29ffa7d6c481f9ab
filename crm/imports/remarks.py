"""What is said of a file that was looked through, and what somebody has to decide about it."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.kinds import FileKind
from core.localised import listed
from crm.imports.encodings import ENCODINGS
from crm.imports.findings import ERROR, FORMULA, HIDDEN_COLUMN
from crm.imports.further import is_further
from crm.imports.guessing import NO_LAYOUT, layout_of, needed
from crm.imports.models import ImportBatch, reason_in_words
from crm.imports.options import FORMAT, NEVER, OPENIDS, SEEN, ImportOptions
from crm.imports.systems import said_before
from crm.readers.words import system_in_words

#: Fields that hold a day.
DATE_FIELDS = ("registered_on", "last_seen_on", "expires_on", "updated_on", "at")
NAME_OF_ENCODING = dict(ENCODINGS)


def seen_of(batch: ImportBatch) -> dict:
    """What ``look_through`` saw of the file, {name: what was seen}; empty for a batch that no file
    was looked through for.
    """
    return batch.options.get(SEEN, {})


def never_read_in(batch: ImportBatch) -> set[str]:
    """Names of the columns that are never read, whatever somebody says they are."""
    seen = seen_of(batch)
    return {*batch.options.get(NEVER, []), *seen.get(NEVER, []), *openids_in(batch)}


def openids_in(batch: ImportBatch) -> list[str]:
    """Names of the columns that hold accounts at WeChat, in the order of the file."""
    return seen_of(batch).get(OPENIDS, [])


def date_styles(batch: ImportBatch) -> dict[str, str]:
    """{column: dmy, mdy or serial} of the columns that tell.

    See ``ColumnOfDates.style``; empty for a batch that was not looked through.
    """
    found = {}
    for name, said in seen_of(batch).get("dates", {}).items():
        if said["style"]:
            found[name] = said["style"]
    return found


# --- what has to be decided -----------------------------------------------------------------------
def problems(header: list[str], batch: ImportBatch) -> list[str]:
    """What keeps this mapping from being used on this file, in words; empty when nothing does.

    ``header``: the file's columns as they are named now. One sentence for each, in the language of
    the moment.
    """
    return [
        *missing_columns(header, batch),
        *number_problems(batch),
        *reading_problems(batch),
        *borrowed_in(batch),
        *month_problems(batch.mapping),
    ]


def missing_columns(header: list[str], batch: ImportBatch) -> list[str]:
    """One sentence where the mapping or a rule speaks of columns that the file does not have."""
    missing = sorted(needed(batch) - set(header))
    if not missing:
        return []
    return [_("The file has no column %(names)s.") % {"names": listed(missing)}]


def number_problems(batch: ImportBatch) -> list[str]:
    """What is not said yet of whose rows these are: which column holds the number, of which system,
    and in a file of numbers alone which other numbers stand beside it.
    """
    said = []
    if not has_numbers(batch):
        said.append(
            _(
                "No column was recognised as the reader number. Say which one it is; only a file"
                " that has none may have its rows numbered."
            )
        )
    if not batch.source:
        said.append(_("Say which system gave the numbers of this file."))
    # Of a kind that writes nothing else.
    if not batch.kind.written and not any(map(is_further, batch.mapping)):
        said.append(_("Say which further column holds numbers, and of which system."))
    return said


def has_numbers(batch: ImportBatch) -> bool:
    """Whether each row of the batch's file has a number: that of a column, or its place."""
    return "number" in batch.mapping or ImportOptions.from_json(batch.options).number_from_row


def month_problems(mapping: dict[str, str]) -> list[str]:
    """One sentence where the last visit has a month without a year, or a year without a month."""
    has_month, has_year = "last_seen_month" in mapping, "last_seen_year" in mapping
    if has_month == has_year:
        return []
    return [_("Month and year of the last visit only work together.")]


def borrowed_in(batch: ImportBatch) -> list[str]:
    """Columns that are to be kept and say what somebody borrowed, or who somebody is at WeChat:
    each is refused by its name.
    """
    never, openids = never_read_in(batch), openids_in(batch)
    said = []
    for name in batch.mapping.values():
        if name in openids:
            said.append(bound_by_the_reader(name))
        elif name in never:
            said.append(says_what_was_borrowed(name))
    return said


def says_what_was_borrowed(name: str) -> str:
    """Why the column ``name``, which holds titles or items, is not taken."""
    return _("Column %(name)s says what somebody borrowed: that is never stored. Leave it out.") % {
        "name": name
    }


def bound_by_the_reader(name: str) -> str:
    """Why the column ``name``, which holds accounts at WeChat, is not taken."""
    return _(
        "Column %(name)s holds accounts at WeChat. It is not taken: a reader binds WeChat herself,"
        " on her own page, and nobody else can say whose account it is."
    ) % {"name": name}


def reading_problems(batch: ImportBatch) -> list[str]:
    """What keeps the file from being read with certainty, in words; empty when nothing does."""
    said = []
    doubts = batch.options.get(FORMAT, {}).get("doubts")
    if doubts:
        names = [NAME_OF_ENCODING.get(name, name) for name in doubts]
        said.append(
            _("The encoding cannot be told for sure: it may be %(names)s. Choose one on this page.")
            % {"names": listed(names)}
        )
    if not ImportOptions.from_json(batch.options).date_order:
        said += date_problems(batch)
    return said


def contradiction(name: str, one: str, two: str) -> str:
    """That two cells of the column ``name`` cannot both be right, and what to do."""
    return _(
        "In column %(name)s the dates contradict each other: %(one)s and %(two)s cannot"
        " be written in the same order of day, month and year. Put the column right,"
        " leave it out, or say which order holds."
    ) % {"name": name, "one": one, "two": two}


def order_untold(name: str, one: str) -> str:
    """That no date of the column ``name`` tells which of its numbers is the day; ``one``: a date
    of it that could be read two ways.
    """
    return _(
        "In column %(name)s day, month and year cannot be told apart (%(one)s). Say"
        " below which comes first."
    ) % {"name": name, "one": one}


def date_problems(batch: ImportBatch) -> list[str]:
    """Columns that are mapped to a day, and do not say in which order day and month stand.

    One sentence for each; that somebody chose an order is not asked here.
    """
    dates = seen_of(batch).get("dates", {})
    said = []
    for field in DATE_FIELDS:
        name = batch.mapping.get(field)
        if name in dates:
            said += order_problems(name, dates[name])
    return said


def order_problems(name: str, found: dict) -> list[str]:
    """One sentence where the days of the column ``name`` contradict each other, or do not tell
    their order; ``found``: see ``looking.style_to_json``.
    """
    if found["against"]:
        return [contradiction(name, *found["against"])]
    if found["unclear"]:
        return [order_untold(name, found["unclear"])]
    return []


def said_of_file(batch: ImportBatch, header: list[str]) -> dict[str, str | list[str]]:
    """What the page about the columns says of the file: ``reading`` in one sentence, ``undecided``
    questions that stop it, ``remarks`` about its cells and rows.

    Sentences are in the language of the moment.
    """
    return {
        "reading": how_it_is_read(batch),
        "undecided": [*reading_problems(batch), *system_question(batch)],
        "remarks": [*known_system(header, batch.kind), *remarks_on(batch)],
    }


def system_question(batch: ImportBatch) -> list[str]:
    """One sentence where the system of the numbers was not told by the file, but a former file had
    a column of the same name: that is a question and no answer, since the next file with such a
    column may be of other people. At most two statements.
    """
    column = batch.mapping.get("number")
    former = said_before(column) if column and not batch.source else None
    if former is None:
        return []
    return [
        _(
            "Numbers in a column “%(column)s” were said to be of “%(system)s” in the file %(file)s."
            " Are these numbers of the same system? Say so below; numbers of another system are"
            " other people."
        )
        % {
            "column": column,
            "system": system_in_words(former.system),
            "file": former.filename,
        }
    ]


# --- how it is read -------------------------------------------------------------------------------
def how_it_is_read(batch: ImportBatch) -> str:
    """The file in a packed one, the sheet, the line of the header and the encoding.

    One sentence, with the name of the file in a packed one before it.
    """
    form = batch.options.get(FORMAT, {})
    said = how_the_table_is_read(batch, form)
    shown = dict(map(tuple, seen_of(batch).get("members", [])))
    member = form.get("member")
    if not member:
        return said
    return _("%(file)s · %(reading)s") % {"file": shown.get(member, member), "reading": said}


def how_the_table_is_read(batch: ImportBatch, form: dict) -> str:
    """One sentence: the sheet, the line of the header and the encoding.

    ``form``: the stored ``TableFormat``; of a workbook the sheet is named, of a text the encoding.
    """
    values = {
        "line": form.get("header") or 1,
        "sheet": form.get("sheet", ""),
        "encoding": NAME_OF_ENCODING.get(batch.encoding, batch.encoding),
    }
    has_sheet = values["sheet"] != ""
    is_named = form.get("header_rows", 1) > 0
    sentences = {
        (True, True): _("Sheet %(sheet)s; line %(line)d names the columns."),
        (True, False): _("Sheet %(sheet)s; no line names the columns."),
        (False, True): _("Encoding %(encoding)s; line %(line)d names the columns."),
        (False, False): _("Encoding %(encoding)s; no line names the columns."),
    }
    return sentences[has_sheet, is_named] % values


def known_system(header: list[str], kind: FileKind) -> list[str]:
    """Sentences about the known system that writes such files: its name, and what to know of its
    files where there is something. An empty list where the header is of no such system.
    """
    layout = layout_of(header, kind)
    if layout is NO_LAYOUT:
        return []
    said = [_("A file of a known system: %(name)s.") % {"name": layout.name}]
    if layout.note:
        said.append(str(layout.note))
    return said


# --- what is only said ----------------------------------------------------------------------------
def remarks_on(batch: ImportBatch) -> list[str]:
    """Sentences about cells and rows of a workbook that are not what they look like, and about
    columns of accounts at WeChat, which are not taken.

    Empty where there is nothing to be said.
    """
    seen = seen_of(batch)
    said = []
    hidden = seen.get("hidden", 0)
    if hidden:
        said.append(hidden_rows(hidden, skipped=batch.options[FORMAT].get("skip_hidden", False)))
    for what, name, count in seen.get("cells", []):
        said.append(about_cells(what, name, count))
    said += map(bound_by_the_reader, openids_in(batch))
    return said


def hidden_rows(count: int, *, skipped: bool) -> str:
    """One sentence about the rows a workbook hides; ``skipped``: whether they stay out."""
    if skipped:
        return ngettext(
            "%(n)d row is hidden or filtered out in the workbook and stays out.",
            "%(n)d rows are hidden or filtered out in the workbook and stay out.",
            count,
        ) % {"n": count}
    return ngettext(
        "%(n)d row is hidden or filtered out in the workbook and comes in with the others.",
        "%(n)d rows are hidden or filtered out in the workbook and come in with the others.",
        count,
    ) % {"n": count}


def about_cells(what: str, name: str, count: int) -> str:
    """One sentence about the cells of a column.

    ``what``: FORMULA, ERROR, HIDDEN_COLUMN or MERGED; ``count``: how many cells.
    """
    values = {"n": count, "name": name}
    if what == FORMULA:
        return (
            ngettext(
                "%(n)d formula without a value in column %(name)s: it counts as empty. Open the"
                " file in a spreadsheet and save it, so that formulas are calculated.",
                "%(n)d formulas without a value in column %(name)s: they count as empty. Open the"
                " file in a spreadsheet and save it, so that formulas are calculated.",
                count,
            )
            % values
        )
    if what == ERROR:
        return (
            ngettext(
                "%(n)d cell in column %(name)s holds an error (such as #N/A) and counts as empty.",
                "%(n)d cells in column %(name)s hold an error (such as #N/A) and count as empty.",
                count,
            )
            % values
        )
    if what == HIDDEN_COLUMN:
        return _("Column %(name)s is hidden in the workbook and is read like any other.") % values
    # What is left is a cell that was merged.
    return (
        ngettext(
            "%(n)d cell in column %(name)s is merged with the one above and takes its value.",
            "%(n)d cells in column %(name)s are merged with the ones above and take their value.",
            count,
        )
        % values
    )


def warnings_in_words(batch: ImportBatch, warnings: list[dict]) -> list[str]:
    """Sentences about what rows came without; ``warnings``: see ``Warnings.to_json``."""
    labels = {field.code: str(field.label) for field in batch.kind.fields}
    said = []
    for one in warnings:
        field = labels.get(one["field"], one["field"])
        said.append(warning_in_words(one, field))
    return said


def warning_in_words(warning: dict, field: str) -> str:
    """One sentence about the rows that came without a value of the field that is called so.

    The first lines are named, an ellipsis stands for the others.
    """
    lines = listed(warning["lines"])
    if warning["rows"] > len(warning["lines"]):
        lines += " …"
    return ngettext(
        "%(n)d row comes without %(field)s: %(reason)s (line %(lines)s).",
        "%(n)d rows come without %(field)s: %(reason)s (lines %(lines)s).",
        warning["rows"],
    ) % {
        "n": warning["rows"],
        "field": field,
        "reason": reason_in_words(warning["reason"]),
        "lines": lines,
    }
