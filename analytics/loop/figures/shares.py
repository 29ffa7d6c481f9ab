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
from core.disclosure import Count, Hidden, Missing, either, hidden_in_row, rounded_to

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
    """The cells of deliveries that were sent: responses are counted of these alone.

    In the order given; a cell whose readers did not respond counts 0 of its n.
    """
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
    """{key: sum of its counts}, keys in the order of their first pair."""
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
    if rule.width:
        count, hidden = rounded(count, hidden, rule.width)
    if hidden.share:
        return _withheld_share(count, hidden, rule)

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
        width=rule.width,
    )


def rounded(count: ResponseCount, hidden: Hidden, width: int) -> tuple[ResponseCount, Hidden]:
    """The count rounded, and what of it is not told then: what is below ``width``, zero included.

    Everything is computed from what is told, so that no share says more than that.
    """
    responded, sent = rounded_to(width, count.responded), rounded_to(width, count.sent)
    hides_sent = hidden.n or sent is None
    silent = rounded_to(width, count.sent - count.responded)
    hides_share = hidden.share or None in (responded, silent, sent) or responded >= sent
    told = ResponseCount(responded or 0, sent or 0)
    return told, Hidden(share=hides_share, n=hides_sent)


def persons_told(n: int, rule: Rule) -> Count:
    """A number of readers, rounded where the rule says so; then withheld where it is less than the
    width.
    """
    if not rule.width:
        return Count.of(n)
    return Count.kept(rounded_to(rule.width, n))


def _withheld_share(count: ResponseCount, hidden: Hidden, rule: Rule) -> ResponseShare:
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
        width=rule.width,
    )


def difference(inside: ResponseCount, outside: ResponseCount, rule: Rule, hidden: Hidden) -> Figure:
    """Share inside − share outside (Newcombe), between −1 and 1; silent where either is small or
    withheld. Rounded before it is taken where the rule has a width.
    """
    if rule.width:
        inside, hidden = rounded(inside, hidden, rule.width)
        outside, hidden = rounded(outside, hidden, rule.width)
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


def about(n: int, rule: Rule) -> int:
    """A number of persons to the nearest ten, or to the width of the rule, where its last digit
    would betray some; 0 where it is too small to be told.
    """
    if rule.width:
        return rounded_to(rule.width, n) or 0
    return round(n, -1)
