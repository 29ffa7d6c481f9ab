"""Verbs of the chains."""

from django.db import transaction

from analytics.published import heads, verifying
from analytics.published.heads import NotedHead
from analytics.published.models import Verification
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def verify_published(*, by: User | None) -> Verification:
    """Look through all chains and write down what was found; ``by`` is None for the timetable.

    Where nothing is broken the same result on the same day is written down once, unless another
    look was written since. What is broken is written down each time.
    """
    found = verifying.look_through()
    heads.note([NotedHead(chain, *head) for chain, head in found.heads.items()])
    found.at = verifying.database_time()
    last = Verification.objects.first()
    if last is not None and found.holds and verifying.is_same(last, found):
        return last
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
