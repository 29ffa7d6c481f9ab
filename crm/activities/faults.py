"""What is wrong with a batch that a program sends, though each of its fields is right by itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.days import FIRST_DAY
from crm.activities.posting import MOST_ACTIVITIES
from crm.imports.items import holds_items
from crm.readers.models import NumberSystem, Reader

#: As many days at most are told of in one request: two years, one of them a leap year.
MOST_DAYS = timedelta(days=731)
#: (field of the batch, what is wrong with it, in words)
Fault = tuple[str, str]
#: What may be wrong with the two days of a batch.
HALF_A_PERIOD = "last", gettext_lazy("Please give both days, or neither.")
ENDS_BEFORE_IT_BEGINS = "last", gettext_lazy("The last day is before the first.")
DAYS_TO_COME = "last", gettext_lazy("Of a day that is still to come nothing can be told.")
TOO_MANY_DAYS = (
    "first",
    gettext_lazy("These are more than two years. Check the year, or send the days in parts."),
)


@dataclass(frozen=True)
class SentBatch:
    """A batch as its fields were understood, and what may be asked of it; ``said``: the fields."""

    said: dict

    @property
    def rows(self) -> list[dict]:
        """Its rows, each as its own fields were understood; what was not said is not there."""
        return self.said["rows"]

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day that it says to tell of wholly; None for what is not said."""
        return self.said.get("first"), self.said.get("last")

    @property
    def tells_of_days(self) -> bool:
        """Whether a first day is said; it stands for both, as half a period is another fault."""
        return "first" in self.said

    @cached_property
    def refs(self) -> list[str]:
        """The references of the rows that have one, in the order of the rows; one that two rows
        have stands twice.
        """
        return list(filter(None, (row.get("ref") for row in self.rows)))

    # --- what is wrong, each as a question --------------------------------------------------------
    def keeps_no_names(self) -> bool:
        """Whether its source keeps none: a program's rows have nothing else to be known by."""
        return not self.said["source"].named

    def fault_of_period(self) -> Fault | None:
        """The first thing that is wrong with its two days together; None where nothing is, as where
        neither is said.
        """
        said = [day for day in self.days if day is not None]
        if not said:
            return None
        # One day alone bounds nothing.
        if len(said) == 1:
            return HALF_A_PERIOD
        return fault_of_days(*said)

    def tells_of_another_century(self) -> bool:
        """Whether its first day is before FIRST_DAY, of which no row is taken."""
        first, _last = self.days
        return first is not None and first < FIRST_DAY

    def says_nothing(self) -> bool:
        """Whether it has neither a row nor a day on which none was."""
        return not self.rows and not self.tells_of_days

    def is_too_much(self) -> bool:
        """Whether its rows add up to more than MOST_ACTIVITIES: a row counts as often as it says
        that it happened.
        """
        return sum(row.get("count", 1) for row in self.rows) > MOST_ACTIVITIES

    def is_numbered_in_part(self) -> bool:
        """Whether some rows have a reference and some have none: those without are known again by
        what they say, those with one by it, and a batch is read in one way.
        """
        return 0 < len(self.refs) < len(self.rows)

    def names_items(self) -> bool:
        """Whether the references of its rows are numbers of books: then they would say which title
        it was.
        """
        return bool(self.refs) and holds_items(self.refs)

    def names_no_system(self) -> bool:
        """Whether a row names no system and the batch none for all: a number says who somebody is
        only within a system.
        """
        return "" in self.systems

    def tells_of_places_without_days(self) -> bool:
        """Whether it names places and no days: only of days it is known that nothing happened at a
        place.
        """
        return "campuses" in self.said and not self.tells_of_days

    def tells_of_kinds_without_days(self) -> bool:
        """Whether it names kinds and no days: only of days it is known that nothing of a kind
        happened.
        """
        return "kinds" in self.said and not self.tells_of_days

    # --- what it names ----------------------------------------------------------------------------
    @cached_property
    def systems(self) -> set[str]:
        """Codes of the systems of its rows, "" among them where neither the row nor the batch names
        one. The batch's own is not among them where each row names another.
        """
        usual = self.said.get("system", "")
        return {row.get("system", usual) for row in self.rows}

    def unknown_kinds(self) -> list[str]:
        """Codes of what its rows tell of and its source does not, in the order of the alphabet."""
        return sorted({row["kind"] for row in self.rows} - set(self.said["source"].kinds))

    def unknown_systems(self) -> list[str]:
        """Codes of systems that stand in no register and of which no reader has a number. Two
        statements.
        """
        asked = self.systems | {self.said.get("system", "")}
        asked.discard("")
        known = set(NumberSystem.objects.filter(code__in=asked).values_list("code", flat=True))
        borne = Reader.objects.filter(source__in=asked - known).order_by()
        known.update(borne.values_list("source", flat=True).distinct())
        return sorted(asked - known)


#: (field, what is wrong, the question that says so), in the order in which they are said.
FAULTS = (
    (
        "source",
        gettext_lazy(
            "Of this source nobody's name is kept. Its rows come as a file, which is read so."
        ),
        SentBatch.keeps_no_names,
    ),
    (
        "first",
        gettext_lazy("No row is taken of a day before 2000. Check the year."),
        SentBatch.tells_of_another_century,
    ),
    (
        "rows",
        gettext_lazy("Without rows the days must be given on which nothing happened."),
        SentBatch.says_nothing,
    ),
    ("rows", gettext_lazy("The rows add up to more than %(n)s."), SentBatch.is_too_much),
    (
        "rows",
        gettext_lazy("Either every row has a reference, or none has."),
        SentBatch.is_numbered_in_part,
    ),
    (
        "rows",
        gettext_lazy("The field “ref” says which title it was; it is never read."),
        SentBatch.names_items,
    ),
    (
        "system",
        gettext_lazy("Say which system gave the numbers, for all rows or in each."),
        SentBatch.names_no_system,
    ),
    (
        "campuses",
        gettext_lazy("Places are told of by days: give first and last too."),
        SentBatch.tells_of_places_without_days,
    ),
    (
        "kinds",
        gettext_lazy("Kinds are told of by days: give first and last too."),
        SentBatch.tells_of_kinds_without_days,
    ),
)


def fault_of_days(first: date, last: date) -> Fault | None:
    """The first thing that is wrong with a period; None where nothing is."""
    if last < first:
        return ENDS_BEFORE_IT_BEGINS
    # By the library's clock: nobody can have recorded days to come.
    if last > timezone.localdate():
        return DAYS_TO_COME
    # Each day without a row is recorded as a zero, and one slip of the year makes thousands.
    if last - first > MOST_DAYS:
        return TOO_MANY_DAYS
    return None


def faults_of(said: dict) -> Iterator[Fault]:
    """Everything that keeps a batch from being taken in, (field, sentence) each; nothing where it
    may be. ``said``: its fields as understood. At most two statements.
    """
    sent = SentBatch(said)
    fault_of_period = sent.fault_of_period()
    if fault_of_period:
        field, fault = fault_of_period
        yield field, str(fault)
    for field, fault, is_so in FAULTS:
        if is_so(sent):
            yield field, str(fault) % {"n": MOST_ACTIVITIES}
    for kind in sent.unknown_kinds():
        yield "rows", _("This source records nothing of the kind “%(kind)s”.") % {"kind": kind}
    for system in sent.unknown_systems():
        yield "system", _("Unknown system of numbers: %(system)s.") % {"system": system}
