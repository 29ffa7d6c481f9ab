"""Which channels are answered more or less than the others, per unit of effort. Pure.

Readers we know and followings of open links are counted in different units: each channel is
compared with the others of its own unit, and with none of the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from analytics.loop.figures.shapes import ChannelResult
from analytics.loop.judging.shapes import Gap
from analytics.loop.rules import Rule
from analytics.loop.subjects import Subject
from core.inference.rates import rates_differ


def in_one_unit(channels: Iterable[ChannelResult]) -> list[list[ChannelResult]]:
    """The measured channels by what they are counted in, those with known readers first."""
    groups = defaultdict(list)
    for channel in channels:
        if channel.responses_told is not None and channel.effort > 0:
            groups[channel.response is None].append(channel)
    return [groups[is_open] for is_open in sorted(groups)]


def channel_gaps(channels: Iterable[ChannelResult], rule: Rule) -> Iterator[Gap]:
    """The gap of each channel to the others of its unit; none where it is the only one."""
    for group in in_one_unit(channels):
        counted = sum(channel.responses_told for channel in group)
        effort = sum(channel.effort for channel in group)
        for channel in group:
            others = effort - channel.effort
            if others <= 0:
                continue
            contrast = rates_differ(
                channel.responses_told,
                channel.effort,
                counted - channel.responses_told,
                others,
                level=rule.estimate_level,
            )
            yield Gap(Subject.channel(channel.channel), contrast, randomised=False)
