"""Which channels are answered more or less than the others, per unit of effort. Pure.

Readers we know and followings of open links are counted in different units: each channel is
compared with the others of its own unit, and with none of the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from analytics.loop import mix
from analytics.loop.judging.saying import CountedChannel
from analytics.loop.judging.shapes import ComparedGap
from analytics.loop.mix import ChannelEvidence
from analytics.loop.rules import Rule
from analytics.loop.subjects import Subject
from core.inference.rates import rates_differ


def in_one_unit(channels: Iterable[CountedChannel]) -> list[list[CountedChannel]]:
    """The measured channels by what they are counted in, those with known readers first. One list
    for each unit; at most two, in each the channels as they stand in the report.
    """
    groups = defaultdict(list)
    for channel in channels:
        # Nobody counted is not nobody came; and without effort there is nothing to divide by.
        if channel.responses is not None and channel.effort > 0:
            groups[channel.is_open].append(channel)
    return [groups[is_open] for is_open in sorted(groups)]


def evidence_of(channel: CountedChannel) -> ChannelEvidence:
    """A measured channel as the mix believes of it: in this cycle and in earlier ones."""
    return ChannelEvidence(
        channel.code,
        channel.share,
        float(channel.responses),
        float(channel.effort),
        channel.earlier,
    )


def channel_gaps(channels: Iterable[CountedChannel], rule: Rule) -> Iterator[ComparedGap]:
    """The gap of each channel to the others of its unit; none where it is the only one. In
    responses per unit of effort. Channels were not drawn, so that a gap is only observed.

    How much is said by this cycle; whether it is beyond chance by the earlier ones as well, as far
    as they are remembered. One p for the report and for what is proposed by it.
    """
    for group in in_one_unit(channels):
        if len(group) == 1:
            continue
        remembered = mix.gap_p(list(map(evidence_of, group)))
        counted = sum(channel.responses for channel in group)
        effort = sum(channel.effort for channel in group)
        for channel in group:
            others = effort - channel.effort
            # Against the others and not against all: a channel that brings most would be compared
            # with itself.
            contrast = rates_differ(
                channel.responses,
                channel.effort,
                counted - channel.responses,
                others,
                level=rule.estimate_level,
            )
            contrast = replace(contrast, p=remembered[channel.code])
            yield ComparedGap(Subject.channel(channel.code), contrast, randomised=False)
