"""By which levels, and from how many rows on, a version of the formulas states its figures. Pure.

The numbers stand here a second time, beside ``core.estimates``, because stored evaluations are
recomputed to the figures they were read with: a change of the portal's rule is a new version here.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Two-sided levels of the intervals of what was found and of what is foretold.

    Shares and differences are stated from ``shown_from`` rows on; nothing is judged or proposed by
    fewer than ``judged_from``. ``means_as_told``: means of surveys are frozen as coarse as the
    survey's own page tells them. ``beside_other_pages``: numbers of readers are rounded where
    they would tell of few beside what other pages say. ``as_pages_count``: that is taken as those
    pages count it, and from both sides. ``asks_what_is_recorded``: no effect is stated where
    outcomes were not recorded. ``concludes``: what may be concluded is said apart from the figures,
    over all comparisons together, and everybody counts once. ``width``: to so many, 0 where exact.
    """

    estimate_level: float
    prediction_level: float
    shown_from: int
    judged_from: int
    means_as_told: bool
    beside_other_pages: bool = False
    asks_what_is_recorded: bool = False
    as_pages_count: bool = False
    concludes: bool = False
    width: int = 0

    def rounding_to(self, width: int) -> "Rule":
        """The same with every number of readers rounded, at least as far as it is already."""
        return replace(self, width=max(self.width, width))


OF_0_1 = Rule(
    estimate_level=0.90,
    prediction_level=0.90,
    shown_from=30,
    judged_from=30,
    means_as_told=False,
)
OF_0_2 = Rule(
    estimate_level=0.95,
    prediction_level=0.90,
    shown_from=5,
    judged_from=30,
    means_as_told=True,
)
OF_0_2_1 = replace(OF_0_2, beside_other_pages=True)
OF_0_2_2 = replace(OF_0_2_1, as_pages_count=True)
OF_0_3 = replace(OF_0_2_2, asks_what_is_recorded=True)
RULES = {
    "0.1 as first written": OF_0_1,
    "0.1": OF_0_1,
    "0.2": OF_0_2,
    "0.2.1": OF_0_2_1,
    "0.2.2": OF_0_2_2,
    "0.3": OF_0_3,
    "0.4": replace(OF_0_3, concludes=True),
}
#: New evaluations are computed by this version.
CURRENT = "0.4"


def rule_of(version: str) -> Rule:
    """The rule of a version of the formulas. Raises KeyError for a version nobody knows."""
    return RULES[version]
