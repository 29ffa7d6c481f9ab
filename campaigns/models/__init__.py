from campaigns.models.campaign import Campaign, Cost, Element, Goal, Match, Need, PhaseMove, Task
from campaigns.models.channel import Channel, ChannelPlan
from campaigns.models.delivery import Click, Content, Delivery, TrackedLink
from campaigns.models.standard import Standard, StandardAmendment

__all__ = [
    "Campaign",
    "Channel",
    "ChannelPlan",
    "Click",
    "Content",
    "Cost",
    "Delivery",
    "Element",
    "Goal",
    "Match",
    "Need",
    "PhaseMove",
    "Standard",
    "StandardAmendment",
    "Task",
    "TrackedLink",
]
