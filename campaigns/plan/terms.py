"""How long it is kept what a plan said before it was changed, and who changed it."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from campaigns.plan.models import Campaign, Standard
from core.terms import Over, Term

HISTORIES = ("campaigns.CampaignEvent", "campaigns.StandardEvent")
FORGET = "SELECT huixiang_forget_plans(%s, %s)"


def due(over: Over) -> int:
    """How many earlier wordings of plans and standards lie behind the term."""
    n = 0
    for model in (Campaign, Standard):
        n += model.pgh_event_model.objects.filter(pgh_created_at__lt=over.before).count()
    return n


def forget(over: Over) -> int:
    """Histories are only added to; the owner's function removes."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [over.before, over.most])
        return cursor.fetchone()[0]


TERMS = [
    Term(
        code="plan-history",
        title=_("Earlier states of plans and standards, and who changed them"),
        models=HISTORIES,
        becomes=_("removed; the plan, its amendments and its evaluations stay"),
        default=1095,
        least=180,
        most=3650,
        due=due,
        remove=forget,
        by_owner=True,
    ),
]
