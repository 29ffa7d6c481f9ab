"""Response by the hour of sending. Pure."""

from collections.abc import Iterable

from analytics.loop.figures.shapes import HourResult
from analytics.loop.figures.shares import NOBODY, OPEN, SentCell, difference, share, summed
from analytics.loop.rules import Rule
from core.disclosure import either, hidden_in_row


def hour_results(sent: Iterable[SentCell], planned: int, rule: Rule) -> tuple[HourResult, ...]:
    """Response by local hour of sending, with the difference to the hour that was planned."""
    counts = summed((cell.hour, cell.count) for cell in sent)
    hours = sorted(counts)
    flags = hidden_in_row([counts[hour] for hour in hours])
    hidden = dict(zip(hours, flags, strict=True))

    found = []
    for hour in hours:
        gap = None
        # The planned hour is what the others are compared with.
        if hour != planned:
            either_hidden = either(hidden[hour], hidden.get(planned, OPEN))
            gap = difference(counts[hour], counts.get(planned, NOBODY), rule, either_hidden)
        found.append(HourResult(hour, share(counts[hour], rule, hidden[hour]), gap))
    return tuple(found)
