"""Whether what a rule asks for was recorded at all: who has no row may have come all the same."""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.readers.models import Activity
from crm.segments.models import Segment
from crm.segments.rule import ANY, Rule, nodes
from crm.sources.coverage import OWN_KINDS, Records
from crm.sources.words import resting_on

#: A century back nothing was recorded; asking for it would only count days.
LONGEST = timedelta(days=3660)


def unrecorded(rule: Rule, as_of: datetime) -> list[str]:
    """One sentence for each condition on activities of days that are not wholly recorded."""
    today = timezone.localdate(as_of)
    said = []
    for condition in conditions(rule, set()):
        kinds = kinds_of(condition)
        first = first_day(condition, kinds, today)
        # The running day is recorded of nothing yet.
        last = max(first, today - timedelta(days=1))
        coverage = Records(first, last).of(kinds)
        said.append(resting_on(label_of(condition["kind"]), coverage))
    return list(dict.fromkeys(filter(None, said)))


def conditions(rule: Rule, seen: set[int]) -> list[Rule]:
    """Conditions on activities from elsewhere, those of the segments that the rule names too."""
    found = []
    for node in nodes(rule):
        if node.get("test") == "activity" and not set(kinds_of(node)) <= OWN_KINDS:
            found.append(node)
        if node.get("test") == "segment" and node["id"] not in seen:
            seen.add(node["id"])
            inner = Segment.objects.filter(pk=node["id"]).first()
            if inner is not None:
                found += conditions(inner.rule, seen)
    return found


def kinds_of(condition: Rule) -> list[str]:
    """Kinds of activity that the condition counts; all of them where it names none."""
    if condition["kind"] == ANY:
        return list(Activity.Kind.values)
    return [condition["kind"]]


def first_day(condition: Rule, kinds: list[str], today: date) -> date:
    """The first day that the condition asks for; without one since anything was recorded."""
    if "days" in condition:
        return today - min(timedelta(days=condition["days"]), LONGEST)
    since = Records(today, today).since(kinds)
    return since or today - timedelta(days=1)


def label_of(kind: str) -> str:
    """The kind in words, in the current language."""
    if kind == ANY:
        return _("Anything readers do")
    return str(Activity.Kind(kind).label)
