"""What happened to a campaign, newest first.

Its moves, its amendments, its changes of budget, each with a person.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import attrgetter

from django.utils.translation import gettext as _

from campaigns.plan.models import Campaign, StandardAmendment
from core.numbers import money, plain


@dataclass(frozen=True)
class ChronicleEntry:
    """``amends`` marks what changed a promise already made."""

    at: datetime
    who: str
    text: str
    reason: str = ""
    amends: bool = False


def chronicle(campaign: Campaign) -> list[ChronicleEntry]:
    """Entries of one campaign, newest first, in three queries."""
    entries = [ChronicleEntry(campaign.created_at, str(campaign.owner), _("Begun"))]
    entries += _moves(campaign)
    entries += _amendments(campaign)
    entries += _budget_changes(campaign)
    return sorted(entries, key=attrgetter("at"), reverse=True)


def _moves(campaign: Campaign) -> Iterator[ChronicleEntry]:
    """Every step from one phase to another."""
    for move in campaign.moves.select_related("by"):
        names = {"before": move.get_before_display(), "after": move.get_after_display()}
        text = _("%(before)s → %(after)s") % names
        yield ChronicleEntry(move.at, str(move.by), text)


def _amendments(campaign: Campaign) -> Iterator[ChronicleEntry]:
    """Every target that was moved after the plan was locked, with its reason."""
    found = StandardAmendment.objects.filter(standard__campaign=campaign)
    for amendment in found.select_related("standard", "by"):
        text = _("Amended: %(standard)s, %(before)s → %(after)s") % {
            "standard": amendment.standard.get_metric_display(),
            "before": plain(amendment.before),
            "after": plain(amendment.after),
        }
        yield ChronicleEntry(amendment.at, str(amendment.by), text, amendment.reason, amends=True)


def _budget_changes(campaign: Campaign) -> Iterator[ChronicleEntry]:
    """Every change of the approved budget, with its reason."""
    for change in campaign.budget_changes.select_related("by"):
        amounts = {"before": _amount(change.before), "after": _amount(change.after)}
        text = _("Budget: %(before)s → %(after)s") % amounts
        # An account of 0.1 may be gone; its change stays, without a name.
        who = str(change.by or "")
        yield ChronicleEntry(change.at, who, text, change.reason, amends=True)


def _amount(budget: Decimal | None) -> str:
    """An amount of money, or a dash where none was approved."""
    # Not "not measured", as an absent figure is printed elsewhere: nobody had approved any yet.
    if budget is None:
        return "—"
    return money(budget)
