"""How the shares of the channels move. Pure.

A share moves only between channels that are counted in one unit, and only where a channel differs
beyond chance from the others; how far is said by ``analytics.loop.mix``.
"""

from collections.abc import Iterator, Sequence

from analytics.loop import mix
from analytics.loop.figures.shapes import ChannelResult
from analytics.loop.judging.channels import in_one_unit
from analytics.loop.measures import Figure
from analytics.loop.mix import ChannelEvidence
from analytics.loop.models import Adjustment
from analytics.loop.proposals import Proposal
from analytics.loop.proposing.case import Case
from analytics.loop.proposing.registry import proposes
from analytics.loop.shares import whole_shares
from analytics.loop.subjects import Subject

Kind = Adjustment.Kind
#: Smaller moves are not worth a decision, in percent points of the plan.
SMALLEST_MOVE = 2


@proposes(Kind.CHANNEL_SHARE, rank=3)
def shares(case: Case) -> Iterator[Proposal]:
    """One proposal for each channel whose share would move enough to be worth it."""
    if not case.may_arrange:
        return
    planned = {channel.channel: channel.share for channel in case.results.channels}
    for group in in_one_unit(case.results.channels):
        if _differ(group, case):
            yield from _moved(group, planned, case)


def _differ(group: Sequence[ChannelResult], case: Case) -> bool:
    """Whether any channel of the group differs from the others beyond chance."""
    for channel in group:
        gap = case.judgement.gap(Subject.channel(channel.channel))
        if gap is not None and gap.found:
            return True
    return False


def _moved(
    group: Sequence[ChannelResult], planned: dict[str, int], case: Case
) -> Iterator[Proposal]:
    """The channels of one unit, whose shares together stay what they are."""
    evidence = [_evidence(channel, case) for channel in group]
    beliefs = mix.believe(evidence)
    after = within_group(mix.step(evidence), planned)
    for channel in evidence:
        share = after[channel.code]
        if abs(share - channel.share) < SMALLEST_MOVE:
            continue
        promise = mix.promise(channel, beliefs[channel.code], share)
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


def _evidence(channel: ChannelResult, case: Case) -> ChannelEvidence:
    """What a channel got and brought, in this cycle and in earlier ones."""
    earlier = tuple(_earlier_cycles(channel, case))
    return ChannelEvidence(
        channel.channel,
        channel.share,
        float(channel.responses_told),
        float(channel.effort),
        earlier,
    )


def _earlier_cycles(channel: ChannelResult, case: Case) -> Iterator[tuple[float, float]]:
    """(responses, effort) of a channel, as far as earlier cycles counted both in the same way."""
    for results in case.history:
        # Responses per ¥100 and per share of the plan cannot be added.
        if results.basis != case.results.basis:
            continue
        before = results.channel(channel.channel)
        if before is None or before.responses_told is None:
            continue
        yield float(before.responses_told), float(before.effort)
