"""Readers who did something so and so often, as a part of a segment's statement."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from crm.readers.folding import BY_MONTH, BY_MONTH_OF_READER, COUNTED, FOLDED, ROWS, month_of
from crm.segments.clauses import Clauses
from crm.segments.rule import ANY, Fault, Rule, RuleError


def readers_active(
    condition: Rule, at_least: int, *, as_of: datetime, edge: datetime, by_month: bool
) -> tuple[str, list]:
    """(SQL selecting each reader_id once, parameters) of who has ``at_least`` activities (1 or
    more) of the condition's kind in its days up to ``as_of``.

    ``edge``: before it single rows may be folded into months. Days that begin there begin with the
    whole month (``readers.folding``). ``by_month``: whether there are counts of months, which are
    counted whole where a day of the month is asked for. RuleError where ``as_of`` itself lies
    before the edge.
    """
    parts = _parts(condition, as_of=as_of, edge=edge, by_month=by_month)
    if len(parts) == 1:
        return _counted_rows(parts[0][1], at_least)
    return _counted_together(parts, at_least)


def times_of(
    reader: int, condition: Rule, *, as_of: datetime, edge: datetime, by_month: bool
) -> tuple[str, list]:
    """(SQL selecting one number, parameters): how often the reader of this key did what the
    condition asks, counted as ``readers_active`` counts it.
    """
    parts = []
    for select, clauses in _parts(condition, as_of=as_of, edge=edge, by_month=by_month):
        clauses.add("reader_id = %s", reader)
        if select == BY_MONTH:
            # Counts of all readers would be added up first, and most of them thrown away.
            select = BY_MONTH_OF_READER
            clauses.params.insert(0, reader)
        parts.append((select, clauses))
    select, params = _united(parts)
    return f"SELECT COALESCE(sum(n), 0) FROM ({select}) AS told", params


def _parts(
    condition: Rule, *, as_of: datetime, edge: datetime, by_month: bool
) -> list[tuple[str, Clauses]]:
    """The kinds of row that count for a condition, each a statement with its conditions: single
    rows always and first.
    """
    if as_of < edge:
        raise RuleError(Fault("", _("asks for a day of which only the month is still known")))

    rows, folded, counts = _of_kind(condition["kind"])
    rows.add("at <= %s", as_of)
    counts.add("begins <= %s", as_of)
    may_be_folded = True
    if "days" in condition:
        start = as_of - timedelta(days=condition["days"])
        month = month_of(start)
        counts.add("month >= %s", month.date())
        folded.add("month >= %s", month.date())
        may_be_folded = start < edge
        if may_be_folded:
            rows.add("at >= %s", month)
        else:
            rows.add("at > %s", start)

    parts = [(ROWS, rows)]
    if may_be_folded:
        parts.append((FOLDED, folded))
    if by_month:
        parts.append((BY_MONTH, counts))
    return parts


def _counted_together(parts: list[tuple[str, Clauses]], at_least: int) -> tuple[str, list]:
    """The readers of several kinds of row, each a statement with the conditions it is filled in
    with.
    """
    united, params = _united(parts)
    select = COUNTED.format(parts=united)
    if at_least > 1:
        return f"{select} HAVING sum(n) >= %s", [*params, at_least]
    return select, params


def _united(parts: list[tuple[str, Clauses]]) -> tuple[str, list]:
    """All rows of several kinds, a reader and ``n`` each, with the parameters in their order."""
    selects, params = [], []
    for select, clauses in parts:
        selects.append(select.format(where=clauses.text))
        params += clauses.params
    return "\n    UNION ALL\n    ".join(selects), params


def _counted_rows(rows: Clauses, at_least: int) -> tuple[str, list]:
    """The readers of single rows alone: what is asked for is younger than anything folded."""
    select = f"SELECT reader_id FROM crm_activity WHERE {rows.text} GROUP BY reader_id"
    # Whoever has a row has one activity: there is nothing to count.
    if at_least > 1:
        return f"{select} HAVING count(*) >= %s", [*rows.params, at_least]
    return select, rows.params


def _of_kind(kind: str) -> tuple[Clauses, Clauses, Clauses]:
    """What single rows, folded months and counts of months have in common."""
    all_three = Clauses(), Clauses(), Clauses()
    if kind != ANY:
        for clauses in all_three:
            clauses.add("kind = %s", kind)
    return all_three
