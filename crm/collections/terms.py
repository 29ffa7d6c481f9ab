"""How long it is kept that somebody borrowed from a listed collection."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.terms import Over, Term, deleting
from crm.collections.models import ListedLoan


def listed_loans(over: Over):
    """Loans of the days before the one on which ``over.before`` falls at the library."""
    return ListedLoan.objects.filter(day__lt=timezone.localdate(over.before))


TERMS = [
    Term(
        code="listed-loans",
        title=_("Loans from listed collections"),
        models=("crm.ListedLoan",),
        becomes=_("removed; that something was borrowed stays among the loans"),
        default=400,
        least=90,
        most=1100,
        **deleting(listed_loans),
    )
]
