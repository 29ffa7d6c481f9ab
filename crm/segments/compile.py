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
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from crm.readers.folding import are_months_counted
from crm.readers.folding import edge as edge_at
from crm.readers.queries import ACTIVE, allowed, consenting
from crm.rfc.queries import last_run
from crm.rfc.words import FIGURES
from crm.segments.activities import readers_active
from crm.segments.borrowing import borrowers_of
from crm.segments.clauses import Clauses
from crm.segments.models import Segment, SegmentPin
from crm.segments.rule import (
    MAX_UNFOLDED,
    Fault,
    Rule,
    RuleError,
    below,
    check_rule,
    with_test,
)
from crm.staff.succession import WITH_PREDECESSORS
from crm.standings.models import GRADUATING_KINDS, Then

#: Columns by test: compared with a list of values, with two ends, with codes of a register.
COLUMNS = {"kind": "r.kind", "stage": "r.stage", "language": "r.language", "state": "r.state"}
RANGES = {"cohort": "r.cohort", "registered": "r.registered_on"}
REGISTERS = {"campus": ("r.campus_id", "crm_campus"), "college": ("r.college_id", "crm_college")}
#: Tests that look at what somebody did or at what is computed about them; who switched that off is
#: not looked at.
BEHAVIOUR = {"activity", "borrowed", "seen", "rfc", "trait"}
#: Recency, frequency and contribution of the last run.
SCORES = "SELECT reader_id, recency, frequency, contribution FROM crm_score"
COMPUTED_ABOUT = "r.analytics"
#: Only what looks like a number is cast, so a trait "unknown" is no error but no match.
TRAIT_NUMBER = (
    r"CASE WHEN r.traits ->> %s ~ '^-?[0-9]{1,30}(\.[0-9]{1,30})?$'"
    r" THEN (r.traits ->> %s)::numeric END"
)
#: By comparison: its SQL, and how often that names the trait before the value.
TRAITS = {
    "exists": ("(r.traits ->> %s) IS NOT NULL", 1),
    "eq": ("r.traits ->> %s = %s", 1),
    "in": ("r.traits ->> %s = ANY(%s)", 1),
    "ge": (f"{TRAIT_NUMBER} >= %s", 2),
    "le": (f"{TRAIT_NUMBER} <= %s", 2),
}

#: A statement and its parameters, as a cursor takes them.
Sql = tuple[str, list]


@dataclass(frozen=True)
class Where:
    """A condition in SQL on the reader row ``r``, with the parameters of its placeholders in
    order.
    """

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
    """What is gathered while the rule is walked through.

    ``joins`` by what they select, ``unfolding`` the segments inside each other that are being
    unfolded just now, ``conditions`` how many were met so far.
    """

    as_of: datetime
    joins: dict[tuple[str, tuple], Join] = field(default_factory=dict)
    unfolding: tuple[int, ...] = ()
    conditions: int = 0

    @cached_property
    def edge(self) -> datetime:
        """Before it single activities may be folded; asked once a statement."""
        return edge_at(self.as_of)

    @cached_property
    def by_month(self) -> bool:
        """Whether anything is known by counts of months; asked once a statement."""
        return are_months_counted()

    @cached_property
    def is_measured(self) -> bool:
        """Whether readers have been given scores; asked once a statement."""
        return last_run() is not None

    def joined(self, select: str, params: list) -> str:
        """Join ``select`` and return its alias; the same one is joined once."""
        # By repr: 1 and True are equal to Python and differ in SQL, and lists have no hash.
        key = (select, tuple(map(repr, params)))
        join = Join(f"j{len(self.joins)}", select, params)
        return self.joins.setdefault(key, join).alias

    def sql(self, where: Where, columns: str) -> Sql:
        """The whole statement: the readers, with all that was joined, for whom ``where`` holds."""
        joins = ""
        params = []
        for join in self.joins.values():
            joins += f"\nLEFT JOIN ({join.select}) {join.alias} ON {join.alias}.reader_id = r.id"
            params += join.params

        text = f"SELECT {columns} FROM crm_reader r{joins}\nWHERE {where.text}"
        return text, params + where.params


def compile_rule(rule: Rule, *, as_of: datetime | None = None, columns: str = "r.id") -> Sql:
    """(SQL selecting reader ids, parameters) of ``rule`` at ``as_of``, by default now.

    ``columns``: others of the reader row ``r`` instead of the id.

    Only current readers are meant unless the rule asks for the state itself. Nested segments are
    unfolded with their own rule and pins, so the answer never depends on when they were refreshed.
    Raises RuleError when the rule cannot be used.
    """
    statement = _Statement(as_of or timezone.now())
    where = _of_whole_rule(check_rule(rule), statement, "")
    return statement.sql(where, columns)


def compile_segment(
    segment: Segment, *, as_of: datetime | None = None, columns: str = "r.id"
) -> Sql:
    """Like ``compile_rule`` for a stored segment, with its manual pins."""
    statement = _Statement(as_of or timezone.now(), unfolding=(segment.pk,))
    where = _of_whole_rule(check_rule(segment.rule), statement, "")
    return statement.sql(_with_pins(segment.pk, where, statement), columns)


def _of_whole_rule(rule: Rule, statement: _Statement, path: str) -> Where:
    """A complete rule: with the current readers understood where it does not ask for the state."""
    if not rule:
        return Where(ACTIVE, [])

    where = _of_node(rule, statement, path)
    if any(with_test(rule, *BEHAVIOUR)):
        where = Where(f"{COMPUTED_ABOUT} AND {where.text}", where.params)
    if any(with_test(rule, "state")):
        return where
    return Where(f"{ACTIVE} AND {where.text}", where.params)


def _with_pins(segment_id: int, where: Where, statement: _Statement) -> Where:
    """``where`` with what was decided by hand before it."""
    # Without pins the statement stays as easy to plan as it was.
    has_pins = SegmentPin.objects.filter(segment_id=segment_id).exists()
    if not has_pins:
        return Where(f"({where.text})", where.params)

    select = "SELECT reader_id, include FROM crm_segmentpin WHERE segment_id = %s"
    pin = statement.joined(select, [segment_id])
    return Where(f"COALESCE({pin}.include, ({where.text}) IS TRUE)", where.params)


# --- groups and conditions ------------------------------------------------------------------------
def _of_node(node: Rule, statement: _Statement, path: str) -> Where:
    """SQL of one node; RuleError for more conditions than one statement may have."""
    if "op" in node:
        return _of_group(node, statement, path)

    # Counted while unfolding: a few segments inside each other multiply to any number.
    statement.conditions += 1
    if statement.conditions > MAX_UNFOLDED:
        raise RuleError(Fault("", _("is too large once the nested segments are unfolded")))

    compile_condition = CONDITION_SQL[node["test"]]
    return compile_condition(node, statement, path)


def _of_group(group: Rule, statement: _Statement, path: str) -> Where:
    """SQL of a group, its parts in brackets."""
    texts, params = [], []
    for index, part in enumerate(group["of"]):
        where = _of_node(part, statement, below(path, "of", index))
        texts.append(where.text)
        params += where.params

    if group["op"] == "not":
        # Not plain NOT: what is unknown (no entry year) does not hold, so its opposite does.
        return Where(f"({texts[0]}) IS NOT TRUE", params)
    operator = f" {group['op'].upper()} "
    return Where(f"({operator.join(texts)})", params)


def _in_column(condition: Rule, statement: _Statement, path: str) -> Where:
    """One of a few values of a reader's own column."""
    column = COLUMNS[condition["test"]]
    return Where(f"{column} = ANY(%s)", [condition["in"]])


def _in_register(condition: Rule, statement: _Statement, path: str) -> Where:
    """At one of the campuses or colleges with these codes, or at one that went on as such a one."""
    column, table = REGISTERS[condition["test"]]
    # An array read once: a join would ask the register for every reader.
    # Those of what was merged stay with the successor.
    ids = WITH_PREDECESSORS.format(table=table, which="code = ANY(%s)")
    return Where(f"{column} = ANY(ARRAY({ids}))", [condition["in"]])


def _between(condition: Rule, statement: _Statement, path: str) -> Where:
    """Both ends are included, and one may be missing."""
    column = RANGES[condition["test"]]
    ends, params = [], []
    for key, sign in (("from", ">="), ("to", "<=")):
        end = condition.get(key)
        if end is not None:
            ends.append(f"{column} {sign} %s")
            params.append(end)
    return Where(f"({' AND '.join(ends)})", params)


#: The day of what somebody is that these tests ask for.
DAYS_OF_STUDIES = {"enters": "starts_on", "graduates": "ends_on"}


def _studies(condition: Rule, statement: _Statement, path: str) -> Where:
    """Readers whose studies begin or end in these years, by the recorded day; both are included."""
    day = DAYS_OF_STUDIES[condition["test"]]
    dates = Clauses()
    dates.add("kind = ANY(%s)", [kind.value for kind in GRADUATING_KINDS])
    if "from" in condition:
        dates.add(f"{day} >= make_date(%s, 1, 1)", condition["from"])
    if "to" in condition:
        dates.add(f"{day} <= make_date(%s, 12, 31)", condition["to"])
    dates.add('"then" = %s', Then.ALUMNUS.value)

    select = f"SELECT reader_id FROM crm_standing WHERE {dates.text} GROUP BY reader_id"
    alias = statement.joined(select, dates.params)
    return Where(f"{alias}.reader_id IS NOT NULL", [])


def _activity(condition: Rule, statement: _Statement, path: str) -> Where:
    """Readers with enough activities, one index-only scan of (kind, at) INCLUDE (reader), and one
    of the folded months where the days reach back so far; then what counts of months add.

    "At most n" is the rest of those with at least n + 1: who did nothing has no row to count.
    """
    at_least, found = condition["n"], "IS NOT NULL"
    if condition["cmp"] == "le":
        at_least, found = condition["n"] + 1, "IS NULL"
    # Everybody has at least none.
    if at_least == 0:
        return Where("TRUE", [])

    active = readers_active(
        condition,
        at_least,
        as_of=statement.as_of,
        edge=statement.edge,
        by_month=statement.by_month,
    )
    alias = statement.joined(*active)
    return Where(f"{alias}.reader_id {found}", [])


def _borrowed(condition: Rule, statement: _Statement, path: str) -> Where:
    """Readers who borrowed as the condition says."""
    alias = statement.joined(*borrowers_of(condition, statement.as_of, path))
    return Where(f"{alias}.reader_id IS NOT NULL", [])


def _seen(condition: Rule, statement: _Statement, path: str) -> Where:
    """By the day; somebody never seen was not seen within any time."""
    first_day = timezone.localdate(statement.as_of) - timedelta(days=condition["days"])
    if condition["cmp"] == "within":
        return Where("r.last_seen_on >= %s", [first_day])
    return Where("(r.last_seen_on >= %s) IS NOT TRUE", [first_day])


def _rfc(condition: Rule, statement: _Statement, path: str) -> Where:
    """Brackets of the last run; who has no score is in none of them."""
    # Before the first run nobody has a score, and "0 readers" would be no answer.
    if not statement.is_measured:
        raise RuleError(
            Fault(path, _("recency, frequency and contribution have not been measured yet"))
        )
    alias = statement.joined(SCORES, [])
    texts, params = [], []
    for figure in FIGURES:
        if figure in condition:
            texts.append(f"{alias}.{figure} = ANY(%s)")
            params.append(condition[figure])
    return Where(f"({' AND '.join(texts)})", params)


def _trait(condition: Rule, statement: _Statement, path: str) -> Where:
    """Compared as text, except for at least / at most, which compare what looks like a number."""
    text, times = TRAITS[condition["cmp"]]
    params = [condition["name"]] * times
    if "value" in condition:
        params.append(condition["value"])
    return Where(text, params)


def _consent(condition: Rule, statement: _Statement, path: str) -> Where:
    """ "allowed" is consent alone; "reachable" is the one rule of who may be contacted. Without a
    purpose any one is enough.
    """
    return Where(consent_asked(condition), [])


def consent_asked(condition: Rule) -> str:
    """SQL over a reader row ``r`` of what a condition about consent asks; without parameters."""
    asked = condition["channel"], condition.get("purpose", "")
    if condition["is"] == "allowed":
        return consenting(*asked)
    return allowed(*asked)


def _segment(condition: Rule, statement: _Statement, path: str) -> Where:
    """Another segment, unfolded in place over the same reader row, with its pins. RuleError at
    ``id`` where it leads back into itself or is gone.
    """
    pk = condition["id"]
    if pk in statement.unfolding:
        raise RuleError(Fault(below(path, "id"), _("leads back to this segment")))
    inner = Segment.objects.filter(pk=pk).first()
    if inner is None:
        raise RuleError(Fault(below(path, "id"), _("there is no such segment")))

    outer = statement.unfolding
    statement.unfolding = (*outer, pk)
    where = _of_whole_rule(check_rule(inner.rule), statement, path)
    statement.unfolding = outer
    return _with_pins(pk, where, statement)


#: From the condition, the statement it becomes a part of, and its place in the rule (for faults).
ConditionCompiler = Callable[[Rule, _Statement, str], Where]
CONDITION_SQL: dict[str, ConditionCompiler] = {
    **dict.fromkeys(COLUMNS, _in_column),
    **dict.fromkeys(REGISTERS, _in_register),
    **dict.fromkeys(RANGES, _between),
    **dict.fromkeys(DAYS_OF_STUDIES, _studies),
    "activity": _activity,
    "borrowed": _borrowed,
    "seen": _seen,
    "rfc": _rfc,
    "trait": _trait,
    "consent": _consent,
    "segment": _segment,
}
