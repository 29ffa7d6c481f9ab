"""Response by the hour of sending. Pure."""

from collections.abc import Iterable

from analytics.loop.figures.shapes import HourResult
from analytics.loop.figures.shares import NOBODY, OPEN, SentCell, difference, share, summed
from analytics.loop.rules import Rule
from core.disclosure import either, hidden_in_row


def hour_results(sent: Iterable[SentCell], planned: int, rule: Rule) -> tuple[HourResult, ...]:
    """Response by local hour of sending, with the difference to the hour that was planned.

    In the order of the hours; those in which nothing was sent are left out, and the planned one has
    no difference.
    """
    counts = summed((cell.hour, cell.count) for cell in sent)
    hours = sorted(counts)
    # The hours add up to everything that was sent, which is shown.
    flags = hidden_in_row([counts[hour] for hour in hours])
    hidden = dict(zip(hours, flags, strict=True))

    found = []
    for hour in hours:
        gap = None
        # The planned hour is what the others are compared with.
        if hour != planned:
            # Mails may all have gone out later than planned: then nothing stands in its hour.
            compared = counts.get(planned, NOBODY)
            either_hidden = either(hidden[hour], hidden.get(planned, OPEN))
            gap = difference(counts[hour], compared, rule, either_hidden)

        response = share(counts[hour], rule, hidden[hour])
        found.append(HourResult(hour, response, gap))
    return tuple(found)
