"""Verbs of the chains."""

from django.db import transaction
from django.utils import timezone

from analytics.published import heads, verifying
from analytics.published.heads import NotedHead
from analytics.published.models import Verification
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def verify_published(*, by: User | None) -> Verification:
    """Look through all chains and write down what was found; ``by`` is None for the timetable.

    The same result on the same day is written down once.
    """
    found = verifying.look_through()
    heads.note([NotedHead(chain, *head) for chain, head in found.heads.items()])
    today = timezone.localdate(found.at)
    known = Verification.objects.filter(at__date=today, heads=found.heads).first()
    if known is not None and known.breaks == found.breaks:
        return known
    found.save()
    audit.record(
        action=AuditAction.PUBLISHED_VERIFY,
        by=by,
        on=found,
        seals=found.seals,
        heads=found.heads,
        breaks=len(found.breaks),
    )
    return found
