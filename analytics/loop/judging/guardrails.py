"""What was not to get worse. Pure."""

from collections.abc import Iterable

from analytics.loop.inputs.experiment import Guarded, PlannedGuardrail
from analytics.loop.judging.shapes import Guard
from analytics.loop.judging.verdicts import GuardKept
from campaigns.experiments.models import Guardrail

#: Kinds that are counts of readers or mails, in percent of those it is known of.
IN_PERCENT = frozenset({Guardrail.Kind.UNSUBSCRIBES, Guardrail.Kind.COMPLAINTS})


def guards_of(planned: Iterable[PlannedGuardrail], counted: Iterable[Guarded]) -> tuple[Guard, ...]:
    """Every guardrail that was set, with what became of it."""
    by_kind = {one.kind: one for one in counted}
    return tuple(_guard(one, by_kind.get(one.kind)) for one in planned)


def _guard(planned: PlannedGuardrail, counted: Guarded | None) -> Guard:
    """Kept up to its bound; where it was not counted, or nothing is known to compare it with,
    nobody can say.
    """
    value = None
    if counted is not None and counted.n:
        value = counted.amount
        if planned.kind in IN_PERCENT:
            value = counted.amount / counted.n * 100
    if value is None or planned.bound is None:
        return Guard(planned.kind, planned.bound, counted, value, GuardKept.CANNOT_SAY)
    kept = GuardKept.BROKEN
    if value <= planned.bound:
        kept = GuardKept.KEPT
    return Guard(planned.kind, planned.bound, counted, value, kept)
