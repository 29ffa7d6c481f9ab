"""What a campaign has brought so far, by channel.

Three grouped queries however many rows there are.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from campaigns.links.models import TrackedLink
from campaigns.plan.models import Campaign, ChannelPlan, Cost
from campaigns.sending.models import Delivery
from core.disclosure import suppress


@dataclass
class ChannelOutcome:
    """``sent`` readers mailed, ``clicked`` of them followed a link, ``visits`` by links outside
    mails; ``cost`` in CNY. None: the channel left no such trace.
    """

    sent: int | None = None
    clicked: int | None = None
    visits: int | None = None
    cost: Decimal | None = None

    @property
    def responses(self) -> int | None:
        """Readers who followed a mail's link plus visits by other links.

        None when the channel left no trace.
        """
        if self.clicked is None and self.visits is None:
            return None
        return (self.clicked or 0) + (self.visits or 0)

    @property
    def per_hundred(self) -> float | None:
        """Responses per ¥100 booked.

        None without cost, and where 1 to 4 responses could be worked out from it.
        """
        if suppress(self.responses) is None or not self.cost:
            return None
        return float(self.responses / self.cost * 100)


def by_channel(campaign: Campaign) -> dict[int, ChannelOutcome]:
    """``{channel id: outcome}`` of every channel that sent, was followed or cost something."""
    found: dict[int, ChannelOutcome] = {}
    for channel, sent, clicked in _mails(campaign):
        found[channel] = ChannelOutcome(sent=sent, clicked=clicked)
    for channel, visits in _visits(campaign):
        found.setdefault(channel, ChannelOutcome()).visits = visits
    for channel, cost in _costs(campaign):
        found.setdefault(channel, ChannelOutcome()).cost = cost
    return found


def by_channel_last_round(campaign: Campaign) -> dict[int, ChannelOutcome]:
    """``by_channel`` of the campaign before; empty for a first round."""
    if not campaign.previous_id:
        return {}
    return by_channel(campaign.previous)


def _mails(campaign: Campaign):
    """(channel id, readers mailed, readers who followed a link)"""
    sent = Delivery.objects.filter(content__campaign=campaign, state=Delivery.State.SENT)
    followed = Q(clicked_at__isnull=False)
    return sent.values_list("content__channel").annotate(
        sent=Count("pk"), clicked=Count("pk", filter=followed)
    )


def _visits(campaign: Campaign):
    """(channel id, followings of links outside mails)"""
    # A mail's links are left out: their followers are counted as readers, by delivery.
    links = TrackedLink.objects.filter(campaign=campaign, content__isnull=True)
    # Without order_by() the model's own ordering would split the groups.
    return links.values_list("channel").annotate(n=Sum("clicks")).order_by()


def _costs(campaign: Campaign):
    """(channel id, cash booked, CNY)"""
    costs = Cost.objects.filter(campaign=campaign, kind=Cost.Kind.CASH, channel__isnull=False)
    booked = Coalesce(Sum("amount"), Decimal(0))
    return costs.values_list("channel").annotate(n=booked).order_by()


@dataclass(frozen=True)
class ChannelLine:
    """One channel of the plan beside what it brought and what it brought last time.

    ``best`` is the most responses per ¥100 that any channel brought last time.
    """

    plan: ChannelPlan
    now: ChannelOutcome
    before: ChannelOutcome | None
    best: float

    @property
    def bar(self) -> int | None:
        """Last round's responses per ¥100, 0 to 100 on a scale ending at the best channel.

        None where unmeasured.
        """
        if self.before is None or self.before.per_hundred is None or not self.best:
            return None
        return round(100 * self.before.per_hundred / self.best)


def channel_lines(campaign: Campaign, plans: list[ChannelPlan]) -> list[ChannelLine]:
    """The channel table of a room.

    The plan's channels with this round's and the previous round's outcome.
    """
    now = by_channel(campaign)
    before = by_channel_last_round(campaign)
    best = max((outcome.per_hundred or 0 for outcome in before.values()), default=0)
    lines = []
    for plan in plans:
        outcome = now.get(plan.channel_id, ChannelOutcome())
        lines.append(ChannelLine(plan, outcome, before.get(plan.channel_id), best))
    return lines
