"""A rule in the words of the reader of the page.

“undergraduates, and at least 3 loans in the last 90 days”.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.localised import listed
from core.numbers import number, plain
from crm.collections.models import ListedCollection
from crm.readers.folding import LEAST_DAYS, edge
from crm.readers.models import Activity, ContactChannel, Purpose, Reader
from crm.rfc.words import FIGURES
from crm.segments.models import Segment
from crm.segments.rule import ANY, MAX_DAYS, MIN_YEAR, Rule, list_ids, nested_ids, with_test
from crm.staff.models import Campus, College

SIGNS = {"ge": "≥", "le": "≤"}
#: What stands between the parts of a group.
BETWEEN = {"and": gettext_lazy(", and "), "or": gettext_lazy(", or ")}


@dataclass(frozen=True)
class Names:
    """What codes and ids are called; one query per register a rule mentions.

    ``chosen``: by the test, what each of the codes that it may name is called.
    ``young_days``: for so many days back single activities are known, before them months alone.
    """

    chosen: dict[str, dict[str, Any]]
    segment: dict[int, str]
    collection: dict[int, str]
    young_days: int = MAX_DAYS


def names_for(rule: Rule) -> Names:
    """The names of all campuses, colleges and segments in a well-formed rule; nothing is asked of a
    register that the rule does not speak of.
    """
    return Names(
        chosen={
            "campus": _names_in_register(Campus, _codes(rule, "campus")),
            "college": _names_in_register(College, _codes(rule, "college")),
            "language": dict(settings.LANGUAGES),
            "state": dict(Reader.State.choices),
        },
        segment=_names_of_segments(nested_ids(rule)),
        collection=_names_of_lists(list_ids(rule)),
        young_days=_young_days(rule),
    )


def _codes(rule: Rule, test: str) -> set[str]:
    """Codes that the conditions with this test name; empty where the rule has none such."""
    return set(chain.from_iterable(condition["in"] for condition in with_test(rule, test)))


def _names_in_register(register: type[Campus | College], codes: set[str]) -> dict[str, str]:
    """Names by code; a code that is in the register no more is left out.

    Django asks nothing of the database for a rule that does not speak of this register.
    """
    return {place.code: str(place) for place in register.objects.filter(code__in=codes)}


def _names_of_segments(ids: set[int]) -> dict[int, str]:
    """Names by id, as for registers; a segment that is gone is left out."""
    return dict(Segment.objects.filter(pk__in=ids).values_list("pk", "name"))


def _names_of_lists(ids: set[int]) -> dict[int, str]:
    """Names by id, as for registers; a list that is gone is left out."""
    return dict(ListedCollection.objects.filter(pk__in=ids).values_list("pk", "name"))


def _young_days(rule: Rule) -> int:
    """The days back to where single activities may be folded into months.

    Not asked for where no condition reaches back further than any library's term: then MAX_DAYS.
    """
    reach = [condition.get("days", 0) for condition in with_test(rule, "activity")]
    if max(reach, default=0) <= LEAST_DAYS:
        return MAX_DAYS
    now = timezone.now()
    return (now - edge(now)).days


def explain_rule(rule: Rule) -> str:
    """A well-formed rule as one sentence in the current language, without a full stop."""
    if not rule:
        return _("All current readers")

    words = _words_of(rule, names_for(rule))
    return words[:1].upper() + words[1:]


def _words_of(node: Rule, names: Names, *, inside_group: bool = False) -> str:
    """Words for one node; ``inside_group`` puts brackets around a group of several parts."""
    if "test" in node:
        say_condition = CONDITION_WORDS[node["test"]]
        return say_condition(node, names)
    if node["op"] == "not":
        return _words_of_not(node["of"][0], names)

    parts = [_words_of(part, names, inside_group=True) for part in _parts_of(node)]
    joined = str(BETWEEN[node["op"]]).join(parts)

    # "A, and B, or C" would leave open what belongs together.
    if inside_group and len(parts) > 1:
        return _("(%(rule)s)") % {"rule": joined}
    return joined


def _parts_of(group: Rule) -> list[Rule]:
    """The parts of a group, those of a like group inside of it in its place: "A, and (B, and C)" is
    "A, and B, and C". A group of one part is that part.
    """
    found = []
    for part in group["of"]:
        is_alike = part.get("op") == group["op"]
        is_single = part.get("op") in ("and", "or") and len(part["of"]) == 1
        if is_alike or is_single:
            found += _parts_of({"op": group["op"], "of": part["of"]})
        else:
            found.append(part)
    return found


def _words_of_not(node: Rule, names: Names) -> str:
    """What a "not" around the node says: of a day that is recorded at all, that none is."""
    if _is_recorded_at_all(node):
        return str(UNRECORDED[node["test"]])
    return _("not (%(rule)s)") % {"rule": _words_of(node, names)}


def _is_recorded_at_all(node: Rule) -> bool:
    """Whether the condition asks for a year, and takes every one there is."""
    is_of_days = node.get("test") in UNRECORDED
    return is_of_days and node.get("from") == MIN_YEAR and "to" not in node


# --- one function per test ------------------------------------------------------------------------
def _either(words: Iterable[str]) -> str:
    """ "history, literature or law": one of them is enough."""
    *others, last = words
    return _(" or ").join(filter(None, [listed(others), last]))


def _labels(values: list[str], choices) -> list[str]:
    """What the choices call ``values``, in the order of the rule."""
    named = dict(choices)
    return [str(named[value]) for value in values]


def _label(value: str, choices) -> str:
    """What the choices call one value."""
    return str(dict(choices)[value])


def _inside_sentence(label: str) -> str:
    """A label, which begins with a capital, as it stands in the middle of a sentence."""
    return label[:1].lower() + label[1:]


#: Tests that name choices of a reader's column.
CHOICES = {"kind": Reader.Kind.choices, "stage": Reader.Stage.choices}


def _one_of(condition: Rule, names: Names) -> str:
    """The kinds of readers, or the stages, that are meant, by their names."""
    chosen = _labels(condition["in"], CHOICES[condition["test"]])
    return _either(map(_inside_sentence, chosen))


def _chosen(condition: Rule, names: Names) -> str:
    """The campuses, say, that are meant; the code itself where there is none such any more."""
    named = names.chosen[condition["test"]]
    called = [str(named.get(code, code)) for code in condition["in"]]
    return CHOSEN[condition["test"]] % {"names": _either(called)}


#: By test: of what the names are.
CHOSEN = {
    "campus": gettext_lazy("campus %(names)s"),
    "college": gettext_lazy("college %(names)s"),
    "language": gettext_lazy("language %(names)s"),
    "state": gettext_lazy("state %(names)s"),
}


def _years(condition: Rule, names: Names) -> str:
    """One year, an open span, or a span with both ends; in the words of the condition's test."""
    if _is_recorded_at_all(condition):
        return str(RECORDED[condition["test"]])
    low, high = condition.get("from"), condition.get("to")
    one, before, later, between = YEARS[condition["test"]]
    if low == high:
        return one % {"year": low}
    if low is None:
        return before % {"year": high}
    if high is None:
        return later % {"year": low}
    return between % {"low": low, "high": high}


#: By test: that a year is recorded, whichever; and that none is.
RECORDED = {
    "enters": gettext_lazy("the day when studies begin is recorded"),
    "graduates": gettext_lazy("the day when studies end is recorded"),
}
UNRECORDED = {
    "enters": gettext_lazy("no day is recorded when studies begin"),
    "graduates": gettext_lazy("no day is recorded when studies end"),
}
#: By test: of one year, up to one, from one on, between two.
YEARS = {
    "cohort": (
        gettext_lazy("entered in %(year)s"),
        gettext_lazy("entered in %(year)s or before"),
        gettext_lazy("entered in %(year)s or later"),
        gettext_lazy("entered from %(low)s to %(high)s"),
    ),
    "enters": (
        gettext_lazy("begins to study in %(year)s"),
        gettext_lazy("begins to study in %(year)s or before"),
        gettext_lazy("begins to study in %(year)s or later"),
        gettext_lazy("begins to study from %(low)s to %(high)s"),
    ),
    "graduates": (
        gettext_lazy("graduates in %(year)s"),
        gettext_lazy("graduates in %(year)s or before"),
        gettext_lazy("graduates in %(year)s or later"),
        gettext_lazy("graduates from %(low)s to %(high)s"),
    ),
}


def _registered(condition: Rule, names: Names) -> str:
    """By a day, since a day, or from one to another; days as the rule writes them, 2026-09-01."""
    low, high = condition.get("from"), condition.get("to")
    if low is None:
        return _("registered by %(day)s") % {"day": high}
    if high is None:
        return _("registered since %(day)s") % {"day": low}
    return _("registered from %(low)s to %(high)s") % {"low": low, "high": high}


def _activity(condition: Rule, names: Names) -> str:
    """How often, ever or lately; "at most 0 times" is said as "never"."""
    values = {
        "what": _activity_kind(condition["kind"]),
        "sign": SIGNS[condition["cmp"]],
        "n": number(condition["n"]),
    }
    is_lately = "days" in condition
    if is_lately:
        values["time"] = _last_days(condition["days"])
        if condition["days"] > names.young_days:
            values["time"] = _("%(time)s, by whole months") % values
    is_never = (condition["cmp"], condition["n"]) == ("le", 0)
    if is_never and condition["kind"] == ANY:
        return NOTHING_DONE[is_lately] % values
    return HOW_OFTEN[is_never, is_lately] % values


#: That a reader never did anything, by whether a number of days is named.
NOTHING_DONE = {
    False: gettext_lazy("nothing at all recorded"),
    True: gettext_lazy("nothing at all recorded in %(time)s"),
}


#: By whether a reader never did it, and whether a number of days is named.
HOW_OFTEN = {
    (True, False): gettext_lazy("never %(what)s"),
    (False, False): gettext_lazy("%(what)s %(sign)s %(n)s times"),
    (True, True): gettext_lazy("no %(what)s in %(time)s"),
    (False, True): gettext_lazy("%(what)s %(sign)s %(n)s times in %(time)s"),
}


def _activity_kind(kind: str) -> str:
    """The kind of activity as it stands inside a sentence, in the current language."""
    if kind == ANY:
        return _("activity of any kind")
    return _inside_sentence(_label(kind, Activity.Kind.choices))


def _last_days(days: int) -> str:
    """ "the last 30 days", as a part of a sentence."""
    return ngettext("the last day", "the last %(n)s days", days) % {"n": days}


def _borrowed(condition: Rule, names: Names) -> str:
    """From which list, and since which day, as the rule writes it; a list that is gone keeps its
    number.
    """
    name = names.collection.get(condition["list"], f"#{condition['list']}")
    if "since" in condition:
        said = {"name": name, "day": condition["since"]}
        return _("borrowed from the list “%(name)s” since %(day)s") % said
    return _("borrowed from the list “%(name)s”") % {"name": name}


def _seen(condition: Rule, names: Names) -> str:
    """Seen or not within some days; that the file of readers says so is told, too."""
    return SEEN[condition["cmp"]] % {"time": _last_days(condition["days"])}


#: By whether a reader was seen within the days.
SEEN = {
    "within": gettext_lazy("seen in %(time)s, by the file of readers"),
    "before": gettext_lazy("not seen in %(time)s, by the file of readers"),
}


def _rfc(condition: Rule, names: Names) -> str:
    """ "recency 4 or 5, frequency 5": all of them at once."""
    said = []
    for figure, label in FIGURES.items():
        if figure in condition:
            brackets = _either(map(str, sorted(condition[figure])))
            said.append(
                _("%(figure)s %(brackets)s")
                % {"figure": _inside_sentence(str(label)), "brackets": brackets}
            )
    return listed(said)


def _trait(condition: Rule, names: Names) -> str:
    """ "“major” is history or law", "“credits” ≥ 30"; with "exists" only that it is known."""
    name = condition["name"]
    comparison = condition["cmp"]
    if comparison == "exists":
        return _("“%(name)s” is known") % {"name": name}

    value = condition["value"]
    if comparison in SIGNS:
        # As the text that the rule holds: a float would lose what stands behind its tenth digit.
        return f"“{name}” {SIGNS[comparison]} {plain(Decimal(str(value)))}"
    if comparison == "in":
        value = _either(value)
    return _("“%(name)s” is %(value)s") % {"name": name, "value": value}


def _consent(condition: Rule, names: Names) -> str:
    """Whether a channel is allowed or reaches the reader, for a purpose where one is named."""
    said = {"channel": _label(condition["channel"], ContactChannel.choices)}
    purpose = condition.get("purpose", "")
    if purpose:
        said["purpose"] = _label(purpose, Purpose.choices)
    return CONSENTS[condition["is"], bool(purpose)] % said


#: By what is asked of the channel, and whether for one purpose.
CONSENTS = {
    ("allowed", False): gettext_lazy("allows %(channel)s"),
    ("reachable", False): gettext_lazy("can be reached by %(channel)s"),
    ("allowed", True): gettext_lazy("allows %(channel)s for: %(purpose)s"),
    ("reachable", True): gettext_lazy("can be reached by %(channel)s for: %(purpose)s"),
}


def _segment(condition: Rule, names: Names) -> str:
    """The other segment by its name."""
    # A segment that is gone keeps its number, so that the person can find out which it was.
    name = names.segment.get(condition["id"], f"#{condition['id']}")
    return _("in segment “%(name)s”") % {"name": name}


CONDITION_WORDS: dict[str, Callable[[Rule, Names], str]] = {
    "kind": _one_of,
    "stage": _one_of,
    "campus": _chosen,
    "college": _chosen,
    "language": _chosen,
    "state": _chosen,
    "cohort": _years,
    "enters": _years,
    "graduates": _years,
    "registered": _registered,
    "activity": _activity,
    "borrowed": _borrowed,
    "seen": _seen,
    "rfc": _rfc,
    "trait": _trait,
    "consent": _consent,
    "segment": _segment,
}
