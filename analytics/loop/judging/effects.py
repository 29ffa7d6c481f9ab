"""The effect of a campaign on the outcome that was named before it was launched. Pure.

Everybody drawn counts in their arm, whether or not a mail arrived (intention to treat). The figures
are decided by the estimate that was named before the launch: the plain difference, or the one
adjusted by what readers did before (CUPED, Deng et al. 2013).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from math import sqrt

from analytics.loop.inputs.experiment import (
    HELD_OUT,
    ArmCell,
    ArmDrawn,
    Drawn,
    Promised,
    WindowProgress,
)
from analytics.loop.judging.shapes import ArmEffect, ArmsChecked, CampaignEffect
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.rules import Rule
from core.estimates import Estimate
from core.inference.arm_check import ArmCheck, arm_check, balanced_before
from core.inference.contrasts import Contrast, adjusted, means_differ, shares_differ
from core.inference.looks import at_look, boundaries
from core.inference.moments import NOBODY, Moments
from core.inference.sizing import POWER, reach_of

Strata = dict[str, Moments]


def effect_of(promised: Promised, drawn: Drawn, rule: Rule, *, recorded: bool) -> CampaignEffect:
    """The effect, or why there is none.

    ``recorded``: whether the outcome was recorded on every day of the window for the places
    concerned. Nothing is computed where it was not: zeros that nobody counted are none.
    """
    silent = CampaignEffect(
        EffectVerdict.NOT_RECORDED,
        provisional=not drawn.progress.is_over,
        smallest=promised.smallest,
    )
    if not recorded:
        return silent
    by_arm = by_arm_and_stratum(drawn.cells)
    # Before any effect is computed: whoever has seen one cannot judge the arms without it. Arms are
    # compared with each other also where nobody is held out.
    check = checked_arms(drawn.arms, by_arm.values())
    if check.is_broken:
        return replace(silent, verdict=EffectVerdict.NOT_AS_DRAWN, check=check)
    held = by_arm.pop(HELD_OUT, {})
    if not held or not by_arm:
        return replace(silent, verdict=EffectVerdict.NO_HOLDOUT, check=check)

    addressed = joined(by_arm.values())
    whole = compared("", addressed, held, promised, rule)
    readers_held = sum(one.n for one in held.values())
    # The smaller side decides: thousands mailed beside twenty held out still tell of twenty.
    is_few = min(whole.n, readers_held) < rule.judged_from
    if is_few or whole.decided.estimate.interval is None:
        return replace(silent, verdict=EffectVerdict.FEW, check=check)
    arms = [compared(code, strata, held, promised, rule) for code, strata in by_arm.items()]
    shown = interval_of_today(whole.decided, promised, drawn.progress)
    return replace(
        silent,
        check=check,
        verdict=verdict_of(shown, promised.smallest, drawn.progress),
        whole=whole,
        arms=tuple(arms),
        shown=shown,
        visible=visible_by(whole.decided),
        # Of those held out, whose outcome no campaign has changed; a next holdout is sized by it.
        spread=sqrt(summed(held).variance_y or 0),
        means=(summed(addressed).mean_y, summed(held).mean_y),
    )


def by_arm_and_stratum(cells: Iterable[ArmCell]) -> dict[str, Strata]:
    """{arm: {stratum: sums of its readers}}, arms and strata in the order of the cells."""
    found: dict[str, Strata] = {}
    for cell in cells:
        strata = found.setdefault(cell.arm, {})
        strata[cell.stratum] = strata.get(cell.stratum, NOBODY) + cell.moments
    return found


def joined(arms: Iterable[Mapping[str, Moments]]) -> Strata:
    """Several arms as one: {stratum: sums of all their readers}."""
    together: Strata = {}
    for strata in arms:
        for stratum, moments in strata.items():
            together[stratum] = together.get(stratum, NOBODY) + moments
    return together


def summed(strata: Mapping[str, Moments]) -> Moments:
    """All strata of an arm together. Of nobody where there are none."""
    return sum(strata.values(), NOBODY)


def checked_arms(drawn: Iterable[ArmDrawn], arms: Iterable[Strata]) -> ArmsChecked:
    """Whether as many of each arm can still be followed, and whether the arms had the same outcome
    before they were drawn. Either at p < .001 breaks the comparison.
    """
    # Losses say that the arms changed after the draw, the history that they were unlike in it.
    losses = checked_losses(list(drawn))
    before = checked_history(list(map(summed, arms)))
    is_broken = losses.is_broken or before.is_broken
    return ArmsChecked(losses=losses.p, before=before.p, is_broken=is_broken)


def checked_losses(drawn: Sequence[ArmDrawn]) -> ArmCheck:
    """Whether the arms lost readers alike; nothing to ask where nobody was lost. ``drawn``: all
    arms, the held-out one among them. p is None where nothing is asked.
    """
    if not any(arm.lost for arm in drawn):
        return ArmCheck(None, None)
    return arm_check([arm.drawn for arm in drawn], [arm.drawn - arm.lost for arm in drawn])


def checked_history(arms: Sequence[Moments]) -> ArmCheck:
    """Whether the arms had the same outcome before; nothing to ask where nobody had any. ``arms``:
    sums of all arms, the held-out one last. p is None where nothing is asked.
    """
    if not any(arm.x for arm in arms):
        return ArmCheck(None, None)
    return balanced_before(arms)


def compared(arm: str, treated: Strata, held: Strata, promised: Promised, rule: Rule) -> ArmEffect:
    """One arm, or all of them, against those held out; silent where either is too small to judge
    by. ``arm`` is its code, empty for all together; both sides by stratum (identity and campus).
    """
    how = {"level": rule.estimate_level, "least": rule.judged_from}
    ours, theirs = summed(treated), summed(held)
    # Newcombe's interval needs outcomes of 0 and 1; visits and loans per reader have means.
    compare = shares_differ
    if promised.is_amount:
        compare = means_differ
    plain = compare(ours, theirs, **how)

    with_history = None
    if promised.adjusts:
        with_history = adjusted(treated, held, **how)
    # The estimate was named before the launch. Of two estimates the better looking one is always
    # too good.
    decided = plain
    # Where nobody did anything there is nothing to adjust, and no interval.
    if with_history is not None and with_history.estimate.interval is not None:
        decided = with_history
    return ArmEffect(arm, ours.n, plain, with_history, decided)


def interval_of_today(decided: Contrast, promised: Promised, progress: WindowProgress) -> Estimate:
    """The interval by which may be concluded today.

    Before the window is over each of its days is a look, and what all looks together may err is
    spent by O'Brien and Fleming's rule: the interval is wide first, and the fixed one at the end.
    None at all on the first days of a long window, when no error may be spent yet.
    """
    estimate = decided.estimate
    if progress.is_over:
        return estimate
    today = at_look(decided, bound_of(progress, estimate.level))
    if promised.is_amount:
        return today
    # Early intervals are so wide that they would pass what two shares can differ by.
    return today.within(-1, 1)


@cache
def bound_of(progress: WindowProgress, level: float) -> float:
    """How many standard errors an interval reaches on a day of the window.

    Every night is a look, as evaluations are made nightly: error is spent for what is looked at,
    whether or not anybody read it.
    """
    days = range(1, progress.day + 1)
    return boundaries([day / progress.days for day in days], level)[-1]


def visible_by(decided: Contrast) -> float | None:
    """The smallest effect that arms like these show with 80 % power; None where nothing varies. In
    the unit of the outcome, by the error that was measured and not by one assumed beforehand.
    """
    if not decided.error:
        return None
    return reach_of(decided.estimate.level, POWER) * decided.error


def verdict_of(shown: Estimate, smallest: float | None, progress: WindowProgress) -> EffectVerdict:
    """What is concluded of an effect with the interval of today.

    Before the end only that it harms. Nil is said only where a smallest effect was named, and
    before good: what surely helps, and surely by less than is worth having, is not worth having.
    """
    if shown.interval is None:
        return EffectVerdict.OPEN
    # Harm first, and at any time: to go on in order to be surer would cost readers.
    if shown.high < 0:
        return EffectVerdict.HARMFUL
    if not progress.is_over:
        return EffectVerdict.OPEN
    # The whole interval must lie within: "not shown to differ" is no proof that it does nothing.
    if smallest is not None and -smallest < shown.low and shown.high < smallest:
        return EffectVerdict.NIL
    if shown.low > 0:
        return EffectVerdict.GOOD
    return EffectVerdict.OPEN
