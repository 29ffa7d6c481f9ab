"""What is kept of plans: every state of a campaign and of a standard, every change of a budget."""

from core.grants import Kept

KEPT = [
    Kept("campaigns.CampaignEvent"),
    Kept("campaigns.StandardEvent"),
    Kept("campaigns.BudgetChange"),
]
OWNER_FUNCTIONS = ["huixiang_forget_plans(timestamptz, integer)"]
