"""How long it is kept to whom a campaign wrote."""

from django.utils.translation import gettext_lazy as _

from campaigns.sending.models import Delivery
from core.terms import Over, Term, emptying

#: Their mail may still go out.
OPEN = [Delivery.State.PENDING, Delivery.State.CLAIMED, Delivery.State.INFLIGHT]


def with_reader(over: Over):
    """Rows of contents launched long ago, of campaigns whose evaluation is frozen."""
    old = Delivery.objects.filter(content__launched_at__lt=over.before, reader__isnull=False)
    for start, end in over.kept:
        old = old.exclude(content__launched_at__gte=start, content__launched_at__lt=end)
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
        **emptying(with_reader, reader=None),
    ),
]
