"""What a campaign has cost so far, beside its budget."""

from dataclasses import dataclass
from decimal import Decimal

from campaigns.plan.models import Campaign, Cost
from campaigns.room.words import amount_in_words, spent_in_words


@dataclass(frozen=True)
class CostLine:
    """One cost that was booked, with its amount as the page says it."""

    cost: Cost
    amount: str


@dataclass(frozen=True)
class Spending:
    """The costs booked, and the cash among them beside the budget (None without one), CNY."""

    lines: list[CostLine]
    spent: Decimal
    budget: Decimal | None

    @property
    def said(self) -> str:
        """The sentence above the costs."""
        return spent_in_words(self.spent, self.budget)


def spending(campaign: Campaign) -> Spending:
    """What was booked, in the order of the days. Takes two statements."""
    lines = []
    for cost in campaign.costs.select_related("channel"):
        lines.append(CostLine(cost, amount_in_words(cost)))
    return Spending(lines, spent=campaign.spent(), budget=campaign.budget)
