"""What follows from the effect itself: stop, make smaller, or find out. Pure."""

from collections.abc import Iterator

from analytics.loop import subjects
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.measures import Figure, Measure
from analytics.loop.models import Adjustment
from analytics.loop.proposals import Proposal
from analytics.loop.proposing.case import Case
from analytics.loop.proposing.promises import shrunk_difference
from analytics.loop.proposing.registry import proposes
from core.estimates import Estimate
from core.inference.sizing import held_out_for

Kind = Adjustment.Kind
#: Of what does nothing half of the readers are mailed: the most a plan may hold out.
HALF_OF_THEM = 50
#: How far effects lie from zero as a rule where nobody named the smallest one worth having: five
#: points (this library's own setting).
USUAL_EFFECT = 0.05
#: A holdout is not changed for less than this, in percent points.
SMALLEST_MOVE = 5


def usual_effect(case: Case) -> float:
    """How far an effect lies from zero as a rule, as a share or in units of the amount."""
    if case.promised.smallest:
        return case.promised.smallest
    whole = case.effect.whole
    if case.promised.is_amount and whole is not None:
        return abs(whole.decided.estimate.value)
    return USUAL_EFFECT


@proposes(Kind.STOP, rank=0)
def stop(case: Case) -> Iterator[Proposal]:
    """What surely harms is stopped, also before its end."""
    if case.effect.verdict != EffectVerdict.HARMFUL:
        return
    lost = case.effect.whole.decided.estimate
    # Who is not mailed does what those held out do: the difference changes its sign.
    gained = Estimate(-lost.value, -lost.high, -lost.low, lost.n, lost.level)
    yield Proposal(
        kind=Kind.STOP,
        target=subjects.CAMPAIGN,
        before=True,
        after=False,
        promise=_outcome(case, gained),
        n=lost.n,
        rests_on=[case.by_subject[subjects.LIFT]],
    )


@proposes(Kind.REDUCE, rank=1)
def reduce(case: Case) -> Iterator[Proposal]:
    """What surely does nothing that is worth having goes to half of the readers."""
    if case.effect.verdict != EffectVerdict.NIL or case.holdout_percent >= HALF_OF_THEM:
        return
    measured = case.effect.whole.decided.estimate
    # Half of them are not mailed any more, and lose half of what little there was.
    given_up = measured.scaled(0.5)
    gained = Estimate(-given_up.value, -given_up.high, -given_up.low, measured.n, measured.level)
    yield Proposal(
        kind=Kind.REDUCE,
        target=subjects.HOLDOUT,
        before=case.holdout_percent,
        after=HALF_OF_THEM,
        promise=_outcome(case, gained),
        n=measured.n,
        rests_on=[case.by_subject[subjects.LIFT]],
    )


@proposes(Kind.LEARN, rank=9)
def find_out(case: Case) -> Iterator[Proposal]:
    """Where the arms could not show what would be worth having: hold out as many as it takes.

    Nothing is promised but that it will be seen; without a named smallest effect nobody can say
    what is to be seen.
    """
    smallest = case.promised.smallest
    effect = case.effect
    if effect.verdict != EffectVerdict.OPEN or effect.provisional or smallest is None:
        return
    if effect.visible is not None and effect.visible <= smallest:
        return
    audience = effect.whole.decided.estimate.n
    held = held_out_for(smallest, _spread_of(case), audience)
    if held is None:
        return
    after = min(-(-held * 100 // audience), HALF_OF_THEM)
    if after - case.holdout_percent < SMALLEST_MOVE:
        return
    yield Proposal(
        kind=Kind.LEARN,
        target=subjects.HOLDOUT,
        before=case.holdout_percent,
        after=after,
        promise=Figure.silent(audience, Measure.OUTCOME_DIFFERENCE),
        n=audience,
        rests_on=[case.by_subject[subjects.LIFT]],
    )


def _spread_of(case: Case) -> float:
    """The standard deviation of the outcome among those held out."""
    return case.effect.spread


def _outcome(case: Case, gained: Estimate) -> Figure:
    """What is promised about the named outcome where ``gained`` was measured of it."""
    promise = shrunk_difference(gained, usual_effect(case))
    return case.as_told(Figure.of(promise, Measure.OUTCOME_DIFFERENCE))
