"""How long wishes of readers about their own data are kept."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile, Over, Term, deleting
from crm.privacy.models import Correction, NewAddress


def decided(over: Over):
    """Corrections whose decision lies behind the term.

    Not evaluated.
    """
    return Correction.objects.filter(decided_at__lt=over.before)


def unconfirmed(over: Over):
    """New addresses that nobody confirmed in time.

    Not evaluated.
    """
    return NewAddress.objects.filter(asked_at__lt=over.before)


TERMS = [
    Term(
        code="corrections",
        title=_("Corrections that were decided"),
        models=("crm.Correction",),
        becomes=_("removed"),
        default=365,
        least=30,
        most=3650,
        **deleting(decided),
    ),
    Term(
        code="new-addresses",
        title=_("Addresses that nobody confirmed"),
        models=("crm.NewAddress",),
        becomes=_("removed"),
        default=7,
        least=2,
        most=30,
        **deleting(unconfirmed),
    ),
]
KEPT_WHILE = [
    KeptWhile(("crm.Departure",), _("until the reader is erased or stays")),
    KeptWhile(("crm.Assessment",), _("for good: each version says what was known at its time")),
    KeptWhile(("crm.Erasure",), _("for good: a restored backup erases the person again by it")),
]
