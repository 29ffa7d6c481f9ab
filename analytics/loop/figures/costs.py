"""What the campaign cost, and one response of it. Pure."""

from analytics.loop.figures.shapes import CostResult
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
