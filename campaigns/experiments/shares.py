"""How the readers who are not held out are shared among the arms."""

from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.experiments.models import Arm

#: The weights of the arms of one campaign together, %.
WHOLE = 100


@dataclass(frozen=True)
class ShareOfArm:
    """The percents ``low`` to below ``high`` of the draw are ``arm``'s."""

    arm: Arm
    low: int
    high: int


def shares_of(arms: Iterable[Arm]) -> list[ShareOfArm]:
    """The arms along the draw from 0 to 100, in the order of their letters."""
    found, low = [], 0
    # By letter, whatever the order of the rows: the same plan always draws alike.
    for arm in sorted(arms, key=lambda arm: arm.code):
        found.append(ShareOfArm(arm, low, low + arm.weight))
        low += arm.weight
    return found


def make_a_whole(arms: Iterable[Arm]) -> bool:
    """Whether the weights add up, so that everybody who is not held out has an arm."""
    return sum(arm.weight for arm in arms) == WHOLE
