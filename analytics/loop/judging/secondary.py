"""What a campaign did to outcomes that were named beside the one that decides. Pure.

They are shown with their interval and looked at together with all gaps of the report (Benjamini &
Hochberg 1995, q = .05). None of them ever gives the verdict.
"""

from dataclasses import replace
from functools import partial

from analytics.loop.inputs.experiment import (
    HELD_OUT,
    Drawn,
    Promised,
    SecondaryCells,
    WindowProgress,
)
from analytics.loop.judging.effects import (
    by_arm_and_stratum,
    compared,
    interval_of_today,
    joined,
    summed,
)
from analytics.loop.judging.shapes import CampaignEffect, SecondaryEffect
from analytics.loop.rules import Rule
from core.inference.contrasts import Contrast, nothing

METHOD = "newcombe"


def secondary_effects(
    promised: Promised, drawn: Drawn, effect: CampaignEffect, rule: Rule
) -> tuple[SecondaryEffect, ...]:
    """Each secondary outcome in the order in which they were named."""
    found = partial(_effect, promised=promised, progress=drawn.progress, effect=effect, rule=rule)
    return tuple(map(found, drawn.secondary))


def _effect(
    one: SecondaryCells,
    *,
    promised: Promised,
    progress: WindowProgress,
    effect: CampaignEffect,
    rule: Rule,
) -> SecondaryEffect:
    """Everybody addressed against everybody held out, by the estimate that was named."""
    contrast = nothing(0, METHOD, level=rule.estimate_level)
    # Arms that are not as they were drawn say nothing of anything.
    if one.is_recorded and not effect.is_broken:
        contrast = _contrast(one, promised, rule)
    shown = contrast.estimate
    # As of the effect itself: wider until the window is over.
    if shown.interval is not None:
        shown = interval_of_today(contrast, replace(promised, is_amount=False), progress)
    return SecondaryEffect(one.outcome, one.is_recorded, contrast, shown)


def _contrast(one: SecondaryCells, promised: Promised, rule: Rule) -> Contrast:
    """The difference of shares; silent where either side is too small to judge by."""
    by_arm = by_arm_and_stratum(one.cells)
    held = by_arm.pop(HELD_OUT, {})
    addressed = joined(by_arm.values())
    sizes = summed(addressed).n, summed(held).n
    if min(sizes) < rule.judged_from:
        return nothing(sum(sizes), METHOD, level=rule.estimate_level)
    # Of a secondary outcome it is only asked whether, also beside one that is counted.
    return compared("", addressed, held, replace(promised, is_amount=False), rule).decided
