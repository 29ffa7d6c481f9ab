"""What each column of a file is taken for, and by what: said beside it, so that a guess can be
judged.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import filterfalse

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.addresses import is_address
from core.kinds import FileKind
from core.localised import listed
from crm.imports.describing import unsaid
from crm.imports.fields import Refusal, is_blank
from crm.imports.guessing import bare_name
from crm.imports.letters import repaired
from crm.imports.models import ImportBatch
from crm.imports.options import FORMAT, ImportOptions
from crm.imports.overlooked import is_running, names_of_numbers, what_it_holds
from crm.imports.places import PlaceRegister
from crm.imports.remarks import DATE_FIELDS, never_read_in, openids_in, seen_of
from crm.staff.models import Campus, College

#: Names of places that are listed by name; of more only the first are.
LISTED = 3
PLACES = {"campus": Campus, "college": College}
#: What columns are called that stand in files of what readers did, and that tell nothing there.
NAMES = (
    "name fullname readername patronname studentname surname firstname lastname"
    " 姓名 读者姓名 名字 学生姓名 教师姓名 人员姓名 讀者姓名"
)
RENEWALS = "renewtimes renewals renewalscount renewalcount 续借次数 续借数"


@dataclass(frozen=True)
class Evidence:
    """``said``: one sentence; ``asks``: whether somebody should look at it."""

    said: str
    asks: bool = False


def evidence(batch: ImportBatch, column: str, cells: Iterable[str]) -> Evidence:
    """Why the column is taken for what it is, or for nothing; ``cells``: its first values.

    A column that several fields name is told by the first of them. At most one statement.
    """
    if column in openids_in(batch):
        return Evidence(_("Accounts at WeChat, which readers bind themselves: none are taken."))
    if column in never_read_in(batch):
        return of_unread(batch.kind)
    filled = list(filterfalse(is_blank, map(repaired, cells)))
    field = field_of(batch.mapping, column)
    if not field:
        return of_nothing(column, filled, batch.kind)
    return of_field(batch, field, filled)


def field_of(mapping: dict[str, str], column: str) -> str:
    """The first field for which the column is taken; empty for a column that is left out."""
    for field, name in mapping.items():
        if name == column:
            return field
    return ""


def of_unread(kind: FileKind) -> Evidence:
    """Of a column that is never read: it tells what somebody read or borrowed."""
    if kind.by_session:
        return Evidence(_("Never read: it leads to pages, or to who read them."))
    return Evidence(
        _("Says what somebody borrowed. Huixiang never stores that: the column stays out.")
    )


def of_nothing(column: str, filled: list[str], kind: FileKind) -> Evidence:
    """Of a column that is left out: whether it only counts the rows, or holds what would be missed.

    One statement at most.
    """
    if is_running(filled):
        return Evidence(_("Only counts the rows; nobody is told by their place in a file."))
    return of_needless(column, kind) or of_missed(column, filled, kind)


def of_needless(column: str, kind: FileKind) -> Evidence | None:
    """Of a column that tells nothing in a file of what readers did; None for any other, and in any
    other file.
    """
    if not kind.does:
        return None
    called = bare_name(column)
    if called in NAMES.split():
        return Evidence(_("A name. The number says whose row it is, so no name is taken here."))
    if called in RENEWALS.split():
        return Evidence(_("Renewals as a number, without their days: they are not recorded."))
    return None


def of_missed(column: str, filled: list[str], kind: FileKind) -> Evidence:
    """Of a column that may hold what would be missed: consents, days and numbers of readers ask for
    a word, anything else does not. One statement.
    """
    holds = what_it_holds(column, filled, kind, names_of_numbers(kind))
    asked = {
        "consent": _("Seems to say what people allow. Say for what, or leave it out."),
        "day": _("Seems to hold days. Say which, or leave it out."),
        "number": _("Seems to hold numbers of readers. Say of which system, or leave it out."),
    }
    if holds in asked:
        return Evidence(asked[holds], asks=True)
    return Evidence(_("No name that is known; it stays out unless you say what it is."))


def of_field(batch: ImportBatch, field: str, filled: list[str]) -> Evidence:
    """Of a column that is taken for a field.

    Days are told by the whole column, places by those that are registered, numbers, addresses and
    kinds by their values; else, and where the first rows hold no value, the name says it.
    """
    if field in DATE_FIELDS:
        return of_days(batch, batch.mapping[field])
    if not filled:
        return by_name(batch, filled)
    if field in PLACES:
        return of_places(batch, field, filled)
    return teller_of(field, batch.kind)(batch, filled)


def teller_of(field: str, kind: FileKind) -> Callable[[ImportBatch, list[str]], Evidence]:
    """The function that tells of a column by its values, one at least."""
    # A reader who comes twice is no other reader: where each row is something that somebody did,
    # numbers that are alike say nothing.
    if field == "number" and kind.does:
        return by_name
    return TOLD_BY.get(field, by_name)


def by_name(batch: ImportBatch, _filled: list[str]) -> Evidence:
    """The evidence of a column for which its name speaks, or the profile that the batch is mapped
    by, which is named. In a file without heads no name speaks.
    """
    if batch.profile:
        return Evidence(_("As in the profile “%(name)s”.") % {"name": batch.profile.name})
    if not batch.options.get(FORMAT, {}).get("header_rows", 1):
        return Evidence(_("Nothing names the columns of this file: it was said on this page."))
    return Evidence(_("By the name of the column."))


def of_numbers(_batch: ImportBatch, filled: list[str]) -> Evidence:
    """How many of the first values are numbers of their own.

    Asks where some come twice. ``filled``: the first values, one at least.
    """
    twice = len(filled) - len(set(filled))
    if twice:
        return Evidence(
            ngettext(
                "Of the first %(n)d values %(twice)d comes twice.",
                "Of the first %(n)d values %(twice)d come twice.",
                twice,
            )
            % {"n": len(filled), "twice": twice},
            asks=True,
        )
    return Evidence(
        ngettext(
            "The first value is there.",
            "The first %(n)d values are there, and no two are alike.",
            len(filled),
        )
        % {"n": len(filled)}
    )


def of_addresses(_batch: ImportBatch, filled: list[str]) -> Evidence:
    """How many of the first values mail can be sent to.

    Asks where some are none.
    """
    good = sum(map(is_address, filled))
    return Evidence(
        _("%(good)d of the first %(n)d values are addresses.") % {"good": good, "n": len(filled)},
        asks=good < len(filled),
    )


def of_kinds(batch: ImportBatch, _filled: list[str]) -> Evidence:
    """Words of the column that stand for no kind of reader yet.

    Asks where there are any. They were found as the file was looked through; a profile may have
    said since what they mean.
    """
    unknown = unsaid(seen_of(batch).get("kinds", []), batch, "kind")
    if not unknown:
        return Evidence(_("Every word in it stands for a kind of reader."))
    return Evidence(
        _("To be said below what these mean: %(words)s.") % {"words": listed(unknown[:LISTED])},
        asks=True,
    )


def of_places(batch: ImportBatch, field: str, filled: list[str]) -> Evidence:
    """How many of the names are known already, and which would be added. ``field``: "campus" or
    "college".

    Asks where a file of loans names new ones, which could be titles, and nobody has said that they
    are places; else what becomes of new ones is a choice of its own.
    """
    words = ImportOptions.from_json(batch.options).words_of(field)
    register = PlaceRegister(PLACES[field], field, create=True, words=words)
    for cell in filled:
        # A cell whose row is refused names no place.
        with suppress(Refusal):
            register.place(cell)
    new = [row.name_zh for row in register.rows if row.pk is None]
    if not new:
        return Evidence(_("All names among the first rows are registered."))
    if batch.kind.has_items and not batch.options.get("create_places", True):
        return of_strange_places(new)
    return Evidence(
        ngettext(
            "%(n)d name among the first rows is new: %(names)s.",
            "%(n)d names among the first rows are new: %(names)s.",
            len(new),
        )
        % {"n": len(new), "names": listed(new[:LISTED])}
    )


def of_strange_places(names: list[str]) -> Evidence:
    """Of a column of loans in which ``names`` stand that may be places or titles."""
    return Evidence(
        _(
            "Nobody knows these places: %(names)s. If they are places, say below that campuses"
            " are added; until then rows that name them are refused. Titles never belong here."
        )
        % {"names": listed(names[:LISTED])},
        asks=True,
    )


def of_days(batch: ImportBatch, column: str) -> Evidence:
    """In which style the whole column is written.

    Asks where two days contradict each other, or one could be read two ways.
    """
    found = seen_of(batch).get("dates", {}).get(column)
    if found is None:
        return Evidence(_("Every day among the first rows can be read in one way only."))
    if found["against"] or found["unclear"]:
        return Evidence(_("Day, month and year cannot be told apart."), asks=True)
    order, _plus, _shift = found["style"].partition("+")
    return Evidence(str(styles().get(order, _("No day could be read two ways."))))


def styles() -> dict[str, str]:
    """One sentence for each order a column may be written in, in the language of the moment."""
    return {
        "dmy": _("The whole column says that the day comes first."),
        "mdy": _("The whole column says that the month comes first."),
        "ymd": _("The whole column says that the year comes first, in two digits."),
        "ydm": _("The whole column says that the day follows the year."),
        "serial": _("All are numbers of days, as a spreadsheet counts them."),
    }


#: {field: what its first values tell}.
TOLD_BY = {"number": of_numbers, "email": of_addresses, "kind": of_kinds}
