"""Which arm of the draw the next plan goes on with: a content, or an hour of sending. Pure."""

from collections.abc import Iterator

from analytics.loop import subjects
from analytics.loop.inputs.experiment import PlannedArm
from analytics.loop.judging.shapes import ComparedGap
from analytics.loop.measures import Figure, Measure
from analytics.loop.models import Adjustment
from analytics.loop.proposals import Proposal
from analytics.loop.proposing.case import ENOUGH, Case
from analytics.loop.proposing.promises import shrunk_difference
from analytics.loop.proposing.registry import proposes
from analytics.loop.proposing.stopping import usual_effect
from analytics.loop.subjects import Subject

Kind = Adjustment.Kind


@proposes(Kind.CONTENT_ARM, Kind.TIMING, rank=2)
def best_arm(case: Case) -> Iterator[Proposal]:
    """The arm that surely did best on the outcome, if one did: readers were drawn into it, so the
    difference is its own. An arm with an hour of its own moves the hour of sending.
    """
    if not case.may_arrange:
        return
    better = []
    for arm in case.promised.arms:
        gap = case.judgement.gap(Subject.arm(arm.code))
        if gap is not None and gap.found and gap.contrast.estimate.value > 0:
            better.append((-gap.contrast.estimate.value, arm.code, arm, gap))
    for _value, _code, arm, gap in sorted(better)[:1]:
        if gap.contrast.estimate.n >= ENOUGH:
            yield _proposal(case, arm, gap)


def _proposal(case: Case, arm: PlannedArm, gap: ComparedGap) -> Proposal:
    """Go on with this arm alone, or at its hour."""
    kind, target = Kind.CONTENT_ARM, Subject.arm(arm.code)
    before, after = gap.against, arm.code
    if arm.hour is not None:
        kind, target = Kind.TIMING, subjects.SEND_HOUR
        before, after = case.results.send_hour, arm.hour
    promise = shrunk_difference(gap.contrast.estimate, usual_effect(case))
    return Proposal(
        kind=kind,
        target=target,
        names=arm.name,
        before=before,
        after=after,
        promise=case.as_told(Figure.of(promise, Measure.OUTCOME_DIFFERENCE)),
        spread=case.spread_as_told(promise.spread),
        n=gap.contrast.estimate.n,
        rests_on=[case.by_subject[Subject.gap(Subject.arm(arm.code))]],
    )
