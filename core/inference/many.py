"""Many comparisons in one report: which of them are discoveries."""

from collections.abc import Sequence

import numpy as np
from statsmodels.stats.multitest import multipletests

from core.inference.requiring import require

#: The share of false ones among the discoveries that a report allows.
#: Not the chance of any false one at all (Bonferroni): a report of thirty gaps would then find
#: hardly any of those that are there.
FALSE_DISCOVERY_RATE = 0.05


def comparisons(ps: Sequence[float | None]) -> int:
    """How many comparisons were made: those with a p-value."""
    return len(ps) - list(ps).count(None)


def discoveries(ps: Sequence[float | None], q: float = FALSE_DISCOVERY_RATE) -> list[bool]:
    """Which p-values are discoveries at a false discovery rate of ``q`` (Benjamini & Hochberg
    1995), in the order given.

    None is a comparison that could not be made: never a discovery, and not counted. ValueError for
    what is no p-value.
    """
    # What could not be asked must not make the others harder to find.
    is_made = np.not_equal(np.array(ps, dtype=object), None)
    made = np.array(ps, dtype=object)[is_made].astype(float)
    # A NaN compares with nothing, so that it is refused too.
    is_within = (made >= 0) & (made <= 1)
    require(bool(is_within.all()), f"no p-values: {made[~is_within]}")

    is_found = np.zeros(len(ps), dtype=bool)
    if len(made):
        is_found[is_made] = multipletests(made, alpha=q, method="fdr_bh")[0]
    return is_found.tolist()
