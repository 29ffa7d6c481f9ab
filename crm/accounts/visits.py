"""When somebody was last here before they came now: by what is recorded anyway, nothing is written
for it.
"""

from datetime import datetime, timedelta

from django.db.models import Max

from crm.accounts.models import BrowserSession
from crm.staff.models import AuditEvent
from crm.staff.words import AuditAction

#: Sign-outs of longer ago are not looked for.
LOOKED_BACK = timedelta(days=30)


def last_visit(session: BrowserSession) -> datetime | None:
    """When whoever is signed in was last here before the present sign-in; None where nobody knows.

    A session that ended by itself says it for some days, one that was left by signing out stands in
    the audit trail. Two statements.
    """
    others = BrowserSession.objects.filter(
        user=session.user_id, last_seen_at__lt=session.started_at
    ).exclude(pk=session.pk)
    left = AuditEvent.objects.filter(
        user=session.user_id,
        action=AuditAction.SIGN_OUT,
        at__lt=session.started_at,
        at__gte=session.started_at - LOOKED_BACK,
    )
    moments = [
        others.aggregate(at=Max("last_seen_at"))["at"],
        left.aggregate(at=Max("at"))["at"],
    ]
    return max(filter(None, moments), default=None)
