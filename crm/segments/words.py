"""A rule in the words of the reader of the page.

“undergraduates, and at least 3 loans in the last 90 days”.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.readers.models import Activity, ContactChannel, Reader
from crm.segments.models import Segment
from crm.segments.rule import ANY, Rule, nested_ids, nodes
from crm.staff.models import Campus, College

SIGNS = {"ge": "≥", "le": "≤"}


@dataclass(frozen=True)
class Names:
    """What codes and ids are called; one query per register a rule mentions."""

    campus: dict[str, str]
    college: dict[str, str]
    segment: dict[int, str]


def names_for(rule: Rule) -> Names:
    return Names(
        campus=_names_in_register(Campus, _codes(rule, "campus")),
        college=_names_in_register(College, _codes(rule, "college")),
        segment=_names_of_segments(nested_ids(rule)),
    )


def _codes(rule: Rule, test: str) -> set[str]:
    codes = set()
    for node in nodes(rule):
        if node.get("test") == test:
            codes.update(node["in"])
    return codes


def _names_in_register(register: type[Campus | College], codes: set[str]) -> dict[str, str]:
    if not codes:
        return {}
    return {one.code: str(one) for one in register.objects.filter(code__in=codes)}


def _names_of_segments(ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    return dict(Segment.objects.filter(pk__in=ids).values_list("pk", "name"))


def explain_rule(rule: Rule) -> str:
    """A well-formed rule as one sentence in the current language."""
    if not rule:
        return _("All active readers")
    words = _words_of(rule, names_for(rule))
    return words[:1].upper() + words[1:]


def _words_of(node: Rule, names: Names, *, inside_group: bool = False) -> str:
    if "test" in node:
        return LEAF_WORDS[node["test"]](node, names)
    if node["op"] == "not":
        return _("not (%(rule)s)") % {"rule": _words_of(node["of"][0], names)}

    parts = [_words_of(part, names, inside_group=True) for part in node["of"]]
    between = _(", and ") if node["op"] == "and" else _(", or ")
    joined = between.join(parts)
    if inside_group and len(parts) > 1:
        return _("(%(rule)s)") % {"rule": joined}
    return joined


# --- one function per test ------------------------------------------------------------------------
def _any_of(words: Iterable[str]) -> str:
    return _(" or ").join(words)


def _labels(values: list[str], choices) -> list[str]:
    """What the choices call ``values``, in the order of the rule."""
    named = dict(choices)
    return [str(named[value]) for value in values]


def _label(value: str, choices) -> str:
    return str(dict(choices)[value])


def _inside_sentence(label: str) -> str:
    return label[:1].lower() + label[1:]


def _kind(node: Rule, names: Names) -> str:
    return _any_of(map(_inside_sentence, _labels(node["in"], Reader.Kind.choices)))


def _campus(node: Rule, names: Names) -> str:
    called = [names.campus.get(code, code) for code in node["in"]]
    return _("campus %(names)s") % {"names": _any_of(called)}


def _college(node: Rule, names: Names) -> str:
    called = [names.college.get(code, code) for code in node["in"]]
    return _("college %(names)s") % {"names": _any_of(called)}


def _language(node: Rule, names: Names) -> str:
    return _("language %(names)s") % {"names": _any_of(_labels(node["in"], settings.LANGUAGES))}


def _state(node: Rule, names: Names) -> str:
    return _("state %(names)s") % {"names": _any_of(_labels(node["in"], Reader.State.choices))}


def _cohort(node: Rule, names: Names) -> str:
    low, high = node.get("from"), node.get("to")
    if low == high:
        return _("entered in %(year)s") % {"year": low}
    if low is None:
        return _("entered in %(year)s or before") % {"year": high}
    if high is None:
        return _("entered in %(year)s or later") % {"year": low}
    return _("entered from %(low)s to %(high)s") % {"low": low, "high": high}


def _registered(node: Rule, names: Names) -> str:
    low, high = node.get("from"), node.get("to")
    if low is None:
        return _("registered by %(day)s") % {"day": high}
    if high is None:
        return _("registered since %(day)s") % {"day": low}
    return _("registered from %(low)s to %(high)s") % {"low": low, "high": high}


def _activity(node: Rule, names: Names) -> str:
    values = {
        "what": _activity_kind(node["kind"]),
        "sign": SIGNS[node["cmp"]],
        "n": f"{node['n']:,}",
        "time": _last_days(node["days"]) if "days" in node else "",
    }
    return _activity_sentence(node) % values


def _activity_sentence(node: Rule) -> str:
    """The sentence with its placeholders: never or how often, ever or within a time."""
    never = node["cmp"] == "le" and node["n"] == 0
    if never and "days" in node:
        return _("no %(what)s in %(time)s")
    if never:
        return _("never %(what)s")
    if "days" in node:
        return _("%(what)s %(sign)s %(n)s times in %(time)s")
    return _("%(what)s %(sign)s %(n)s times")


def _activity_kind(kind: str) -> str:
    if kind == ANY:
        return _("any activity")
    return _inside_sentence(_label(kind, Activity.Kind.choices))


def _last_days(days: int) -> str:
    return ngettext("the last day", "the last %(n)s days", days) % {"n": days}


def _seen(node: Rule, names: Names) -> str:
    text = _("seen in %(time)s") if node["cmp"] == "within" else _("not seen in %(time)s")
    return text % {"time": _last_days(node["days"])}


def _trait(node: Rule, names: Names) -> str:
    name, compare = node["name"], node["cmp"]
    if compare == "exists":
        return _("“%(name)s” is known") % {"name": name}
    value = node["value"]
    if compare in SIGNS:
        return f"“{name}” {SIGNS[compare]} {value:,}"
    values = value if compare == "in" else [value]
    return _("“%(name)s” is %(value)s") % {"name": name, "value": _any_of(values)}


def _consent(node: Rule, names: Names) -> str:
    channel = _label(node["channel"], ContactChannel.choices)
    if node["is"] == "allowed":
        return _("allows %(channel)s") % {"channel": channel}
    return _("can be reached by %(channel)s") % {"channel": channel}


def _segment(node: Rule, names: Names) -> str:
    # A segment that is gone keeps its number, so that the person can find out which it was.
    name = names.segment.get(node["id"], f"#{node['id']}")
    return _("in segment “%(name)s”") % {"name": name}


LEAF_WORDS: dict[str, Callable[[Rule, Names], str]] = {
    "kind": _kind,
    "campus": _campus,
    "college": _college,
    "language": _language,
    "state": _state,
    "cohort": _cohort,
    "registered": _registered,
    "activity": _activity,
    "seen": _seen,
    "trait": _trait,
    "consent": _consent,
    "segment": _segment,
}
