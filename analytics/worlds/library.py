"""A made-up library: what its channels would bring by any plan, and the best plan there is. Pure.

Of ``n`` readers channel i brings Poisson(n · season · appeal_i · √share_i) responses, so returns
diminish and the best plan is known: shares in proportion to appeal².
"""

from dataclasses import dataclass

import numpy as np

CODES = ("email", "wechat", "stall", "poster", "board", "forum")
#: How channels differ where they lie far apart, by their place in CODES.
SPREAD = (0.08, 0.03, 0.02, 0.015, 0.01, 0.005)
#: And where they are much alike: the standard deviation of their log.
MILD = 0.35
#: By how much appeals move in a cycle where they drift: a standard deviation on the log.
DRIFT = 0.4
#: In which cycle a channel collapses, counted from 0, and what is left of it.
COLLAPSE_CYCLE, LEFT = 4, 0.05
#: How far the seasons lie from the average: 0.4 to 1.6 times it.
SWING, MONTHS = 0.6, 12


@dataclass(frozen=True)
class LibraryCase:
    """One kind of library. ``base``: share of readers who answer by the even plan at the start.

    ``appeal``: "spread" or "mild".
    """

    appeal: str
    readers: int
    base: float
    drifts: bool = False
    collapses: bool = False
    is_seasonal: bool = False

    @property
    def is_small(self) -> bool:
        """Whether less is asked of the loop."""
        return self.readers <= 300

    def __str__(self) -> str:
        """As figures of the case are printed and kept: "spread-5000-6%"."""
        return f"{self.appeal}-{self.readers}-{self.base:.0%}"


class MadeUpLibrary:
    """One library from cycle to cycle; ``chance`` decides all that happens in it."""

    def __init__(self, case: LibraryCase, chance: np.random.Generator):
        self.case = case
        self.chance = chance
        self.cycle = 0
        self.first_month = int(chance.integers(MONTHS))
        appeals = np.array(SPREAD)
        if case.appeal == "mild":
            appeals = np.exp(chance.normal(0, MILD, len(CODES)))
        # Scaled so that the even plan is answered by the share of readers that the case names.
        self.appeals = appeals * case.base / (appeals / np.sqrt(len(CODES))).sum()

    def next_cycle(self) -> None:
        """A cycle later, with what it changes."""
        self.cycle += 1
        if self.case.drifts:
            self.appeals = self.appeals * np.exp(self.chance.normal(0, DRIFT, len(CODES)))
        if self.case.collapses and self.cycle == COLLAPSE_CYCLE:
            # Any of them: it may be the one that the plan has come to rest on.
            self.appeals[self.chance.integers(len(CODES))] *= LEFT

    @property
    def season(self) -> float:
        """By what factor everybody answers more or less in this cycle's month."""
        if not self.case.is_seasonal:
            return 1.0
        month = self.first_month + self.cycle
        return 1 + SWING * float(np.sin(2 * np.pi * month / MONTHS))

    def expected(self, shares: np.ndarray) -> np.ndarray:
        """Responses per reader by channel; ``shares`` in percent. Both of shape (channels,), in the
        order of CODES; shares that do not add up to 100 are taken as they are.
        """
        return self.season * self.appeals * np.sqrt(shares / 100)

    @property
    def best(self) -> float:
        """Responses per reader by the best plan there is now."""
        # The sum of appeal · √share is largest where shares are in proportion to appeal², and is
        # then this.
        return self.season * float(np.sqrt((self.appeals**2).sum()))

    def answered(self, shares: np.ndarray, readers: int) -> np.ndarray:
        """What came by chance from so many readers, by channel. ``shares`` in percent, counts in
        the order of CODES. Every question is another draw.
        """
        return self.chance.poisson(readers * self.expected(shares)).astype(float)
