"""Many comparisons in one report: which of them are discoveries."""

from collections.abc import Sequence

from statsmodels.stats.multitest import multipletests

#: The share of false ones among the discoveries that a report allows.
FALSE_DISCOVERY_RATE = 0.05


def comparisons(ps: Sequence[float | None]) -> int:
    """How many comparisons were made: those with a p-value."""
    return len(_made(ps))


def discoveries(ps: Sequence[float | None], q: float = FALSE_DISCOVERY_RATE) -> list[bool]:
    """Which p-values are discoveries at a false discovery rate of ``q`` (Benjamini & Hochberg
    1995), in the order given.

    None is a comparison that could not be made: never a discovery, and not counted. ValueError for
    what is no p-value.
    """
    made = _made(ps)
    if not made:
        return [False] * len(ps)
    is_found = iter(multipletests(made, alpha=q, method="fdr_bh")[0])
    return [p is not None and bool(next(is_found)) for p in ps]


def _made(ps: Sequence[float | None]) -> list[float]:
    """The p-values there are."""
    made = [p for p in ps if p is not None]
    # Written so that a NaN, which compares with nothing, is refused too.
    if not all(0 <= p <= 1 for p in made):
        raise ValueError(f"no p-values: {made}")
    return made
