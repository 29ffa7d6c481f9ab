"""How predictions held, as pages say it; computed in ``calibrating``. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.estimated import Estimate

#: Several changes of different kinds, promised and checked together.
TOGETHER = "together"
#: Nothing is widened before so many checks of a kind.
#: Of fewer all may hold by luck although their intervals are too narrow (this library's own
#: setting).
LEAST_CHECKS = 20


class Fit(StrEnum):
    """How the predictions of a kind stand."""

    FEW = "few"
    FITS = "fits"
    WIDENED = "widened"
    NARROWED = "narrowed"


@dataclass(frozen=True)
class HeldShare:
    """One check as calibration sees it.

    ``missed_by``: in half widths without a factor. ``is_covered``: by the interval as promised.
    """

    at: datetime
    missed_by: float
    is_covered: bool


@dataclass(frozen=True)
class Calibration:
    """How the predictions of a kind held.

    ``share``: of checks covered, 0 to 1, with Wilson's interval at 95 %. ``factor``: by which the
    next promises are widened or narrowed, 1 where they are left alone; ``since``: the check from
    which on it is so.
    """

    checks: int
    covered: int
    share: Estimate
    factor: float
    since: datetime | None

    @property
    def fit(self) -> Fit:
        """Few checks, as it should be, or widened or narrowed."""
        if self.checks < LEAST_CHECKS:
            return Fit.FEW
        if self.factor > 1:
            return Fit.WIDENED
        if self.factor < 1:
            return Fit.NARROWED
        return Fit.FITS


class Hindsight(StrEnum):
    """What the next campaign says of a refused proposal."""

    HELPED = "helped"
    RIGHT = "right"
    UNKNOWN = "unknown"
