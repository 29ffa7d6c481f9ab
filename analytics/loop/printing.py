"""How a value of each measure of the loop is printed, with its unit. Pure."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from analytics.loop.measures import Measure
from core.numbers import money, number, per_hundred, percent, signed


def per_effort(value: float) -> str:
    """A number without a unit: one decimal, and a second one below ten, where it matters."""
    decimals = 1
    if abs(value) < 10:
        decimals = 2
    return number(value, decimals)


def share_points(value: float) -> str:
    """A difference of shares between −1 and 1 in percentage points, with its sign and without its
    unit.
    """
    return signed(value * 100)


def with_points(printed: str) -> str:
    """A printed difference with its unit, as a difference of shares is no percentage."""
    return _("%(n)s points") % {"n": printed}


def gap(value: float) -> str:
    """A difference of shares between −1 and 1 in percentage points, with its unit."""
    return with_points(share_points(value))


def times_more(value: float) -> str:
    """A difference in how often each reader did something, told of 100 readers, with its unit."""
    return _("%(n)s times per 100 readers") % {"n": share_points(value)}


def lift(value: float) -> str:
    """A difference that is in percentage points already, with its unit.

    With its sign and one decimal.
    """
    return with_points(signed(value))


def yuan_each(value: float) -> str:
    """What one response cost, to the fen.

    ``value`` in yuan.
    """
    return money(value, 2)


def mean_of_ratings(value: float) -> str:
    """A mean of ratings from 1 to 5.

    With two decimals, without a unit.
    """
    return number(value, 2)


def score(value: float) -> str:
    """A net promoter score: whole, as the survey's own page and its target print it.

    From −100 to 100: a place on a scale and no difference, so without a plus.
    """
    return number(value, 0)


#: Measures that are printed as percent, those that are differences of such, and those of how often.
IN_PERCENT = frozenset(
    {
        Measure.RESPONSE,
        Measure.AUDIENCE_RESPONSE,
        Measure.SEGMENT_RESPONSE,
        Measure.HOUR_RESPONSE,
        Measure.RESPONSE_RATE,
    }
)
POINTS: dict[str, Callable[[float], str]] = {
    Measure.DIFFERENCE: share_points,
    Measure.LIFT: signed,
    Measure.OUTCOME_DIFFERENCE: share_points,
    Measure.AUDIENCE_DIFFERENCE: share_points,
}
TIMES: dict[str, Callable[[float], str]] = {Measure.OUTCOME_AMOUNT: share_points}
#: How a value of each measure is printed; whatever is not named is a whole number.
PRINTED: dict[str, Callable[[float], str]] = {
    Measure.RESPONSE: percent,
    Measure.AUDIENCE_RESPONSE: percent,
    Measure.SEGMENT_RESPONSE: percent,
    Measure.HOUR_RESPONSE: percent,
    Measure.DIFFERENCE: gap,
    Measure.LIFT: lift,
    Measure.PER_COST: per_effort,
    Measure.PER_SHARE: per_effort,
    Measure.RESPONSE_RATE: per_hundred,
    Measure.COST_PER_RESPONSE: yuan_each,
    Measure.COST_PER_OUTCOME: yuan_each,
    Measure.OUTCOME_DIFFERENCE: gap,
    Measure.OUTCOME_AMOUNT: times_more,
    Measure.AUDIENCE_DIFFERENCE: gap,
    Measure.SATISFACTION: mean_of_ratings,
    Measure.NPS: score,
}
