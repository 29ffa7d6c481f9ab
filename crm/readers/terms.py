"""How long what readers did, and who looked at them, is kept."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile, Over, Term
from crm.readers import folding
from crm.readers.models import Look
from crm.readers.models.look import KEPT_DAYS

FORGET_LOOKS = "SELECT huixiang_forget_looks(%s, %s)"


def due_looks(over: Over) -> int:
    """How many looks would go: those of before ``over.before``, whoever looked."""
    return Look.objects.filter(at__lt=over.before).count()


def forget_looks(over: Over) -> int:
    """Remove one batch; returns how many. Whoever looked cannot take it back before its time."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_LOOKS, [over.before, over.most])
        return cursor.fetchone()[0]


TERMS = [
    Term(
        code=folding.ACTIVITIES,
        title=_("What readers did, row by row"),
        models=("crm.Activity",),
        becomes=_("counted by reader, kind and month, then removed"),
        default=90,
        least=folding.LEAST_DAYS,
        most=3650,
        due=folding.due,
        remove=folding.fold,
        by_owner=True,
    ),
    Term(
        code="looks",
        title=_("Who looked at whom"),
        models=("crm.Look",),
        becomes=_("removed"),
        # What readers are told on their own page, no less and no longer.
        default=KEPT_DAYS,
        least=KEPT_DAYS,
        most=KEPT_DAYS,
        due=due_looks,
        remove=forget_looks,
        by_owner=True,
    ),
]
KEPT_WHILE = [
    KeptWhile(
        ("crm.Reader", "crm.FoldedMonth", "crm.MonthCount", "crm.FormerAddress", "crm.Identity"),
        _("as long as the person is a reader here"),
    ),
    KeptWhile(
        ("crm.ConsentEvent", "crm.Suppression"),
        _("for good: it proves what was allowed and keeps letters from who wants none"),
    ),
    KeptWhile(
        ("crm.FoldedRef",), _("for good: it leads to nobody, and keeps rows from counting twice")
    ),
]
