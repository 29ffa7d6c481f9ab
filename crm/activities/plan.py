"""Which cell of a row of activities goes where, compiled once."""

from collections.abc import Callable
from operator import itemgetter

from django.utils.translation import gettext as _

from crm.activities.moments import moment_of, moment_of_two
from crm.activities.options import ActivityOptions
from crm.imports import fields
from crm.imports.copying import NULL, CellSource, CellTexts, copy_text
from crm.imports.dates import in_style
from crm.imports.fields import Refusal, clean, is_blank
from crm.imports.models import ImportBatch
from crm.imports.places import PlaceRegister
from crm.imports.remarks import date_styles, reading_problems
from crm.readers.models import Activity
from crm.staff.models import Campus

#: Without these nothing can be said of a row.
NEEDED = ("number", "at")
#: As long as ``Activity.ref`` may be with the kind behind it.
LONGEST_REF = 48
#: What systems call what happened; a value that is empty is not counted: a book that comes back, a
#: person who leaves.
ACTIONS = {
    Activity.Kind.LOAN: "loan issue checkout borrow lend 借 借书 借出 借阅 外借",
    Activity.Kind.RENEWAL: "renewal renew 续 续借",
    "": "return checkin in-return 还 还书 归还 hold reserve 预约 local_use localuse",
}
DIRECTIONS = {
    Activity.Kind.VISIT: "in entry enter 1 进 进馆 入 入馆",
    "": "out exit leave 0 出 出馆 离馆",
}


class ActivityPlan:
    """A compiled mapping. ``columns`` names what ``cells(row, ordinal)`` returns, in COPY text."""

    columns = ("number", "at", "kind", "campus", "ref")

    def __init__(self, header: list[str], batch: ImportBatch):
        """Compile the batch's mapping, which must fit the header: see ``problems``. Raises KeyError
        or ValueError where it does not.
        """
        self.header = header
        self.mapping = batch.mapping
        self.options = ActivityOptions.from_json(batch.options)
        #: {column: the style of its dates}, as the whole column tells it.
        self.dates = date_styles(batch)
        self.does = batch.kind.does
        # No cell of such a row can be done without: it is refused, and nothing is only warned of.
        self.warned: list[tuple[str, str]] = []
        self.campuses = PlaceRegister(Campus, "campus", create=self.options.create_places, words={})
        self.number = self.cell("number", fields.number)
        self.at = self.moments()
        self.kind = self.kinds()
        self.campus = self.cell_if_mapped("campus", self.campuses.place)
        self.ref = self.cell_if_mapped("ref", reference)

    @property
    def by_ref(self) -> bool:
        """Whether the file numbers its rows itself."""
        return self.ref is not None

    @property
    def never(self) -> list[int]:
        """Places of the columns that are not read."""
        return [self.header.index(name) for name in self.options.never if name in self.header]

    @property
    def usual(self) -> list[str]:
        """The kinds whose rows bear their number alone; of others the kind stands behind it."""
        return [str(self.does[0])]

    def cell(self, field: str, convert: Callable) -> CellSource:
        """Where the cell of a field stands, and how it is read; the field must be mapped."""
        place = self.header.index(self.mapping[field])
        return CellSource(CellTexts(convert), itemgetter(place))

    def cell_if_mapped(self, field: str, convert: Callable) -> CellSource | None:
        """The same, None where no column holds the field."""
        if field not in self.mapping:
            return None
        return self.cell(field, convert)

    def moments(self) -> CellSource:
        """How the moment of a row is read: from one column, or from a date and a time of day. An
        order of day and month that somebody chose goes before the one that the column tells.
        """
        order = in_style(self.options.date_order, self.dates.get(self.mapping["at"], ""))
        if "time" not in self.mapping:
            return self.cell("at", moment_of(order))
        places = [self.header.index(self.mapping[name]) for name in ("at", "time")]
        return CellSource(CellTexts(moment_of_two(order)), itemgetter(*places))

    def kinds(self) -> CellSource | None:
        """How the kind of a row is read; None where every row is of the one kind that the file is
        about. Words that the options know go before those known to all files.
        """
        for field, known in (("action", ACTIONS), ("direction", DIRECTIONS)):
            if field in self.mapping:
                words = fields.words({str(kind): said for kind, said in known.items()})
                return self.cell(field, kind_in(field, words | self.options.words, self.does[0]))
        return None

    def cells(self, row: list[str], _ordinal: int) -> list[str]:
        """COPY texts of ``columns``, in their order; a field that no column holds is NULL. Raises
        Refusal.
        """
        return [
            text_in(self.number, row),
            text_in(self.at, row),
            text_in(self.kind, row, copy_text(str(self.does[0]))),
            text_in(self.campus, row),
            text_in(self.ref, row),
        ]


def text_in(source: CellSource | None, row: list[str], otherwise: str = NULL) -> str:
    """The cell of ``row`` as COPY text; ``otherwise`` where no column holds it. Raises Refusal."""
    if source is None:
        return otherwise
    return source.texts[source.get(row)]


def kind_in(field: str, words: dict[str, str], usual: str) -> Callable[[str], str | None]:
    """Cell → what was done, as a code of Activity.Kind; None where it is not counted. An empty cell
    says the usual. The function raises Refusal for a word that is none of ``words``.
    """

    def convert(raw: str) -> str | None:
        """What was done, as one cell says it. Raises Refusal."""
        said = clean(field, raw).casefold()
        if is_blank(said):
            return str(usual)
        if said not in words:
            raise Refusal(field, "unknown-action")
        return words[said] or None

    return convert


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


def problems(header: list[str], batch: ImportBatch) -> list[str]:
    """What keeps the file from being imported as it is mapped, in sentences; empty where nothing
    does. That a column is never read is said before that it is not there.
    """
    options = ActivityOptions.from_json(batch.options)
    found = []
    if "number" not in batch.mapping:
        found.append(_("No column is said to hold the reader number."))
    if "at" not in batch.mapping:
        found.append(_("No column is said to hold the date."))
    for name in batch.mapping.values():
        if name in options.never:
            found.append(
                _("The column “%(name)s” says which title it was; it is never read.")
                % {"name": name}
            )
        elif name not in header:
            found.append(_("The file has no column “%(name)s”.") % {"name": name})
    if options.data_source is None:
        found.append(_("Nobody has said where these rows were recorded."))
    return found + reading_problems(batch)
