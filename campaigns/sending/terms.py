"""How long it is kept to whom a campaign wrote."""

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from campaigns.sending.models import Click, Delivery, LinkLook
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


def looks(over: Over):
    """Looks at links over the term."""
    return LinkLook.objects.filter(at__lt=over.before)


def with_visitor(over: Over):
    """Clicks over the term that still have the hash of who made them."""
    return Click.objects.filter(at__lt=over.before, visitor__isnull=False)


def visitors_due(over: Over) -> int:
    """How many rows ``forget_visitors`` has still to do, looks and clicks together."""
    return looks(over).count() + with_visitor(over).count()


def forget_visitors(over: Over) -> int:
    """One batch: looks go, and of clicks the hash. No evaluation needs either. Returns how many
    rows, 0 where nothing is left; clicks come when no look is left.
    """
    batch = looks(over).order_by("pk").values("pk")[: over.most]
    removed, _by_model = LinkLook.objects.filter(pk__in=batch).delete()
    if removed:
        return removed
    found = with_visitor(over).order_by("pk").values("pk")[: over.most]
    return Click.objects.filter(pk__in=found).update(visitor=None)


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
    Term(
        code="visitors",
        title=_("By what visitors of links are told apart, and looks at links"),
        models=("campaigns.LinkLook",),
        becomes=_("looks are removed; of a click goes the keyed hash of who made it"),
        default=3,
        least=1,
        most=14,
        due=visitors_due,
        remove=forget_visitors,
    ),
]
