"""What of the conclusions everybody may be told: as coarse as the figures beside them. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from analytics.loop.inputs.experiment import ArmDrawn, Drawn, Promised, WindowProgress
from analytics.loop.judging.effects import interval_of_today
from analytics.loop.judging.saying import (
    IN_PERCENT,
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
from core.disclosure import Count, Missing, is_small
from core.estimates import Estimate
from core.inference.contrasts import Contrast

#: Shares in whole percentage points: one reader more or less does not show.
COARSE = 2
#: The smallest effect that can be seen: from all its digits few readers could be counted back.
VISIBLE_DIGITS = 3
#: p is told as the next of these above it: the exact one has few numbers of lost readers behind it.
P_TOLD = (0.001, 0.01, 0.05, 0.1, 0.2, 0.5, 1.0)
#: {code of an arm: its name in both languages}.
Names = dict[str, dict[str, str]]


@dataclass(frozen=True)
class PlainTold:
    """How far the plain effect of the same report is told: not at all, in whole points, or as it
    is.

    ``arms_say`` and ``arms_coarse``: the same of the single arms. ``n``: the readers it rests on,
    None where that is withheld. ``persons``: how numbers of readers are told in this report.
    ``measure``: what differences in the outcome are of. ``few``: secondary outcomes of which an arm
    would tell of few readers.
    """

    says: bool
    coarse: bool
    arms_say: bool
    arms_coarse: bool
    n: int | None
    persons: Callable[[int], Count]
    measure: Measure = Measure.OUTCOME_DIFFERENCE
    few: frozenset[str] = frozenset()

    @property
    def of_arms(self) -> "PlainTold":
        """How far the effect of a single arm is told."""
        return replace(self, says=self.says and self.arms_say, coarse=self.arms_coarse)


def told(judgement: Judgement, promised: Promised, drawn: Drawn, plain: PlainTold) -> JudgementTold:
    """The conclusions beside the plain effect of the same report, which is told with the numbers
    of its arms: where it is in whole points, or not told, so is every effect.
    """
    names = {arm.code: arm.name for arm in promised.arms}
    beside = _among_arms(plain, judgement.effect)
    as_of = AsOf(promised, drawn.progress)
    gaps = []
    for gap in judgement.gaps:
        figure = None
        # Segments, hours and channels have a finding of their own, with its own rules of what may
        # be told.
        if gap.subject.kind == SubjectKind.ARM:
            figure = _figure(as_of.shown(gap.contrast), beside)
        gaps.append(GapTold(gap.subject, gap.found, gap.randomised, figure))
    return JudgementTold(
        effect=replace(
            _effect(judgement.effect, names, drawn, plain, as_of),
            outcome=promised.outcome,
            window_days=promised.window_days,
        ),
        gaps=tuple(gaps),
        compared=judgement.compared,
        changed=_changed(judgement.changed, beside, as_of),
        guards=tuple(_guard(guard, plain) for guard in judgement.guards),
        secondary=tuple(map(partial(_secondary, plain=plain), judgement.secondary)),
    )


@dataclass(frozen=True)
class AsOf:
    """How far the window is: every interval of an arm is that of today, as that of the whole is."""

    promised: Promised
    progress: WindowProgress

    def shown(self, contrast: Contrast) -> Estimate:
        """The contrast with the interval by which may be concluded today."""
        return interval_of_today(contrast, self.promised, self.progress)


def _among_arms(plain: PlainTold, effect: CampaignEffect) -> PlainTold:
    """How far differences between arms are told. Where nobody was held out there is no plain effect
    to stand beside: arms are compared with each other all the same, in whole points.
    """
    if effect.verdict == EffectVerdict.NO_HOLDOUT:
        return replace(plain, says=plain.arms_say, coarse=True)
    return plain.of_arms


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


def _guard(guard: Guard, plain: PlainTold) -> GuardTold:
    """Its value withheld where few readers stand behind it."""
    counted = guard.counted
    n, value = Count.without(Missing.NOT_MEASURED), guard.value
    if counted is not None and counted.n:
        n = plain.persons(counted.n)
        # A share of one to four readers, beside the number of all, tells how many they are.
        if guard.kind in IN_PERCENT and Count.of(int(counted.amount)).is_withheld:
            value = None
    return GuardTold(guard.kind, guard.bound, value, n, guard.kept)


def _changed(changed: ChangedPlan | None, plain: PlainTold, as_of: AsOf) -> ChangedTold | None:
    """Both differences as coarse as the effect of an arm is told."""
    if changed is None:
        return None
    response = _figure(as_of.shown(changed.response), plain)
    return ChangedTold(
        outcome=_figure(as_of.shown(changed.outcome), plain),
        response=replace(response, measure=Measure.AUDIENCE_DIFFERENCE),
    )


def _effect(
    effect: CampaignEffect, names: Names, drawn: Drawn, plain: PlainTold, as_of: AsOf
) -> EffectTold:
    """The effect, each of its figures as far as the plain one is told. ``names``: {code of an arm:
    its name in both languages}.
    """
    verdict = effect.verdict
    # Of arms that would betray single readers nothing is said, so nothing is concluded either.
    if not verdict.is_silent and not plain.says:
        verdict = EffectVerdict.FEW
    is_adjusted = effect.whole is not None and effect.whole.decided is effect.whole.adjusted
    losses, before = None, None
    if effect.check is not None:
        losses, before = told_p(effect.check.losses), told_p(effect.check.before)
    return EffectTold(
        verdict=verdict,
        provisional=effect.provisional,
        progress=drawn.progress,
        # As many readers as the plain one is told of: exact numbers may be withheld.
        shown=replace(_figure(effect.shown, plain), n=plain.n),
        is_adjusted=is_adjusted,
        explained=_explained(effect, plain),
        visible=_visible(effect, plain),
        smallest=effect.smallest,
        losses=losses,
        before=before,
        arms=tuple(_arms(effect, names, drawn, plain, as_of)),
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


def told_p(p: float | None) -> float | None:
    """The next of ``P_TOLD`` that p does not exceed; None where there is none."""
    if p is None:
        return None
    return next(most for most in P_TOLD if p <= most)


def _explained(effect: CampaignEffect, plain: PlainTold) -> float | None:
    """The share of variance that history explains, in whole percent; None where it is not told."""
    if effect.whole is None or effect.whole.adjusted is None or not plain.says:
        return None
    if effect.whole.adjusted.explained is None:
        return None
    return round(effect.whole.adjusted.explained, COARSE)


def _visible(effect: CampaignEffect, plain: PlainTold) -> float | None:
    """The smallest effect that can be seen, as coarse as the effect; None where it is not told."""
    if effect.visible is None or not plain.says:
        return None
    if plain.coarse:
        return round(effect.visible, COARSE)
    return round(effect.visible, VISIBLE_DIGITS)


def _arms(
    effect: CampaignEffect, names: Names, drawn: Drawn, plain: PlainTold, as_of: AsOf
) -> list[ArmTold]:
    """Every arm that was drawn, in the order of the draw."""
    beside = plain.of_arms
    of_arm = {one.arm: as_of.shown(one.decided) for one in effect.arms}
    found = []
    for arm in drawn.arms:
        found.append(
            ArmTold(
                arm=arm.arm,
                name=names.get(arm.arm, {}),
                drawn=plain.persons(arm.drawn),
                lost=plain.persons(arm.lost),
                touched=_touched(arm, plain),
                effect=_figure(of_arm.get(arm.arm), beside),
            )
        )
    return found


def _touched(arm: ArmDrawn, plain: PlainTold) -> Count:
    """Who was also mailed by another campaign, so that the few who were not stay untold as well."""
    if arm.touched is None:
        return Count.without(Missing.NOT_MEASURED)
    return plain.persons(arm.touched).withheld_where(is_small(arm.drawn - arm.touched))


def _figure(estimate: Estimate | None, plain: PlainTold) -> Figure:
    """An estimate of the effect as it may be told beside the plain one."""
    if estimate is None or not estimate.says or not plain.says:
        return Figure.silent(plain.n, plain.measure)
    figure = Figure.of(estimate, plain.measure)
    if plain.coarse:
        return figure.rounded(COARSE)
    return figure
