"""Verbs of the chains."""

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.published import heads, verifying
from analytics.published.beside import last_look
from analytics.published.heads import NotedHead
from analytics.published.marks import mark_again, mark_of_look, under_other_keys
from analytics.published.models import Verification
from core.refusals import Refused
from crm.jobs.actions import start_job
from crm.jobs.models import Job
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: The task of a look that somebody asked for.
KIND = "analytics.tasks.look_through"


@transaction.atomic
def verify_published(*, by: User | None) -> Verification:
    """Look through all chains and write down what was found; ``by`` is None for the timetable.

    Where nothing is broken the same result on the same day is written down once, unless another
    look was written since. What is broken is written down each time.
    """
    found = verifying.look_through()
    heads.note([NotedHead(chain, *head) for chain, head in found.heads.items()])
    found.at = verifying.database_time()
    last = last_look()
    if last is not None and found.holds and verifying.is_same(last, found):
        return last
    found.pk = verifying.next_number()
    found.mac = mark_of_look(found)
    found.save(force_insert=True)
    audit.record(
        action=AuditAction.PUBLISHED_VERIFY,
        by=by,
        on=found,
        seals=found.seals,
        heads=found.heads,
        breaks=len(found.breaks),
    )
    return found


@transaction.atomic
def vouch_anew(*, expected: int, by: User) -> int:
    """Mark with the present key what was marked under others; returns how many rows.

    Runs as the owner of the tables. Refused where the rows are not ``expected`` many: somebody
    counted them and looked into it, and what came meanwhile they did not see.
    """
    found = list(under_other_keys())
    if len(found) != expected:
        raise Refused(
            _("%(found)s rows were marked under another key, not %(expected)s.")
            % {"found": len(found), "expected": expected}
        )
    for one in found:
        mark_again(one)
    audit.record(action=AuditAction.PUBLISHED_VOUCH, by=by, rows=expected)
    return expected


@transaction.atomic
def request_look(*, by: User) -> Job:
    """Start a look through all chains. The job already under way is returned
    instead of a second.
    """
    with connection.cursor() as cursor:
        # No row stands for "the chains", so two clicks at once wait for each other here.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), 0)", [KIND])
    running = Job.objects.open().filter(kind=KIND).first()
    if running is not None:
        return running
    audit.record(action=AuditAction.PUBLISHED_REQUEST, by=by)
    return start_job(kind=KIND, title=gettext_noop("Look through the published figures"), by=by)
