"""The rule language of segments: what a rule may say, and where a rule is faulty.

A rule is a tree. A group is ``{"op": "and" | "or" | "not", "of": [rule, …]}`` ("not" has exactly
one part), a leaf is ``{"test": NAME, …}`` with the keys of NAME in ``LEAVES``. The empty dict means
every active reader.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from crm.readers.models import Activity, ContactChannel, Reader
from crm.segments import checks
from crm.segments.checks import Check, WrongValue

Rule = dict[str, Any]

#: Group levels and leaves one rule may have; with nested segments unfolded, MAX_UNFOLDED leaves.
MAX_DEPTH = 6
MAX_NODES = 60
MAX_UNFOLDED = 300
#: A century: longer spans are typing errors.
MAX_DAYS = 36525
MAX_COUNT = 100_000

GROUPS = ("and", "or", "not")
#: Stands for any kind of activity.
ANY = "any"


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a rule.

    ``path`` leads to it from the root (``of.0.of.1.days``), empty for the root.
    """

    path: str
    message: str

    def __str__(self):
        if not self.path:
            return self.message
        return f"{self.path}: {self.message}"


class RuleError(ValueError):
    """The rule cannot be used; ``faults`` says where and why."""

    def __init__(self, *faults: Fault):
        self.faults = faults
        super().__init__("; ".join(map(str, faults)))


@dataclass(frozen=True)
class Leaf:
    """Keys one test takes: all of ``needs``, any of ``may``.

    With ``some``, at least one of ``may`` has to be there.
    """

    needs: dict[str, Check]
    may: dict[str, Check]
    some: bool = False

    @property
    def keys(self) -> dict[str, Check]:
        return self.needs | self.may


_CHANNEL = checks.one_of(*ContactChannel.values)
_DAYS = checks.whole_number(1, MAX_DAYS)
_YEAR = checks.whole_number(1900, 2200)
LEAVES: dict[str, Leaf] = {
    "kind": Leaf({"in": checks.list_of(checks.one_of(*Reader.Kind.values))}, {}),
    "campus": Leaf({"in": checks.list_of(checks.code)}, {}),
    "college": Leaf({"in": checks.list_of(checks.code)}, {}),
    "cohort": Leaf({}, {"from": _YEAR, "to": _YEAR}, some=True),
    "language": Leaf({"in": checks.list_of(checks.one_of(*dict(settings.LANGUAGES)))}, {}),
    "registered": Leaf({}, {"from": checks.day, "to": checks.day}, some=True),
    "state": Leaf({"in": checks.list_of(checks.one_of(*Reader.State.values))}, {}),
    "activity": Leaf(
        {
            "kind": checks.one_of(ANY, *Activity.Kind.values),
            "cmp": checks.one_of("ge", "le"),
            "n": checks.whole_number(0, MAX_COUNT),
        },
        {"days": _DAYS},
    ),
    "seen": Leaf({"cmp": checks.one_of("within", "before"), "days": _DAYS}, {}),
    "trait": Leaf(
        {"name": checks.text, "cmp": checks.one_of("eq", "in", "ge", "le", "exists")},
        {"value": checks.anything},
    ),
    "consent": Leaf({"channel": _CHANNEL, "is": checks.one_of("allowed", "reachable")}, {}),
    "segment": Leaf({"id": checks.whole_number(1, 2**31 - 1)}, {}),
}
#: What a trait is compared with, by comparison; "exists" takes no value.
TRAIT_VALUES: dict[str, Check | None] = {
    "eq": checks.text,
    "in": checks.list_of(checks.text),
    "ge": checks.number,
    "le": checks.number,
    "exists": None,
}


# --- reading a well-formed rule -------------------------------------------------------------------
def nodes(rule: Rule) -> Iterator[Rule]:
    """Every group and leaf of a well-formed rule, parents first."""
    yield rule
    for part in rule.get("of", []):
        yield from nodes(part)


def nested_ids(rule: Rule) -> set[int]:
    """Ids of the segments this rule names directly."""
    return {node["id"] for node in nodes(rule) if node.get("test") == "segment"}


def at(path: str, key: str | int) -> str:
    """The path of ``key`` inside the node at ``path``."""
    if not path:
        return str(key)
    return f"{path}.{key}"


# --- checking -------------------------------------------------------------------------------------
def check_rule(rule: Any) -> Rule:
    """Return ``rule`` unchanged when it is well formed, else raise RuleError with every fault.

    Touches no database.
    """
    if rule == {}:
        return rule

    faults = list(_faults(rule, "", 1))
    if faults:
        raise RuleError(*faults)

    size = len(list(nodes(rule)))
    if size > MAX_NODES:
        message = _("has %(n)s conditions and groups; %(most)s are allowed")
        raise RuleError(Fault("", message % {"n": size, "most": MAX_NODES}))
    return rule


def _faults(node: Any, path: str, depth: int) -> Iterator[Fault]:
    if not isinstance(node, dict):
        yield Fault(path, _("must be an object with “op” or “test”"))
    elif depth > MAX_DEPTH:
        # Checked before going down: garbage a thousand levels deep must not exhaust the stack.
        yield Fault(path, _("is nested deeper than %(n)s levels") % {"n": MAX_DEPTH})
    elif "op" in node:
        yield from _group_faults(node, path, depth)
    elif "test" in node:
        yield from _leaf_faults(node, path)
    else:
        yield Fault(path, _("must have “op” or “test”"))


def _group_faults(node: Rule, path: str, depth: int) -> Iterator[Fault]:
    yield from _unknown_keys(node, path, {"op", "of"})

    fault = _fault_of_group_itself(node, path)
    if fault:
        yield fault
        return

    for index, part in enumerate(node["of"]):
        yield from _faults(part, at(at(path, "of"), index), depth + 1)


def _fault_of_group_itself(node: Rule, path: str) -> Fault | None:
    """What keeps the parts of a group from being looked at; None when they can be."""
    if node["op"] not in GROUPS:
        return Fault(at(path, "op"), _("must be one of: %(names)s") % {"names": ", ".join(GROUPS)})

    parts = node.get("of")
    if not isinstance(parts, list) or not parts:
        return Fault(at(path, "of"), _("must hold at least one condition"))
    if len(parts) > MAX_NODES:
        return Fault(at(path, "of"), _("holds too many conditions"))
    if node["op"] == "not" and len(parts) != 1:
        return Fault(at(path, "of"), _("“not” takes exactly one condition or group"))
    return None


def _leaf_faults(node: Rule, path: str) -> Iterator[Fault]:
    name = node["test"]
    # A list or an object as the name could not even be looked up.
    if not isinstance(name, str) or name not in LEAVES:
        yield Fault(at(path, "test"), _("must be one of: %(names)s") % {"names": ", ".join(LEAVES)})
        return

    leaf = LEAVES[name]
    yield from _unknown_keys(node, path, {"test", *leaf.keys})
    yield from _missing_keys(node, path, leaf)
    for key, check in leaf.keys.items():
        if key in node:
            yield from _checked(check, node[key], at(path, key))

    if name == "trait":
        yield from _trait_faults(node, path)
    elif "from" in node and "to" in node and not _in_order(node["from"], node["to"]):
        yield Fault(at(path, "to"), _("lies before the beginning"))


def _unknown_keys(node: Rule, path: str, known: set[str]) -> Iterator[Fault]:
    for key in node:
        if key not in known:
            yield Fault(at(path, str(key)[:40]), _("is not known here"))


def _missing_keys(node: Rule, path: str, leaf: Leaf) -> Iterator[Fault]:
    for key in leaf.needs:
        if key not in node:
            yield Fault(at(path, key), _("is missing"))
    if leaf.some and node.keys().isdisjoint(leaf.may):
        yield Fault(path, _("needs at least one of: %(names)s") % {"names": ", ".join(leaf.may)})


def _trait_faults(node: Rule, path: str) -> Iterator[Fault]:
    """Whether the value of a trait is what its comparison takes."""
    compare = node.get("cmp")
    if not isinstance(compare, str) or compare not in TRAIT_VALUES:
        # Already reported as a fault of the comparison.
        return

    check = TRAIT_VALUES[compare]
    if check is None:
        if "value" in node:
            yield Fault(at(path, "value"), _("takes no value"))
    elif "value" not in node:
        yield Fault(at(path, "value"), _("is missing"))
    else:
        yield from _checked(check, node["value"], at(path, "value"))


def _checked(check: Check, value: Any, path: str) -> Iterator[Fault]:
    try:
        check(value)
    except WrongValue as wrong:
        yield Fault(path, str(wrong))


def _in_order(low: Any, high: Any) -> bool:
    # Of two types at least one is a fault already reported.
    if type(low) is not type(high) or not isinstance(low, int | str):
        return True
    return low <= high
