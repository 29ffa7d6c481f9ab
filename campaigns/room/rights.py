"""What one viewer may do on a campaign's pages, so that no template asks for it piece by piece."""

from dataclasses import dataclass

from campaigns.plan.models import Campaign
from crm.staff.models import User


@dataclass(frozen=True)
class CampaignRights:
    """What ``viewer`` may do with ``campaign`` as it stands. It hides buttons; the verbs check."""

    campaign: Campaign
    viewer: User

    @property
    def edit(self) -> bool:
        """Whether the viewer works on campaigns at all."""
        return self.viewer.can("campaigns.edit")

    @property
    def plan(self) -> bool:
        """Change what locks when the campaign goes live: aims, segments, mix, standards."""
        return self.edit and not self.campaign.is_locked

    @property
    def work(self) -> bool:
        """Add what a live campaign still takes: tasks, mails, costs."""
        return self.edit and not self.campaign.is_closed

    @property
    def amend(self) -> bool:
        """Move a locked target, on record."""
        return self.work and self.campaign.is_locked

    @property
    def change_budget(self) -> bool:
        """Approve another budget."""
        return self.viewer.can("budgets.approve") and not self.campaign.is_closed

    @property
    def launch(self) -> bool:
        """Leave tactics, which locks the plan."""
        in_tactics = self.campaign.phase == Campaign.Phase.TACTICS
        return in_tactics and self.viewer.can("campaigns.launch")
