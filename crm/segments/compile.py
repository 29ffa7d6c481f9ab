"""From a rule to one set-based SQL statement.

The statement scans the readers once. Whatever needs another table (activities, pins) is a derived
table joined from the left, so that the same part works under "or" and "not" as under "and": a hash
join either way, never a subplan per reader. Nothing from a rule is ever put into the text: values
travel as parameters, names come from the tables below.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.readers.queries import ACTIVE, allowed, consenting
from crm.segments.models import Segment, SegmentPin
from crm.segments.rule import ANY, MAX_UNFOLDED, Fault, Rule, RuleError, at, check_rule

#: Columns by test: compared with a list of values, with two ends, with codes of a register.
COLUMNS = {"kind": "r.kind", "language": "r.language", "state": "r.state"}
RANGES = {"cohort": "r.cohort", "registered": "r.registered_on"}
REGISTERS = {"campus": ("r.campus_id", "crm_campus"), "college": ("r.college_id", "crm_college")}
#: Only what looks like a number is cast, so a trait "unknown" is no error but no match.
TRAIT_NUMBER = (
    r"CASE WHEN r.traits ->> %s ~ '^-?[0-9]{1,30}(\.[0-9]{1,30})?$'"
    r" THEN (r.traits ->> %s)::numeric END"
)

#: A statement and its parameters, as a cursor takes them.
Sql = tuple[str, list]


@dataclass(frozen=True)
class Condition:
    """A condition on the reader row ``r``, with the parameters of its placeholders in order."""

    text: str
    params: list


@dataclass(frozen=True)
class Join:
    """A derived table joined from the left; ``select`` yields each reader_id at most once."""

    alias: str
    select: str
    params: list


@dataclass
class _Statement:
    """What is gathered while the tree is walked.

    ``joins`` by what they select, ``path`` the segments being unfolded just now, ``leaves`` how
    many conditions were met so far.
    """

    as_of: datetime
    joins: dict[tuple[str, tuple], Join] = field(default_factory=dict)
    path: tuple[int, ...] = ()
    leaves: int = 0

    def joined(self, select: str, params: list) -> str:
        """Join ``select`` and return its alias; the same one is joined once."""
        # By repr: 1 and True are equal to Python and differ in SQL, and lists have no hash.
        key = (select, tuple(map(repr, params)))
        if key not in self.joins:
            self.joins[key] = Join(f"j{len(self.joins)}", select, params)
        return self.joins[key].alias

    def sql(self, condition: Condition) -> Sql:
        joins = ""
        params = []
        for join in self.joins.values():
            joins += f"\nLEFT JOIN ({join.select}) {join.alias} ON {join.alias}.reader_id = r.id"
            params += join.params
        text = f"SELECT r.id FROM crm_reader r{joins}\nWHERE {condition.text}"
        return text, params + condition.params


def compile_rule(rule: Rule, *, as_of: datetime | None = None) -> Sql:
    """(SQL selecting reader ids, parameters) of ``rule`` at ``as_of``, by default now.

    Only active readers are meant unless the rule asks for the state itself. Nested segments are
    unfolded with their own rule and pins, so the answer never depends on when they were refreshed.
    Raises RuleError when the rule cannot be used.
    """
    statement = _Statement(as_of or timezone.now())
    condition = _of_whole_rule(check_rule(rule), statement, "")
    return statement.sql(condition)


def compile_segment(segment: Segment, *, as_of: datetime | None = None) -> Sql:
    """Like ``compile_rule`` for a stored segment, with its manual pins."""
    statement = _Statement(as_of or timezone.now(), path=(segment.pk,))
    condition = _of_whole_rule(check_rule(segment.rule), statement, "")
    return statement.sql(_pinned(segment.pk, condition, statement))


def _of_whole_rule(rule: Rule, statement: _Statement, path: str) -> Condition:
    """A complete rule: with the active readers understood where it does not speak of the state."""
    if not rule:
        return Condition(ACTIVE, [])
    condition = _of_node(rule, statement, path)
    if _asks_state(rule):
        return condition
    return Condition(f"{ACTIVE} AND {condition.text}", condition.params)


def _asks_state(rule: Rule) -> bool:
    return rule.get("test") == "state" or any(map(_asks_state, rule.get("of", [])))


def _pinned(segment_id: int, condition: Condition, statement: _Statement) -> Condition:
    """The condition with what was decided by hand before it."""
    # Without pins the statement stays as easy to plan as it was.
    if not SegmentPin.objects.filter(segment_id=segment_id).exists():
        return Condition(f"({condition.text})", condition.params)
    select = "SELECT reader_id, include FROM crm_segmentpin WHERE segment_id = %s"
    pin = statement.joined(select, [segment_id])
    text = f"COALESCE({pin}.include, ({condition.text}) IS TRUE)"
    return Condition(text, condition.params)


# --- groups and leaves ----------------------------------------------------------------------------
def _of_node(node: Rule, statement: _Statement, path: str) -> Condition:
    if "op" in node:
        return _of_group(node, statement, path)
    statement.leaves += 1
    if statement.leaves > MAX_UNFOLDED:
        raise RuleError(Fault("", _("is too large once the nested segments are unfolded")))
    return LEAF_SQL[node["test"]](node, statement, path)


def _of_group(node: Rule, statement: _Statement, path: str) -> Condition:
    texts, params = [], []
    for index, part in enumerate(node["of"]):
        condition = _of_node(part, statement, at(at(path, "of"), index))
        texts.append(condition.text)
        params += condition.params
    if node["op"] == "not":
        # Not plain NOT: what is unknown (no entry year) does not hold, so its opposite does.
        return Condition(f"({texts[0]}) IS NOT TRUE", params)
    operator = f" {node['op'].upper()} "
    return Condition(f"({operator.join(texts)})", params)


def _in_column(node: Rule, statement: _Statement, path: str) -> Condition:
    return Condition(f"{COLUMNS[node['test']]} = ANY(%s)", [node["in"]])


def _in_register(node: Rule, statement: _Statement, path: str) -> Condition:
    column, table = REGISTERS[node["test"]]
    # An array read once: a join would ask the register for every reader.
    ids = f"SELECT id FROM {table} WHERE code = ANY(%s)"
    return Condition(f"{column} = ANY(ARRAY({ids}))", [node["in"]])


def _between(node: Rule, statement: _Statement, path: str) -> Condition:
    column = RANGES[node["test"]]
    ends, params = [], []
    for key, sign in (("from", ">="), ("to", "<=")):
        if node.get(key) is not None:
            ends.append(f"{column} {sign} %s")
            params.append(node[key])
    return Condition(f"({' AND '.join(ends)})", params)


def _activity(node: Rule, statement: _Statement, path: str) -> Condition:
    """Readers with enough activities, one index-only scan of (kind, at) INCLUDE (reader).

    "At most n" is the rest of those with at least n + 1: who did nothing has no row to count.
    """
    asks_at_least = node["cmp"] == "ge"
    at_least = node["n"] if asks_at_least else node["n"] + 1
    if at_least == 0:
        return Condition("TRUE", [])

    alias = statement.joined(*_readers_with_activities(node, statement.as_of, at_least))
    found = "IS NOT NULL" if asks_at_least else "IS NULL"
    return Condition(f"{alias}.reader_id {found}", [])


def _readers_with_activities(node: Rule, as_of: datetime, at_least: int) -> Sql:
    """Readers with ``at_least`` activities of the leaf's kind in its days up to ``as_of``."""
    where, params = [], []
    if node["kind"] != ANY:
        where.append("kind = %s")
        params.append(node["kind"])
    if "days" in node:
        where.append("at > %s")
        params.append(as_of - timedelta(days=node["days"]))
    where.append("at <= %s")
    params.append(as_of)

    select = f"SELECT reader_id FROM crm_activity WHERE {' AND '.join(where)} GROUP BY reader_id"
    if at_least > 1:
        select += " HAVING count(*) >= %s"
        params.append(at_least)
    return select, params


def _seen(node: Rule, statement: _Statement, path: str) -> Condition:
    """By the day; somebody never seen was not seen within any time."""
    day = timezone.localdate(statement.as_of) - timedelta(days=node["days"])
    if node["cmp"] == "within":
        return Condition("r.last_seen_on >= %s", [day])
    return Condition("(r.last_seen_on >= %s) IS NOT TRUE", [day])


def _trait(node: Rule, statement: _Statement, path: str) -> Condition:
    """Compared as text, except for at least / at most, which compare what looks like a number."""
    name, value = node["name"], node.get("value")
    match node["cmp"]:
        case "exists":
            return Condition("(r.traits ->> %s) IS NOT NULL", [name])
        case "ge":
            return Condition(f"{TRAIT_NUMBER} >= %s", [name, name, value])
        case "le":
            return Condition(f"{TRAIT_NUMBER} <= %s", [name, name, value])
        case "eq":
            return Condition("r.traits ->> %s = ANY(%s)", [name, [value]])
        case _:
            return Condition("r.traits ->> %s = ANY(%s)", [name, value])


def _consent(node: Rule, statement: _Statement, path: str) -> Condition:
    """ "allowed" is consent alone; "reachable" is the one rule of who may be contacted."""
    if node["is"] == "allowed":
        return Condition(consenting(node["channel"]), [])
    return Condition(allowed(node["channel"]), [])


def _segment(node: Rule, statement: _Statement, path: str) -> Condition:
    """Another segment, unfolded in place over the same reader row."""
    pk = node["id"]
    if pk in statement.path:
        raise RuleError(Fault(at(path, "id"), _("leads back to this segment")))
    inner = Segment.objects.filter(pk=pk).first()
    if inner is None:
        raise RuleError(Fault(at(path, "id"), _("there is no such segment")))

    before = statement.path
    statement.path = (*before, pk)
    condition = _of_whole_rule(check_rule(inner.rule), statement, path)
    statement.path = before
    return _pinned(pk, condition, statement)


LEAF_SQL: dict[str, Callable[[Rule, _Statement, str], Condition]] = {
    **dict.fromkeys(COLUMNS, _in_column),
    **dict.fromkeys(REGISTERS, _in_register),
    **dict.fromkeys(RANGES, _between),
    "activity": _activity,
    "seen": _seen,
    "trait": _trait,
    "consent": _consent,
    "segment": _segment,
}
