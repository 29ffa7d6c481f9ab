"""How the shares of the channels move. Pure.

A share moves only between channels that are counted in one unit, and only where a channel differs
beyond chance from the others; how far is said by ``analytics.loop.mix``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

from analytics.loop import mix
from analytics.loop.figures.shapes import ChannelResult
from analytics.loop.judging.channels import in_one_unit
from analytics.loop.judging.gaps import found_together
from analytics.loop.judging.saying import CountedChannel
from analytics.loop.judging.shapes import ComparedGap
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
    groups = _groups(planned, case)
    differing = _differing(groups, case)
    for evidence in groups:
        yield from _moved(evidence, differing, planned, case)


def _groups(planned: dict[str, int], case: Case) -> list[list[ChannelEvidence]]:
    """What the channels got and brought, those together that are counted in one unit."""
    # Readers we know and followings of open links are no common currency: a share moves only
    # between channels of which the same thing is counted.
    groups = []
    for group in in_one_unit(channel.counted for channel in case.results.channels):
        groups.append([_evidence(channel, planned[channel.code], case) for channel in group])
    return groups


def _differing(groups: Sequence[Sequence[ChannelEvidence]], case: Case) -> set[str]:
    """Codes of the channels that differ beyond chance, among all gaps of the report together. Of a
    channel earlier cycles speak as well, as far as they are remembered.
    """
    remembered: dict[str, float] = {}
    for evidence in groups:
        remembered |= mix.gap_p(evidence)

    # All gaps of the report anew, not those of channels alone: what else was compared raises the
    # bar for a channel, too. The report itself looks at this cycle only.
    gaps = [_as_remembered(gap, remembered) for gap in case.judgement.gaps]
    found = filter(attrgetter("found"), found_together(gaps))
    return {gap.subject.key for gap in found if gap.subject.kind == SubjectKind.CHANNEL}


def _as_remembered(gap: ComparedGap, remembered: dict[str, float]) -> ComparedGap:
    """The gap of a channel with the p that earlier cycles give it, any other as it is."""
    if gap.subject.kind != SubjectKind.CHANNEL:
        return gap
    return replace(gap, contrast=replace(gap.contrast, p=remembered.get(gap.subject.key)))


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


def _evidence(channel: CountedChannel, share: int, case: Case) -> ChannelEvidence:
    """What a channel got and brought, in this cycle and in earlier ones. ``share`` in percent of
    the plan; effort in the unit of the report's basis, yuan or percent.
    """
    earlier = tuple(_earlier_cycles(channel.code, case))
    return ChannelEvidence(
        channel.code, share, float(channel.responses), float(channel.effort), earlier
    )


def _earlier_cycles(code: str, case: Case) -> Iterator[tuple[float, float] | None]:
    """(responses, effort) of a channel in each earlier cycle of the line.

    None for a cycle that did not measure it, or counted effort in another way.
    """
    for results in case.history:
        # Responses per ¥100 and per share of the plan cannot be compared.
        if results.basis != case.results.basis:
            yield None
            continue
        yield _brought(results.channel(code))


def _brought(channel: ChannelResult | None) -> tuple[float, float] | None:
    """(responses, effort) of a channel as its report tells them; None where it tells none."""
    if channel is None or channel.responses_told is None:
        return None
    return float(channel.responses_told), float(channel.effort)
