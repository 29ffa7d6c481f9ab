"""A figure with its interval, apart from the statistics that make it (``core.estimates``)."""

from dataclasses import dataclass, replace

from core.levels import ESTIMATE_LEVEL, JUDGED_FROM


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval, the number of rows it rests on, its level and its unit.

    All three of value, low and high are None where nothing can be said; only low and high are None
    where there is a value without an interval. ``level`` is the share of such intervals that hold
    the true figure, ``unit`` what is counted ("share", "points" …), empty where the caller knows.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    level: float = ESTIMATE_LEVEL
    unit: str = ""

    @property
    def says(self) -> bool:
        """False where the rows were too few to say anything.

        Then ``value`` is None and so are its bounds.
        """
        return self.value is not None

    @property
    def interval(self) -> tuple[float, float] | None:
        """(low, high), or None where there is none.

        In the unit of ``value``. None also where a value is given without one.
        """
        if self.low is None:
            return None
        return self.low, self.high

    @property
    def is_small(self) -> bool:
        """Too few rows to judge by, even where the figure is shown.

        ``n`` below ``JUDGED_FROM``. Whether there is a value at all is asked by ``says``.
        """
        return self.n < JUDGED_FROM

    @property
    def percent_level(self) -> int:
        """The level as it is printed: 95.

        A whole number, for words like "95 % interval"; ``level`` itself is a share.
        """
        return round(self.level * 100)

    def scaled(self, factor: float, unit: str = "") -> "Estimate":
        """The same estimate in another unit (a share as percent); ``factor`` must be positive."""
        unit = unit or self.unit
        if not self.says:
            return replace(self, unit=unit)
        if self.low is None:
            return replace(self, value=self.value * factor, unit=unit)
        return replace(
            self,
            value=self.value * factor,
            low=self.low * factor,
            high=self.high * factor,
            unit=unit,
        )

    def within(self, lowest: float, highest: float) -> "Estimate":
        """The interval cut off where no value of the scale can lie.

        The value stays as it is. Without an interval the same estimate is given back.
        """
        if self.low is None:
            return self
        return replace(self, low=max(self.low, lowest), high=min(self.high, highest))

    def without_interval(self) -> "Estimate":
        """The value alone, where its interval would tell too much.

        A new estimate; ``n``, level and unit stay.
        """
        return replace(self, low=None, high=None)


def silent(n: int, *, level: float = ESTIMATE_LEVEL, unit: str = "") -> Estimate:
    """What cannot be said, with the n that was too small to say it.

    An Estimate whose ``says`` is False: value and bounds are None.
    """
    return Estimate(None, None, None, n, level, unit)
