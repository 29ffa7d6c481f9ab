"""Verbs of the chains."""

from datetime import datetime

from django.db import connection, transaction
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

    Where nothing is broken the same result on the same day is written down once, unless another
    look was written since. What is broken is written down each time.
    """
    found = verifying.look_through()
    heads.note([NotedHead(chain, *head) for chain, head in found.heads.items()])
    found.at = database_time()
    last = Verification.objects.first()
    if last is not None and found.holds and is_same(last, found):
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


def is_same(last: Verification, found: Verification) -> bool:
    """Whether the last look was of today and found the same."""
    is_of_today = timezone.localdate(last.at) == timezone.localdate(found.at)
    return is_of_today and last.heads == found.heads and last.breaks == found.breaks


def database_time() -> datetime:
    """The database refuses a look that is dated ahead of its own clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
