"""The register of processing, generated from the registry of holds: it cannot forget a table."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from core import terms
from core.holds import Erase, Unknowable, shown_holds, unknowables
from core.localised import listed
from crm.clock.terms_in_force import days_of_all


@dataclass(frozen=True)
class Processing:
    """One kind of data: what, why, by which right, and what becomes of it when somebody leaves."""

    table: str
    data: str
    columns: str
    why: str
    basis: str
    erased: str


def heads() -> list[str]:
    """The columns of the register, in their order."""
    return [
        _("Data"),
        _("Of each"),
        _("What for"),
        _("By which right"),
        _("When somebody is erased"),
    ]


def rows() -> list[list[str]]:
    """The cells under ``heads``, a row for each kind of data."""
    found = []
    for line in processing():
        cells = [line.data, line.columns, line.why, line.basis, line.erased]
        found.append(cells)
    return found


def file_rows() -> list[list[str]]:
    """The same for the file, head and all, with the name by which programs call each table.

    In the present language.
    """
    found = [[*heads(), _("Table (for programs)")]]
    for cells, line in zip(rows(), processing(), strict=True):
        found.append([*cells, line.table])
    return found


def public_heads() -> list[str]:
    """What stands over the columns that readers see.

    In the present language.
    """
    return [_("Data"), _("What for"), _("By which right"), _("When you leave")]


def public_rows() -> list[list[str]]:
    """The cells under ``public_heads``, for everybody to read.

    In the present language; no names of columns.
    """
    return [[line.data, line.why, line.basis, line.erased] for line in processing()]


def of_the_reader() -> Processing:
    """The reader's own row, which no hold points at."""
    return Processing(
        table="crm.Reader",
        data=_("Who somebody is and how to reach them"),
        columns=_("number, name, kind, campus, college, entry year, addresses, imported traits"),
        why=_("to serve readers"),
        basis=_("service to readers"),
        erased=_("deleted"),
    )


def processing() -> list[Processing]:
    """A line for each hold, in the order of the rooms."""
    rows = [of_the_reader()]
    for hold in shown_holds():
        row = Processing(
            table=hold.model,
            data=hold.kind,
            columns=listed(column.label for column in hold.shown),
            why=str(hold.purpose),
            basis=str(hold.basis),
            erased=erased_in_words(hold.erase),
        )
        rows.append(row)
    return rows + list(map(of_nobody, unknowables()))


def of_nobody(kind: Unknowable) -> Processing:
    """A line for what leads to nobody."""
    return Processing(
        table=kind.model,
        data=str(kind.title),
        columns="–",
        why=str(kind.purpose),
        basis=_("service to readers"),
        # Why nobody can tell whose they are is why they stay.
        erased=str(kind.why),
    )


def erased_in_words(rule: Erase) -> str:
    """What becomes of such data when somebody is erased."""
    return {
        Erase.DELETE: _("deleted"),
        Erase.DETACH: _("stays without the person and without what they wrote"),
        Erase.TOKEN: _("stays with a random token in place of the person"),
        Erase.TAKE_OUT: _("the person is taken out of the list"),
        Erase.KEEP: _("stays, and leads to nobody any more"),
    }[rule]


def times() -> list[tuple[str, str]]:
    """[(what, how long)] of everything that is kept for a time: the terms, then what else ends.

    In the present language. One statement, for the terms that the library chose.
    """
    days = days_of_all(terms.registered())
    found = [(str(term.title), in_days(days[term.code])) for term in terms.registered()]
    leaving = _("A wish to be erased, until it is carried out")
    return [*found, (leaving, in_days(settings.ERASE_AFTER_DAYS))]


def in_days(n: int) -> str:
    """A term in words.

    In the present language.
    """
    return _("%(n)s days") % {"n": n}
