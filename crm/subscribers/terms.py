"""How long subscriptions are kept: what nobody confirmed for days, the others until they end."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile, Over, Term, deleting
from crm.subscribers.models import Subscriber


def never_confirmed(over: Over):
    """Rows of addresses that somebody typed before ``over.before`` and whose owner did nothing."""
    return Subscriber.objects.never_confirmed(over.before)


TERMS = [
    Term(
        code="subscriptions-asked",
        title=_("Subscriptions that nobody confirmed"),
        models=("crm.Subscriber",),
        becomes=_("removed"),
        default=7,
        # The link holds two days.
        least=3,
        most=30,
        **deleting(never_confirmed),
    ),
]
KEPT_WHILE = [KeptWhile(("crm.Subscriber",), _("until the subscriber leaves"))]
