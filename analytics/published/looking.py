"""Looking through the published figures now, as the job of somebody who asked."""

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from crm.jobs.actions import start_job
from crm.jobs.models import Job
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

KIND = "analytics.tasks.look_through"


@transaction.atomic
def request_look(*, by: User) -> Job:
    """Look through all chains now. The job already under way is returned instead of a second."""
    with connection.cursor() as cursor:
        # No row stands for "the chains", so two clicks at once wait for each other here.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), 0)", [KIND])
    running = Job.objects.open().filter(kind=KIND).first()
    if running is not None:
        return running
    audit.record(action=AuditAction.PUBLISHED_REQUEST, by=by)
    return start_job(kind=KIND, title=gettext_noop("Look through the published figures"), by=by)
