"""Verbs of known hosts."""

from django.db import transaction

from campaigns.hosts.models import LinkHost
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def approve_host(*, host: str, reason: str, by: User) -> LinkHost:
    """Let links lead to ``host`` (as ``known.normal_host`` gives it); approved twice, it is one."""
    approved, _created = LinkHost.objects.get_or_create(
        host=host, defaults={"reason": reason, "approved_by": by}
    )
    audit.record(action=AuditAction.HOST_APPROVE, by=by, on=approved, host=host)
    return approved


@transaction.atomic
def remove_host(*, host: LinkHost, by: User) -> None:
    """Take the approval back: no new link may lead there, and stored ones are warned of."""
    audit.record(action=AuditAction.HOST_REMOVE, by=by, on=host, host=host.host)
    host.delete()
