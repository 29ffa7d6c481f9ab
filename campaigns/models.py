"""The models of campaigns, re-exported for Django: each lives in its room."""

from campaigns.contents.models import Content
from campaigns.experiments.models import (
    Arm,
    Assignment,
    DrawnArm,
    Experiment,
    Guardrail,
    ProgrammeHoldout,
)
from campaigns.hosts.models import LinkHost
from campaigns.limits.models import LimitStop, MailRules
from campaigns.links.models import MissedClicks, TrackedLink
from campaigns.plan.models import (
    BudgetChange,
    Campaign,
    Channel,
    ChannelPlan,
    Cost,
    Element,
    Goal,
    Match,
    Need,
    PhaseMove,
    Standard,
    StandardAmendment,
    Task,
)
from campaigns.returns.models import ReturnDoor, ReturnedMail
from campaigns.sending.models import Click, Delivery

__all__ = [
    "Arm",
    "Assignment",
    "BudgetChange",
    "Campaign",
    "Channel",
    "ChannelPlan",
    "Click",
    "Content",
    "Cost",
    "Delivery",
    "DrawnArm",
    "Element",
    "Experiment",
    "Goal",
    "Guardrail",
    "LimitStop",
    "LinkHost",
    "MailRules",
    "Match",
    "MissedClicks",
    "Need",
    "PhaseMove",
    "ProgrammeHoldout",
    "ReturnDoor",
    "ReturnedMail",
    "Standard",
    "StandardAmendment",
    "Task",
    "TrackedLink",
]
