"""What a campaign has brought so far, by channel.

Three grouped queries however many rows there are.
"""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.module_loading import import_string

from campaigns.links.models import TrackedLink
from campaigns.plan.models import Campaign, Channel, ChannelPlan, Cost
from campaigns.plan.named import CHANNEL_COST, CHANNEL_REACH, CHANNEL_SHARE
from campaigns.room.named import BOOKED, FOLLOWED, MAILED
from campaigns.sending.models import Delivery
from core.disclosure import Count, Missing, count_in_tens
from core.measures import NamedFigure, NamedMeasure


@dataclass
class ChannelTrace:
    """What the database says of one channel: ``sent`` mails, of ``clicked`` of them a link was
    followed, ``visits`` by links outside mails, ``cost`` in CNY. None: it left no such trace.
    """

    sent: int | None = None
    clicked: int | None = None
    visits: int | None = None
    cost: Decimal | None = None

    def shown(self) -> "ChannelOutcome":
        """The same as everybody may be told."""
        return ChannelOutcome(sent=self._mailed(), responses=self._responses(), cost=self.cost)

    def _mailed(self) -> Count:
        """In tens: a segment's exact size beside it would tell how few were not mailed."""
        return count_in_tens(self.sent)

    def _responses(self) -> Count:
        """Readers who followed a mail's link plus visits by other links; withheld where the readers
        are, and not measured where there was neither mail nor link.
        """
        if self.clicked is None:
            return Count.of(self.visits)
        # Visits are told exactly in the list of links, so they would not cover a few readers.
        readers = self._readers()
        if not readers.is_shown:
            return readers
        return Count.of(self.clicked + (self.visits or 0))

    def _readers(self) -> Count:
        """Readers who followed a mail's link, beside those who were mailed."""
        # That nobody followed a link names nobody, however few were mailed.
        if self.sent is None or self.clicked == 0:
            return Count.of(self.clicked)
        return Count.part_of(self.clicked, self.sent)


@dataclass(frozen=True)
class ChannelOutcome:
    """What one channel brought so far, as everybody may be told.

    ``cost``: in CNY, None where nothing was booked.
    """

    sent: Count
    responses: Count
    cost: Decimal | None

    def withheld(self) -> "ChannelOutcome":
        """The same without a number of readers."""
        return ChannelOutcome(
            sent=Count.without(Missing.WITHHELD),
            responses=Count.without(Missing.WITHHELD),
            cost=self.cost,
        )


NO_TRACE = ChannelTrace().shown()


def by_channel(campaign: Campaign, viewer) -> dict[int, ChannelOutcome]:
    """``{channel id: outcome}`` of every channel that sent, was followed or cost something; no
    entry for any other. Takes three statements.

    Staff of one campus are told no number of readers: those of their own they find in the list of
    who was mailed, and could take them off.
    """
    # A channel may have left one trace and not another: what is missing stays "not measured".
    found: dict[int, ChannelTrace] = {}
    for channel, sent, clicked in _mails(campaign):
        found[channel] = ChannelTrace(sent=sent, clicked=clicked)
    for channel, visits in _visits(campaign):
        found.setdefault(channel, ChannelTrace()).visits = visits
    for channel, cost in _costs(campaign):
        found.setdefault(channel, ChannelTrace()).cost = cost
    shown = {channel: trace.shown() for channel, trace in found.items()}
    if viewer.campus_id:
        return {channel: outcome.withheld() for channel, outcome in shown.items()}
    return shown


def _mails(campaign: Campaign):
    """(channel id, readers mailed, readers who followed a link)"""
    sent = Delivery.objects.filter(content__campaign=campaign, state=Delivery.State.SENT)
    followed = Q(clicked_at__isnull=False)
    by_channel = sent.values_list("content__channel")
    return by_channel.annotate(sent=models.Count("pk"), clicked=models.Count("pk", filter=followed))


def _visits(campaign: Campaign):
    """(channel id, followings of links outside mails)"""
    # A mail's links are left out: their followers are counted as readers, by delivery.
    links = TrackedLink.objects.filter(campaign=campaign, content__isnull=True)
    # Without order_by() the model's own ordering would split the groups.
    return links.values_list("channel").annotate(n=Sum(F("clicks") - F("left_out"))).order_by()


def _costs(campaign: Campaign):
    """(channel id, cash booked, CNY)"""
    costs = Cost.objects.filter(campaign=campaign, kind=Cost.Kind.CASH, channel__isnull=False)
    booked = Coalesce(Sum("amount"), Decimal(0))
    return costs.values_list("channel").annotate(n=booked).order_by()


@dataclass(frozen=True)
class LastRound:
    """What each channel brought by the report of the campaign before (``LAST_ROUND_BY``).

    ``measure``: what is told; ``channels``: by the channel's code; ``others``: why nothing is told
    of a channel that is not among them.
    """

    measure: NamedMeasure
    channels: dict[str, NamedFigure]
    others: Missing

    @classmethod
    def of(cls, campaign: Campaign, viewer) -> "LastRound":
        """As the report's own room tells ``viewer``; one statement at most."""
        return cls(*import_string(settings.LAST_ROUND_BY)(campaign, viewer))

    def brought(self, channel: Channel) -> NamedFigure:
        """What one channel brought, or why nothing is told of it."""
        told = self.channels.get(channel.code)
        if told is None:
            return self.measure.read(self.others, about=f"channel:{channel.code}")
        return told

    @property
    def best(self) -> float:
        """The most that any channel brought; 0 where nothing is told of any."""
        known = []
        for told in self.channels.values():
            if told.says:
                known.append(told.public_number)
        return max(known, default=0)


@dataclass(frozen=True)
class ChannelLine:
    """One channel of the plan beside what it brought so far and what it brought last time.

    ``last_round``: by the report of the round before; ``best``: the most that any channel brought
    then.
    """

    plan: ChannelPlan
    now: ChannelOutcome
    last_round: NamedFigure
    best: float

    @property
    def bar(self) -> int | None:
        """``last_round``, 0 to 100 on a scale ending at the best channel.

        None where there is no figure.
        """
        if not self.last_round.says or not self.best:
            return None
        # Beside the best and not beside 100: a bar compares channels and has no unit.
        return round(100 * self.last_round.public_number / self.best)

    @property
    def about(self) -> str:
        """The stable key of its channel."""
        return f"channel:{self.plan.channel.code}"

    @property
    def planned(self) -> list[NamedFigure]:
        """Share, cost and reach as they are planned."""
        reach = self.plan.expected_reach
        if reach is None:
            reach = Missing.NOT_MEASURED
        return [
            CHANNEL_SHARE.read(self.plan.share, about=self.about),
            CHANNEL_COST.read(self.plan.planned_cost, about=self.about),
            CHANNEL_REACH.read(reach, about=self.about),
        ]

    @property
    def brought(self) -> list[NamedFigure]:
        """Cash booked, mails sent and links followed so far, each leading to its rows."""
        cost = self.now.cost
        if cost is None:
            cost = Missing.NOT_MEASURED
        links = {"campaign": self.plan.campaign_id, "channel": self.plan.channel_id}
        return [
            BOOKED.read(cost, about=self.about, href="#costs"),
            self._mailed,
            FOLLOWED.read(
                self.now.responses,
                about=self.about,
                href=f"{reverse('campaigns:link-list')}?{urlencode(links)}",
            ),
        ]

    @property
    def _mailed(self) -> NamedFigure:
        """Mails that were sent; a dash for a channel that writes to nobody."""
        if not self.plan.channel.contact:
            return MAILED.read(Missing.NOT_MEASURED, about=self.about, text="—")
        return MAILED.read(self.now.sent, about=self.about, href="#mails")


def channel_lines(
    campaign: Campaign, plans: list[ChannelPlan], last: LastRound, viewer
) -> list[ChannelLine]:
    """The channel table of a room, in the order of ``plans``.

    The plan's channels with this round's outcome so far, and what the last round's report says.
    """
    now = by_channel(campaign, viewer)
    lines = []
    for plan in plans:
        outcome = now.get(plan.channel_id, NO_TRACE)
        lines.append(ChannelLine(plan, outcome, last.brought(plan.channel), last.best))
    return lines
