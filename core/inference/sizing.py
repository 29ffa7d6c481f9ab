"""How many readers to hold out, and what can then be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf, sqrt

from scipy import stats

from core.estimates import ESTIMATE_LEVEL
from core.inference.contrasts import z_of
from core.inference.requiring import require

#: Probability of seeing an effect of the size promised.
#: The usual one in the field: one campaign in five that does as much is then called open.
POWER = 0.8
#: Shares held out that the librarian may choose from.
SHARES = (0.05, 0.1, 0.2, 0.3)


@dataclass(frozen=True)
class HoldoutChoice:
    """One line of the table of choices: readers held out and addressed, and what is then visible.

    ``effect`` is in the unit of the outcome (a share: 0.057 is 5.7 points), None where nothing
    can be seen.
    """

    share: float
    treated: int
    held: int
    effect: float | None


def spread_of_share(base: float) -> float:
    """Standard deviation of an outcome of 0 or 1 with that share; ValueError outside 0 … 1."""
    require(0 <= base <= 1, f"a share lies between 0 and 1: {base}")
    return sqrt(base * (1 - base))


def visible_effect(
    base: float,
    treated: int,
    held: int,
    *,
    level: float = ESTIMATE_LEVEL,
    power: float = POWER,
    explained: float = 0.0,
) -> float | None:
    """The smallest difference in shares that is found with ``power``, two-sided.

    ``base`` is the share without the campaign; both arms are taken to vary as it does, so that of a
    low base some of the power is missing (77 for 80 % at 25 %). The history
    lowers it by its R², ``explained``. Of 5,000 readers with a base of 25 %: 5.7 points with 500
    held out, 4.3 with 1,000, 3.7 with 1,500. None where nothing can be seen: an empty arm, or a
    base of 0 or 1.
    """
    spread = spread_of_share(base)
    return visible_amount(spread, treated, held, level=level, power=power, explained=explained)


def visible_amount(
    spread: float,
    treated: int,
    held: int,
    *,
    level: float = ESTIMATE_LEVEL,
    power: float = POWER,
    explained: float = 0.0,
) -> float | None:
    """The same for the mean of an amount with the standard deviation ``spread``.

    In the unit of the amount; None where an arm is empty or nothing varies.
    """
    remaining = spread_left(spread, explained)
    if min(treated, held) < 1 or not remaining:
        return None
    return reach_of(level, power) * remaining * sqrt(1 / treated + 1 / held)


def spread_left(spread: float, explained: float) -> float:
    """The standard deviation that a history with that R² leaves.

    ValueError for a negative spread and an R² outside 0 … 1.
    """
    require(0 <= spread < inf, f"no standard deviation: {spread}")
    require(0 <= explained < 1, f"no share explained: {explained}")
    return spread * sqrt(1 - explained)


def reach_of(level: float, power: float) -> float:
    """How many standard errors an effect must have: 2.80 at 95 % and 80 %. ``level`` is that of the
    interval, ``power`` the chance to find an effect of this size. ValueError for either outside 0 …
    1.
    """
    require(0 < power < 1, f"a power lies between 0 and 1: {power}")
    # One part reaches the boundary of the interval; the other lets as many estimates lie beyond it
    # as the power says.
    return z_of(level) + float(stats.norm.ppf(power))


def held_out_for(
    effect: float,
    spread: float,
    audience: int,
    *,
    level: float = ESTIMATE_LEVEL,
    power: float = POWER,
    explained: float = 0.0,
) -> int | None:
    """The fewest readers to hold out of ``audience`` so that ``effect`` is visible.

    ``effect`` and ``spread`` (``spread_of_share`` of a base) are in one unit. None where half of
    the audience is not enough, and where nothing varies. ValueError for an effect that is not
    above 0.
    """
    require(effect > 0, f"an effect to see is above 0: {effect}")
    remaining = spread_left(spread, explained)
    if not remaining:
        return None

    # treated × held must reach this times the audience; both add up to it.
    needed = (reach_of(level, power) * remaining / effect) ** 2
    rest = audience**2 / 4 - needed * audience
    if rest < 0:
        return None
    # Of the two sizes that fit, the one that holds out fewer.
    held = max(ceil(audience / 2 - sqrt(rest)), 1)
    # Rounded up it may have come to more than half.
    if held * 2 > audience:
        return None
    return held


def holdout_choices(
    spread: float,
    audience: int,
    *,
    shares: Sequence[float] = SHARES,
    level: float = ESTIMATE_LEVEL,
    power: float = POWER,
    explained: float = 0.0,
) -> list[HoldoutChoice]:
    """The table of choices: for each share held out, what can be seen.

    Readers held out are rounded to whole ones.
    """
    choices = []
    for share in shares:
        held = round(audience * share)
        effect = visible_amount(
            spread, audience - held, held, level=level, power=power, explained=explained
        )
        choices.append(HoldoutChoice(share, audience - held, held, effect))
    return choices
