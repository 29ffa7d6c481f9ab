"""What a room says: the way on, the brief, and the money."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.plan.models import Campaign, Cost
from campaigns.room.named import SPENT
from core.numbers import money, plain

Phase = Campaign.Phase
#: What the button says that leaves a phase. From performance on a campaign is closed instead.
NEXT_STEPS = {
    Phase.PREPARE: gettext_lazy("On to strategy"),
    Phase.STRATEGY: gettext_lazy("On to tactics"),
    Phase.TACTICS: gettext_lazy("Go live"),
}


def next_step(campaign: Campaign) -> str:
    """What the button says that leads to the next phase; empty where only closing is left."""
    return str(NEXT_STEPS.get(campaign.phase, ""))


def brief_in_pairs(campaign: Campaign) -> list[tuple[str, str]]:
    """[(label, value)] of what the brief says beside its purpose; what is not written is left out.

    The hour of sending always stands there.
    """
    written = [
        (_("Theme"), campaign.theme),
        (_("Cultural tone"), campaign.tone),
        (_("Sentiment"), campaign.sentiment),
    ]
    pairs = [(label, value) for label, value in written if value]
    return [*pairs, (_("Hour of sending"), f"{campaign.send_hour}:00")]


def spent_in_words(spent, budget) -> str:
    """What is spent and what is left of the budget, CNY; ``budget`` is None before one is
    approved.
    """
    if budget is None:
        return _("%(spent)s spent; no budget is approved yet") % {"spent": SPENT.read(spent)}
    amounts = {"spent": SPENT.read(spent), "budget": money(budget), "left": money(budget - spent)}
    return _("%(spent)s of %(budget)s spent, %(left)s left") % amounts


def amount_in_words(cost: Cost) -> str:
    """What was booked: an amount of money, for work of staff its hours."""
    if cost.kind == Cost.Kind.HOURS:
        return _("%(n)s h") % {"n": plain(cost.amount)}
    return money(cost.amount)
