from campaigns.plan.models.budget import BudgetChange
from campaigns.plan.models.campaign import Campaign, CampaignPartQuerySet, Cost, PhaseMove
from campaigns.plan.models.channel import Channel, ChannelPlan
from campaigns.plan.models.parts import Element, Goal, Match, Need, Task
from campaigns.plan.models.standard import Standard, StandardAmendment

__all__ = [
    "BudgetChange",
    "Campaign",
    "CampaignPartQuerySet",
    "Channel",
    "ChannelPlan",
    "Cost",
    "Element",
    "Goal",
    "Match",
    "Need",
    "PhaseMove",
    "Standard",
    "StandardAmendment",
    "Task",
]
