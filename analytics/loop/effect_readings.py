"""What a campaign changed, as readings of named measures: by the outcome its plan named, how often,
and secondary outcomes.

Beside ``readings``, which hands itself in: whether readers did what was named is its own lift.
"""

from functools import partial

from analytics.loop.figures.shapes import Results
from analytics.loop.figures.standards import why_missing
from analytics.loop.measures import Measure
from analytics.loop.named import campaign
from analytics.loop.named.effects import OUTCOME_AMOUNT, SECONDARY_DIFFERENCE
from campaigns.plan.models import Standard
from core.measures import NamedFigure, NamedMeasure


def measure_in(results: Results, metric: str) -> NamedMeasure:
    """What a standard's metric counts in these results. An effect is of what the plan had named.

    KeyError for a metric that is none of a standard.
    """
    if metric == Standard.Metric.LIFT and results.judgement is not None:
        effect = results.judgement.effect
        return campaign.lift_of(effect.outcome, effect.window_days)
    return campaign.OF_METRIC[Standard.Metric(metric)]


def of_the_effect(readings) -> list[NamedFigure]:
    """Both, as far as a campaign asked for them; none before 0.4."""
    told = secondary(readings)
    amount = how_often(readings)
    if amount is not None:
        # The one that decides stands first.
        told.insert(0, amount)
    return told


def how_often(readings) -> NamedFigure | None:
    """The difference in how often each reader did what was named, by the estimate that decides.

    In times per reader; None where it was asked only whether.
    """
    results = readings.results
    if not results.is_amount:
        return None
    shown, missing = results.judgement.effect.shown, None
    if not shown.says:
        missing = why_missing(Measure.OUTCOME_AMOUNT, results)
    return readings.of_figure(OUTCOME_AMOUNT, shown, missing, href=readings.leads.drawn)


def secondary(readings) -> list[NamedFigure]:
    """The difference in each secondary outcome, in the order in which they were named.

    In percentage points, each about its outcome; none of them decides.
    """
    judgement = readings.results.judgement
    if judgement is None:
        return []
    return list(map(partial(_secondary, readings), judgement.secondary))


def _secondary(readings, one) -> NamedFigure:
    """One of them, or why it has no value."""
    return readings.of_figure(
        SECONDARY_DIFFERENCE,
        one.figure.scaled(100, Measure.LIFT),
        one.missing,
        about=f"outcome:{one.outcome}",
        href=readings.leads.drawn,
    )
