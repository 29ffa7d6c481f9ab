"""Which arm of the draw the next plan goes on with: a content, or an hour of sending. Pure."""

from collections.abc import Iterator

from analytics.loop import subjects
from analytics.loop.inputs.experiment import PlannedArm
from analytics.loop.judging.shapes import ComparedGap
from analytics.loop.measures import Figure
from analytics.loop.models import Adjustment
from analytics.loop.proposals import Proposal
from analytics.loop.proposing.case import ENOUGH, Case
from analytics.loop.proposing.promises import shrunk_difference
from analytics.loop.proposing.registry import proposes
from analytics.loop.proposing.stopping import usual_effect
from analytics.loop.subjects import Subject
from core.estimated import Estimate

Kind = Adjustment.Kind


@proposes(Kind.CONTENT_ARM, Kind.TIMING, rank=2)
def best_arm(case: Case) -> Iterator[Proposal]:
    """The arm that surely did best on the outcome, if one did: readers were drawn into it, so the
    difference is its own. An arm at another hour moves the hour of sending.
    """
    if not case.may_arrange:
        return
    # The best one alone, and if it rests on too few readers none: the second best is no better for
    # it.
    for arm, gap in _better(case)[:1]:
        # What the report withholds it cannot give as a reason.
        is_told = _told(case, arm).low is not None
        if gap.contrast.estimate.n >= ENOUGH and is_told:
            yield _proposal(case, arm, gap)


def _better(case: Case) -> list[tuple[PlannedArm, ComparedGap]]:
    """The arms that surely did more than the one they are compared with, the best one first."""
    found = []
    for arm in case.promised.arms:
        gap = case.judgement.gap(Subject.arm(arm.code))
        if gap is not None and gap.found and gap.contrast.estimate.value > 0:
            found.append((arm, gap))
    # A tie is broken by the letter of the arm, so that the same evaluation proposes the same again.
    found.sort(key=lambda one: (-one[1].contrast.estimate.value, one[0].code))
    return found


def _proposal(case: Case, arm: PlannedArm, gap: ComparedGap) -> Proposal:
    """Go on with this arm alone, or at its hour. ``gap``: of the arm to the one it was compared
    with, in the named outcome.
    """
    # An arm with an hour of its own asks about the hour: what moves is the hour of sending.
    kind, target = Kind.CONTENT_ARM, Subject.arm(arm.code)
    before, after = gap.against, arm.code
    hours = _hour_of(case, gap.against), _hour_of(case, arm.code)
    if hours[0] != hours[1]:
        kind, target = Kind.TIMING, subjects.SEND_HOUR
        before, after = hours
    # From what is told of the arm: a finer promise would tell of few readers what the report hides.
    told = _told(case, arm)
    n = gap.contrast.estimate.n
    measured = Estimate(told.value, told.low, told.high, n, told.level)
    # The winner among several arms won partly by luck, hence drawn towards zero.
    promise = shrunk_difference(measured, usual_effect(case))
    return Proposal(
        kind=kind,
        target=target,
        names=arm.name,
        before=before,
        after=after,
        promise=case.as_told(Figure.of(promise, case.difference)),
        spread=case.spread_as_told(promise.spread),
        n=n,
        rests_on=[case.by_subject[Subject.gap(Subject.arm(arm.code))]],
    )


def _told(case: Case, arm: PlannedArm) -> Figure:
    """The difference of an arm to the one it is compared with, as the report tells it."""
    return case.by_subject[Subject.gap(Subject.arm(arm.code))].figure


def _hour_of(case: Case, code: str) -> int:
    """The hour of sending that was planned for an arm: its own, or the campaign's."""
    own = {arm.code: arm.hour for arm in case.promised.arms}
    if own[code] is None:
        return case.results.send_hour
    return own[code]
