"""What each planned channel was given and what it brought. Pure."""

from collections import Counter
from collections.abc import Iterable

from analytics.loop.figures.segments import CrossedResponses
from analytics.loop.figures.shapes import ChannelResult, ResponseShare, told
from analytics.loop.figures.shares import (
    ResponseCount,
    SentCell,
    persons_told,
    share,
    summed,
)
from analytics.loop.inputs.shapes import Inputs, OpenLinks, PlannedChannel
from analytics.loop.measures import EffortBasis, Figure
from analytics.loop.rules import Rule
from campaigns.plan.models import Cost
from core import estimates
from core.disclosure import Count, Hidden

#: One unit of effort is so much money, or one percent of the plan for so many readers.
CNY_PER_EFFORT, READERS_PER_EFFORT = 100, 1000


def spend_of(inputs: Inputs, rule: Rule) -> dict[str, float]:
    """CNY per channel: what was booked on it, and nothing else.

    Before 0.4 also its planned share of what was booked on none and, where nothing was booked, the
    planned costs.
    """
    if rule.concludes:
        return booked_on_channels(inputs)
    if not inputs.costs:
        planned = {}
        for channel in inputs.channels:
            if channel.planned_cost:
                planned[channel.code] = channel.planned_cost
        return planned

    booked = _booked(inputs)
    # What was booked for the campaign as a whole falls to the channels as it was planned to.
    common = booked.pop(None, 0.0)
    spend = {}
    for channel in inputs.channels:
        spend[channel.code] = booked[channel.code] + common * channel.share / 100
    return spend


def _booked(inputs: Inputs) -> Counter:
    """CNY by the channel it was booked on; hours at the library's rate. None: on no channel."""
    booked: Counter = Counter()
    for cost in inputs.costs:
        amount = cost.amount
        if cost.kind == Cost.Kind.HOURS:
            amount *= inputs.hour_rate
        booked[cost.channel] += amount
    return booked


def booked_on_channels(inputs: Inputs) -> dict[str, float]:
    """CNY by channel, where it was spent; a channel on which nothing was booked is left out."""
    booked = _booked(inputs)
    codes = [channel.code for channel in inputs.channels]
    return {code: booked[code] for code in codes if booked[code]}


def basis_of(inputs: Inputs, spend: dict[str, float]) -> EffortBasis:
    """Money only where every planned channel cost some, so that all are divided by the same; else
    the share of the plan. ``spend``: CNY by the channel's code.
    """
    if not spend:
        return EffortBasis.SHARE
    for channel in inputs.channels:
        if not spend.get(channel.code):
            return EffortBasis.SHARE
    return EffortBasis.COST


def channel_results(
    inputs: Inputs,
    sent: Iterable[SentCell],
    cross: CrossedResponses,
    *,
    addressed: int,
    rule: Rule,
) -> tuple[ChannelResult, ...]:
    """Per planned channel: share, sent, response, effort, responses per effort with an exact
    Poisson interval.

    ``addressed``: readers, to the nearest ten where the exact number would betray some.
    """
    counts = summed((cell.channel, cell.count) for cell in sent)
    opened = inputs.opened
    spend = spend_of(inputs, rule)
    basis = basis_of(inputs, spend)
    found = []
    for channel in inputs.channels:
        found.append(
            _channel_result(
                channel,
                count=counts.get(channel.code),
                links=opened.get(channel.code),
                hidden=cross.hidden_of_channel(channel.code),
                spend=spend.get(channel.code),
                effort=_effort(channel, basis, spend, addressed),
                basis=basis,
                rule=rule,
            )
        )
    return tuple(found)


def _effort(
    channel: PlannedChannel, basis: EffortBasis, spend: dict[str, float], addressed: int
) -> float:
    """What a channel took: by cost in hundreds of yuan, by share in percent of the plan times
    thousands of readers addressed.
    """
    if basis == EffortBasis.COST:
        return spend[channel.code] / CNY_PER_EFFORT
    # Before anybody was addressed a share still is some effort, and nothing is divided by zero.
    return channel.share * max(addressed, 1) / READERS_PER_EFFORT


def _channel_result(
    channel: PlannedChannel,
    *,
    count: ResponseCount | None,
    links: OpenLinks | None,
    hidden: Hidden,
    spend: float | None,
    effort: float,
    basis: EffortBasis,
    rule: Rule,
) -> ChannelResult:
    """``count`` is None for a channel that sent nothing, ``links`` for one without links."""
    sent, response = None, None
    if count is not None:
        sent = persons_told(count.sent, rule).withheld_where(hidden.n)
        response = share(count, rule, hidden)

    followed, clicks = 0, None
    if links is not None:
        followed, clicks = links.links, links.clicks

    responses = _responses(channel, response, links)
    return ChannelResult(
        channel=channel.code,
        name=channel.name,
        kind=channel.kind,
        share=channel.share,
        sent=sent,
        response=response,
        links=followed,
        clicks=clicks,
        responses=responses,
        spend=spend,
        effort=effort,
        per_effort=_per_effort(told(responses), effort, basis, rule),
    )


def _responses(
    channel: PlannedChannel, response: ResponseShare | None, links: OpenLinks | None
) -> Count | int | None:
    """Readers who responded where we know them, followings of the links where we do not.

    None: not measured.
    """
    # A channel that sent to known readers is counted by them: its links would count them again.
    if response is not None:
        return response.responded

    if channel.personal or links is None:
        return None
    return links.clicks


def _per_effort(responses: int | None, effort: float, basis: EffortBasis, rule: Rule) -> Figure:
    """Responses per unit of effort; silent where either was not measured.

    A silent figure keeps the number of responses as its n.
    """
    if responses is None or not effort:
        return Figure.silent(responses or 0, basis.measure)
    counted = estimates.count(responses, level=rule.estimate_level).scaled(1 / effort)
    return Figure.of(counted, basis.measure)
