"""Shares of persons and their differences, as far as they may be shown. Pure."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from analytics.loop.figures.shapes import ResponseShare
from analytics.loop.inputs.shapes import DeliveryCell
from analytics.loop.measures import Figure, Measure
from analytics.loop.rules import Rule
from campaigns.sending.models import Delivery
from core import estimates
from core.disclosure import Count, Hidden, Missing, either, hidden_in_row

#: Nothing is hidden.
OPEN = Hidden(share=False, n=False)


class ResponseCount(NamedTuple):
    """How many responded of how many who were sent to; a cell as ``core.disclosure`` takes it."""

    responded: int
    sent: int


NOBODY = ResponseCount(0, 0)


@dataclass(frozen=True)
class SentCell:
    """Deliveries that were sent, with what they have in common."""

    channel: str
    segments: tuple[int, ...]
    hour: int
    count: ResponseCount


def sent_cells(cells: Iterable[DeliveryCell]) -> list[SentCell]:
    """The cells of deliveries that were sent: responses are counted of these alone."""
    found = []
    for cell in cells:
        if cell.state != Delivery.State.SENT:
            continue
        responded = 0
        if cell.responded:
            responded = cell.n
        count = ResponseCount(responded, cell.n)
        found.append(SentCell(cell.channel, cell.segments, cell.hour, count))
    return found


def summed(pairs: Iterable[tuple[Hashable, ResponseCount]]) -> dict:
    """{key: sum of its counts}"""
    sums: dict = {}
    for key, count in pairs:
        before = sums.get(key, NOBODY)
        sums[key] = ResponseCount(before.responded + count.responded, before.sent + count.sent)
    return sums


def share(count: ResponseCount, rule: Rule, hidden: Hidden = OPEN) -> ResponseShare:
    """The share who responded with Wilson's interval.

    Counts of one to four are withheld with everything they betray.
    """
    # A count of its own may be small where the table it stands in has nothing to hide.
    hidden = either(hidden, *hidden_in_row([count]))
    if hidden.share:
        return _withheld_share(count, hidden)

    found = estimates.proportion(
        count.responded, count.sent, level=rule.estimate_level, least=rule.shown_from
    )
    level = None
    if found.says:
        level = found.level
    return ResponseShare(
        responded=Count.of(count.responded),
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        measure=Measure.RESPONSE,
        level=level,
    )


def _withheld_share(count: ResponseCount, hidden: Hidden) -> ResponseShare:
    """Nothing but how many were sent, and that only where ``hidden`` lets it be told."""
    sent = count.sent
    if hidden.n:
        sent = None
    return ResponseShare(
        responded=Count.without(Missing.WITHHELD),
        value=None,
        low=None,
        high=None,
        n=sent,
        measure=Measure.RESPONSE,
        level=None,
        withheld=True,
    )


def difference(inside: ResponseCount, outside: ResponseCount, rule: Rule, hidden: Hidden) -> Figure:
    """Share inside − share outside (Newcombe); silent where either is small or withheld."""
    # The two shares could be told from their difference, so it is hidden with either.
    if hidden.share:
        n = inside.sent
        if hidden.n:
            n = 0
        return Figure.silent(n, Measure.DIFFERENCE)
    found = estimates.difference(
        *inside, *outside, level=rule.estimate_level, least=rule.shown_from
    )
    return Figure.of(found, Measure.DIFFERENCE)


def about(n: int) -> int:
    """A number of persons to the nearest ten, where its last digit would betray some."""
    return round(n, -1)
