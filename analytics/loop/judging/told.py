"""What of the conclusions everybody may be told: as coarse as the figures beside them. Pure."""

from dataclasses import dataclass, replace

from analytics.loop.inputs.experiment import Drawn, Promised
from analytics.loop.judging.guardrails import IN_PERCENT
from analytics.loop.judging.saying import (
    ArmTold,
    ChangedTold,
    EffectTold,
    GapTold,
    GuardTold,
    JudgementTold,
)
from analytics.loop.judging.shapes import CampaignEffect, ChangedPlan, Guard, Judgement
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.measures import Figure, Measure
from analytics.loop.subjects import SubjectKind
from core.disclosure import Count, Missing
from core.estimates import Estimate

#: Shares in whole percentage points: one reader more or less does not show.
COARSE = 2
#: {code of an arm: its name in both languages}.
Names = dict[str, dict[str, str]]


@dataclass(frozen=True)
class PlainTold:
    """How far the plain effect of the same report is told: not at all, in whole points, or as it
    is. ``n``: the readers it rests on, None where that is withheld.
    """

    says: bool
    coarse: bool
    n: int | None


def told(judgement: Judgement, promised: Promised, drawn: Drawn, plain: PlainTold) -> JudgementTold:
    """The conclusions beside the plain effect of the same report, which is told with the numbers
    of its arms: where it is in whole points, or not told, so is every effect.
    """
    names = {arm.code: arm.name for arm in promised.arms}
    gaps = []
    for gap in judgement.gaps:
        figure = None
        if gap.subject.kind == SubjectKind.ARM:
            figure = _figure(gap.contrast.estimate, plain)
        gaps.append(GapTold(gap.subject, gap.found, gap.randomised, figure))
    return JudgementTold(
        effect=_effect(judgement.effect, names, drawn, plain),
        gaps=tuple(gaps),
        compared=judgement.compared,
        changed=_changed(judgement.changed, plain),
        guards=tuple(map(_guard, judgement.guards)),
    )


def _guard(guard: Guard) -> GuardTold:
    """Its value withheld where few readers stand behind it."""
    counted = guard.counted
    n, value = Count.without(Missing.NOT_MEASURED), guard.value
    if counted is not None and counted.n:
        n = Count.of(counted.n)
        if guard.kind in IN_PERCENT and Count.of(int(counted.amount)).is_withheld:
            value = None
    return GuardTold(guard.kind, guard.bound, value, n, guard.kept)


def _changed(changed: ChangedPlan | None, plain: PlainTold) -> ChangedTold | None:
    """Both differences as coarse as the effect is told."""
    if changed is None:
        return None
    response = _figure(changed.response.estimate, plain)
    return ChangedTold(
        outcome=_figure(changed.outcome.estimate, plain),
        response=replace(response, measure=Measure.AUDIENCE_DIFFERENCE),
    )


def _effect(effect: CampaignEffect, names: Names, drawn: Drawn, plain: PlainTold) -> EffectTold:
    """The effect, each of its figures as far as the plain one is told."""
    verdict = effect.verdict
    # Of arms that would betray single readers nothing is said, so nothing is concluded either.
    if not verdict.is_silent and not plain.says:
        verdict = EffectVerdict.FEW
    explained, is_adjusted, losses, before = None, False, None, None
    if effect.whole is not None:
        is_adjusted = effect.whole.decided is effect.whole.adjusted
        if effect.whole.adjusted is not None:
            explained = effect.whole.adjusted.explained
    if effect.check is not None:
        losses, before = effect.check.losses, effect.check.before
    return EffectTold(
        verdict=verdict,
        provisional=effect.provisional,
        progress=drawn.progress,
        shown=_figure(effect.shown, plain),
        is_adjusted=is_adjusted,
        explained=explained,
        visible=effect.visible,
        smallest=effect.smallest,
        losses=losses,
        before=before,
        arms=tuple(_arms(effect, names, drawn, plain)),
    )


def _arms(effect: CampaignEffect, names: Names, drawn: Drawn, plain: PlainTold) -> list[ArmTold]:
    """Every arm that was drawn, in the order of the draw."""
    of_arm = {one.arm: one.decided.estimate for one in effect.arms}
    found = []
    for arm in drawn.arms:
        told_of = _figure(of_arm.get(arm.arm), plain)
        name = names.get(arm.arm, {})
        found.append(ArmTold(arm.arm, name, Count.of(arm.drawn), Count.of(arm.lost), told_of))
    return found


def _figure(estimate: Estimate | None, plain: PlainTold) -> Figure:
    """An estimate of the effect as it may be told beside the plain one."""
    measure = Measure.OUTCOME_DIFFERENCE
    if estimate is None or not estimate.says or not plain.says:
        return Figure.silent(plain.n, measure)
    figure = Figure.of(estimate, measure)
    if plain.coarse:
        return figure.rounded(COARSE)
    return figure
