"""What a figure of the loop is of, and a figure itself: value, interval, number of rows. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from analytics.loop.models import persons_behind
from campaigns.plan.models import Standard
from core.disclosure import Count, Missing

Metric = Standard.Metric


class Measure(StrEnum):
    """What a figure is of.

    The values are stored with findings and adjustments. The last eight are those a standard can be
    set for.
    """

    RESPONSE = "share"
    DIFFERENCE = "points"
    AUDIENCE_RESPONSE = "audience_response"
    SEGMENT_RESPONSE = "segment_response"
    HOUR_RESPONSE = "hour_response"
    PER_COST = "per_cost"
    PER_SHARE = "per_share"
    OUTCOME_DIFFERENCE = "outcome_difference"
    OUTCOME_AMOUNT = "outcome_amount"
    AUDIENCE_DIFFERENCE = "audience_difference"
    CHANNEL_DIFFERENCE = "channel_difference"
    COST_PER_OUTCOME = "cost_per_outcome"

    REACH = Metric.REACH.value
    RESPONSE_RATE = Metric.RESPONSE_RATE.value
    LIFT = Metric.LIFT.value
    ANSWERS = Metric.ANSWERS.value
    SATISFACTION = Metric.SATISFACTION.value
    NPS = Metric.NPS.value
    CONTRIBUTORS = Metric.CONTRIBUTORS.value
    COST_PER_RESPONSE = Metric.COST_PER_RESPONSE.value


def difference_of(*, is_amount: bool) -> Measure:
    """What a difference of the named outcome is: of shares, or of how often readers did it."""
    if is_amount:
        return Measure.OUTCOME_AMOUNT
    return Measure.OUTCOME_DIFFERENCE


class EffortBasis(StrEnum):
    """What the effort of a channel is stated in: 100 CNY or, where a channel costs nothing, percent
    of the plan × 1,000 readers addressed.
    """

    COST = "cost"
    SHARE = "share"

    @property
    def measure(self) -> Measure:
        """What responses per unit of this effort are called."""
        return {EffortBasis.COST: Measure.PER_COST, EffortBasis.SHARE: Measure.PER_SHARE}[self]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A value of ``measure`` with its interval at ``level`` and the number of rows it rests on.

    Value, bounds and level are None where nothing can be said; bounds and level alone where they
    would tell more than the value may. ``n`` counts with, so it is a
    number: persons or, of open channels, followings of links, which may be few. It is None where it
    is withheld, because it would tell of one to four persons. Pages print ``persons``.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int | None
    measure: Measure
    level: float | None

    @classmethod
    def of(cls, estimate, measure: Measure) -> Self:
        """An estimate of ``core.estimates``, which knows no measures, as a figure of the loop;
        silent where the estimate is.
        """
        if not estimate.says:
            return cls.silent(estimate.n, measure)
        return cls(
            value=estimate.value,
            low=estimate.low,
            high=estimate.high,
            n=estimate.n,
            measure=measure,
            level=estimate.level,
        )

    @classmethod
    def silent(cls, n: int | None, measure: Measure) -> Self:
        """What cannot be said, with the n that was too small to say it; None where even that is
        withheld.
        """
        return cls(value=None, low=None, high=None, n=n, measure=measure, level=None)

    @property
    def says(self) -> bool:
        """False where the rows were too few, or the value would tell of few persons."""
        return self.value is not None

    @property
    def missing(self) -> Missing | None:
        """Why nothing is said; None where something is."""
        if self.says:
            return None
        # As far as the figure knows: that even its number of rows is withheld says which it is.
        if self.n is None:
            return Missing.WITHHELD
        return Missing.CANNOT_SAY

    @property
    def persons(self) -> Count:
        """``n`` as it is printed; "cannot say" for 0 behind a figure that says nothing."""
        return persons_behind(self.n, says=self.says)

    def coarse(self, digits: int) -> Self:
        """Rounded to ``digits`` and without its interval, which would tell of few persons; itself
        where it says nothing.
        """
        if not self.says:
            return self
        return replace(self, value=round(self.value, digits), low=None, high=None, level=None)

    def rounded(self, digits: int) -> Self:
        """Value and both ends of the interval to so many digits; itself where it says nothing."""
        if self.low is None:
            return self.coarse(digits)
        # Adding zero turns −0.0 into 0.0, which prints without a sign.
        return replace(
            self,
            value=round(self.value, digits) + 0.0,
            low=round(self.low, digits) + 0.0,
            high=round(self.high, digits) + 0.0,
        )

    def scaled(self, factor: float, measure: Measure) -> "Figure":
        """The same in another unit (a share as percent).

        ``factor`` must be positive: a negative one would make the bounds change places.
        """
        if not self.says:
            return Figure.silent(self.n, measure)
        return Figure(
            value=self.value * factor,
            low=self.low * factor,
            high=self.high * factor,
            n=self.n,
            measure=measure,
            level=self.level,
        )
