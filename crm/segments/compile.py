"""From a rule to one set-based SQL statement.

The statement scans the readers once. Whatever needs another table (activities, pins) is a derived
table joined from the left, so that the same part works under "or" and "not" as under "and": a hash
join either way, never a subplan per reader. Nothing from a rule is ever put into the text: values
travel as parameters, names come from the tables below.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.readers.queries import ACTIVE, consenting, reached_by_sql
from crm.segments.models import Segment, SegmentPin
from crm.segments.rule import ANY, MAX_UNFOLDED, Fault, Rule, RuleError, at, check_rule

COLUMNS = {"kind": "r.kind", "language": "r.language", "state": "r.state"}
RANGES = {"cohort": "r.cohort", "registered": "r.registered_on"}
REGISTERS = {"campus": ("r.campus_id", "crm_campus"), "college": ("r.college_id", "crm_college")}
#: Only what looks like a number is cast, so a trait "unknown" is no error but no match.
TRAIT_NUMBER = r"CASE WHEN r.traits ->> %s ~ '^-?[0-9]{1,30}(\.[0-9]{1,30})?$' THEN (r.traits ->> %s)::numeric END"

Sql = tuple[str, list]


@dataclass
class _Statement:
    """What is gathered on the walk.

    Joined tables with their parameters, and the segments being unfolded.
    """

    as_of: datetime
    joins: dict[tuple[str, tuple], str] = field(default_factory=dict)
    path: tuple[int, ...] = ()
    leaves: int = 0

    def joined(self, select: str, params: list) -> str:
        """Join ``select`` (each reader_id at most once) and return its alias.

        The same one is joined once.
        """
        key = (select, tuple(map(repr, params)))
        if key not in self.joins:
            self.joins[key] = (f"j{len(self.joins)}", params)
        return self.joins[key][0]

    def sql(self, condition: Sql) -> Sql:
        joins = "".join(
            f"\nLEFT JOIN ({select}) {alias} ON {alias}.reader_id = r.id"
            for (select, _key), (alias, _params) in self.joins.items()
        )
        params = [value for _alias, values in self.joins.values() for value in values]
        return f"SELECT r.id FROM crm_reader r{joins}\nWHERE {condition[0]}", params + condition[1]


def compile_rule(rule: Rule, *, as_of: datetime | None = None) -> Sql:
    """(SQL selecting reader ids, parameters) of ``rule`` at ``as_of`` (now). RuleError when it
    cannot be used.

    Only active readers are meant unless the rule asks for the state itself. Nested segments are
    unfolded with their own rule and pins, so the answer never depends on when they were refreshed.
    """
    statement = _Statement(as_of or timezone.now())
    return statement.sql(_whole(check_rule(rule), statement, ""))


def compile_segment(segment: Segment, *, as_of: datetime | None = None) -> Sql:
    """Like ``compile_rule`` for a stored segment, with its manual pins."""
    statement = _Statement(as_of or timezone.now(), path=(segment.pk,))
    return statement.sql(
        _pinned(segment.pk, _whole(check_rule(segment.rule), statement, ""), statement)
    )


def _whole(rule: Rule, statement: _Statement, path: str) -> Sql:
    """A complete rule: with the active readers understood where it does not speak of the state."""
    if not rule:
        return ACTIVE, []
    text, params = _node(rule, statement, path)
    return (text, params) if _asks_state(rule) else (f"{ACTIVE} AND {text}", params)


def _asks_state(rule: Rule) -> bool:
    return rule.get("test") == "state" or any(map(_asks_state, rule.get("of", [])))


def _pinned(segment_id: int, condition: Sql, statement: _Statement) -> Sql:
    """The condition with what was decided by hand before it.

    Without pins it stays as easy to plan as it was.
    """
    if not SegmentPin.objects.filter(segment_id=segment_id).exists():
        return f"({condition[0]})", condition[1]
    select = "SELECT reader_id, include FROM crm_segmentpin WHERE segment_id = %s"
    pin = statement.joined(select, [segment_id])
    return f"COALESCE({pin}.include, ({condition[0]}) IS TRUE)", condition[1]


def _node(node: Rule, statement: _Statement, path: str) -> Sql:
    if "test" in node:
        statement.leaves += 1
        if statement.leaves > MAX_UNFOLDED:
            raise RuleError(Fault("", _("is too large once the nested segments are unfolded")))
        return LEAF_SQL[node["test"]](node, statement, path)
    parts = [_node(part, statement, at(at(path, "of"), i)) for i, part in enumerate(node["of"])]
    params = [value for _text, values in parts for value in values]
    if node["op"] == "not":
        # Not plain NOT: what is unknown (no entry year) does not hold, so its opposite does.
        return f"({parts[0][0]}) IS NOT TRUE", params
    return "(" + f" {node['op'].upper()} ".join(text for text, _values in parts) + ")", params


def _in_column(node: Rule, statement: _Statement, path: str) -> Sql:
    return f"{COLUMNS[node['test']]} = ANY(%s)", [node["in"]]


def _in_register(node: Rule, statement: _Statement, path: str) -> Sql:
    column, table = REGISTERS[node["test"]]
    return f"{column} = ANY(ARRAY(SELECT id FROM {table} WHERE code = ANY(%s)))", [node["in"]]


def _between(node: Rule, statement: _Statement, path: str) -> Sql:
    column = RANGES[node["test"]]
    bounds = [(f"{column} >= %s", node.get("from")), (f"{column} <= %s", node.get("to"))]
    given = [(text, value) for text, value in bounds if value is not None]
    return "(" + " AND ".join(text for text, _value in given) + ")", [
        value for _text, value in given
    ]


def _activity(node: Rule, statement: _Statement, path: str) -> Sql:
    """Readers with enough activities, one index-only scan of (kind, at) INCLUDE (reader).

    "at most" is the rest.
    """
    where, params = ["at <= %s"], [statement.as_of]
    if "days" in node:
        where, params = (
            ["at > %s", *where],
            [statement.as_of - timedelta(days=node["days"]), *params],
        )
    if node["kind"] != ANY:
        where, params = ["kind = %s", *where], [node["kind"], *params]
    at_least = node["n"] if node["cmp"] == "ge" else node["n"] + 1
    if at_least == 0:
        return "TRUE", []
    select = f"SELECT reader_id FROM crm_activity WHERE {' AND '.join(where)} GROUP BY reader_id"
    if at_least > 1:
        select, params = f"{select} HAVING count(*) >= %s", [*params, at_least]
    alias = statement.joined(select, params)
    return f"{alias}.reader_id IS {'NOT ' if node['cmp'] == 'ge' else ''}NULL", []


def _seen(node: Rule, statement: _Statement, path: str) -> Sql:
    """By the day; somebody never seen was not seen within any time."""
    day = timezone.localdate(statement.as_of) - timedelta(days=node["days"])
    if node["cmp"] == "within":
        return "r.last_seen_on >= %s", [day]
    return "(r.last_seen_on >= %s) IS NOT TRUE", [day]


def _trait(node: Rule, statement: _Statement, path: str) -> Sql:
    """Compared as text, except for at least / at most, which compare what looks like a number."""
    name, compare, value = node["name"], node["cmp"], node.get("value")
    if compare == "exists":
        return "(r.traits ->> %s) IS NOT NULL", [name]
    if compare in {"ge", "le"}:
        return f"{TRAIT_NUMBER} {'>=' if compare == 'ge' else '<='} %s", [name, name, value]
    return "r.traits ->> %s = ANY(%s)", [name, [value] if compare == "eq" else value]


def _consent(node: Rule, statement: _Statement, path: str) -> Sql:
    """ "allowed" is consent alone; "reachable" is the one rule of who may be contacted."""
    if node["is"] == "allowed":
        return consenting(node["channel"]), []
    return reached_by_sql(node["channel"])


def _segment(node: Rule, statement: _Statement, path: str) -> Sql:
    """Another segment, unfolded in place over the same reader row."""
    pk = node["id"]
    if pk in statement.path:
        raise RuleError(Fault(at(path, "id"), _("leads back to this segment")))
    inner = Segment.objects.filter(pk=pk).first()
    if inner is None:
        raise RuleError(Fault(at(path, "id"), _("there is no such segment")))
    statement.path += (pk,)
    condition = _pinned(pk, _whole(check_rule(inner.rule), statement, path), statement)
    statement.path = statement.path[:-1]
    return condition


LEAF_SQL: dict[str, Any] = {
    **dict.fromkeys(COLUMNS, _in_column),
    **dict.fromkeys(REGISTERS, _in_register),
    **dict.fromkeys(RANGES, _between),
    "activity": _activity,
    "seen": _seen,
    "trait": _trait,
    "consent": _consent,
    "segment": _segment,
}
