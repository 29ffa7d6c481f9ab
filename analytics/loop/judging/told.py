"""What of the conclusions everybody may be told: as coarse as the figures beside them. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum

from analytics.loop.inputs.experiment import Drawn, Promised, WindowProgress
from analytics.loop.judging.guardrails import IN_PERCENT
from analytics.loop.judging.shapes import (
    CampaignEffect,
    ChangedPlan,
    EffectVerdict,
    Guard,
    GuardKept,
    Judgement,
)
from analytics.loop.measures import Figure, Measure
from analytics.loop.subjects import Subject, SubjectKind
from core.disclosure import Count, Missing
from core.estimates import Estimate

#: Shares in whole percentage points: one reader more or less does not show.
COARSE = 2
#: {code of an arm: its name in both languages}.
Names = dict[str, dict[str, str]]


@dataclass(frozen=True)
class ArmTold:
    """How many were drawn into an arm, how many of them were lost, and its difference to those held
    out; silent for those held out themselves.
    """

    arm: str
    name: dict[str, str]
    drawn: Count
    lost: Count
    effect: Figure


@dataclass(frozen=True)
class EffectTold:
    """The effect as reports print it.

    ``shown``: by the interval of today, silent where nothing can be said. ``is_adjusted``: decided
    by what readers did before; ``explained``: the share of the outcome's variance that this
    explains. ``visible`` and ``smallest`` in the unit of ``shown``. ``losses``, ``before``: p of
    the two checks of the arms.
    """

    verdict: EffectVerdict
    provisional: bool
    progress: WindowProgress
    shown: Figure
    is_adjusted: bool = False
    explained: float | None = None
    visible: float | None = None
    smallest: float | None = None
    losses: float | None = None
    before: float | None = None
    arms: tuple[ArmTold, ...] = ()


@dataclass(frozen=True)
class GapTold:
    """A gap that was compared. ``figure``: of an arm; of everything else it stands with what it is
    a gap of.
    """

    subject: Subject
    found: bool
    randomised: bool
    figure: Figure | None = None


@dataclass(frozen=True)
class ChangedTold:
    """What the new arms did against the one that went on as before, in outcome and in response."""

    outcome: Figure
    response: Figure


@dataclass(frozen=True)
class GuardTold:
    """A guardrail as reports print it. ``value`` is None where it was not recorded, and where it
    would tell of one to four readers; ``n`` says of how many it is.
    """

    kind: str
    bound: float | None
    value: float | None
    n: Count
    kept: GuardKept


class Recommended(StrEnum):
    """What the rule of the report says: go on only where the named outcome is better and no
    guardrail is worse than it may be.
    """

    GO_ON = "go_on"
    STOP = "stop"
    SEND_LESS = "send_less"
    CHANGE = "change"
    OPEN = "open"
    WAIT = "wait"


@dataclass(frozen=True)
class JudgementTold:
    """``compared``: how many gaps were looked at together. ``changed``: None where no arm went on
    as before.
    """

    effect: EffectTold
    gaps: tuple[GapTold, ...]
    compared: int
    changed: ChangedTold | None = None
    guards: tuple[GuardTold, ...] = ()

    @property
    def recommended(self) -> Recommended:
        """What follows by the rule that stood before the launch."""
        if self.effect.verdict == EffectVerdict.HARMFUL:
            return Recommended.STOP
        if self.effect.provisional:
            return Recommended.WAIT
        if any(guard.kept == GuardKept.BROKEN for guard in self.guards):
            return Recommended.CHANGE
        if self.effect.verdict == EffectVerdict.GOOD:
            return Recommended.GO_ON
        if self.effect.verdict == EffectVerdict.NIL:
            return Recommended.SEND_LESS
        return Recommended.OPEN


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
