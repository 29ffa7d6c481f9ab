"""How long it is kept what came back."""

from django.utils.translation import gettext_lazy as _

from campaigns.returns.models import ReturnedMail
from core.terms import Over, Term, deleting


def old_returns(over: Over):
    """What was kept of returned mail before the term."""
    return ReturnedMail.objects.filter(at__lt=over.before)


TERMS = [
    Term(
        code="returns",
        title=_("Mails that came back"),
        models=("campaigns.ReturnedMail",),
        becomes=_("removed"),
        default=730,
        least=180,
        most=3650,
        **deleting(old_returns),
    ),
]
