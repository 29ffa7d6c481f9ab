"""A rule in the words of the reader of the page.

“undergraduates, and at least 3 loans in the last 90 days”.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.readers.models import Activity, ContactChannel, Reader
from crm.segments.models import Segment
from crm.segments.rule import ANY, Rule, nested_ids, nodes
from crm.staff.models import Campus, College


@dataclass(frozen=True)
class Names:
    """What codes and ids are called; one query per register a rule mentions."""

    campus: dict[str, str]
    college: dict[str, str]
    segment: dict[int, str]


def names_for(rule: Rule) -> Names:
    codes = {test: _codes(rule, test) for test in ("campus", "college")}
    ids = nested_ids(rule)
    return Names(
        {one.code: str(one) for one in Campus.objects.filter(code__in=codes["campus"])}
        if codes["campus"]
        else {},
        {one.code: str(one) for one in College.objects.filter(code__in=codes["college"])}
        if codes["college"]
        else {},
        dict(Segment.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {},
    )


def _codes(rule: Rule, test: str) -> set[str]:
    return {code for node in nodes(rule) if node.get("test") == test for code in node["in"]}


def explain_rule(rule: Rule) -> str:
    """A well-formed rule as one sentence in the current language."""
    if not rule:
        return _("All active readers")
    words = _node(rule, names_for(rule))
    return words[:1].upper() + words[1:]


def _node(node: Rule, names: Names, *, inner: bool = False) -> str:
    if "test" in node:
        return LEAF_WORDS[node["test"]](node, names)
    if node["op"] == "not":
        return _("not (%(rule)s)") % {"rule": _node(node["of"][0], names)}
    parts = [_node(part, names, inner=True) for part in node["of"]]
    joined = (_(", and ") if node["op"] == "and" else _(", or ")).join(parts)
    return _("(%(rule)s)") % {"rule": joined} if inner and len(parts) > 1 else joined


def _listed(words: Iterable[str]) -> str:
    return _(" or ").join(words)


def _labels(choices) -> dict[str, str]:
    return {value: str(label) for value, label in choices}


def _inside(label: str) -> str:
    """A label in the middle of a sentence."""
    return label[:1].lower() + label[1:]


def _kind(node: Rule, names: Names) -> str:
    labels = _labels(Reader.Kind.choices)
    return _listed(_inside(labels[value]) for value in node["in"])


def _campus(node: Rule, names: Names) -> str:
    return _("campus %(names)s") % {
        "names": _listed(names.campus.get(code, code) for code in node["in"])
    }


def _college(node: Rule, names: Names) -> str:
    return _("college %(names)s") % {
        "names": _listed(names.college.get(code, code) for code in node["in"])
    }


def _language(node: Rule, names: Names) -> str:
    labels = _labels(settings.LANGUAGES)
    return _("language %(names)s") % {"names": _listed(labels[value] for value in node["in"])}


def _state(node: Rule, names: Names) -> str:
    labels = _labels(Reader.State.choices)
    return _("state %(names)s") % {"names": _listed(labels[value] for value in node["in"])}


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
    kind = (
        _("any activity")
        if node["kind"] == ANY
        else _inside(_labels(Activity.Kind.choices)[node["kind"]])
    )
    since = _span(node.get("days"))
    if node["cmp"] == "le" and node["n"] == 0:
        return (_("no %(what)s in %(time)s") if since else _("never %(what)s")) % {
            "time": since,
            "what": kind,
        }
    sign = "≥" if node["cmp"] == "ge" else "≤"
    values = {"time": since, "what": kind, "sign": sign, "n": f"{node['n']:,}"}
    return (
        _("%(what)s %(sign)s %(n)s times in %(time)s")
        if since
        else _("%(what)s %(sign)s %(n)s times")
    ) % values


def _span(days: int | None) -> str:
    return (
        "" if days is None else ngettext("the last day", "the last %(n)s days", days) % {"n": days}
    )


def _seen(node: Rule, names: Names) -> str:
    text = _("seen in %(time)s") if node["cmp"] == "within" else _("not seen in %(time)s")
    return text % {"time": _span(node["days"])}


def _trait(node: Rule, names: Names) -> str:
    name, value = node["name"], node.get("value")
    if node["cmp"] == "exists":
        return _("“%(name)s” is known") % {"name": name}
    if node["cmp"] in {"ge", "le"}:
        return f"“{name}” {'≥' if node['cmp'] == 'ge' else '≤'} {value:,}"
    return _("“%(name)s” is %(value)s") % {
        "name": name,
        "value": _listed([value] if node["cmp"] == "eq" else value),
    }


def _consent(node: Rule, names: Names) -> str:
    text = (
        _("allows %(channel)s") if node["is"] == "allowed" else _("can be reached by %(channel)s")
    )
    return text % {"channel": _labels(ContactChannel.choices)[node["channel"]]}


def _segment(node: Rule, names: Names) -> str:
    return _("in segment “%(name)s”") % {"name": names.segment.get(node["id"], f"#{node['id']}")}


LEAF_WORDS = {
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
