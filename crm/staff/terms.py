"""How long it is kept what staff did."""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile, Over, Term
from crm.staff.models import AuditEvent

FORGET = "SELECT huixiang_forget_audit(%s, %s)"


def due(over: Over) -> int:
    """How many rows of the trail lie behind the term.

    One statement.
    """
    return AuditEvent.objects.filter(at__lt=over.before).count()


def forget(over: Over) -> int:
    """The trail is only added to; what is over its term is removed by the owner's function."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [over.before, over.most])
        return cursor.fetchone()[0]


TERMS = [
    Term(
        code="audit",
        title=_("The audit trail"),
        models=("crm.AuditEvent",),
        becomes=_("removed"),
        default=1095,
        # Six months by law; the table itself refuses less.
        least=180,
        most=3650,
        due=due,
        remove=forget,
        by_owner=True,
    ),
]
KEPT_WHILE = [
    KeptWhile(("crm.User",), _("as long as the account is open")),
    KeptWhile(
        ("crm.GuessCounter", "crm.Bucket"),
        _("for a day after the last wrong entry"),
    ),
    KeptWhile(
        ("pghistory.Context",),
        _("as long as the changes that it explains"),
    ),
]
