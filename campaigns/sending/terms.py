"""How long it is kept to whom a campaign wrote."""

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from campaigns.sending.models import Delivery
from core.terms import Over, Term, emptying

#: Their mail may still go out.
OPEN = [Delivery.State.PENDING, Delivery.State.CLAIMED, Delivery.State.INFLIGHT]


def with_reader(over: Over):
    """Rows of mail that went long ago, of campaigns whose evaluation is frozen.

    A mail may go long after its content was launched, and never before.
    """
    old = Delivery.objects.filter(content__launched_at__lt=over.before, reader__isnull=False)
    old = old.alias(went=Coalesce("sent_at", "due_at")).filter(went__lt=over.before)
    for start, end in over.kept:
        old = old.exclude(content__launched_at__gte=start, content__launched_at__lt=end)
        old = old.exclude(went__gte=start, went__lt=end)
    return old.exclude(state__in=OPEN)


TERMS = [
    Term(
        code="deliveries",
        title=_("To whom campaigns wrote, and who followed a link"),
        models=("campaigns.Delivery", "campaigns.Click"),
        becomes=_("the person is taken out; what was sent and followed stays as a number"),
        default=730,
        least=180,
        most=3650,
        # What a mail server answered names whom it did not know.
        **emptying(with_reader, reader=None, reason=""),
    ),
]
