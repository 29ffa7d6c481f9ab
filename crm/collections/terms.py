"""How long it is kept that somebody borrowed from a listed collection."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.terms import Over, Term, deleting
from crm.collections.models import FormerList, ListedLoan


def listed_loans(over: Over):
    """Loans of the days before the one on which ``over.before`` falls at the library."""
    return ListedLoan.objects.filter(day__lt=timezone.localdate(over.before))


def former_lists(over: Over):
    """Keys of lists that were removed before the term."""
    return FormerList.objects.filter(removed_at__lt=over.before)


#: Days for which loans by lists may be kept.
LONGEST = 1100
LISTED_LOANS = Term(
    code="listed-loans",
    title=_("Loans from listed collections"),
    models=("crm.ListedLoan",),
    becomes=_("removed; that something was borrowed stays among the loans"),
    default=400,
    least=90,
    most=LONGEST,
    **deleting(listed_loans),
)
TERMS = [
    LISTED_LOANS,
    # As long as somebody may know what came in by them.
    Term(
        code="former-lists",
        title=_("Keys of items on listed collections that were removed"),
        models=("crm.FormerList",),
        becomes=_("removed"),
        default=LONGEST,
        least=LONGEST,
        most=LONGEST,
        **deleting(former_lists),
    ),
]
