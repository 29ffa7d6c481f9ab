"""The rule language of segments: what a rule may say, and where a rule is faulty.

A rule is a group or a condition. A group is ``{"op": "and" | "or" | "not", "of": [rule, …]}``
("not" has exactly one part). A condition is ``{"test": NAME, …}`` with the keys that
``CONDITION_KEYS`` names for its test. The empty dict means every current reader. Groups and
conditions together are called nodes where they are treated alike.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from crm.readers.models import Activity, ContactChannel, Purpose, Reader
from crm.rfc.models import BRACKETS
from crm.segments import checks
from crm.segments.checks import Check, WrongValue

Rule = dict[str, Any]

#: Levels one rule may have, and groups and conditions together; with its nested segments unfolded,
#: MAX_UNFOLDED conditions.
MAX_DEPTH = 6
MAX_NODES = 60
MAX_UNFOLDED = 300
#: A century: longer spans are typing errors.
MAX_DAYS = 36525
MAX_COUNT = 100_000
MIN_YEAR, MAX_YEAR = 1900, 2200

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
        """``faults``: all that is wrong with the rule, one at least."""
        self.faults = faults
        super().__init__("; ".join(map(str, faults)))


@dataclass(frozen=True)
class ConditionKeys:
    """The keys beside ``test`` that a condition takes, each with the check of its value.

    All of ``required`` and any of ``optional``; with ``one_needed`` at least one of ``optional``.
    """

    required: dict[str, Check] = field(default_factory=dict)
    optional: dict[str, Check] = field(default_factory=dict)
    one_needed: bool = False

    @property
    def known(self) -> dict[str, Check]:
        """All of them by key."""
        return self.required | self.optional


def _choice_from(values: Iterable[str]) -> ConditionKeys:
    """Keys of a condition that compares one property with a list of choices."""
    return ConditionKeys({"in": checks.list_of(checks.one_of(*values))})


def _range_of(check: Check) -> ConditionKeys:
    """Keys of a condition that asks for a range, of which one end is enough."""
    return ConditionKeys(optional={"from": check, "to": check}, one_needed=True)


_CODES = ConditionKeys({"in": checks.list_of(checks.code)})
_BRACKETS = checks.list_of(checks.whole_between(1, BRACKETS))
_DAYS = checks.whole_between(1, MAX_DAYS)
#: What a condition may say, by the test it makes.
CONDITION_KEYS: dict[str, ConditionKeys] = {
    "kind": _choice_from(Reader.Kind.values),
    "stage": _choice_from(Reader.Stage.values),
    "campus": _CODES,
    "college": _CODES,
    "cohort": _range_of(checks.whole_between(MIN_YEAR, MAX_YEAR)),
    "enters": _range_of(checks.whole_between(MIN_YEAR, MAX_YEAR)),
    "graduates": _range_of(checks.whole_between(MIN_YEAR, MAX_YEAR)),
    "language": _choice_from(dict(settings.LANGUAGES)),
    "registered": _range_of(checks.day),
    "state": _choice_from(Reader.State.values),
    "activity": ConditionKeys(
        required={
            "kind": checks.one_of(ANY, *Activity.Kind.values),
            "cmp": checks.one_of("ge", "le"),
            "n": checks.whole_between(0, MAX_COUNT),
        },
        optional={"days": _DAYS},
    ),
    "borrowed": ConditionKeys(
        {"list": checks.whole_between(1, 2**31 - 1)}, optional={"since": checks.day}
    ),
    "seen": ConditionKeys({"cmp": checks.one_of("within", "before"), "days": _DAYS}),
    "rfc": ConditionKeys(
        optional={"recency": _BRACKETS, "frequency": _BRACKETS, "contribution": _BRACKETS},
        one_needed=True,
    ),
    "trait": ConditionKeys(
        required={"name": checks.text, "cmp": checks.one_of("eq", "in", "ge", "le", "exists")},
        optional={"value": checks.anything},
    ),
    "consent": ConditionKeys(
        {
            "channel": checks.one_of(*ContactChannel.values),
            "is": checks.one_of("allowed", "reachable"),
        },
        # Rules of 0.1 name none; they ask for any.
        optional={"purpose": checks.one_of("", *Purpose.values)},
    ),
    # PostgreSQL's integer ends here.
    "segment": ConditionKeys({"id": checks.whole_between(1, 2**31 - 1)}),
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
    """Every group and condition of a well-formed rule, groups before their parts; of the empty rule
    that empty dict itself.
    """
    yield rule
    for part in rule.get("of", []):
        yield from nodes(part)


def with_test(rule: Rule, *tests: str) -> Iterator[Rule]:
    """The conditions of a well-formed rule that make one of these tests, in its order.

    Those inside the segments that it names are not among them.
    """
    for node in nodes(rule):
        if node.get("test") in tests:
            yield node


def list_ids(rule: Rule) -> set[int]:
    """Ids of the listed collections that a well-formed rule names."""
    return set(map(itemgetter("list"), with_test(rule, "borrowed")))


def nested_ids(rule: Rule) -> set[int]:
    """Ids of the segments that a well-formed rule names itself, not those that these name."""
    return set(map(itemgetter("id"), with_test(rule, "segment")))


def below(path: str, *keys: str | int) -> str:
    """The path of what stands under ``keys``, one inside the other, in the node at ``path``:
    "of.0.days"; an empty ``path`` is the root.
    """
    parts = list(map(str, keys))
    if path:
        parts.insert(0, path)
    return ".".join(parts)


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
    """Faults of what should be a group or a condition, ``depth`` levels down from 1."""
    if not isinstance(node, dict):
        yield Fault(path, _("must be an object with “op” or “test”"))
    elif depth > MAX_DEPTH:
        # Checked before going down: garbage a thousand levels deep must not exhaust the stack.
        yield Fault(path, _("is nested deeper than %(n)s levels") % {"n": MAX_DEPTH})
    elif "op" in node:
        yield from _group_faults(node, path, depth)
    elif "test" in node:
        yield from _condition_faults(node, path)
    else:
        yield Fault(path, _("must have “op” or “test”"))


def _unknown_keys(node: Rule, path: str, known: set[str]) -> Iterator[Fault]:
    """A fault for each key that a group or condition does not take."""
    for key in node:
        if key not in known:
            # Cut off: a key made up by hand may be as long as the request.
            yield Fault(below(path, str(key)[:40]), _("is not known here"))


# --- groups
def _group_faults(group: Rule, path: str, depth: int) -> Iterator[Fault]:
    """Faults of a group, then those of its parts, if these can be looked at."""
    yield from _unknown_keys(group, path, {"op", "of"})

    message = _wrong_operator(group["op"])
    if message:
        yield Fault(below(path, "op"), message)
        return

    message = _wrong_parts(group["op"], group.get("of"))
    if message:
        yield Fault(below(path, "of"), message)
        return

    for index, part in enumerate(group["of"]):
        yield from _faults(part, below(path, "of", index), depth + 1)


def _wrong_operator(operator: Any) -> str:
    """What is wrong with the operator of a group; empty when nothing is."""
    if operator in GROUPS:
        return ""
    return _("must be one of: %(names)s") % {"names": ", ".join(GROUPS)}


def _wrong_parts(operator: str, parts: Any) -> str:
    """What keeps the parts of a group from being looked at; empty when nothing does. There are 1 to
    MAX_NODES of them, and one alone under "not".
    """
    if not isinstance(parts, list) or not parts:
        return _("must hold at least one condition")
    if len(parts) > MAX_NODES:
        return _("holds too many conditions")
    if operator == "not" and len(parts) != 1:
        return _("“not” takes exactly one condition or group")
    return ""


# --- conditions
def _condition_faults(condition: Rule, path: str) -> Iterator[Fault]:
    """Faults of a condition: of its test, else of its keys, their values, and what these say
    together.
    """
    test = condition["test"]
    # A list or an object as the name could not even be looked up.
    if not isinstance(test, str) or test not in CONDITION_KEYS:
        names = ", ".join(CONDITION_KEYS)
        yield Fault(below(path, "test"), _("must be one of: %(names)s") % {"names": names})
        return

    keys = CONDITION_KEYS[test]
    yield from _unknown_keys(condition, path, {"test", *keys.known})
    yield from _missing_keys(condition, path, keys)
    for key, check in keys.known.items():
        if key in condition:
            yield from _wrong_value(check, condition[key], below(path, key))

    if test == "trait":
        yield from _trait_faults(condition, path)
    if "from" in keys.optional:
        yield from _range_faults(condition, path)


def _missing_keys(condition: Rule, path: str, keys: ConditionKeys) -> Iterator[Fault]:
    """A fault for each required key that is not there, and one for the condition where it needs one
    of its optional keys and has none.
    """
    for key in keys.required:
        if key not in condition:
            yield Fault(below(path, key), _("is missing"))

    has_an_optional = not condition.keys().isdisjoint(keys.optional)
    if keys.one_needed and not has_an_optional:
        names = ", ".join(keys.optional)
        yield Fault(path, _("needs at least one of: %(names)s") % {"names": names})


def _wrong_value(check: Check, value: Any, path: str) -> Iterator[Fault]:
    """The fault of a value that does not pass its check, if it does not."""
    try:
        check(value)
    except WrongValue as wrong:
        yield Fault(path, str(wrong))


def _trait_faults(condition: Rule, path: str) -> Iterator[Fault]:
    """The fault of a trait's value, missing, superfluous or of another type than its comparison
    takes (``TRAIT_VALUES``); none where the comparison itself is wrong, which has been reported.
    """
    comparison = condition.get("cmp")
    if not isinstance(comparison, str) or comparison not in TRAIT_VALUES:
        # Already reported as a fault of the comparison.
        return

    path_of_value = below(path, "value")
    check = TRAIT_VALUES[comparison]
    if check is None:
        if "value" in condition:
            yield Fault(path_of_value, _("takes no value"))
    elif "value" not in condition:
        yield Fault(path_of_value, _("is missing"))
    else:
        yield from _wrong_value(check, condition["value"], path_of_value)


def _range_faults(condition: Rule, path: str) -> Iterator[Fault]:
    """Whether the two ends of a range, where both are there, stand in their order."""
    low, high = condition.get("from"), condition.get("to")
    # An end that is missing or of another type than it should be is no matter of order, and was
    # reported where it is a fault.
    if type(low) is not type(high) or not isinstance(low, int | str):
        return
    if low > high:
        yield Fault(below(path, "to"), _("lies before the beginning"))
