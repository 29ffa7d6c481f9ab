"""What can be seen of an effect: by how many are held out, and between which arms."""

from collections.abc import Sequence
from math import ceil

from campaigns.experiments.choices import VisibleChoice
from campaigns.experiments.models import PER_READERS, Arm, Experiment
from core.inference.sizing import held_out_for, spread_of_share, visible_amount

#: Percents that are offered beside the one of the plan and the one that is enough.
OFFERED = (5, 10, 20, 30)
#: Of two arms together most is seen where they are of one size; to hold out more shows less.
MOST_HELD_OUT = 50
#: Fewer readers in an arm are judged nowhere (docs/adr/0011), so none is made of them.
LEAST_IN_AN_ARM = 30


def spread_of(experiment: Experiment) -> float | None:
    """By how much the outcome varies between readers; None where the base is not recorded. A
    standard deviation: in shares of 1, or in visits or loans per reader.
    """
    if not experiment.has_base:
        return None
    if experiment.as_amount:
        # Amounts have a spread of their own; that of a share follows from the share.
        return float(experiment.base_spread)
    return spread_of_share(float(experiment.base_rate))


def choice(experiment: Experiment, audience: int, percent: int) -> VisibleChoice:
    """What holding out ``percent`` of ``audience`` readers lets see."""
    held = round(audience * percent / 100)
    effect = visible_between(experiment, audience - held, held)
    sees = effect is not None and effect <= float(experiment.smallest_effect)
    return VisibleChoice(percent, held, audience - held, effect, sees)


def visible_between(experiment: Experiment, one: int, other: int) -> float | None:
    """The smallest difference that is found between so many readers and so many others, per 100
    readers; None where nothing can be said.
    """
    spread = spread_of(experiment)
    if spread is None:
        return None
    effect = visible_amount(spread, one, other)
    if effect is None:
        return None
    return effect * PER_READERS


def choices(experiment: Experiment, audience: int, planned: int) -> list[VisibleChoice]:
    """The shares that a librarian chooses from, the smallest first: those that are usual, the
    ``planned`` one, and the smallest whole percent that sees what is worth having.
    """
    # A set: the planned one may be one of the usual ones.
    percents = {*OFFERED, planned}
    enough = enough_percent(experiment, audience)
    if enough is not None:
        percents.add(enough)
    return [choice(experiment, audience, percent) for percent in sorted(percents)]


def enough_percent(experiment: Experiment, audience: int) -> int | None:
    """The smallest whole percent with which the smallest effect worth having is seen; None where
    half of the audience is not enough, or nothing can be said.
    """
    spread = spread_of(experiment)
    if spread is None or audience == 0:
        return None
    worth = float(experiment.smallest_effect) / PER_READERS
    held = held_out_for(worth, spread, audience)
    if held is None:
        return None
    # Rounded up: with a percent less it would just not be seen.
    percent = ceil(100 * held / audience)
    return min(percent, MOST_HELD_OUT)


def may_keep_as_before(audience: int, percent_held: int, weight: int) -> bool:
    """Whether the audience is large enough for an arm that keeps the plan before. ``percent_held``
    of the audience, ``weight`` in percent of the others.
    """
    left = audience * (100 - percent_held) / 100
    return left * weight / 100 >= LEAST_IN_AN_ARM


def readers_in(arms: Sequence[Arm], mailed: int) -> list[tuple[Arm, int]]:
    """Each arm with how many of those who are not held out it is planned for. Rounded to whole
    readers each, so that their sum may differ by one or two.
    """
    return [(arm, round(mailed * arm.weight / 100)) for arm in arms]
