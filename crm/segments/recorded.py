"""Whether what a rule asks for was recorded at all: who has no row may have come all the same."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.numbers import number
from crm.collections.models import ListedCollection
from crm.collections.recorded import ComparedDays
from crm.readers.models import Activity
from crm.rfc.queries import Part, brackets_in_force
from crm.rfc.queries import kinds_of as kinds_of_part
from crm.segments.models import Segment
from crm.segments.rule import ANY, Rule, with_test
from crm.sources.coverage import OWN_KINDS, Records
from crm.sources.days import Coverage, Recorded, days_of
from crm.sources.gaps import Gap, Resting
from crm.sources.words import resting_on
from crm.staff.models import User

#: The test by brackets of recency and frequency, and all tests that ask what readers did.
BRACKETS, BORROWED = "rfc", "borrowed"
ASKING = frozenset({"activity", BRACKETS, BORROWED})
#: What the tests count that name no kind of activity.
LABELS = {
    BRACKETS: gettext_lazy("Recency and frequency"),
    BORROWED: gettext_lazy("Loans from the list"),
}
#: So many segments are named; others are counted.
MOST_TOLD = 8
#: A century back nothing was recorded; asking for it would only count days.
LONGEST = timedelta(days=3660)


class RuleCoverage:
    """Whether what rules ask for was recorded up to ``as_of``, for any number of them: what was
    told is read once, and weighed once for each kind.
    """

    def __init__(self, as_of: datetime):
        """Runs no statement before a rule asks for days."""
        self.today = timezone.localdate(as_of)

    @cached_property
    def records(self) -> Records:
        """All days that a rule may ask for; the running one is recorded of nothing yet. Two
        statements.
        """
        return Records(self.today - LONGEST, self.today)

    @cached_property
    def compared(self) -> ComparedDays:
        """Which days of loans were compared with listed collections. Two statements."""
        return ComparedDays(self.today - LONGEST, self.today)

    @cached_property
    def collections(self) -> dict[int, ListedCollection]:
        """{key: listed collection}, of all of them, without their items. One statement."""
        return ListedCollection.objects.defer("digests").in_bulk()

    @cached_property
    def counted_since(self) -> date:
        """The first day that brackets of recency and frequency count. One statement."""
        return self.today - timedelta(days=brackets_in_force().days)

    @cached_property
    def rules(self) -> dict[int, Rule]:
        """{key of a segment: its rule}, of all of them. One statement."""
        return dict(Segment.objects.order_by().values_list("pk", "rule"))

    def rule_of(self, segment: int) -> Rule | None:
        """The rule of the segment with this key; None where it is gone."""
        return self.rules.get(segment)

    def lacks(self, rule: Rule) -> list[str]:
        """One sentence for each condition on activities of days that are not wholly recorded, no
        sentence twice; empty where all is recorded.
        """
        said = map(self.lacks_of, conditions(rule, set(), self.rule_of))
        return list(dict.fromkeys(filter(None, said)))

    def lacks_of(self, condition: Rule) -> str:
        """The sentence of one condition; empty where its days are recorded."""
        kinds = kinds_of(condition)
        first = self.first_day(condition, kinds)
        last = max(first, self.today - timedelta(days=1))
        coverage = self.coverage_of(condition, kinds, first, last)
        return resting_on(label_of(condition), coverage)

    def coverage_of(self, condition: Rule, kinds: list[str], first: date, last: date) -> Coverage:
        """Of which days what a condition asks for is recorded. Loans from a list are only where
        they were compared with it; of one that is gone none is.
        """
        if condition["test"] != BORROWED:
            return self.records.of(kinds).within(first, last)
        collection = self.collections.get(condition["list"])
        if collection is None:
            return Coverage(dict.fromkeys(days_of(first, last), Recorded.NONE))
        return self.compared.of(collection, first, last)

    def first_day(self, condition: Rule, kinds: list[str]) -> date:
        """The first day that the condition asks for, LONGEST back at most; brackets ask for the
        days that the library counts. Without a number of days it is the first on which any of
        ``kinds`` was recorded, or yesterday where none was; of a list it is that of the list.
        """
        if "days" in condition:
            return days_back(condition, self.today)
        if condition["test"] == BRACKETS:
            return self.counted_since
        if "since" in condition:
            return max(date.fromisoformat(condition["since"]), self.today - LONGEST)
        since = self.own_first_day(condition, kinds) or self.today - timedelta(days=1)
        return max(since, self.today - LONGEST)

    def own_first_day(self, condition: Rule, kinds: list[str]) -> date | None:
        """The first day of which what the condition asks for can be known; None where there is
        none. Before a list was added nothing was compared with it.
        """
        if condition["test"] != BORROWED:
            return self.records.since(kinds)
        collection = self.collections.get(condition["list"])
        return collection and timezone.localdate(collection.made_at)


def unrecorded(rule: Rule, as_of: datetime) -> list[str]:
    """What one rule lacks up to ``as_of``, in sentences (``RuleCoverage.lacks``)."""
    return RuleCoverage(as_of).lacks(rule)


def lacking(segments: Iterable[Segment], as_of: datetime) -> dict[int, str]:
    """{key of a segment: what its rule lacks}, of those that lack something, in their order."""
    coverage = RuleCoverage(as_of)
    found = {}
    for segment in segments:
        said = coverage.lacks(segment.rule)
        if said:
            found[segment.pk] = " ".join(said)
    return found


def unrecorded_of(segments: Iterable[Segment], as_of: datetime) -> list[str]:
    """The same of several segments together, each named where its rule lacks something; empty where
    none does.
    """
    by_key = {segment.pk: segment for segment in segments}
    said = []
    for pk, lacks in lacking(by_key.values(), as_of).items():
        said.append(_("“%(name)s”: %(lacks)s") % {"name": by_key[pk].name, "lacks": lacks})
    return said


def rests_on(gap: Gap, user: User) -> Iterator[Resting]:
    """Segments whose rule asks for days of ``gap``, by name: MOST_TOLD of them, and one line for
    all further ones. None for who may not see segments.
    """
    if not user.can("segments.view"):
        return
    today = timezone.localdate()
    rule_of = RuleCoverage(timezone.now()).rule_of
    asking = []
    for segment in Segment.objects.visible_to(user).order_by("name", "pk"):
        if any(asks_for(gap, node, today) for node in conditions(segment.rule, set(), rule_of)):
            asking.append(segment)
    for segment in asking[:MOST_TOLD]:
        yield Resting(
            name=_("Segment “%(name)s”") % {"name": segment.name},
            url=segment.get_absolute_url(),
            now=_("%(n)s members; who seems absent may have come") % {"n": segment.persons},
            after=_("its members are found anew"),
        )
    if asking[MOST_TOLD:]:
        yield Resting(
            name=_("Further segments: %(n)s") % {"n": number(len(asking) - MOST_TOLD)},
            url=reverse("crm:segment-list"),
            now=_("who seems absent may have come"),
            after=_("their members are found anew"),
        )


def asks_for(gap: Gap, condition: Rule, today: date) -> bool:
    """Whether a condition asks for what the source of ``gap`` tells, on one of its days. A
    condition that begins after the last day of the gap does not.
    """
    if not gap.counts(kinds_of(condition)):
        return False
    # Without a number of days it asks for all that was ever told.
    return "days" not in condition or days_back(condition, today) <= gap.last


def conditions(rule: Rule, seen: set[int], rule_of: Callable[[int], Rule | None]) -> list[Rule]:
    """Conditions on activities from elsewhere, be it by brackets of recency and frequency; those of
    the segments that the rule names too, one that is gone left out.

    ``seen``: ids of the segments that were looked into, which grows; each is asked for once.
    ``rule_of``: the rule of a segment by its key.
    """
    found = []
    for condition in with_test(rule, *ASKING, "segment"):
        if condition["test"] in ASKING:
            if not OWN_KINDS.issuperset(kinds_of(condition)):
                found.append(condition)
        elif condition["id"] not in seen:
            seen.add(condition["id"])
            inner = rule_of(condition["id"])
            if inner is not None:
                found += conditions(inner, seen, rule_of)
    return found


def kinds_of(condition: Rule) -> list[str]:
    """Codes of the kinds of activity that the condition counts; all of them where it names none.

    Brackets of recency or frequency count use, those of contribution alone what readers gave.
    """
    if condition["test"] == BRACKETS:
        if condition.get("recency") or condition.get("frequency"):
            return kinds_of_part(Part.USE)
        return kinds_of_part(Part.GIFT)
    if condition["test"] == BORROWED:
        return [Activity.Kind.LOAN]
    if condition["kind"] == ANY:
        return list(Activity.Kind.values)
    return [condition["kind"]]


def days_back(condition: Rule, today: date) -> date:
    """The first of the days that a condition names by their number, LONGEST back at most."""
    return today - min(timedelta(days=condition["days"]), LONGEST)


def label_of(condition: Rule) -> str:
    """What the condition counts in words, in the current language."""
    if condition["test"] in LABELS:
        return str(LABELS[condition["test"]])
    if condition["kind"] == ANY:
        return _("Anything readers do")
    return str(Activity.Kind(condition["kind"]).label)
