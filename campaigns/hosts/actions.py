"""Verbs of known hosts."""

from django.db import transaction
from django.utils import timezone

from campaigns.hosts.models import LinkHost
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def approve_host(*, host: str, reason: str, by: User) -> LinkHost:
    """Let links lead to ``host`` (as ``names.normal_host`` gives it).

    Approved twice it is one, with the first reason; one that was taken off is approved anew. Each
    time has its audit row.
    """
    said = {"reason": reason, "approved_by": by, "approved_at": timezone.now()}
    approved, is_new = LinkHost.objects.select_for_update(of=("self",)).get_or_create(
        host=host, defaults=said
    )
    if not is_new and approved.removed_at is not None:
        approved.reason, approved.approved_by = reason, by
        approved.approved_at = timezone.now()
        approved.removed_at = approved.removed_by = None
        approved.save()
    audit.record(action=AuditAction.HOST_APPROVE, by=by, on=approved, host=host)
    return approved


@transaction.atomic
def remove_host(*, host: LinkHost, by: User) -> None:
    """Take the approval back: no link leads there any more, stored and mailed ones included. One
    that was taken off already stays as it is, without a second audit row.
    """
    taken_off = LinkHost.objects.approved().filter(pk=host.pk)
    if taken_off.update(removed_at=timezone.now(), removed_by=by):
        audit.record(action=AuditAction.HOST_REMOVE, by=by, on=host, host=host.host)
