"""Where a figure and its interval lie on a scale, for ``<c-interval>``."""

from dataclasses import dataclass

#: Steps of the track from its least to its most value.
TRACK = 100


@dataclass(frozen=True)
class DrawnSpan:
    """Places on a track of a hundred steps: of the figure, and of the ends of its interval."""

    at: int
    left: int
    right: int

    @property
    def width(self) -> int:
        """Steps from one end of the interval to the other; one at least, so that it is seen."""
        return max(self.right - self.left, 1)


def span_on(
    least: float, most: float, *, value: float, low: float | None, high: float | None
) -> DrawnSpan | None:
    """The span of a figure with the interval (low, high) on a scale from ``least`` to ``most``.

    In whole hundredths of the scale: a drawing says no more than the digits beside it. None where
    there is no interval or no scale; what lies outside the scale is drawn at its end.
    """
    if low is None or high is None or most <= least:
        return None

    def place(number: float) -> int:
        share = (number - least) / (most - least)
        return round(TRACK * min(max(share, 0), 1))

    return DrawnSpan(place(value), place(low), place(high))
