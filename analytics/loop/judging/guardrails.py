"""What was not to get worse. Pure."""

from collections.abc import Iterable

from analytics.loop.inputs.experiment import Guarded, PlannedGuardrail
from analytics.loop.judging.saying import IN_PERCENT
from analytics.loop.judging.shapes import Guard
from analytics.loop.judging.verdicts import GuardKept
from analytics.loop.rules import Rule
from core.disclosure import SMALLEST_CELL, is_small
from core.estimates import proportion


def guards_of(
    planned: Iterable[PlannedGuardrail], counted: Iterable[Guarded], rule: Rule
) -> tuple[Guard, ...]:
    """Every guardrail that was set, with what became of it."""
    by_kind = {one.kind: one for one in counted}
    return tuple(_guard(one, by_kind.get(one.kind), rule) for one in planned)


def _guard(planned: PlannedGuardrail, counted: Guarded | None, rule: Rule) -> Guard:
    """Where it was not counted, or nothing is known to compare it with, nobody can say."""
    if counted is None or not counted.n:
        return Guard(planned.kind, planned.bound, counted, None, GuardKept.CANNOT_SAY)
    value, kept = counted.amount, _kept_by_amount
    # Margins of these were promised in percent of readers, so that a large campaign may lose more.
    if planned.kind in IN_PERCENT:
        value, kept = counted.amount / counted.n * 100, _kept_by_share
    if planned.bound is None:
        return Guard(planned.kind, None, counted, value, GuardKept.CANNOT_SAY)
    return Guard(planned.kind, planned.bound, counted, value, kept(counted, planned.bound, rule))


def _kept_by_amount(counted: Guarded, bound: float, _rule: Rule) -> GuardKept:
    """Hours are booked, not sampled: kept up to the bound."""
    if counted.amount <= bound:
        return GuardKept.KEPT
    return GuardKept.BROKEN


def _kept_by_share(counted: Guarded, bound: float, rule: Rule) -> GuardKept:
    """Of one to four readers only what would be said of any of these numbers: whether the bound
    was kept would tell how many they are.
    """
    readers = int(counted.amount)
    possible = {readers}
    if is_small(readers):
        possible = set(range(1, SMALLEST_CELL))
    answers = {_kept_with(n, counted.n, bound, rule) for n in possible}
    if len(answers) == 1:
        return answers.pop()
    return GuardKept.CANNOT_SAY


def _kept_with(readers: int, n: int, bound: float, rule: Rule) -> GuardKept:
    """Kept up to the bound, in percent; broken where it is beyond the bound beyond chance: one
    complaint in a few hundred mails is not a habit yet.
    """
    share = proportion(readers, n, level=rule.estimate_level, least=1).scaled(100)
    if share.value <= bound:
        return GuardKept.KEPT
    if share.low > bound:
        return GuardKept.BROKEN
    return GuardKept.CANNOT_SAY
