"""The figures of a plan by their names (core/measures.py)."""

from django.utils.translation import gettext_lazy as _

from core.measures import CountedIn, CountedOver, NamedMeasure
from core.numbers import money, per_hundred


def whole_percent(share) -> str:
    """A share of a plan, which is a whole number of percent: 40 → "40 %"."""
    return per_hundred(share, None)


BUDGET = NamedMeasure(
    key="plan.budget",
    label=_("Approved budget"),
    counted=_("cash that was approved for the campaign"),
    unit=CountedIn.CNY,
    window=CountedOver.PLAN,
    source="campaigns.Campaign.budget",
    rows=_("the changes of the budget in the campaign's room"),
    printed=money,
)
CHANNEL_SHARE = NamedMeasure(
    key="plan.channel_share",
    label=_("Planned share"),
    counted=_("the channel's part of the mix, which makes 100 % together"),
    unit=CountedIn.PERCENT,
    window=CountedOver.PLAN,
    source="campaigns.ChannelPlan.share",
    rows=_("the channel mix"),
    printed=whole_percent,
)
CHANNEL_COST = NamedMeasure(
    key="plan.channel_cost",
    label=_("Planned cost"),
    counted=_("what the channel is planned to cost; nothing of it need have been spent"),
    unit=CountedIn.CNY,
    window=CountedOver.PLAN,
    source="campaigns.ChannelPlan.planned_cost",
    rows=_("the channel mix"),
    printed=money,
)
CHANNEL_REACH = NamedMeasure(
    key="plan.channel_reach",
    label=_("Expected reach"),
    counted=_("how many people the planner expects the channel to reach"),
    unit=CountedIn.PERSONS,
    window=CountedOver.PLAN,
    source="campaigns.ChannelPlan.expected_reach",
    rows=_("the channel mix"),
)
MEASURES = [BUDGET, CHANNEL_SHARE, CHANNEL_COST, CHANNEL_REACH]
