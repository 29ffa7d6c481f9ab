"""Whether 90 % predictions hold in nine of ten checks, and what follows where they do not. Pure.

A kind of change is judged from 20 checks on, by what its intervals would have held *without* any
factor: so a factor neither piles up on the one before nor takes itself back by working.
"""

from collections.abc import Sequence
from datetime import datetime
from math import ceil

from analytics.loop.checking.calibration import LEAST_CHECKS, Calibration, HeldShare
from core.estimates import proportion
from core.levels import PREDICTION_LEVEL

#: So many of the newest checks are looked at: formulas get better, and old faults are forgiven.
LOOKED_BACK = 100
#: Intervals are never narrowed to less than half (this library's own setting).
NARROWEST = 0.5


def calibrate(held: Sequence[HeldShare]) -> Calibration:
    """The calibration after these checks, oldest first."""
    # Two different questions: what is told is how many held as promised, with their factor; what
    # the next factor follows from is how far they missed without it.
    covered = sum(one.is_covered for one in held)
    misses = [one.missed_by for one in held]
    return Calibration(
        checks=len(held),
        covered=covered,
        share=proportion(covered, len(held), least=1),
        factor=factor_after(misses),
        since=_since(held, misses),
    )


def factor_after(misses: Sequence[float]) -> float:
    """By how much the next promises are widened or narrowed; 1 where the share of checks that held
    may well be 90 %, and before there are enough.

    ``misses``: |observed − promised| ÷ half width without a factor, oldest first. The factor is
    their 90 % quantile: had all intervals been so much wider, nine of ten would have held. It is
    taken one place higher, because the next check is none of those counted (as in conformal
    prediction).
    """
    recent = misses[-LOOKED_BACK:]
    n = len(recent)
    if n < LEAST_CHECKS:
        return 1.0
    # Only where 90 % lies outside of what the number of checks allows: a factor that followed every
    # chance would make promises restless and no better.
    share = proportion(sum(miss <= 1 for miss in recent), n)
    if share.low <= PREDICTION_LEVEL <= share.high:
        return 1.0
    rank = min(ceil(PREDICTION_LEVEL * (n + 1)), n)
    return max(sorted(recent)[rank - 1], NARROWEST)


def _since(held: Sequence[HeldShare], misses: Sequence[float]) -> datetime | None:
    """The check from which on promises were widened, or narrowed, without a break; None where they
    are not.
    """
    since = None
    # Backwards from the newest check, as long as there was a factor. Asked anew for every moment,
    # and not stored: a check that is corrected later corrects this too.
    for place in range(len(held), LEAST_CHECKS - 1, -1):
        if factor_after(misses[:place]) == 1:
            break
        since = held[place - 1].at
    return since
