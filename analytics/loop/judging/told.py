"""What of the conclusions everybody may be told: as coarse as the figures beside them. Pure."""

from dataclasses import dataclass, replace
from functools import partial

from analytics.loop.inputs.experiment import Drawn, Promised
from analytics.loop.judging.guardrails import IN_PERCENT
from analytics.loop.judging.saying import (
    AmountTold,
    ArmTold,
    ChangedTold,
    EffectTold,
    GapTold,
    GuardTold,
    JudgementTold,
    SecondaryTold,
)
from analytics.loop.judging.shapes import (
    CampaignEffect,
    ChangedPlan,
    Guard,
    Judgement,
    SecondaryEffect,
)
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
    is. ``n``: the readers it rests on, None where that is withheld. ``measure``: what differences
    in the outcome are of. ``few``: secondary outcomes of which an arm would tell of few readers.
    """

    says: bool
    coarse: bool
    n: int | None
    measure: Measure = Measure.OUTCOME_DIFFERENCE
    few: frozenset[str] = frozenset()


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
        effect=replace(
            _effect(judgement.effect, names, drawn, plain),
            outcome=promised.outcome,
            window_days=promised.window_days,
        ),
        gaps=tuple(gaps),
        compared=judgement.compared,
        changed=_changed(judgement.changed, plain),
        guards=tuple(map(_guard, judgement.guards)),
        secondary=tuple(map(partial(_secondary, plain=plain), judgement.secondary)),
    )


def _secondary(one: SecondaryEffect, plain: PlainTold) -> SecondaryTold:
    """Its difference as coarse as the effect; withheld where an arm would tell of few."""
    missing = None
    figure = _figure(one.shown, replace(plain, measure=Measure.OUTCOME_DIFFERENCE))
    if not one.is_recorded:
        missing = Missing.NOT_MEASURED
    # One reader with the outcome could be found from the share, as from the effect's own.
    elif one.outcome in plain.few:
        missing = Missing.WITHHELD
    elif figure.low is None:
        missing = Missing.CANNOT_SAY
    if missing is not None:
        figure = Figure.silent(0, Measure.OUTCOME_DIFFERENCE)
    return SecondaryTold(one.outcome, figure, one.found and missing is None, missing)


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
        # As many readers as the plain one is told of: exact numbers may be withheld.
        shown=replace(_figure(effect.shown, plain), n=plain.n),
        is_adjusted=is_adjusted,
        explained=explained,
        visible=effect.visible,
        smallest=effect.smallest,
        losses=losses,
        before=before,
        arms=tuple(_arms(effect, names, drawn, plain)),
        amount=_amount(effect, plain),
    )


def _amount(effect: CampaignEffect, plain: PlainTold) -> AmountTold | None:
    """How often, of both arms, as coarse as the difference; None where only whether was asked."""
    if plain.measure != Measure.OUTCOME_AMOUNT:
        return None
    if effect.whole is None or effect.means is None or not plain.says:
        return AmountTold(Figure.silent(plain.n, plain.measure), None, None)
    treated, held = effect.means
    # From finer means the difference could be taken that is not told.
    if plain.coarse:
        treated, held = round(treated, COARSE), round(held, COARSE)
    return AmountTold(_figure(effect.whole.plain.estimate, plain), treated, held)


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
    if estimate is None or not estimate.says or not plain.says:
        return Figure.silent(plain.n, plain.measure)
    figure = Figure.of(estimate, plain.measure)
    if plain.coarse:
        return figure.rounded(COARSE)
    return figure
