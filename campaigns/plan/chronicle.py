"""What happened to a campaign, newest first.

Its moves, its amendments, its changes of budget, each with a person.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from campaigns.plan.models import Campaign, StandardAmendment
from core.numbers import money
from crm.staff.models import AuditEvent


@dataclass(frozen=True)
class Entry:
    at: datetime
    who: str
    text: str
    reason: str = ""
    amends: bool = False


def chronicle(campaign: Campaign) -> list[Entry]:
    """Entries of one campaign, newest first, in three queries."""
    begun = Entry(campaign.created_at, str(campaign.owner), _("Begun"))
    return sorted(
        [begun, *_moves(campaign), *_amendments(campaign), *_budgets(campaign)],
        key=lambda e: e.at,
        reverse=True,
    )


def _moves(campaign: Campaign):
    for move in campaign.moves.select_related("by"):
        names = {"before": move.get_before_display(), "after": move.get_after_display()}
        yield Entry(move.at, str(move.by), _("%(before)s → %(after)s") % names)


def _amendments(campaign: Campaign):
    found = StandardAmendment.objects.filter(standard__campaign=campaign).select_related(
        "standard", "by"
    )
    for amendment in found:
        text = _("Amended: %(standard)s, %(before)s → %(after)s") % {
            "standard": amendment.standard.get_metric_display(),
            "before": f"{amendment.before.normalize():f}",
            "after": f"{amendment.after.normalize():f}",
        }
        yield Entry(amendment.at, str(amendment.by), text, amendment.reason, amends=True)


def _budgets(campaign: Campaign):
    events = AuditEvent.objects.filter(
        object_type="campaigns.campaign", object_id=str(campaign.pk), action="campaign.budget"
    ).select_related("user")
    for event in events:
        before, after = (_money(event.detail[name]) for name in ("before", "after"))
        text = _("Budget: %(before)s → %(after)s") % {"before": before, "after": after}
        yield Entry(event.at, str(event.user or ""), text, event.detail["reason"], amends=True)


def _money(amount: str) -> str:
    return "—" if amount == "None" else money(Decimal(amount))
