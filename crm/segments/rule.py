"""The rule language of segments: what a rule may say, and a check that names the place of every
fault.

A rule is a tree. A group is ``{"op": "and" | "or" | "not", "of": [rule, …]}`` ("not" has exactly
one part), a leaf is ``{"test": NAME, …}`` with the keys of NAME in ``LEAVES``. The empty dict means
every active reader.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from crm.readers.models import Activity, ContactChannel, Reader

Rule = dict[str, Any]

#: Group levels and leaves one rule may have; with nested segments unfolded, MAX_UNFOLDED leaves.
MAX_DEPTH = 6
MAX_NODES = 60
MAX_UNFOLDED = 300
MAX_CHOICES = 200
#: A century: longer spans are typing errors.
MAX_DAYS = 36525
MAX_COUNT = 100_000

GROUPS = ("and", "or", "not")
#: Stands for any kind of activity.
ANY = "any"
CODE = re.compile(r"^[-a-zA-Z0-9_]{1,40}$")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a rule.

    ``path`` leads to it from the root (``of.0.of.1.days``), empty for the root.
    """

    path: str
    message: str

    def __str__(self):
        return f"{self.path}: {self.message}" if self.path else self.message


class RuleError(ValueError):
    """The rule cannot be used; ``faults`` says where and why."""

    def __init__(self, *faults: Fault):
        self.faults = faults
        super().__init__("; ".join(map(str, faults)))


class _Wrong(Exception):
    """A value is not what its key asks for; the message is for the person who wrote the rule."""


Check = Callable[[Any], None]


def _one_of(*allowed: str) -> Check:
    def check(value):
        if not isinstance(value, str) or value not in allowed:
            raise _Wrong(_("must be one of: %(names)s") % {"names": ", ".join(allowed)})

    return check


def _whole(low: int, high: int) -> Check:
    def check(value):
        # bool is an int to Python, not to JSON.
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise _Wrong(
                _("must be a whole number from %(low)s to %(high)s") % {"low": low, "high": high}
            )

    return check


def _many(one: Check) -> Check:
    def check(value):
        if not isinstance(value, list) or not 1 <= len(value) <= MAX_CHOICES:
            raise _Wrong(_("must be a list of 1 to %(n)s values") % {"n": MAX_CHOICES})
        for item in value:
            one(item)

    return check


def _code(value):
    if not isinstance(value, str) or not CODE.match(value):
        raise _Wrong(_("must be a code of letters, digits, - and _"))


def _text(value):
    if not isinstance(value, str) or not 1 <= len(value) <= 200:
        raise _Wrong(_("must be a text of 1 to 200 characters"))
    # PostgreSQL stores neither of them, and a query with one fails as a whole.
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise _Wrong(_("holds a character that cannot be stored"))


def _number(value):
    if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) < 1e15:
        raise _Wrong(_("must be a number"))


def _day(value):
    try:
        date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
    except ValueError:
        raise _Wrong(_("must be a date like 2026-09-01")) from None


@dataclass(frozen=True)
class Leaf:
    """Keys one test takes.

    All of ``needs``, any of ``may``, at least one of ``some`` when it is not empty.
    """

    needs: dict[str, Check]
    may: dict[str, Check]
    some: bool = False

    @property
    def keys(self) -> dict[str, Check]:
        return self.needs | self.may


_CHANNEL = _one_of(*ContactChannel.values)
_YEAR = _whole(1900, 2200)
LEAVES: dict[str, Leaf] = {
    "kind": Leaf({"in": _many(_one_of(*Reader.Kind.values))}, {}),
    "campus": Leaf({"in": _many(_code)}, {}),
    "college": Leaf({"in": _many(_code)}, {}),
    "cohort": Leaf({}, {"from": _YEAR, "to": _YEAR}, some=True),
    "language": Leaf({"in": _many(_one_of(*dict(settings.LANGUAGES)))}, {}),
    "registered": Leaf({}, {"from": _day, "to": _day}, some=True),
    "state": Leaf({"in": _many(_one_of(*Reader.State.values))}, {}),
    "activity": Leaf(
        {
            "kind": _one_of(ANY, *Activity.Kind.values),
            "cmp": _one_of("ge", "le"),
            "n": _whole(0, MAX_COUNT),
        },
        {"days": _whole(1, MAX_DAYS)},
    ),
    "seen": Leaf({"cmp": _one_of("within", "before"), "days": _whole(1, MAX_DAYS)}, {}),
    "trait": Leaf(
        {"name": _text, "cmp": _one_of("eq", "in", "ge", "le", "exists")},
        {"value": lambda value: None},
    ),
    "consent": Leaf({"channel": _CHANNEL, "is": _one_of("allowed", "reachable")}, {}),
    "segment": Leaf({"id": _whole(1, 2**31 - 1)}, {}),
}
#: What a trait is compared with, by comparison; "exists" takes no value.
TRAIT_VALUES: dict[str, Check | None] = {
    "eq": _text,
    "in": _many(_text),
    "ge": _number,
    "le": _number,
    "exists": None,
}


def check_rule(rule: Any) -> Rule:
    """Return ``rule`` unchanged when it is well formed, else raise RuleError with every fault.

    Touches no database.
    """
    if rule == {}:
        return rule
    faults = list(_faults(rule, "", 1))
    if not faults and (n := sum(1 for _node in nodes(rule))) > MAX_NODES:
        faults = [
            Fault(
                "",
                _("has %(n)s conditions and groups; %(most)s are allowed")
                % {"n": n, "most": MAX_NODES},
            )
        ]
    if faults:
        raise RuleError(*faults)
    return rule


def nodes(rule: Rule) -> Iterator[Rule]:
    """Every group and leaf of a well-formed rule, parents first."""
    yield rule
    for part in rule.get("of", []):
        yield from nodes(part)


def nested_ids(rule: Rule) -> set[int]:
    """Ids of the segments this rule names directly."""
    return {node["id"] for node in nodes(rule) if node.get("test") == "segment"}


def at(path: str, key: str | int) -> str:
    return f"{path}.{key}" if path else str(key)


def _faults(node: Any, path: str, depth: int) -> Iterator[Fault]:
    if not isinstance(node, dict):
        yield Fault(path, _("must be an object with “op” or “test”"))
    elif depth > MAX_DEPTH:
        yield Fault(path, _("is nested deeper than %(n)s levels") % {"n": MAX_DEPTH})
    elif "op" in node:
        yield from _group_faults(node, path, depth)
    elif "test" in node:
        yield from _leaf_faults(node, path)
    else:
        yield Fault(path, _("must have “op” or “test”"))


def _group_faults(node: Rule, path: str, depth: int) -> Iterator[Fault]:
    yield from _unknown(node, path, {"op", "of"})
    parts = node.get("of")
    if node["op"] not in GROUPS:
        yield Fault(at(path, "op"), _("must be one of: %(names)s") % {"names": ", ".join(GROUPS)})
    elif not isinstance(parts, list) or not parts:
        yield Fault(at(path, "of"), _("must hold at least one condition"))
    elif len(parts) > MAX_NODES:
        yield Fault(at(path, "of"), _("holds too many conditions"))
    elif node["op"] == "not" and len(parts) != 1:
        yield Fault(at(path, "of"), _("“not” takes exactly one condition or group"))
    else:
        for index, part in enumerate(parts):
            yield from _faults(part, at(at(path, "of"), index), depth + 1)


def _leaf_faults(node: Rule, path: str) -> Iterator[Fault]:
    leaf = LEAVES.get(node["test"]) if isinstance(node["test"], str) else None
    if leaf is None:
        yield Fault(at(path, "test"), _("must be one of: %(names)s") % {"names": ", ".join(LEAVES)})
        return
    yield from _unknown(node, path, {"test", *leaf.keys})
    for key in leaf.needs:
        if key not in node:
            yield Fault(at(path, key), _("is missing"))
    if leaf.some and not any(key in node for key in leaf.may):
        yield Fault(path, _("needs at least one of: %(names)s") % {"names": ", ".join(leaf.may)})
    for key, check in leaf.keys.items():
        if key in node:
            yield from _checked(check, node[key], at(path, key))
    if leaf is LEAVES["trait"]:
        yield from _trait_faults(node, path)
    elif {"from", "to"} <= node.keys() and not _in_order(node["from"], node["to"]):
        yield Fault(at(path, "to"), _("lies before the beginning"))


def _trait_faults(node: Rule, path: str) -> Iterator[Fault]:
    check = TRAIT_VALUES.get(node["cmp"]) if isinstance(node.get("cmp"), str) else None
    if check is None and node.get("cmp") == "exists" and "value" in node:
        yield Fault(at(path, "value"), _("takes no value"))
    elif check is not None and "value" not in node:
        yield Fault(at(path, "value"), _("is missing"))
    elif check is not None:
        yield from _checked(check, node["value"], at(path, "value"))


def _checked(check: Check, value: Any, path: str) -> Iterator[Fault]:
    try:
        check(value)
    except _Wrong as wrong:
        yield Fault(path, str(wrong))


def _in_order(low: Any, high: Any) -> bool:
    # Of two types at least one is a fault already reported.
    return type(low) is not type(high) or not isinstance(low, int | str) or low <= high


def _unknown(node: Rule, path: str, known: set[str]) -> Iterator[Fault]:
    for key in node:
        if key not in known:
            yield Fault(at(path, str(key)[:40]), _("is not known here"))
