"""What the gates look at, read in a fixed number of queries, and whether a budget stands."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from campaigns.plan.models import Campaign, ChannelPlan, Element, Need, Standard
from crm.segments.models import Segment
from crm.staff.models import User

#: Tables that statements of other apps may name.
READABLE = ("campaigns_channel", "campaigns_campaign_segments")


@dataclass(frozen=True)
class Picture:
    """What a campaign holds at this moment. ``contents`` are rows of a later room."""

    purpose: str = ""
    goals: int = 0
    tasks: int = 0
    needs: list[Need] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    matched_needs: frozenset[int] = frozenset()
    matched_elements: frozenset[int] = frozenset()
    segments: list[Segment] = field(default_factory=list)
    holdout_percent: int = 0
    plans: list[ChannelPlan] = field(default_factory=list)
    budget: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    contents: list = field(default_factory=list)
    linked_channels: frozenset[int] = frozenset()
    standards: list[Standard] = field(default_factory=list)
    evaluations: int = 0
    next_time: str = ""
    #: What the campaign promises, a row of a later room; None where it names no outcome.
    experiment: Any = None
    arms: list = field(default_factory=list)

    @property
    def unmatched_needs(self) -> list[Need]:
        """Needs that no cultural content answers, in the order of the plan."""
        return [need for need in self.needs if need.pk not in self.matched_needs]

    @property
    def idle_elements(self) -> list[Element]:
        """Cultural contents that answer no need, in the order of the plan."""
        return [element for element in self.elements if element.pk not in self.matched_elements]

    @property
    def share(self) -> int:
        """Sum of the channel mix, %; 0 without a channel."""
        return sum(plan.share for plan in self.plans)

    @property
    def planned_cost(self) -> Decimal:
        """What the channels are planned to cost together, CNY."""
        costs = [plan.planned_cost for plan in self.plans]
        # An empty sum is an amount too; plain ``sum`` would make it the integer 0.
        return sum(costs, Decimal(0))


def look(campaign: Campaign, viewer: User | None = None) -> Picture:
    """Read everything the gates ask about, in a fixed number of queries.

    A page says for whom: no size of a segment is told to nobody.

    Contents, links and evaluations are later rooms' rows, so they are reached through the relations
    that point here.
    """
    # The page of matches shows each need with its elements, from the same rows.
    needs = list(campaign.needs.prefetch_related("matches__element"))
    matched_needs, matched_elements = set(), set()
    for need in needs:
        for match in need.matches.all():
            matched_needs.add(match.need_id)
            matched_elements.add(match.element_id)

    segments = campaign.segments.all()
    if viewer is not None:
        segments = segments.visible_to(viewer)

    experiment, arms = _promise_of(campaign)
    return Picture(
        purpose=campaign.purpose.strip(),
        goals=campaign.goals.count(),
        tasks=campaign.tasks.count(),
        needs=needs,
        elements=list(campaign.elements.all()),
        matched_needs=frozenset(matched_needs),
        matched_elements=frozenset(matched_elements),
        segments=list(segments),
        holdout_percent=campaign.holdout_percent,
        plans=list(campaign.channel_plans.select_related("channel")),
        budget=campaign.budget,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        contents=list(campaign.contents.select_related("channel")),
        linked_channels=frozenset(campaign.links.values_list("channel_id", flat=True)),
        standards=list(campaign.standards.prefetch_related("amendments__by")),
        evaluations=campaign.evaluations.count(),
        next_time=campaign.next_time.strip(),
        experiment=experiment,
        arms=arms,
    )


def _promise_of(campaign: Campaign) -> tuple[Any, list]:
    """What the campaign promises, with its arms; (None, none) where it names no outcome."""
    # A relation to one row raises where there is none; it counts as a missing attribute.
    experiment = getattr(campaign, "experiment", None)
    if experiment is None:
        return None, []
    return experiment, list(experiment.arms.all())


def budget_is_approved(campaign: Campaign) -> bool:
    """Whether the amount stands: strategy was left with it, or money has been booked against it.
    False without a budget. Takes one statement at most.
    """
    if campaign.budget is None:
        return False
    if campaign.phase not in (Campaign.Phase.PREPARE, Campaign.Phase.STRATEGY):
        return True
    # Money may be booked while still planning; from then on the amount is a promise to keep.
    return campaign.costs.exists()
