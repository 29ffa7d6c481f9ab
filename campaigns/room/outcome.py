"""What a campaign has brought so far, by channel.

Three grouped queries however many rows there are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from campaigns.links.models import TrackedLink
from campaigns.plan.models import Campaign, ChannelPlan, Cost
from campaigns.sending.models import Delivery
from core.disclosure import Count, Missing, count_in_tens


@dataclass
class ChannelTrace:
    """What the database says of one channel: ``sent`` readers mailed, ``clicked`` of them followed
    a link, ``visits`` by links outside mails, ``cost`` in CNY. None: it left no such trace.
    """

    sent: int | None = None
    clicked: int | None = None
    visits: int | None = None
    cost: Decimal | None = None

    def shown(self) -> "ChannelOutcome":
        """The same as everybody may be told."""
        responses = self._responses()
        return ChannelOutcome(
            sent=self._mailed(),
            responses=responses,
            cost=self.cost,
            per_hundred=_per_hundred(responses, self.cost),
        )

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


def _per_hundred(responses: Count, cost: Decimal | None) -> float | Missing:
    """Responses per ¥100 booked; not measured without cost or responses, withheld where the
    responses are.
    """
    if responses.is_withheld:
        return Missing.WITHHELD
    if responses.public_number is None or not cost:
        return Missing.NOT_MEASURED
    return float(responses.public_number / cost * 100)


@dataclass(frozen=True)
class ChannelOutcome:
    """What one channel brought, as everybody may be told; ``cost`` in CNY, ``per_hundred`` the
    responses per ¥100 booked.
    """

    sent: Count
    responses: Count
    cost: Decimal | None
    per_hundred: float | Missing

    def withheld(self) -> "ChannelOutcome":
        """The same without a number of readers."""
        return ChannelOutcome(
            sent=Count.without(Missing.WITHHELD),
            responses=Count.without(Missing.WITHHELD),
            cost=self.cost,
            per_hundred=Missing.WITHHELD,
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


def by_channel_last_round(campaign: Campaign, viewer) -> dict[int, ChannelOutcome]:
    """``by_channel`` of the campaign before; empty for a first round."""
    # By the number, which the row has; ``previous`` itself might have to be fetched.
    if not campaign.previous_id:
        return {}
    return by_channel(campaign.previous, viewer)


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
class ChannelLine:
    """One channel of the plan beside what it brought and what it brought last time.

    ``last_round`` is the responses per ¥100 of the round before, ``best`` the most that any channel
    brought then.
    """

    plan: ChannelPlan
    now: ChannelOutcome
    last_round: float | Missing
    best: float

    @property
    def bar(self) -> int | None:
        """``last_round``, 0 to 100 on a scale ending at the best channel.

        None where there is no figure.
        """
        if isinstance(self.last_round, Missing) or not self.best:
            return None
        # Beside the best and not beside 100: a bar compares channels and has no unit.
        return round(100 * self.last_round / self.best)

    @property
    def mailed(self) -> Count | str:
        """Readers who were mailed; a dash for a channel that writes to nobody."""
        if not self.plan.channel.contact:
            return "—"
        return self.now.sent


def channel_lines(campaign: Campaign, plans: list[ChannelPlan], viewer) -> list[ChannelLine]:
    """The channel table of a room, in the order of ``plans``.

    The plan's channels with this round's and the previous round's outcome.
    """
    now = by_channel(campaign, viewer)
    before = by_channel_last_round(campaign, viewer)
    best = _best(before.values())
    lines = []
    for plan in plans:
        outcome = now.get(plan.channel_id, NO_TRACE)
        last_round = before.get(plan.channel_id, NO_TRACE).per_hundred
        lines.append(ChannelLine(plan, outcome, last_round, best))
    return lines


def _best(outcomes: Iterable[ChannelOutcome]) -> float:
    """The most responses per ¥100 among those that have a figure; 0 where none has."""
    known = []
    for outcome in outcomes:
        if not isinstance(outcome.per_hundred, Missing):
            known.append(outcome.per_hundred)
    return max(known, default=0)
