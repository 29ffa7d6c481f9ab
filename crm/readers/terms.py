"""How long what readers did, and who looked at them, is kept."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile, Over, Term, deleting
from crm.readers import folding
from crm.readers.models import Look
from crm.readers.models.look import KEPT_DAYS


def looks(over: Over):
    return Look.objects.filter(at__lt=over.before)


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
        **deleting(looks),
    ),
]
KEPT_WHILE = [
    KeptWhile(
        ("crm.Reader", "crm.FoldedMonth"),
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
