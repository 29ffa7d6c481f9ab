"""How the shares of the channels move. Pure.

A share moves only between channels that are counted in one unit, and only where a channel differs
beyond chance from the others; how far is said by ``analytics.loop.mix``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analytics.loop import mix
from analytics.loop.judging.channels import in_one_unit
from analytics.loop.judging.gaps import found_together
from analytics.loop.judging.saying import CountedChannel
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
    groups = []
    for group in in_one_unit(channel.counted for channel in case.results.channels):
        groups.append([_evidence(channel, planned[channel.code], case) for channel in group])
    differing = _differing(groups, case)
    for evidence in groups:
        yield from _moved(evidence, differing, planned, case)


def _differing(groups: Sequence[Sequence[ChannelEvidence]], case: Case) -> set[str]:
    """Codes of the channels that differ beyond chance, among all gaps of the report together. Of a
    channel earlier cycles speak as well, as far as they are remembered.
    """
    remembered: dict[str, float] = {}
    for evidence in groups:
        if len(evidence) > 1:
            remembered |= mix.gap_p(evidence)

    gaps = []
    for gap in case.judgement.gaps:
        if gap.subject.kind == SubjectKind.CHANNEL:
            p = remembered.get(gap.subject.key)
            gap = replace(gap, contrast=replace(gap.contrast, p=p))
        gaps.append(gap)
    found = [gap.subject for gap in found_together(gaps) if gap.found]
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
    weights, fixed = {}, {}
    for code, share in planned.items():
        weights[code] = share
        if code in moved:
            weights[code] = moved[code] * scale
        else:
            fixed[code] = share
    return whole_shares(weights, fixed=fixed)


def _evidence(channel: CountedChannel, share: int, case: Case) -> ChannelEvidence:
    """What a channel got and brought, in this cycle and in earlier ones."""
    earlier = tuple(_earlier_cycles(channel.code, case))
    return ChannelEvidence(
        channel.code, share, float(channel.responses), float(channel.effort), earlier
    )


def _earlier_cycles(code: str, case: Case) -> Iterator[tuple[float, float] | None]:
    """(responses, effort) of a channel in each earlier cycle of the line.

    None for a cycle that did not measure it, or counted effort in another way.
    """
    for results in case.history:
        before = results.channel(code)
        # Responses per ¥100 and per share of the plan cannot be compared.
        is_comparable = results.basis == case.results.basis and before is not None
        if not is_comparable or before.responses_told is None:
            yield None
            continue
        yield float(before.responses_told), float(before.effort)
