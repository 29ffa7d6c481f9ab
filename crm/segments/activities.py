"""Readers who did something so and so often, as a part of a segment's statement."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from crm.readers.folding import COUNTED, month_of
from crm.segments.clauses import Clauses
from crm.segments.rule import ANY, Fault, Rule, RuleError


def readers_active(
    condition: Rule, at_least: int, *, as_of: datetime, edge: datetime
) -> tuple[str, list]:
    """(SQL selecting each reader_id once, parameters) of who has ``at_least`` activities (1 or
    more) of the condition's kind in its days up to ``as_of``.

    ``edge``: before it single rows may be folded into months. Days that begin there begin with the
    whole month (``readers.folding``). RuleError where ``as_of`` itself lies before it.
    """
    if as_of < edge:
        raise RuleError(Fault("", _("asks for a day of which only the month is still known")))

    rows, months = _of_kind(condition["kind"])
    rows.add("at <= %s", as_of)
    if "days" in condition:
        start = as_of - timedelta(days=condition["days"])
        if start >= edge:
            rows.add("at > %s", start)
            return _counted_rows(rows, at_least)
        month = month_of(start)
        rows.add("at >= %s", month)
        months.add("month >= %s", month.date())

    select = COUNTED.format(rows=rows.text, months=months.text)
    params = rows.params + months.params
    if at_least > 1:
        return f"{select} HAVING sum(n) >= %s", [*params, at_least]
    return select, params


def _counted_rows(rows: Clauses, at_least: int) -> tuple[str, list]:
    """The readers of single rows alone: what is asked for is younger than anything folded."""
    select = f"SELECT reader_id FROM crm_activity WHERE {rows.text} GROUP BY reader_id"
    # Whoever has a row has one activity: there is nothing to count.
    if at_least > 1:
        return f"{select} HAVING count(*) >= %s", [*rows.params, at_least]
    return select, rows.params


def _of_kind(kind: str) -> tuple[Clauses, Clauses]:
    """What single rows and folded months of the kind have in common."""
    both = Clauses(), Clauses()
    if kind != ANY:
        for clauses in both:
            clauses.add("kind = %s", kind)
    return both
