"""What follows from the effect itself: stop, make smaller, or find out. Pure."""

from collections.abc import Iterator

from analytics.loop import subjects
from analytics.loop.judging.verdicts import EffectVerdict
from analytics.loop.measures import Figure
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
#: What can be seen changes with the square root of those held out, so that less is hardly noticed.
SMALLEST_MOVE = 5


def usual_effect(case: Case) -> float:
    """How far an effect lies from zero as a rule, as a share or in units of the amount. By this
    much it is drawn towards zero before anything is promised of it.
    """
    if case.promised.smallest:
        return case.promised.smallest
    whole = case.effect.whole
    # Loans per reader may be .02 or 20: without a named smallest effect only the measured one tells
    # the order of size.
    if case.promised.is_amount and whole is not None:
        return abs(whole.decided.estimate.value)
    return USUAL_EFFECT


@proposes(Kind.STOP, rank=0)
def stop(case: Case) -> Iterator[Proposal]:
    """What surely harms is stopped, also before its end."""
    if case.effect.verdict != EffectVerdict.HARMFUL:
        return
    measured = case.effect.whole.decided.estimate
    yield Proposal(
        kind=Kind.STOP,
        target=subjects.CAMPAIGN,
        before=True,
        after=False,
        promise=_outcome(case, _without(measured, 1)),
        n=measured.n,
        rests_on=[case.by_subject[subjects.LIFT]],
    )


@proposes(Kind.REDUCE, rank=1)
def reduce(case: Case) -> Iterator[Proposal]:
    """What surely does nothing that is worth having goes to half of the readers."""
    if case.effect.verdict != EffectVerdict.NIL or case.holdout_percent >= HALF_OF_THEM:
        return
    measured = case.effect.whole.decided.estimate
    # Half of them lose half of what little there was on the whole.
    gained = _without(measured, 0.5)
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
    if not _was_out_of_sight(case):
        return
    audience = case.effect.whole.decided.estimate.n
    after = _percent_that_sees(case, audience)
    if after is None or after - case.holdout_percent < SMALLEST_MOVE:
        return
    yield Proposal(
        kind=Kind.LEARN,
        target=subjects.HOLDOUT,
        before=case.holdout_percent,
        after=after,
        promise=Figure.silent(audience, case.difference),
        n=audience,
        rests_on=[case.by_subject[subjects.LIFT]],
    )


def _was_out_of_sight(case: Case) -> bool:
    """Whether the effect is open at the end, and what would be worth having was too small for these
    arms to show.
    """
    effect, smallest = case.effect, case.promised.smallest
    is_open = effect.verdict == EffectVerdict.OPEN and not effect.provisional
    if not is_open or smallest is None:
        return False
    # What could have been seen and was not clear all the same needs no more readers held out.
    return effect.visible is None or effect.visible > smallest


def _percent_that_sees(case: Case, audience: int) -> int | None:
    """The share to hold out so that what is worth having can be seen, whole percents up to half;
    None where even half is not enough.
    """
    # Those held out show how the outcome varies where no campaign changes it.
    held = held_out_for(case.promised.smallest, case.effect.spread, audience)
    if held is None:
        return None
    # Rounded up: a percent too few would leave it just out of sight.
    return min(-(-held * 100 // audience), HALF_OF_THEM)


def _without(measured: Estimate, part: float) -> Estimate:
    """What all readers gain on the whole where ``part`` of those mailed are mailed no more.

    Who is not mailed does what those held out do, so that the difference changes its sign; 1 for
    all of them.
    """
    lost = measured.scaled(part)
    return Estimate(-lost.value, -lost.high, -lost.low, lost.n, lost.level)


def _outcome(case: Case, gained: Estimate) -> Figure:
    """What is promised about the named outcome where ``gained`` was measured of it. In shares of 1
    or in units of the amount, as coarse as the report tells its effect.
    """
    # Also harm that was measured is partly bad luck, and what is promised of stopping is that much
    # less.
    promise = shrunk_difference(gained, usual_effect(case))
    return case.as_told(Figure.of(promise, case.difference))
