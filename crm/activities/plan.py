"""Which cell of a row of activities goes where, compiled once."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from operator import itemgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.addresses import normal_number
from core.kinds import FileKind
from crm.activities.happenings import SAID, kind_in
from crm.activities.hiding import (
    FileKey,
    Step,
    emptying,
    host_alone,
    nameless,
)
from crm.activities.kept_cells import Keep, keepers
from crm.activities.models import HIDDEN, MONTH_COUNTS
from crm.activities.moments import MomentTexts, day_of, moment_of, moment_of_two
from crm.activities.naming import RowPlaces
from crm.activities.never import title_column
from crm.activities.options import ActivityOptions
from crm.activities.repeated import repeated_in
from crm.collections.comparing import ItemKeys
from crm.imports import fields
from crm.imports.copying import NULL, CellSource, CellTexts, copy_text
from crm.imports.dates import in_style
from crm.imports.fields import Refusal, clean
from crm.imports.models import ImportBatch
from crm.imports.remarks import date_styles, reading_problems
from crm.staff.models import Campus

#: Without these nothing can be said of a row: {field: what is said where no column holds it}.
NEEDED = {
    "number": gettext_lazy("No column is said to hold the reader number."),
    "at": gettext_lazy(
        "No column is said to hold the date. If all rows are of one day, say that day below, as the"
        " first and the last."
    ),
}
#: As long as ``Activity.ref`` may be with the kind behind it.
LONGEST_REF = 48


class ActivityPlan:
    """A compiled mapping. ``columns`` names what ``cells(row, ordinal)`` returns, in COPY text; a
    column that the file says nothing of is not among them.
    """

    #: Definitions in SQL of what is staged besides, behind the columns of all activities.
    further = ""
    #: Whether nobody looks at the rows before they are stored.
    by_program = False

    def __init__(self, header: list[str], batch: ImportBatch, lists: ItemKeys | None = None):
        """Compile the batch's mapping, which must fit the header: see ``problems``. Raises KeyError
        or ValueError where it does not. ``lists``: with which collections the items of the rows are
        compared.
        """
        self.header = header
        self.mapping = batch.mapping
        self.options = ActivityOptions.from_json(batch.options)
        self.file_kind = batch.kind
        #: {column: the style of its dates}, as the whole column tells it.
        self.dates = date_styles(batch)
        self.does = batch.kind.does
        # No cell of such a row can be done without: it is refused, and nothing is only warned of.
        self.warned: list[tuple[str, str]] = []
        self.lists = lists if self.file_kind.has_items else None
        self.file_key = FileKey()
        self.campuses = RowPlaces(
            Campus,
            "campus",
            create=self.options.create_places,
            words=self.options.place_words,
            by_program=self.by_program,
        )
        self.number = self.cell("number", fields.number)
        self.at = self.moments()
        self.kind = self.kinds()
        self.campus = self.cell_if_mapped("campus", self.campuses.place)
        self.ref = self.references()
        #: What is read of each row, and what all rows of the file have alike.
        self.read = self.sources()
        self.alike = {} if self.kind else {"kind": copy_text(str(self.does[0]))}
        self.columns = self.names_of_columns()
        self.repeated = None if self.ref else repeated_in(self.options.never)
        #: {(day or None, place or None): rows refused as they were read}, as far as they say both.
        self.unread: Counter[tuple[date | None, int | None]] = Counter()

    @property
    def by_ref(self) -> bool:
        """Whether a row is known again by something of its own: a number, a session, or the key of
        a visitor. Else who, when, what and where must do.
        """
        return self.ref is not None

    @property
    def is_nameless(self) -> bool:
        """Whether nobody is to know whose rows they are: somebody has said so, and the kind of file
        may be read like that.
        """
        return self.options.nameless and self.file_kind.may_be_nameless

    @property
    def never(self) -> list[int]:
        """Places of the columns that name items, the first being 0, as the upload found them."""
        return [place for place, name in enumerate(self.header) if name in self.options.never]

    @property
    def unsaid(self) -> list[int]:
        """Places of all columns that nobody said to hold something, the first being 0. A row that
        is refused is kept for a while as it came, and what these hold may be a title under any
        name.
        """
        mapped = set(self.mapping.values())
        return [place for place, name in enumerate(self.header) if name not in mapped]

    def steps(self) -> list[Step]:
        """What is taken out of each row before anything of it is stored, in this order."""
        found: list[Step] = []
        if self.repeated:
            found.append(self.repeated.look)
        if self.lists:
            found.append(self.marking(self.lists))
        if self.unsaid:
            found.append(emptying(self.unsaid))
        if "platform" in self.mapping:
            found.append(host_alone(self.place_of("platform")))
        if self.is_nameless:
            found.append(nameless(self.place_of("number"), self.moment_in, self.file_key))
        return found

    def marking(self, lists: ItemKeys) -> Step:
        """The step that compares the items of a row with ``lists``. They are told apart by the
        column of titles, if that is one of those that are never read.
        """
        title = title_column(self.header)
        if title not in self.never:
            title = None
        return lists.marking(self.never, title)

    def place_of(self, field: str) -> int:
        """The place of a field's column, the first being 0. Raises KeyError where no column is
        mapped to it, and ValueError where the header has no such column.
        """
        return self.header.index(self.mapping[field])

    def moment_in(self, row: list[str]) -> datetime:
        """When the row happened, by the library's clock and without a zone. Raises Refusal where
        its cell or cells hold no moment.
        """
        return self.at.texts.convert(self.at.get(row))

    @property
    def usual(self) -> list[str]:
        """The kinds whose rows bear their number alone; of others the kind stands behind it."""
        return [str(self.does[0])]

    def cell(self, field: str, convert: Callable) -> CellSource:
        """Where the cell of a field stands, and how it is read: ``convert`` makes of the cell what
        is stored, and raises Refusal. The field must be mapped, see ``place_of``.
        """
        return CellSource(CellTexts(convert), itemgetter(self.place_of(field)))

    def cell_if_mapped(self, field: str, convert: Callable) -> CellSource | None:
        """The same, None where no column holds the field."""
        if field not in self.mapping:
            return None
        return self.cell(field, convert)

    def moments(self) -> CellSource:
        """How the moment of a row is read: from one column, or from a date and a time of day. An
        order of day and month that somebody chose goes before the one that the column tells.
        """
        if "at" not in self.mapping:
            return self.on_the_only_day()
        order = in_style(self.options.date_order, self.dates.get(self.mapping["at"], ""))
        if self.file_kind.by_session:
            return self.cell("at", day_of(order))
        if "time" not in self.mapping:
            return CellSource(MomentTexts(moment_of(order)), itemgetter(self.place_of("at")))
        both = itemgetter(self.place_of("at"), self.place_of("time"))
        return CellSource(CellTexts(moment_of_two(order)), both)

    def on_the_only_day(self) -> CellSource:
        """The moment of a row where somebody said that the whole file is about one day: that day,
        at the time that the row says, if it says one.
        """
        day = str(self.options.only_day)
        if "time" in self.mapping:
            clock = itemgetter(self.place_of("time"))
            return CellSource(CellTexts(moment_of_two()), lambda row: (day, clock(row)))
        return CellSource(CellTexts(moment_of()), lambda _row: day)

    def kinds(self) -> CellSource | None:
        """How the kind of a row is read; None where every row is of the one kind that the file is
        about. Words that the options know go before those known to all files.
        """
        for field in SAID:
            if field in self.mapping:
                return self.cell(field, kind_in(field, self.options.words, self.does[0]))
        return None

    def references(self) -> CellSource | None:
        """What tells a row from others; None where who, when and what must do.

        Of rows without names and of sessions it tells them apart within this file alone: the number
        of a gate's own row would lead to a person, and a key of the platform to what was read.
        """
        if self.is_nameless:
            return self.keyed(itemgetter(self.place_of("number")))
        if self.file_kind.by_session:
            told_apart = filter(self.mapping.__contains__, ("number", "platform"))
            return self.keyed(itemgetter(*map(self.place_of, told_apart)))
        return self.cell_if_mapped("ref", reference)

    def keyed(self, get: Callable) -> CellSource:
        """A key of the moment and of what ``get`` gives, one cell or several; equal rows of this
        file have one, and no other reading of it has the same.
        """

        def convert(said: tuple) -> str:
            """The key as hexadecimal digits; ``said`` as ``both`` gives it."""
            moment, cells = said
            return self.file_key.of(moment.isoformat(), *map(normal_number, cells))

        def both(row: list[str]) -> tuple:
            """(moment, cells) of a row. Raises Refusal where it has no moment."""
            cells = get(row)
            return self.moment_in(row), (cells,) if isinstance(cells, str) else cells

        return CellSource(CellTexts(convert), both)

    def sources(self) -> dict[str, CellSource]:
        """{column: where its value stands in a row}, in the order in which they are read: the first
        one that nobody understands is why a row is refused.
        """
        found = {"number": self.number, "at": self.at, "kind": self.kind}
        found |= {"campus": self.campus, "ref": self.ref}
        # Of a nameless row the number was taken out as well, and that is not what is wrong.
        if self.is_nameless:
            found = {"at": self.at} | found
        return {column: source for column, source in found.items() if source}

    def names_of_columns(self) -> list[str]:
        """The columns that ``cells`` gives, in its order."""
        found = [*self.read, *self.alike]
        if self.lists:
            found += ("lists", "item")
        return found

    def cells(self, row: list[str], _ordinal: int) -> list[str]:
        """COPY texts of ``columns``, in their order. Raises Refusal; remembered is then where and
        when it was, and of the row only what may be kept is left.
        """
        try:
            return self.texts_of(row)
        except Refusal:
            self.unread[self.day_in(row), self.place_in(row)] += 1
            self.leave_little(row)
            raise

    def day_in(self, row: list[str]) -> date | None:
        """The day that a row says; None where nobody can read it."""
        try:
            return date.fromisoformat(text_in(self.at, row)[:10])
        except (Refusal, ValueError):
            return None

    def place_in(self, row: list[str]) -> int | None:
        """The place that a row says, counted as in ``campuses``; None where it says none that is
        known.
        """
        try:
            said = text_in(self.campus, row)
        except Refusal:
            return None
        return None if said == NULL else int(said)

    def leave_little(self, row: list[str]) -> None:
        """Take out of a refused row what may say which title it was, in whatever column. What the
        mended row is known again by stays, hidden.
        """
        for field, name in self.mapping.items():
            place = self.header.index(name)
            keep = self.keepers.get(field)
            row[place] = keep(row[place].strip()) if keep else ""

    @cached_property
    def keepers(self) -> dict[str, Keep]:
        """{field: what of a refused row's cell is kept}, for as long as refused rows are."""
        found = keepers(self.campuses, self.options.words, self.hidden_platform)
        if self.is_nameless:
            # What stands there by now is a key, or nothing.
            found["number"] = str
        return found

    def hidden_platform(self, cell: str) -> str:
        """A key of a platform, which is the same in this file alone."""
        return HIDDEN + self.file_key.of("platform", cell)

    def texts_of(self, row: list[str]) -> list[str]:
        """As ``cells``, which see; the row stays as it is."""
        values = [texts[get(row)] for texts, get in self.read.values()]
        values += self.alike.values()
        if self.lists:
            values += (self.lists.found_in(row), self.lists.item_of(row))
        if self.repeated and self.repeated.is_again:
            # What happened is said already: the row is one of those that are not counted.
            values[self.columns.index("kind")] = NULL
        return values


def text_in(source: CellSource | None, row: list[str]) -> str:
    """The cell of ``row`` as COPY text, NULL where no column holds it. Raises Refusal."""
    if source is None:
        return NULL
    return source.texts[source.get(row)]


def reference(raw: str) -> str:
    """The number a system gave the row; without one the row cannot be told from others. Refusal
    where it is empty, or longer than LONGEST_REF.
    """
    text = clean("ref", raw)
    if not text:
        raise Refusal("ref", "missing-number")
    if len(text) > LONGEST_REF:
        raise Refusal("ref", "too-long")
    return text


def not_said(kind: FileKind, mapping: dict[str, str], only_day: date | None) -> list[str]:
    """What no column is said to hold and every row has to say, one sentence each; empty where
    nothing is missing. ``mapping``: {field: column}; ``only_day``: the day of all rows, where
    somebody said that it is one, else None.
    """
    needed = dict(NEEDED)
    if only_day is not None and not kind.by_month:
        needed.pop("at")
    found = [str(said) for field, said in needed.items() if field not in mapping]
    if kind.by_month and not MONTH_COUNTS.keys() & mapping.keys():
        found.append(_("No column is said to hold how often: loans, renewals or visits."))
    return found


def problems(header: list[str], batch: ImportBatch) -> list[str]:
    """What keeps the file from being imported as it is mapped, in sentences; empty where nothing
    does. That a column is never read is said before that it is not there. What keeps a file of any
    kind from being read (``reading_problems``) comes last.
    """
    options = ActivityOptions.from_json(batch.options)
    found = not_said(batch.kind, batch.mapping, options.only_day)
    found += wrong_columns(header, batch.mapping, options)
    if not batch.source and not options.nameless:
        found.append(_("Say which system gave the numbers of this file."))
    if options.data_source is None:
        found.append(_("Nobody has said where these rows were recorded."))
    return found + reading_problems(batch)


def wrong_columns(header: list[str], mapping: dict[str, str], options: ActivityOptions):
    """Sentences about columns of the mapping that are never read, or are not there."""
    for name in mapping.values():
        if name in options.never:
            said = _("The column “%(name)s” says which title it was; it is never read.")
            yield said % {"name": name}
        elif name not in header:
            yield _("The file has no column “%(name)s”.") % {"name": name}
