"""Everything that is held of one person, by the registry of ``holds.py``.

For their page, and for the file that they take with them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.holds import Hold, registered
from crm.readers.models import Reader
from crm.readers.words import allowed_in_words, yes_or_no

#: Columns of a reader that go into their file as they are.
OWN_COLUMNS = (
    "source",
    "number",
    "name",
    "kind",
    "cohort",
    "email",
    "email_made",
    "phone",
    "wechat",
    "language",
    "consents",
    "analytics",
    "traits",
    "registered_on",
    "last_seen_on",
    "state",
    "created_at",
    "updated_at",
)
#: Rows of each kind on the page; the file has all.
ON_THE_PAGE = 5


@dataclass(frozen=True)
class Section:
    """One kind of rows: what it is called, its columns, its rows in words, and how many there are.

    ``why`` and ``basis``: what the library keeps it for, and what allows that.
    """

    title: str
    why: str
    basis: str
    heads: list[str]
    rows: list[list[str]]
    n: int

    @property
    def more(self) -> int:
        """How many are left for the file."""
        return self.n - len(self.rows)


def sections(reader: Reader, most: int | None = None) -> list[Section]:
    """Every hold that has rows of this reader, the newest ``most`` of each in words (or all)."""
    found = []
    for hold in registered():
        rows = hold.rows(reader)
        n = rows.count()
        if n:
            found.append(_section(hold, rows, n, most))
    return found


def _section(hold: Hold, rows, n: int, most: int | None) -> Section:
    paths = [column.path for column in hold.shown]
    said = []
    for values in rows.values_list(*paths)[:most]:
        said.append(_row_in_words(hold, values))
    return Section(
        title=str(hold.title),
        why=str(hold.purpose),
        basis=str(hold.basis),
        heads=[str(column.label) for column in hold.shown],
        rows=said,
        n=n,
    )


def _row_in_words(hold: Hold, values: tuple) -> list[str]:
    said = []
    for column, value in zip(hold.shown, values, strict=True):
        if column.says is not None and value is not None:
            value = column.says(value)
        said.append(in_words(value))
    return said


def in_words(value: Any) -> str:
    """One stored value for people; a dash for nothing."""
    if value in (None, "", {}, []):
        return "–"
    for kind, say in SAID.items():
        if isinstance(value, kind):
            return say(value)
    return str(value)


def _moment(value: datetime) -> str:
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")


def _day(value: date) -> str:
    return date_format(value, "DATE_FORMAT")


def _pairs(value: dict) -> str:
    return "; ".join(f"{key}: {in_words(one)}" for key, one in value.items())


def _list(value: list) -> str:
    return ", ".join(in_words(one) for one in value)


#: How values of a kind are said; a moment is also a day, so it comes first.
SAID = {bool: yes_or_no, datetime: _moment, date: _day, dict: _pairs, list: _list}


def identity(reader: Reader) -> list[tuple[str, str]]:
    """(label, value) of the reader's own row, in words."""
    rows = [
        (_("Name"), reader.name),
        (_("Number"), reader.number),
        (_("Number given by"), reader.source),
        (_("Kind"), reader.get_kind_display()),
        (_("Campus"), reader.campus),
        (_("College"), reader.college),
        (_("Entry year"), reader.cohort),
        (_("E-mail"), reader.email),
        (_("Telephone"), reader.phone),
        (_("WeChat"), reader.wechat),
        (_("Language"), reader.get_language_display()),
        (_("Registered"), reader.registered_on),
        (_("Last seen"), reader.last_seen_on),
        (_("State"), reader.get_state_display()),
        (_("May be sent"), allowed_in_words(reader)),
        (_("Analytics about me"), reader.analytics),
        (_("Brought by the file"), reader.import_batch),
        (_("Written down"), reader.created_at),
        (_("Last changed"), reader.updated_at),
    ]
    # What a library knows beyond these came with a file, under the name it has there.
    for name, value in sorted(reader.traits.items()):
        rows.append((_("%(name)s (from a file)") % {"name": name}, value))
    return [(label, in_words(value)) for label, value in rows]


def own_data(reader: Reader) -> dict[str, Any]:
    """Everything held of the person, for a JSON file of theirs, as it is stored.

    ``reader``: {column: value}; then for each hold its rows, {column: value}, under the name of
    its rows.
    """
    mine = {name: getattr(reader, name) for name in OWN_COLUMNS}
    # Names, since a key of ours would say nothing to the person.
    mine["campus"] = str(reader.campus or "")
    mine["college"] = str(reader.college or "")
    mine["import"] = str(reader.import_batch or "")
    data = {"taken_at": timezone.now(), "reader": mine}
    for hold in registered():
        data[name_of(hold)] = list(stored_rows(hold, reader))
    return data


def name_of(hold: Hold) -> str:
    """ "crm.Activity" over "reader" → "activity"; over another key that is named too."""
    model = hold.model.split(".")[1].lower()
    if hold.field in ("reader", "author"):
        return model
    return f"{model}_{hold.field.replace('__', '_')}"


def stored_rows(hold: Hold, reader: Reader) -> Iterator[dict[str, Any]]:
    """The rows of one hold with the columns that are shown, as they are stored."""
    paths = [column.path for column in hold.shown]
    return hold.rows(reader).values(*paths).iterator(chunk_size=2000)
