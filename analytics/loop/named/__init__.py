"""The figures of reports and proposals by their names (core/measures.py)."""

from analytics.loop.measures import EffortBasis, Measure
from analytics.loop.named import campaign, effects, parts, proposals
from campaigns.plan.models import Standard
from core.measures import NamedMeasure

MEASURES = [
    *campaign.MEASURES,
    *parts.MEASURES,
    *effects.MEASURES,
    *proposals.MEASURES,
]
#: What a promise is about. A promise foretells the same figure of the next campaign.
OF_PROMISE = {
    Measure.AUDIENCE_RESPONSE: campaign.RESPONSE_RATE,
    Measure.SEGMENT_RESPONSE: parts.SEGMENT_RESPONSE,
    Measure.HOUR_RESPONSE: parts.HOUR_RESPONSE,
    Measure.PER_COST: parts.PER_COST,
    Measure.PER_SHARE: parts.PER_SHARE,
    Measure.OUTCOME_DIFFERENCE: effects.OUTCOME_DIFFERENCE,
    Measure.OUTCOME_AMOUNT: effects.OUTCOME_AMOUNT,
    Measure.AUDIENCE_DIFFERENCE: effects.AUDIENCE_DIFFERENCE,
    Measure.CHANNEL_DIFFERENCE: effects.CHANNEL_DIFFERENCE,
    Measure.COST_PER_OUTCOME: effects.COST_PER_OUTCOME,
}


def of_measure(measure: str) -> NamedMeasure | None:
    """The named measure of a stored one that says alone what it is of; None for a bare share or
    difference, of which its subject says that, and for one nobody knows.
    """
    if measure in Standard.Metric.values:
        return campaign.OF_METRIC[Standard.Metric(measure)]
    return OF_PROMISE.get(measure)


def of_effort(basis: EffortBasis, *, is_planned: bool) -> NamedMeasure:
    """What responses for each unit of a channel's effort are called; ``is_planned``: its cost is
    the planned one, since none was booked.
    """
    if basis == EffortBasis.SHARE:
        return parts.PER_SHARE
    if is_planned:
        return parts.PER_PLANNED_COST
    return parts.PER_COST
