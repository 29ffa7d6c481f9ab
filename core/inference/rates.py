"""Differences between rates: how often something was counted per unit of effort."""

import numpy as np
from statsmodels.stats.rates import confint_poisson_2indep, test_poisson_2indep

from core.estimates import ESTIMATE_LEVEL, Estimate
from core.inference.contrasts import Contrast, nothing, z_of

#: Who followed a link on a poster is nobody we know, so that there are no readers to take a share
#: of: only how often, to how much effort.
METHOD = "poisson"
UNIT = "rate"


def rates_differ(
    count: float,
    exposure: float,
    other_count: float,
    other_exposure: float,
    *,
    level: float = ESTIMATE_LEVEL,
) -> Contrast:
    """``count/exposure − other_count/other_exposure`` of two Poisson counts.

    Score interval; p of the exact conditional test, which holds its level for few counts, too. Both
    as statsmodels has them. Silent without exposure on either side, or where nothing was counted at
    all.
    """
    z = z_of(level)
    counted = count + other_count
    if min(exposure, other_exposure) <= 0 or not counted:
        return nothing(round(counted), METHOD, level=level)

    # The ratio that the test is stated in needs a count below it; either way p is the same.
    ordered = sorted([(count, exposure), (other_count, other_exposure)], reverse=True)
    (most, most_exposure), (fewest, fewest_exposure) = ordered
    p = test_poisson_2indep(
        fewest, fewest_exposure, most, most_exposure, compare="ratio", method="exact-cond"
    ).pvalue
    sides = (count, exposure, other_count, other_exposure)
    # On its way to the bounds a rate of nothing is divided by, which is no fault of theirs.
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = confint_poisson_2indep(*sides, compare="diff", method="score", alpha=1 - level)
    value = count / exposure - other_count / other_exposure
    estimate = Estimate(value, float(low), float(high), round(counted), level, UNIT)
    return Contrast(estimate, float(p), METHOD, error=(estimate.high - estimate.low) / (2 * z))
