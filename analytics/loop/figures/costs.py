"""What the campaign cost, and one response of it. Pure."""

from dataclasses import replace

from analytics.loop.figures.channels import booked_on_channels
from analytics.loop.figures.shapes import CostResult, Results
from analytics.loop.inputs.shapes import Inputs
from analytics.loop.measures import Figure, Measure
from analytics.loop.rules import Rule
from campaigns.plan.models import Cost
from core import estimates
from core.disclosure import Count


def cost_result(inputs: Inputs, responses: Count, rule: Rule) -> CostResult:
    """Cash, hours at this library's rate, in kind; cost per response with the interval of the
    responses.

    ``responses`` are withheld where, without the open clicks, they would tell of few persons.
    """
    by_kind = dict.fromkeys(Cost.Kind, 0.0)
    for cost in inputs.costs:
        by_kind[cost.kind] += cost.amount
    cash, hours = by_kind[Cost.Kind.CASH], by_kind[Cost.Kind.HOURS]
    in_kind = by_kind[Cost.Kind.IN_KIND]

    total = cash + hours * inputs.hour_rate + in_kind
    booked = bool(inputs.costs)
    told_total = None
    if booked:
        told_total = total
    return CostResult(
        cash=cash,
        hours=hours,
        in_kind=in_kind,
        hour_rate=inputs.hour_rate,
        total=told_total,
        responses=responses,
        per_response=_per_response(total, responses.public_number, rule, booked=booked),
    )


def costs_of_readers(inputs: Inputs, results: Results) -> CostResult:
    """The costs with what one reader's response, and one outcome more, cost.

    Where all channels have known readers, by everything that was booked. Else by what was booked on
    those that have: the rest is in the total alone.
    """
    spent = results.costs.total or 0.0
    if not all(channel.personal for channel in inputs.channels):
        booked = booked_on_channels(inputs)
        personal = [channel.code for channel in inputs.channels if channel.personal]
        spent = sum(booked.get(code, 0.0) for code in personal)
    responded = results.response.responded.public_number
    return replace(
        results.costs,
        responses=results.response.responded,
        per_response=_per_response(spent, responded, results.rule, booked=spent > 0),
        per_outcome=_per_outcome(spent, results),
    )


def _per_outcome(spent: float, results: Results) -> Figure:
    """CNY for each outcome more than among those held out; silent where nothing was spent, and
    where the effect may be none: then there is no most that one cost.
    """
    shown = results.judgement.effect.shown
    drawn = results.lift.drawn.public_number
    silent = Figure.silent(shown.n, Measure.COST_PER_OUTCOME)
    if not spent or not drawn or not shown.says or shown.low is None or shown.low <= 0:
        return silent
    return Figure(
        value=spent / (shown.value * drawn),
        low=spent / (shown.high * drawn),
        high=spent / (shown.low * drawn),
        n=shown.n,
        measure=Measure.COST_PER_OUTCOME,
        level=shown.level,
    )


def _per_response(total: float, responses: int | None, rule: Rule, *, booked: bool) -> Figure:
    """CNY, with the interval of the responses; silent without costs or responses."""
    if not booked or not responses:
        return Figure.silent(responses or 0, Measure.COST_PER_RESPONSE)
    counted = estimates.count(responses, level=rule.estimate_level)
    # The more responses could have been, the less each of them cost: the bounds change places.
    return Figure(
        value=total / responses,
        low=total / counted.high,
        high=total / counted.low,
        n=responses,
        measure=Measure.COST_PER_RESPONSE,
        level=counted.level,
    )
