"""How the shares of the channels move. Pure.

A share moves only between channels that are counted in one unit, and only where a channel differs
beyond chance from the others; how far is said by ``analytics.loop.mix``.
"""

from collections.abc import Iterator, Sequence

from analytics.loop import mix
from analytics.loop.judging.channels import evidence_of, in_one_unit
from analytics.loop.judging.shapes import Judgement
from analytics.loop.measures import Figure
from analytics.loop.mix import ChannelEvidence
from analytics.loop.mix.steps import SMALLEST_MOVE
from analytics.loop.models import Adjustment
from analytics.loop.proposals import Proposal
from analytics.loop.proposing.case import Case
from analytics.loop.proposing.registry import proposes
from analytics.loop.shares import whole_shares
from analytics.loop.subjects import Subject, SubjectKind

Kind = Adjustment.Kind


@proposes(Kind.CHANNEL_SHARE, rank=3)
def shares(case: Case) -> Iterator[Proposal]:
    """One proposal for each channel that differs from the others of its unit, and whose share would
    move enough to be worth it.
    """
    if not case.may_arrange:
        return
    planned = {channel.channel: channel.share for channel in case.results.channels}
    differing = _differing(case.judgement)
    for group in in_one_unit(case.channels):
        yield from _moved(list(map(evidence_of, group)), differing, planned, case)


def _differing(judgement: Judgement) -> set[str]:
    """Codes of the channels that the report says differ beyond chance, among all it compares."""
    found = [gap.subject for gap in judgement.gaps if gap.found]
    return {subject.key for subject in found if subject.kind == SubjectKind.CHANNEL}


def _moved(
    evidence: Sequence[ChannelEvidence], differing: set[str], planned: dict[str, int], case: Case
) -> Iterator[Proposal]:
    """The channels of one unit, whose shares together stay what they are."""
    movable = differing.intersection(channel.code for channel in evidence)
    if not movable:
        return
    after = within_group(mix.step(evidence, movable=movable), planned)
    for channel in evidence:
        # The others of the unit change a little as well, to make room: that is no proposal of its
        # own.
        share = after[channel.code]
        if abs(share - channel.share) < SMALLEST_MOVE:
            continue
        promise = mix.foretell(evidence, channel.code, share)
        found = case.by_subject[Subject.channel(channel.code)]
        yield Proposal(
            kind=Kind.CHANNEL_SHARE,
            target=Subject.channel(channel.code),
            names=found.names,
            before=channel.share,
            after=share,
            promise=Figure.of(promise, case.results.basis.measure),
            n=found.figure.n,
            rests_on=[found],
        )


def within_group(moved: dict[str, int], planned: dict[str, int]) -> dict[str, int]:
    """All shares of the plan, those of the group in proportion to ``moved`` and together what they
    were, the others as they are.
    """
    total = sum(planned[code] for code in moved)
    scale = total / sum(moved.values())
    weights, fixed = dict(planned), dict(planned)
    for code, share in moved.items():
        weights[code] = share * scale
        # Free to move; what stays here keeps its share to the percent.
        del fixed[code]
    return whole_shares(weights, fixed=fixed)
