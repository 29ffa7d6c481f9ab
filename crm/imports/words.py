"""What a preview found, said to people."""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.addresses import masked, masked_apart
from core.kinds import FileKind
from core.localised import listed
from core.numbers import number
from crm.imports.describing import done_before
from crm.imports.found import FilePreview
from crm.imports.further import IDENTITY, is_further
from crm.imports.models import reason_in_words
from crm.imports.options import LEAVE, SAME
from crm.imports.previewing import ChangedRow, ImportPreview, OtherPerson
from crm.readers.models import Reader
from crm.readers.words import (
    label_in,
    language_in_words,
    permissions_in_words,
    system_in_words,
)

#: Columns that say nothing by themselves: whether an address was made up stands beside it.
UNSAID = {"email_made"}
#: Widths of the bar are told in this many parts; a group of few rows is drawn this wide at least.
WIDE, LEAST = 1000, 8


# --- values ---------------------------------------------------------------------------------------
def label_of(column: str, kind: FileKind) -> str:
    """What a column of the reader is called: "Campus or branch" for ``campus_id``.

    Where several fields end in one column the first of them names it.

    One that no field writes is called as it is.
    """
    if column in NO_FIELD:
        return str(NO_FIELD[column])
    if is_further(column):
        return system_in_words(column.removeprefix(IDENTITY))
    written = column.removesuffix("_id")
    for field in kind.fields:
        if field.writes == written:
            return str(field.label)
    return column


def in_words(column: str, value) -> str:
    """A stored value as a person reads it; addresses are not shown whole.

    Where nothing stands a dash, of consents that nothing was said. In the language of the moment.
    """
    if value in (None, "", [], {}):
        return str(EMPTY.get(column, "–"))
    say = SAID.get(column, str)
    return str(say(value))


def traits_in_words(traits: dict) -> str:
    """ "interest 诗歌 · total_renewals 3", in the order of the names."""
    return " · ".join(f"{name} {value}" for name, value in sorted(traits.items()))


#: Columns that no field of a file ends in by itself.
NO_FIELD = {
    "consents": gettext_lazy("What is allowed"),
    "traits": gettext_lazy("Traits"),
    "stage": gettext_lazy("Stage of a student"),
    "starts_on": gettext_lazy("First day"),
    "ends_on": gettext_lazy("Last day"),
}
#: What is said where nothing stands; nobody refused what was never asked.
EMPTY = {"consents": gettext_lazy("Not said")}
SAID = {
    "kind": label_in(Reader.Kind),
    "stage": label_in(Reader.Stage),
    "state": label_in(Reader.State),
    "language": language_in_words,
    "email": masked,
    "phone": masked,
    "wechat": masked,
    "consents": permissions_in_words,
    "traits": traits_in_words,
}


#: What is said of so many rows, by the codes of ``standings.taking.COUNT``.
DAYS = {
    "dated": lambda n: ngettext(
        "One row says from when or until when somebody is a reader. On these days their kind and"
        " state change by themselves, whenever the file is imported.",
        "%(n)s rows say from when or until when somebody is a reader. On these days their kind and"
        " state change by themselves, whenever the file is imported.",
        n,
    ),
    "graduated": lambda n: ngettext(
        "One student's last day has passed: they come in as an alumnus.",
        "The last day of %(n)s students has passed: they come in as alumni.",
        n,
    ),
    "gone": lambda n: ngettext(
        "One other reader's last day has passed: they come in as having left.",
        "The last day of %(n)s other readers has passed: they come in as having left.",
        n,
    ),
    "coming": lambda n: ngettext(
        "One row begins on a later day.",
        "%(n)s rows begin on a later day.",
        n,
    ),
}


# --- rows -----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Change:
    """One field of one reader, before and after."""

    row: ChangedRow
    label: str
    before: str
    after: str


def changes_in_words(found: ImportPreview, kind: FileKind) -> list[Change]:
    """One entry for each field of each shown reader, in the order of the file.

    Columns that only accompany another one are left out.

    Labels and values in the language of the moment.
    """
    told = []
    for row in found.changes:
        for column, before, after in row.fields:
            if column in UNSAID:
                continue
            told.append(Change(row, label_of(column, kind), *pair_in_words(column, before, after)))
    return told


def pair_in_words(column: str, one, other) -> tuple[str, str]:
    """Two values of a column, told apart: addresses are shown in part, and whole where the parts
    would be alike.
    """
    if SAID.get(column) is masked and one and other:
        return masked_apart(one, other)
    return in_words(column, one), in_words(column, other)


def columns_in_words(found: ImportPreview, kind: FileKind) -> str:
    """ "College 612, E-mail 201": in which fields readers would change, the most frequent first.

    Columns that only accompany another one are left out; empty where nothing changes.
    """
    said = []
    for column, n in found.changed_columns:
        if column not in UNSAID:
            said.append(_("%(field)s %(n)s") % {"field": label_of(column, kind), "n": number(n)})
    return listed(said)


def days_in_words(found: ImportPreview) -> list[str]:
    """What the days of the file make of its readers: sentences, none where it says no day.

    Numbers of none are not said, but for the first.
    """
    said = []
    for code, n in found.dated.items():
        if n:
            said.append(DAYS[code](n) % {"n": number(n)})
    return said


@dataclass(frozen=True)
class OtherRow:
    """A row that looks like another person: who is stored, who stands in the file."""

    line: int
    number: str
    stored: str
    given: str
    allowed: str


def others_shown(found: ImportPreview, columns: Collection[str]) -> list[OtherRow]:
    """The rows that wait for a word, in the order of the file, which has ``columns`` alone: what it
    does not say of a person it does not lend from the stored one.

    What the stored reader allows is said as well: it is what would go to somebody else.

    Addresses are shown in part, and whole where the parts would be alike.
    """
    told = []
    for row in found.other_rows:
        allowed = in_words("consents", row.before["consents"])
        stored, given = people_in_words(row, columns)
        told.append(OtherRow(row.line, row.number, stored, given, allowed))
    return told


#: By what people are told apart: a column of a reader, and the columns of a file that say it.
TOLD_APART = {
    "name": {"name", "surname", "given_name"},
    "kind": {"kind"},
    "cohort": {"cohort"},
    "email": {"email"},
    "phone": {"phone"},
}


def people_in_words(row: OtherPerson, columns: Collection[str]) -> tuple[str, str]:
    """(who is stored, who stands in the file), each as "Lin, Undergraduate, 2022,
    l***@example.com"; of the latter as far as ``columns`` of the file say it.
    """
    stored, given = [], []
    for column, of_file in TOLD_APART.items():
        before, said = pair_in_words(column, row.before[column], row.said[column])
        if row.before[column]:
            stored.append(before)
        if row.said[column] and not of_file.isdisjoint(columns):
            given.append(said)
    return listed(stored), listed(given)


def reasons_in_words(found: FilePreview) -> list[str]:
    """ "No number 12": why rows were refused and how many, the most frequent reason first."""
    said = []
    for code, n in found.reasons:
        said.append(_("%(reason)s %(n)s") % {"reason": reason_in_words(code), "n": number(n)})
    return said


def refused_shown(found: FilePreview) -> str:
    """That only the first refused rows are shown, with how many; empty where all are."""
    shown = len(found.refusals)
    if shown >= found.counts.refused:
        return ""
    return _("The first %(n)s of %(all)s are shown.") % {
        "n": number(shown),
        "all": number(found.counts.refused),
    }


#: What a column that is left out seems to hold, by ``found.Overlooked.holds``.
OVERLOOKED = {
    "consent": gettext_lazy("“%(column)s” (%(cells)s) seems to say what people allow."),
    "day": gettext_lazy("“%(column)s” (%(cells)s) seems to hold days."),
    "number": gettext_lazy("“%(column)s” (%(cells)s) seems to hold numbers of readers."),
    "figure": gettext_lazy("“%(column)s” (%(cells)s) seems to hold counts."),
}


# --- sentences ------------------------------------------------------------------------------------
def overlooked_in_words(found: FilePreview) -> list[str]:
    """A sentence for each column that is left out and would be missed, in the order of the file."""
    said = []
    for one in found.overlooked:
        cells = " · ".join(one.cells)
        said.append(OVERLOOKED[one.holds] % {"column": one.column, "cells": cells})
    return said


def heading(found: FilePreview) -> str:
    """What the page is called.

    It says first that something stops, since nothing else matters until then.
    """
    if found.others:
        return ngettext(
            "Stop for a moment: one row looks like somebody else",
            "Stop for a moment: %(n)s rows look like somebody else",
            found.others,
        ) % {"n": number(found.others)}
    return _("This is what would happen")


def button(found: ImportPreview) -> str:
    """What pressing it brings in.

    Rows that look like somebody else are in neither number.
    """
    if not found.taken and not found.others:
        return _("Import: nothing would change")
    return _("Import: %(created)s new, %(changed)s changed") % {
        "created": number(found.counts.created),
        "changed": number(found.counts.changed),
    }


def other_choices() -> list[tuple[str, str, str]]:
    """(code, what it says, what it means) of what may become of rows that look like others."""
    return [
        (
            LEAVE,
            _("These are other people: leave the rows out"),
            _("Whoever bears the number stays as they are; the rows are kept as refused ones."),
        ),
        (
            SAME,
            _("These are the same people: take in what the file says of them"),
            _(
                "What they allowed ends, but for an address that the row itself names again and"
                " what the row itself allows."
            ),
        ),
    ]


# --- the bar --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class DrawnPart:
    """One group of rows in the bar: ``x`` and ``width`` in parts of ``WIDE``."""

    code: str
    label: str
    n: int
    x: int
    width: int


def parts(found: FilePreview, named: dict) -> list[DrawnPart]:
    """The groups of rows that are not empty, side by side, each as wide as it is large.

    ``named``: {code: another name for the group}.

    A gap of two follows each, and all together fill ``WIDE`` but for what rounding leaves. None
    where the file has no rows.
    """
    counts = found.counts
    groups = [
        ("created", _("new"), counts.created),
        ("changed", _("changed"), counts.changed),
        ("unchanged", _("unchanged"), counts.unchanged),
        ("others", _("look like somebody else"), found.others),
        ("refused", _("refused"), counts.refused),
    ]
    shown = [(code, str(named.get(code, said)), n) for code, said, n in groups if n]
    room = WIDE - LEAST * len(shown)
    total = sum(n for _code, _label, n in shown)
    drawn, x = [], 0
    for code, label, n in shown:
        width = LEAST + room * n // total
        drawn.append(DrawnPart(code, label, n, x, width - 2))
        x += width
    return drawn


def mapped_before(header: list[str], kind: FileKind) -> list[str]:
    """The sentence that the file is mapped as the last one of its columns was; an empty list for a
    first one. One statement.
    """
    before = done_before(header, kind)
    if before is None:
        return []
    return [
        _("Mapped as %(file)s, which came in on %(day)s.")
        % {"file": before.filename, "day": date_format(timezone.localtime(before.merged_at))}
    ]
