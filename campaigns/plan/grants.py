"""What is kept of plans: every state of a campaign and of a standard, every amendment of a standard
and every change of a budget.
"""

from core.grants import Kept

KEPT = [
    Kept("campaigns.CampaignEvent"),
    Kept("campaigns.StandardEvent"),
    # A locked standard changes only with an amendment on record: one that stays there.
    Kept("campaigns.StandardAmendment"),
    Kept("campaigns.BudgetChange"),
]
OWNER_FUNCTIONS = ["huixiang_forget_plans(timestamptz, integer)"]
