"""Locked standards against what was reached. Pure."""

from collections.abc import Iterable

from analytics.loop.figures.shapes import Attainment, Lift, Results, StandardResult
from analytics.loop.inputs.shapes import LockedStandard
from analytics.loop.measures import Figure, Measure
from analytics.loop.rules import Rule
from campaigns.plan.models import Standard
from core import estimates
from core.disclosure import is_small

#: What is counted is judged however little it is: ten readers reached are ten.
COUNTED = frozenset(
    {Measure.REACH, Measure.ANSWERS, Measure.CONTRIBUTORS, Measure.COST_PER_RESPONSE}
)


def measured(measure: Measure, results: Results, rule: Rule) -> Figure:
    """The value a standard is judged by, with interval and n; silent where it was not measured.

    ``rule``: the one ``results`` were computed by. Raises KeyError for a measure no standard
    can be set for.
    """
    return MEASURED[measure](results, rule)


def _reach(results: Results, rule: Rule) -> Figure:
    return _counted(results.reach, Measure.REACH, rule)


def _response_rate(results: Results, _rule: Rule) -> Figure:
    return _in_percent(results.response, Measure.RESPONSE_RATE)


def _lift(results: Results, _rule: Rule) -> Figure:
    return _in_percent(results.lift, Measure.LIFT)


def _answers(results: Results, rule: Rule) -> Figure:
    """To all surveys together; silent where one of them is withheld."""
    counts = [survey.n for survey in results.surveys]
    if not counts or None in counts:
        return Figure.silent(0, Measure.ANSWERS)
    return _counted(sum(counts), Measure.ANSWERS, rule)


def _satisfaction(results: Results, _rule: Rule) -> Figure:
    """Of the first survey that asks for it."""
    for survey in results.surveys:
        if survey.satisfaction is not None:
            return survey.satisfaction
    return Figure.silent(0, Measure.SATISFACTION)


def _nps(results: Results, _rule: Rule) -> Figure:
    """Of the first survey that asks for it."""
    for survey in results.surveys:
        if survey.nps is not None:
            return survey.nps
    return Figure.silent(0, Measure.NPS)


def _contributors(results: Results, rule: Rule) -> Figure:
    return _counted(results.contributors, Measure.CONTRIBUTORS, rule)


def _cost_per_response(results: Results, _rule: Rule) -> Figure:
    return results.costs.per_response


MEASURED = {
    Measure.REACH: _reach,
    Measure.RESPONSE_RATE: _response_rate,
    Measure.LIFT: _lift,
    Measure.ANSWERS: _answers,
    Measure.SATISFACTION: _satisfaction,
    Measure.NPS: _nps,
    Measure.CONTRIBUTORS: _contributors,
    Measure.COST_PER_RESPONSE: _cost_per_response,
}


def _counted(n: int | None, measure: Measure, rule: Rule) -> Figure:
    if n is None or is_small(n):
        return Figure.silent(0, measure)
    return Figure.of(estimates.count(n, level=rule.estimate_level), measure)


def _in_percent(share: Figure, measure: Measure) -> Figure:
    if not share.says:
        return Figure.silent(0, measure)
    return share.scaled(100, measure)


def judged(
    standards: Iterable[LockedStandard], results: Results, rule: Rule
) -> tuple[StandardResult, ...]:
    return tuple(_judged(standard, results, rule) for standard in standards)


def _judged(standard: LockedStandard, results: Results, rule: Rule) -> StandardResult:
    reached = measured(Measure(standard.metric), results, rule)
    original = standard.target
    if standard.amendments:
        original = standard.amendments[0].before
    met = None
    if reached.says and not too_few(reached, results.lift, rule):
        met = _is_met(standard, reached)
    return StandardResult(standard, original, reached, met)


def too_few(reached: Figure, effect: Lift, rule: Rule) -> bool:
    """Whether a stated figure, beside the ``effect`` of its results, is of too few to be judged."""
    if reached.measure in COUNTED:
        return False
    if reached.measure == Measure.LIFT:
        return lift_rests_on_too_few(effect, rule)
    return reached.n < rule.judged_from


def lift_rests_on_too_few(effect: Lift, rule: Rule) -> bool:
    """Where the effect is stated: the smaller arm says how much may be made of it."""
    return min(effect.treated, effect.holdout) < rule.judged_from


def _is_met(standard: LockedStandard, reached: Figure) -> bool:
    """By the target as it stands."""
    if standard.direction == Standard.Direction.AT_LEAST:
        return reached.value >= standard.target
    return reached.value <= standard.target


def attainment_of(standards: Iterable[StandardResult]) -> Attainment:
    """How many standards were met, by number and by weight; those not judged count as neither."""
    standards = list(standards)
    measured_ones = [result for result in standards if result.met is not None]
    met = [result for result in measured_ones if result.met]
    weight = _weight(measured_ones)
    return Attainment(
        met=len(met),
        judged=len(measured_ones),
        locked=len(standards),
        weighted=_weight(met) / weight if weight else None,
    )


def _weight(standards: Iterable[StandardResult]) -> int:
    return sum(result.standard.weight for result in standards)
