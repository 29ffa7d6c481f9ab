"""What was spent and what for: readers and followings apart, each in its own unit."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from analytics.loop.figures.shapes import ChannelResult, CostResult, Results
from analytics.loop.inputs.shapes import Inputs
from analytics.loop.measures import Figure
from analytics.loop.words import figure_range, figure_text
from campaigns.plan.models import Cost
from core.charts.svg import element, percent_of, written
from core.disclosure import Count
from core.localised import localised
from core.numbers import missing, money, number, percent

CENTS = 2


@dataclass(frozen=True)
class ChannelCost:
    """One channel: what was spent for each of its own unit; ``facts`` says by how much of which."""

    name: str
    each: str
    facts: str
    svg: SafeString | None


@dataclass(frozen=True)
class CostUnit:
    """Channels that are counted alike, and can be compared with one another."""

    title: str
    channels: Sequence[ChannelCost]


@dataclass(frozen=True)
class Booked:
    """What was booked in CNY: by the code of a channel, and for no channel of its own."""

    by_channel: Mapping[str, float]
    common: float
    is_any: bool

    @classmethod
    def of(cls, inputs: Inputs) -> "Booked":
        """Hours at this library's rate. What was planned and not booked is no cost."""
        booked: Counter = Counter()
        for cost in inputs.costs:
            amount = cost.amount
            if cost.kind == Cost.Kind.HOURS:
                amount *= inputs.hour_rate
            booked[cost.channel] += amount
        common = booked.pop(None, 0.0)
        return cls(booked, common, bool(inputs.costs))

    @property
    def common_said(self) -> str:
        """What belongs to no channel, and so is in none of their figures; empty where all does."""
        if not self.common:
            return ""
        return _("Booked for the campaign as a whole and spread over no channel: %(amount)s.") % {
            "amount": money(self.common)
        }


def units_of(results: Results, booked: Booked) -> list[CostUnit]:
    """Channels whose readers are known, then open ones; a kind without channels is left out."""
    known, opened = [], []
    for channel in results.channels:
        if channel.sent is None:
            opened.append(channel)
        else:
            known.append(channel)
    units = [
        (_("Mail, by readers who responded"), known),
        (_("Open channels, by followings of a link"), opened),
    ]
    return [CostUnit(title, _channels(of_it, booked)) for title, of_it in units if of_it]


def _channels(channels: Sequence[ChannelResult], booked: Booked) -> list[ChannelCost]:
    """Channels of one unit on one scale."""
    each = [each_of(channel, booked) for channel in channels]
    most = max([one for one in each if one is not None], default=None)
    rows = []
    for channel, value in zip(channels, each, strict=True):
        drawn = None
        if value is not None and most:
            drawn = _bar(value / most)
        name = localised(channel.name)
        rows.append(ChannelCost(name, _each_said(value), facts_of(channel, booked), drawn))
    return rows


def each_of(channel: ChannelResult, booked: Booked) -> float | None:
    """What was booked on a channel for each of its responses, in CNY; None where nothing was, and
    where nobody responded or it is not told.
    """
    spent = booked.by_channel.get(channel.channel)
    if spent is None or not channel.responses_told:
        return None
    return spent / channel.responses_told


def _each_said(value: float | None) -> str:
    """An amount for each, or that it cannot be said."""
    if value is None:
        return _("cannot say")
    return money(value, CENTS)


def facts_of(channel: ChannelResult, booked: Booked) -> str:
    """What was booked, and what came: readers or followings."""
    told = {"booked": _booked_said(channel, booked), "n": missing(channel.responses)}
    if channel.sent is None:
        return _("%(booked)s · followings: %(n)s") % told
    return _("%(booked)s · readers: %(n)s") % told


def _booked_said(channel: ChannelResult, booked: Booked) -> str:
    """What was booked on it; what was only planned is called so."""
    spent = booked.by_channel.get(channel.channel)
    if spent is not None:
        return money(spent)
    # Where nothing at all was booked the figures go by what was planned.
    if channel.spend is not None and not booked.is_any:
        return _("planned %(amount)s, nothing booked") % {"amount": money(channel.spend)}
    return _("nothing booked")


def _bar(share: float) -> SafeString:
    """A bar from zero, as long as its part of the longest one."""
    root = element("svg", class_="cost-bar", width="100%", height="20", aria_hidden="true")
    element("rect", root, class_="bar-of", x=0, y=2, width=percent_of(share), height=16)
    element("line", root, class_="zero", x1=0, x2=0, y1=0, y2=20)
    return mark_safe(written(root))


# --- for each of what came of it ------------------------------------------------------------------
def parts_of(costs: CostResult) -> list[tuple[str, str]]:
    """(what, how much) of all that was booked; empty where nothing was."""
    if costs.total is None:
        return []
    hours = _("%(hours)s × %(rate)s") % {
        "hours": number(costs.hours, 1),
        "rate": money(costs.hour_rate),
    }
    return [
        (_("Cash"), money(costs.cash)),
        (_("Staff hours"), hours),
        (_("In kind"), money(costs.in_kind)),
        (_("Total"), money(costs.total)),
    ]


def each_costs(results: Results) -> list[tuple[str, str]]:
    """(for each of what, how much): only what is known of both is said."""
    if results.costs.total is None:
        return []
    further = _("for each further reader with the outcome")
    if results.is_amount:
        further = _("for each further time")
    found = [(further, _outcome_said(results.costs.per_outcome))]
    for said, persons in (
        (_("for each reader reached"), results.reached),
        (_("for each contributor"), results.contributors),
    ):
        amount = _divided(results.costs.total, persons)
        if amount is not None:
            found.append((said, money(amount, CENTS)))
    return found


def _divided(total: float, persons: Count) -> float | None:
    """An amount for each person; None where their number is not told or is zero."""
    if not persons.public_number:
        return None
    return total / persons.public_number


def _outcome_said(figure: Figure | None) -> str:
    """What one more reader with the outcome cost, with its interval; only an effect that helped has
    one.
    """
    if figure is None or not figure.says:
        return _("cannot say")
    told = {"value": figure_text(figure), "n": figure.persons}
    if figure.low is None:
        return _("%(value)s (n=%(n)s)") % told
    told |= {"range": figure_range(figure), "level": percent(figure.level, 0)}
    return _("%(value)s (%(level)s interval %(range)s; n=%(n)s)") % told


def costs_title(results: Results) -> str:
    """The heading: how much was spent in all."""
    if results.costs.total is None:
        return _("No cost was booked")
    return _("%(total)s in all") % {"total": money(results.costs.total)}
