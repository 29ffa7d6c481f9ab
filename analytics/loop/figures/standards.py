"""Locked standards against what was reached. Pure."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from operator import attrgetter

from analytics.loop.figures.shapes import (
    Attained,
    Attainment,
    Lift,
    LiftSilence,
    Results,
    StandardResult,
)
from analytics.loop.inputs.shapes import LockedStandard
from analytics.loop.measures import Figure, Measure, Metric
from analytics.loop.rules import Rule
from campaigns.plan.models import Standard
from core import estimates
from core.disclosure import Count, Missing


def measured(measure: Measure, results: Results, rule: Rule) -> Figure:
    """The value a standard is judged by, with interval and n; silent where it was not measured.

    ``rule``: the one ``results`` were computed by. Raises KeyError for a measure no standard
    can be set for.
    """
    return MEASURED[measure](results, rule)


def _reach(results: Results, rule: Rule) -> Figure:
    """Readers whom the campaign reached, with the interval of a count."""
    return _counted(results.reached, Measure.REACH, rule)


def _response_rate(results: Results, _rule: Rule) -> Figure:
    """The share of those sent to who responded, in percent."""
    return _in_percent(results.response, Measure.RESPONSE_RATE)


def _lift(results: Results, _rule: Rule) -> Figure:
    """The effect that decides, in percentage points.

    No target in points fits how often readers did something. Then it is held against the plain
    difference in whether they did, which is told at the end alone: nothing spends its error.
    """
    if not results.is_amount:
        return _in_percent(results.difference, Measure.LIFT)
    if results.judgement.effect.provisional:
        return Figure.silent(0, Measure.LIFT)
    return _in_percent(results.lift, Measure.LIFT)


def _answers(results: Results, rule: Rule) -> Figure:
    """To all surveys together; silent where one of them is withheld."""
    answers = [survey.answers.public_number for survey in results.surveys]
    # Without a survey nobody was asked, which is not the same as no answer.
    if not answers or None in answers:
        return Figure.silent(0, Measure.ANSWERS)
    return _counted(Count.of(sum(answers)), Measure.ANSWERS, rule)


#: Where the results of a survey hold their means.
MEAN_OF = {Measure.SATISFACTION: attrgetter("satisfaction"), Measure.NPS: attrgetter("nps")}


def _mean(results: Results, _rule: Rule, *, measure: Measure) -> Figure:
    """The mean of the first survey that asks for it; silent where none does."""
    return _first_asked(results, measure) or Figure.silent(0, measure)


def _first_asked(results: Results, measure: Measure) -> Figure | None:
    """The mean of the first survey that asks for it; means of several surveys have no common mean.
    None where no survey does.
    """
    for figure in map(MEAN_OF[measure], results.surveys):
        if figure is not None:
            return figure
    return None


def _contributors(results: Results, rule: Rule) -> Figure:
    """Readers who sent a work, with the interval of a count."""
    return _counted(results.contributors, Measure.CONTRIBUTORS, rule)


def _cost_per_response(results: Results, _rule: Rule) -> Figure:
    """Yuan for each response, as the costs have it."""
    return results.costs.per_response


#: How each measure a standard can be set for is read off the results.
MEASURED: dict[Measure, Callable[[Results, Rule], Figure]] = {
    Measure.REACH: _reach,
    Measure.RESPONSE_RATE: _response_rate,
    Measure.LIFT: _lift,
    Measure.ANSWERS: _answers,
    Measure.SATISFACTION: partial(_mean, measure=Measure.SATISFACTION),
    Measure.NPS: partial(_mean, measure=Measure.NPS),
    Measure.CONTRIBUTORS: _contributors,
    Measure.COST_PER_RESPONSE: _cost_per_response,
}


def why_missing(metric: Measure, results: Results) -> Missing:
    """Why ``results`` say nothing of a standard: hidden, never counted, or of too few.

    To be asked only where they say nothing. Raises KeyError as ``measured`` does.
    """
    if metric in ALWAYS_MISSING:
        return ALWAYS_MISSING[metric]
    return WHY_MISSING[metric](results)


#: Of which nothing can be missing for more than one reason.
ALWAYS_MISSING = {
    # They are always counted.
    Measure.REACH: Missing.WITHHELD,
    # Stored results do not tell a missing call from few contributors.
    Measure.CONTRIBUTORS: Missing.CANNOT_SAY,
}


def _why_no_rate(results: Results) -> Missing:
    """Nobody reached is not measured; else what the rate itself says is missing."""
    # Without anybody reached there is nothing to take a share of.
    if results.reached.is_zero:
        return Missing.NOT_MEASURED
    return results.response.missing or Missing.CANNOT_SAY


def _why_no_lift(results: Results) -> Missing:
    """Without a holdout, or without recorded outcomes, nothing was measured."""
    if results.lift.why in (LiftSilence.NO_HOLDOUT, LiftSilence.NOT_RECORDED):
        return Missing.NOT_MEASURED
    return Missing.CANNOT_SAY


def _why_no_answers(results: Results) -> Missing:
    """Without a survey nothing was measured; with one the answers are withheld."""
    if not results.surveys:
        return Missing.NOT_MEASURED
    return Missing.WITHHELD


def _why_no_mean(results: Results, *, measure: Measure) -> Missing:
    """Not measured where no survey asks; else what the mean itself says is missing."""
    mean = _first_asked(results, measure)
    if mean is None:
        return Missing.NOT_MEASURED
    return mean.missing or Missing.CANNOT_SAY


def _why_no_cost(results: Results) -> Missing:
    """Nothing was booked, few responded, or nobody did."""
    if results.costs.total is None:
        return Missing.NOT_MEASURED
    if results.costs.responses.is_withheld:
        return Missing.WITHHELD
    return Missing.CANNOT_SAY


WHY_MISSING: dict[Measure, Callable[[Results], Missing]] = {
    Measure.RESPONSE_RATE: _why_no_rate,
    Measure.LIFT: _why_no_lift,
    Measure.OUTCOME_AMOUNT: _why_no_lift,
    Measure.ANSWERS: _why_no_answers,
    Measure.SATISFACTION: partial(_why_no_mean, measure=Measure.SATISFACTION),
    Measure.NPS: partial(_why_no_mean, measure=Measure.NPS),
    Measure.COST_PER_RESPONSE: _why_no_cost,
}


def _counted(persons: Count, measure: Measure, rule: Rule) -> Figure:
    """A number of persons as a figure, with the interval of a count; silent where it may not be
    told.
    """
    n = persons.public_number
    if n is None:
        return Figure.silent(0, measure)
    return Figure.of(estimates.count(n, level=rule.estimate_level), measure)


def _in_percent(share: Figure, measure: Measure) -> Figure:
    """A share times a hundred: standards are set in percent and in points, shares are counted in
    parts of one. Silent where the share is.
    """
    if not share.says:
        return Figure.silent(0, measure)
    return share.scaled(100, measure)


def judged(
    standards: Iterable[LockedStandard], results: Results, rule: Rule
) -> tuple[StandardResult, ...]:
    """Each locked standard beside what ``results`` reached by ``rule``, the one they were
    computed by.
    """
    return tuple(_judged(standard, results, rule) for standard in standards)


def _judged(standard: LockedStandard, results: Results, rule: Rule) -> StandardResult:
    """With the target as it was first set; ``met`` is None where nothing can be judged."""
    reached = measured(Measure(standard.metric), results, rule)
    original = standard.target
    if standard.amendments:
        original = standard.amendments[0].before
    if rule.concludes:
        return _attained(standard, original, reached, results)
    met = None
    if reached.says and not too_few(reached, results.lift, rule):
        met = _is_met(standard, reached)
    return StandardResult(standard, original, reached, met)


def _attained(
    standard: LockedStandard, original: float, reached: Figure, results: Results
) -> StandardResult:
    """The original target first; an amended one beside it, if it was amended before the end."""
    if not reached.says or too_few(reached, results.lift, results.rule):
        return StandardResult(standard, original, reached, None, Attained.CANNOT_SAY)
    attained = attained_by(standard, original, reached)
    amended = Attained.UNSTATED
    in_time = amended_in_time(standard, results.period.end)
    if in_time is not None:
        amended = attained_by(standard, in_time, reached)
    return StandardResult(standard, original, reached, MET[attained], attained, amended)


#: Whether a standard counts as met; None: it was not judged.
MET = {
    Attained.MET: True,
    Attained.ABOUT: True,
    Attained.MISSED: False,
    Attained.CANNOT_SAY: None,
}
#: A target inside an interval narrower than this part of it is about met.
NARROW = 0.25


def amended_in_time(standard: LockedStandard, end: datetime | None) -> float | None:
    """The last target that an amendment set before the period ended; None where none did. What was
    amended when the result was known is no target.
    """
    target = None
    for amendment in standard.amendments:
        if end is None or amendment.at < end:
            target = amendment.after
    return target


def attained_by(standard: LockedStandard, target: float, reached: Figure) -> Attained:
    """Whether what was reached is surely on the right side of ``target``, or about there.

    What is counted, or has no interval, is not estimated: it is held against the target as it is.
    """
    is_at_least = standard.direction == Standard.Direction.AT_LEAST
    if Metric(reached.measure).is_judged_however_few or reached.low is None:
        return _on_side(reached.value, target, is_at_least=is_at_least)

    is_above, is_below = reached.low >= target, reached.high <= target
    if is_above or is_below:
        return _met_where(is_met=is_above == is_at_least)
    if reached.high - reached.low < NARROW * abs(target):
        return Attained.ABOUT
    return Attained.CANNOT_SAY


def _on_side(value: float, target: float, *, is_at_least: bool) -> Attained:
    """Of what is not estimated: a target that is just reached is met."""
    if is_at_least:
        return _met_where(is_met=value >= target)
    return _met_where(is_met=value <= target)


def _met_where(*, is_met: bool) -> Attained:
    """Met, or missed."""
    if is_met:
        return Attained.MET
    return Attained.MISSED


def too_few(reached: Figure, effect: Lift, rule: Rule) -> bool:
    """Whether a stated figure, beside the ``effect`` of its results, is of too few to be judged."""
    if Standard.Metric(reached.measure).is_judged_however_few:
        return False
    if reached.measure == Measure.LIFT:
        return lift_rests_on_too_few(effect, rule)
    return reached.n < rule.judged_from


def lift_rests_on_too_few(effect: Lift, rule: Rule) -> bool:
    """Whether an arm of a stated effect has fewer readers than may be judged by.

    An arm whose size is withheld is a small one.
    """
    sizes = (effect.drawn.public_number, effect.held_out.public_number)
    return None in sizes or min(sizes) < rule.judged_from


def _is_met(standard: LockedStandard, reached: Figure) -> bool:
    """By the target as it stands; a target that is just reached is met."""
    if standard.direction == Standard.Direction.AT_LEAST:
        return reached.value >= standard.target
    return reached.value <= standard.target


def attainment_of(standards: Iterable[StandardResult]) -> Attainment:
    """How many standards were met, by number and by weight; those not judged count as neither.

    ``weighted`` is a share between 0 and 1, None where nothing that weighs was judged.
    """
    locked = list(standards)
    judged = [result for result in locked if result.met is not None]
    met = [result for result in judged if result.met]

    weighted = None
    # Standards may all weigh nothing, even where they are judged.
    weight = weight_of(judged)
    if weight:
        weighted = weight_of(met) / weight
    return Attainment(met=len(met), judged=len(judged), locked=len(locked), weighted=weighted)


def weight_of(standards: Iterable[StandardResult]) -> int:
    """How much they weigh together."""
    return sum(map(attrgetter("standard.weight"), standards))
