"""A target that no longer fits what is reached. Pure.

A missed target is a miss, and not a reason to lower it: what was reached is held against the target
first, and a target moves once a year at most, by a person who says so.
"""

from collections.abc import Iterator

from analytics.loop.figures.shapes import Attained, StandardResult
from analytics.loop.measures import Figure, Metric
from analytics.loop.models import Adjustment
from analytics.loop.proposals import Proposal
from analytics.loop.proposing.case import Case
from analytics.loop.proposing.registry import proposes
from analytics.loop.subjects import Subject

Kind = Adjustment.Kind
#: A move below this part of a target is not worth a decision.
SMALLEST_RECALIBRATION = 0.05
#: Only a target that is surely reached or surely missed may no longer fit.
CLEAR = frozenset({Attained.MET, Attained.MISSED})


@proposes(Kind.STANDARD, rank=8)
def recalibrate(case: Case) -> Iterator[Proposal]:
    """A target that has stood for a year and lies outside the interval of what is reached moves to
    its nearer end. Nothing is promised: readers do not change with a target.
    """
    if case.effect.provisional:
        return
    for result in _of_long_standing(case):
        metric = Metric(result.standard.metric)
        found = case.by_subject.get(Subject.standard(metric))
        after = nearer_end(result, metric)
        if found is None or after is None:
            continue
        yield Proposal(
            kind=Kind.STANDARD,
            target=found.subject,
            direction=result.standard.direction,
            before=result.standard.target,
            after=after,
            promise=Figure.silent(found.figure.n, result.reached.measure),
            n=found.figure.n,
            rests_on=[found],
        )


def _of_long_standing(case: Case) -> Iterator[StandardResult]:
    """Standards whose target has stood for a year and is surely reached, or surely missed."""
    for result in case.results.standards:
        if result.standard.metric in case.old_targets and result.attained in CLEAR:
            yield result


def nearer_end(result: StandardResult, metric: Metric) -> float | None:
    """The target that fits what was reached, rounded as a person would set it.

    None where the target may stay, or would move by too little, or to nothing.
    """
    target, reached = result.standard.target, result.reached
    # Without its interval nobody can tell what lies outside of it.
    if reached.low is None or reached.low <= target <= reached.high:
        return None
    # The nearer end and not the middle: as far as is certain, and no further.
    nearer = reached.high
    if target < reached.low:
        nearer = reached.low

    after = as_set(metric, nearer)
    if not _is_worth_setting(metric, target, after):
        return None
    return after


def _is_worth_setting(metric: Metric, target: float, after: float) -> bool:
    """Whether the move is large enough for a decision, and what it leads to is still a target."""
    if abs(after - target) < SMALLEST_RECALIBRATION * abs(target):
        return False
    # A target of nothing is reached by doing nothing.
    return after > 0 or not metric.is_nothing_at_zero


def as_set(metric: Metric, value: float) -> float:
    """As a person would set the target. A whole number of what is counted, one decimal of
    everything else.
    """
    if metric.is_count:
        return float(round(value))
    return round(value, 1)
