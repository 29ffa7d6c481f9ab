"""What a campaign has brought so far, by channel.

Three grouped queries however many rows there are.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce

from campaigns.links.models import TrackedLink
from campaigns.plan.models import Campaign, Cost
from campaigns.sending.models import Delivery
from core.disclosure import suppress


@dataclass
class Outcome:
    """``sent`` readers mailed, ``clicked`` of them followed a link, ``visits`` by links outside
    mails; costs in CNY.
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
        known = [n for n in (self.clicked, self.visits) if n is not None]
        return sum(known) if known else None

    @property
    def per_hundred(self) -> float | None:
        """Responses per ¥100 booked.

        None without cost, and where 1 to 4 responses could be worked out from it.
        """
        if suppress(self.responses) is None or not self.cost:
            return None
        return float(self.responses / self.cost * 100)


def by_channel(campaign: Campaign) -> dict[int, Outcome]:
    """``{channel id: Outcome}`` of every channel that sent, was followed or cost something."""
    found: dict[int, Outcome] = {}
    mails = (
        Delivery.objects.filter(content__campaign=campaign, state="sent")
        .values_list("content__channel")
        .annotate(sent=Count("pk"), clicked=Count("pk", filter=Q(clicked_at__isnull=False)))
    )
    for channel, sent, clicked in mails:
        found[channel] = Outcome(sent=sent, clicked=clicked)
    visits = TrackedLink.objects.filter(campaign=campaign, content__isnull=True).values_list(
        "channel"
    )
    for channel, n in visits.annotate(n=Sum("clicks")).order_by():
        found.setdefault(channel, Outcome()).visits = n
    costs = Cost.objects.filter(
        campaign=campaign, kind=Cost.Kind.CASH, channel__isnull=False
    ).values_list("channel")
    for channel, amount in costs.annotate(n=Coalesce(Sum("amount"), Decimal(0))).order_by():
        found.setdefault(channel, Outcome()).cost = amount
    return found


@dataclass(frozen=True)
class Line:
    """One channel of the plan beside what it brought and what it brought last time."""

    plan: object
    now: Outcome
    before: Outcome | None
    best: float

    @property
    def bar(self) -> int | None:
        """Last round's responses per ¥100, 0 to 100 on a scale ending at the best channel.

        None where unmeasured.
        """
        value = self.before.per_hundred if self.before else None
        return round(100 * value / self.best) if value is not None and self.best else None


def lines(campaign: Campaign, plans) -> list[Line]:
    """The channel table of a room.

    The plan's channels with this round's and the previous round's outcome.
    """
    now = by_channel(campaign)
    before = by_channel(campaign.previous) if campaign.previous_id else {}
    best = max((outcome.per_hundred or 0 for outcome in before.values()), default=0)
    return [
        Line(plan, now.get(plan.channel_id, Outcome()), before.get(plan.channel_id), best)
        for plan in plans
    ]
