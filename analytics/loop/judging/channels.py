"""Which channels are answered more or less than the others, per unit of effort. Pure.

Readers we know and followings of open links are counted in different units: each channel is
compared with the others of its own unit, and with none of the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from analytics.loop.judging.saying import CountedChannel
from analytics.loop.judging.shapes import ComparedGap
from analytics.loop.rules import Rule
from analytics.loop.subjects import Subject
from core.inference.rates import rates_differ


def in_one_unit(channels: Iterable[CountedChannel]) -> list[list[CountedChannel]]:
    """The measured channels by what they are counted in, those with known readers first."""
    groups = defaultdict(list)
    for channel in channels:
        if channel.responses is not None and channel.effort > 0:
            groups[channel.is_open].append(channel)
    return [groups[is_open] for is_open in sorted(groups)]


def channel_gaps(channels: Iterable[CountedChannel], rule: Rule) -> Iterator[ComparedGap]:
    """The gap of each channel to the others of its unit; none where it is the only one."""
    for group in in_one_unit(channels):
        counted = sum(channel.responses for channel in group)
        effort = sum(channel.effort for channel in group)
        for channel in group:
            others = effort - channel.effort
            if others <= 0:
                continue
            contrast = rates_differ(
                channel.responses,
                channel.effort,
                counted - channel.responses,
                others,
                level=rule.estimate_level,
            )
            yield ComparedGap(Subject.channel(channel.code), contrast, randomised=False)
