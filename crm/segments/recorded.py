"""Whether what a rule asks for was recorded at all: who has no row may have come all the same."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.numbers import number
from crm.collections.models import ListedCollection
from crm.collections.recorded import compared
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
#: So many segments are named; others are counted.
MOST_TOLD = 8
#: A century back nothing was recorded; asking for it would only count days.
LONGEST = timedelta(days=3660)


def unrecorded(rule: Rule, as_of: datetime) -> list[str]:
    """One sentence for each condition on activities of days that are not wholly recorded up to
    ``as_of``, no sentence twice; empty where all is recorded.
    """
    today = timezone.localdate(as_of)
    said = []
    for condition in conditions(rule, set()):
        kinds = kinds_of(condition)
        first = first_day(condition, kinds, today)
        # The running day is recorded of nothing yet.
        last = max(first, today - timedelta(days=1))
        coverage = coverage_of(condition, kinds, first, last)
        said.append(resting_on(label_of(condition), coverage))
    return list(dict.fromkeys(filter(None, said)))


def coverage_of(condition: Rule, kinds: list[str], first: date, last: date) -> Coverage:
    """Of which days what a condition asks for is recorded. Loans from a list are only where they
    were compared with it; of one that is gone none is.
    """
    if condition["test"] != BORROWED:
        return Records(first, last).of(kinds)
    collection = ListedCollection.objects.filter(pk=condition["list"]).first()
    if collection is None:
        return Coverage(dict.fromkeys(days_of(first, last), Recorded.NONE))
    return compared(collection, first, last)


def unrecorded_of(segments: Iterable[Segment], as_of: datetime) -> list[str]:
    """The same of several segments together, each named where its rule lacks something; empty where
    none does.
    """
    said = []
    for segment in segments:
        lacks = " ".join(unrecorded(segment.rule, as_of))
        if lacks:
            said.append(_("“%(name)s”: %(lacks)s") % {"name": segment.name, "lacks": lacks})
    return said


def rests_on(gap: Gap, user: User) -> Iterator[Resting]:
    """Segments whose rule asks for days of ``gap``, by name: MOST_TOLD of them, and one line for
    all further ones. None for who may not see segments.
    """
    if not user.can("segments.view"):
        return
    today = timezone.localdate()
    asking = []
    for segment in Segment.objects.visible_to(user).order_by("name", "pk"):
        if any(asks_for(gap, node, today) for node in conditions(segment.rule, set())):
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
    return "days" not in condition or first_day(condition, [], today) <= gap.last


def conditions(rule: Rule, seen: set[int]) -> list[Rule]:
    """Conditions on activities from elsewhere, be it by brackets of recency and frequency; those of
    the segments that the rule names too, one that is gone left out.

    ``seen``: ids of the segments that were looked into, which grows; each is asked for once.
    """
    found = []
    for condition in with_test(rule, *ASKING, "segment"):
        if condition["test"] in ASKING:
            if not OWN_KINDS.issuperset(kinds_of(condition)):
                found.append(condition)
        elif condition["id"] not in seen:
            seen.add(condition["id"])
            for inner in Segment.objects.filter(pk=condition["id"]):
                found += conditions(inner.rule, seen)
    return found


def kinds_of(condition: Rule) -> list[str]:
    """Codes of the kinds of activity that the condition counts; all of them where it names none.

    Brackets of recency or frequency count use, those of contribution alone what readers gave.
    """
    if condition["test"] == BRACKETS:
        uses = condition.get("recency") or condition.get("frequency")
        return kinds_of_part(Part.USE if uses else Part.GIFT)
    if condition["test"] == BORROWED:
        return [Activity.Kind.LOAN]
    if condition["kind"] == ANY:
        return list(Activity.Kind.values)
    return [condition["kind"]]


def first_day(condition: Rule, kinds: list[str], today: date) -> date:
    """The first day that the condition asks for, LONGEST back at most; brackets ask for the days
    that the library counts. Without a number of days it is the first on which any of ``kinds`` was
    recorded, or yesterday where none was.
    """
    if "days" in condition:
        return today - min(timedelta(days=condition["days"]), LONGEST)
    if condition["test"] == BRACKETS:
        return today - timedelta(days=brackets_in_force().days)
    if "since" in condition:
        return max(date.fromisoformat(condition["since"]), today - LONGEST)
    since = Records(today, today).since(kinds)
    return since or today - timedelta(days=1)


def label_of(condition: Rule) -> str:
    """What the condition counts in words, in the current language."""
    if condition["test"] == BRACKETS:
        return _("Recency and frequency")
    if condition["test"] == BORROWED:
        return _("Loans from the list")
    if condition["kind"] == ANY:
        return _("Anything readers do")
    return str(Activity.Kind(condition["kind"]).label)
