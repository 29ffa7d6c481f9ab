"""A campaign's promise and its arms, as pages show them."""

from dataclasses import dataclass
from itertools import combinations

from campaigns.experiments import words
from campaigns.experiments.choices import VisibleChoice
from campaigns.experiments.models import Experiment
from campaigns.experiments.queries import audience_of
from campaigns.experiments.seeing import (
    choice,
    enough_percent,
    readers_in,
    visible_between,
)
from campaigns.plan.models import Campaign
from core.disclosure import Count, Missing, count_in_tens


@dataclass(frozen=True)
class ShownArm:
    """``readers``: about how many are planned for it; withheld from staff of one campus."""

    label: str
    readers: Count
    share: str


@dataclass(frozen=True)
class ShownArms:
    """The arms with the holdout last, what it lets see, and the ``warning`` where that is not
    enough; ``apart``: how far apart arms must lie.
    """

    arms: list[ShownArm]
    held_out: Count
    percent: int
    choice: str
    rule: str
    warning: str
    apart: list[str]


def planned_audience(campaign: Campaign) -> int:
    """About how many readers a launch would find today, in tens, as everybody may be told."""
    # In tens before anything is computed from it: from an exact effect the exact number could be
    # found.
    return round(audience_of(campaign).count(), -1)


def shown_arms(experiment: Experiment, viewer) -> ShownArms:
    """The arms of a plan as ``viewer`` may be told."""
    campaign = experiment.campaign
    audience = planned_audience(campaign)
    chosen = choice(experiment, audience, campaign.holdout_percent)
    arms = list(experiment.arms.all())
    planned = readers_in(arms, chosen.mailed)
    shown = []
    for arm, readers in planned:
        share = words.share_in_words(arm, campaign.holdout_percent)
        shown.append(ShownArm(str(arm), _told(readers, viewer), share))
    return ShownArms(
        arms=shown,
        held_out=_told(chosen.held, viewer),
        percent=campaign.holdout_percent,
        choice=words.choice_in_words(experiment, chosen, numbers=not viewer.campus_id),
        rule=words.rule_in_words(),
        warning=_warning(experiment, chosen, audience),
        apart=_apart(experiment, planned),
    )


def _told(readers: int, viewer) -> Count:
    """A planned number in tens; staff of one campus would know who of it is their own."""
    if viewer.campus_id:
        return Count.without(Missing.WITHHELD)
    return count_in_tens(readers)


def _warning(experiment: Experiment, chosen: VisibleChoice, audience: int) -> str:
    """What is to be said of a holdout that cannot see what is worth having; else empty."""
    enough = enough_percent(experiment, audience)
    return words.warning_in_words(experiment, chosen, enough)


def _apart(experiment: Experiment, planned: list) -> list[str]:
    """For each two arms how far apart they must lie; none where nothing can be said."""
    found = []
    for (one, readers), (other, others) in combinations(planned, 2):
        effect = visible_between(experiment, readers, others)
        if effect is not None:
            found.append(words.arms_apart_in_words(experiment, one, other, effect))
    return found
