"""Everything that is held of one person, by the registry of ``holds.py``.

For their page, and for the file that they take with them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Coalesce, JSONObject, NullIf
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.columns import values_of
from core.holds import STAYS, AccountHold, Hold, OwnLine, Shown, own_things, shown_holds
from core.localised import is_chinese, labelled, listed
from crm.readers.models import Activity, FoldedMonth, MonthCount, Reader
from crm.readers.words import allowed_in_words, system_in_words, yes_or_no
from crm.rfc.models import Score
from crm.segments.models import SegmentLog, SegmentMember

#: Columns of a reader that go into their file as they are.
OWN_COLUMNS = (
    "source",
    "number",
    "name",
    "kind",
    "stage",
    "cohort",
    "birth_year",
    "email",
    "email_made",
    "email_trouble",
    "email_trouble_at",
    "stop_reason",
    "stop_until",
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
#: Columns that say "mine" by themselves; any other is part of the name of the rows in the file.
OWN_KEYS = ("reader", "author", "user", "id")
#: Rows that analytics are computed from: they go when they are switched off, and the page before
#: says so.
OF_BEHAVIOUR = (Activity, FoldedMonth, MonthCount, Score, SegmentMember, SegmentLog)
#: What stands where there is nothing.
NOTHING = "–"
#: Rows of each kind on the page; the file has all.
ON_THE_PAGE = 5


@dataclass(frozen=True)
class Section:
    """One kind of rows: its name in files, what it is called, its columns, its rows in words, and
    how many there are. ``title`` is said to the person, ``kind`` to others.

    ``why`` and ``basis``: what the library keeps it for, and what allows that. ``alone``: one row
    at most. ``stays``: erasing leaves the rows, without the person.
    """

    name: str
    title: str
    kind: str
    why: str
    basis: str
    heads: list[str]
    rows: list[list[str]]
    n: int
    alone: bool
    stays: bool

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What is said of the one row, without what is empty.

        Only where ``alone`` is true and a row is there; IndexError without any.
        """
        said = zip(self.heads, self.rows[0], strict=True)
        return [(head, cell) for head, cell in said if cell != NOTHING]

    @property
    def more(self) -> int:
        """How many are left for the file.

        0 where all are shown.
        """
        return self.n - len(self.rows)


def sections(reader: Reader, most: int | None = None) -> list[Section]:
    """Every hold that has rows of this reader, the newest ``most`` of each in words (or all).

    In the order of the page: what they sign in with first. Kinds without rows are left out.
    """
    found = []
    for hold in shown_holds():
        rows = hold.rows(reader)
        n = rows.count()
        if n:
            found.append(_section(hold, rows, n, most))
    return found


@dataclass(frozen=True)
class Things:
    """The newest of one kind that the person made, and the page with all of them."""

    title: str
    all_at: str
    lines: list[OwnLine]


def things_of(reader: Reader) -> list[Things]:
    """What the person made here and goes back to; kinds of which there is nothing are left out.

    At most ``ON_THE_PAGE`` of each.
    """
    found = []
    for kind in own_things():
        lines = list(map(kind.say, kind.find(reader)[:ON_THE_PAGE]))
        if lines:
            found.append(Things(str(kind.title), kind.all_at, lines))
    return found


def of_erasing(reader: Reader) -> tuple[list[Section], list[Section]]:
    """(what goes, what stays without the person) when the reader is erased; counts, and no rows.

    Their ``rows`` are empty and their ``n`` is right.
    """
    return _parted(reader, lambda section: not section.stays)


def of_analytics(reader: Reader) -> tuple[list[Section], list[Section]]:
    """(what goes, what stays) when analytics are switched off; counts, and no rows.

    Everything but what was computed stays. Their ``rows`` are empty.
    """
    names = {model._meta.model_name for model in OF_BEHAVIOUR}
    return _parted(reader, lambda section: section.name in names)


def _parted(reader: Reader, goes: Callable[[Section], bool]) -> tuple[list[Section], list[Section]]:
    """(sections that go, all others), by ``goes``."""
    gone, stays = [], []
    for section in sections(reader, 0):
        if goes(section):
            gone.append(section)
        else:
            stays.append(section)
    return gone, stays


def _section(hold: Hold | AccountHold, rows, n: int, most: int | None) -> Section:
    """One part of what is held of a person: its newest ``most`` rows in words, of ``n``.

    ``most`` None means all. Where rows are joined, ``n`` is how many are left after that.
    """
    columns = [column for column in hold.shown if not column.for_programs]
    if any(column.joined for column in columns):
        said = _joined(columns, _said(columns, rows, None))
        n, said = len(said), said[:most]
    else:
        said = _said(columns, rows, most)
    return Section(
        name=name_of(hold),
        title=str(hold.title),
        kind=hold.kind,
        why=str(hold.purpose),
        basis=str(hold.basis),
        heads=[str(column.label) for column in columns],
        rows=said,
        n=n,
        alone=isinstance(hold, AccountHold) and hold.alone,
        stays=hold.erase in STAYS,
    )


def _said(columns: list[Shown], rows, most: int | None) -> list[list[str]]:
    """The newest ``most`` rows (or all) in words."""
    values = rows.values_list(*map(_said_by, columns))[:most]
    return [_row_in_words(columns, one) for one in values]


def _joined(columns: list[Shown], said: list[list[str]]) -> list[list[str]]:
    """Rows that differ in the joined columns alone as one each, in the order they came in."""
    found: dict[tuple, list[list[str]]] = {}
    for row in said:
        same = [cell for column, cell in zip(columns, row, strict=True) if not column.joined]
        found.setdefault(tuple(same), []).append(row)
    return [_as_one(columns, rows) for rows in found.values()]


def _as_one(columns: list[Shown], rows: list[list[str]]) -> list[str]:
    """Several rows as one: joined columns list each of their texts once, all others are alike."""
    one = []
    for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
        # Each once, in the order they came in.
        cell = listed(dict.fromkeys(cells)) if column.joined else cells[0]
        one.append(cell)
    return one


def _said_by(column: Shown) -> str | Coalesce | JSONObject:
    """Where the value stands; a name in two languages in the one that is spoken, if it has it."""
    if column.beside:
        return JSONObject(value=F(column.path), beside=F(column.beside))
    if is_chinese() or not column.path.endswith("_zh"):
        return column.path
    english = NullIf(F(column.path.removesuffix("zh") + "en"), Value(""))
    return Coalesce(english, F(column.path))


def _row_in_words(columns: list[Shown], values: tuple) -> list[str]:
    """One text for each column, by the column's own words where it has some."""
    said = []
    for column, value in zip(columns, values, strict=True):
        if column.says is not None and (value is not None or column.says_nothing):
            value = column.says(value)
        said.append(in_words(value))
    return said


def in_words(value: Any) -> str:
    """One stored value for people; a dash for nothing.

    In the present language. By the type of the value; what no rule is for prints itself.
    """
    if value in (None, "", {}, []):
        return NOTHING
    for kind, say in SAID.items():
        if isinstance(value, kind):
            return say(value)
    return str(value)


def _moment(value: datetime) -> str:
    """A moment in the library's own time, as the present language writes it."""
    return date_format(timezone.localtime(value), "DATETIME_FORMAT")


def _day(value: date) -> str:
    """A day as the present language writes it."""
    return date_format(value, "DATE_FORMAT")


def _pairs(value: dict) -> str:
    """What JSON holds as "key: value", one after the other."""
    return listed(labelled(key, in_words(one)) for key, one in value.items())


def _list(value: list) -> str:
    """The values one after the other, each in words."""
    return listed(map(in_words, value))


#: How values of a kind are said; a moment is also a day, so it comes first.
SAID = {bool: yes_or_no, datetime: _moment, date: _day, dict: _pairs, list: _list}


def identity(reader: Reader) -> list[tuple[str, str]]:
    """(label, value) of the reader's own row, in words."""
    rows = [
        (_("Name"), reader.name),
        (_("Number"), reader.number),
        (_("Number given by"), system_in_words(reader.source)),
        (_("Kind"), reader.get_kind_display()),
        (_("Campus"), reader.campus),
        (_("College"), reader.college),
        (_("Entry year"), reader.cohort),
        (_("Year of birth"), reader.birth_year),
        (_("E-mail"), reader.email),
        (_("Telephone"), reader.phone),
        (_("WeChat"), reader.wechat),
        (_("Language"), reader.get_language_display()),
        (_("Registered"), reader.registered_on),
        (_("Last seen, by the file of readers"), reader.last_seen_on),
        (_("State"), reader.get_state_display()),
        (_("May be sent"), allowed_in_words(reader)),
        (_("Analytics about me"), reader.analytics),
        (_("Came with the import"), reader.import_batch),
        (_("Here since"), reader.created_at),
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

    Larger kinds are lists of all their rows, so that this may take a while. ``taken_at`` is the
    moment.
    """
    mine = values_of(reader, OWN_COLUMNS)
    # Names, since a key of ours would say nothing to the person.
    mine["campus"] = str(reader.campus or "")
    mine["college"] = str(reader.college or "")
    mine["import"] = str(reader.import_batch or "")
    data = {"taken_at": timezone.now(), "reader": mine}
    for hold in shown_holds():
        data[name_of(hold)] = list(stored_rows(hold, reader))
    return data


def name_of(hold: Hold | AccountHold) -> str:
    """ "crm.Activity" over "reader" → "activity"; over another key that is named too.

    In small letters; no two holds have the same.
    """
    model = hold.model.split(".")[1].lower()
    if hold.field in OWN_KEYS:
        return model
    return f"{model}_{hold.field.replace('__', '_')}"


def stored_rows(hold: Hold | AccountHold, reader: Reader) -> Iterator[dict[str, Any]]:
    """The rows of one hold with the columns that are shown, as they are stored.

    The newest first, fetched in pieces.
    """
    paths = [column.path for column in hold.shown]
    return hold.rows(reader).values(*paths).iterator(chunk_size=2000)
