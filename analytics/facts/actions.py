"""Verbs of the monthly figures: compute them anew, set a target."""

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from analytics.facts.models import Target
from crm.jobs.actions import start_job
from crm.jobs.models import Job
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def request_facts(*, by: User) -> Job:
    """Compute every monthly figure anew, since the first recorded activity.

    The job already under way is returned instead of a second one.
    """
    kind = "analytics.tasks.rebuild_facts"
    with connection.cursor() as cursor:
        # No row stands for "the facts", so two clicks at once wait for each other here.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), 0)", [kind])
    running = Job.objects.open().filter(kind=kind).first()
    if running is not None:
        return running
    audit.record(action=AuditAction.FACTS_REQUEST, by=by)
    return start_job(kind=kind, title=gettext_noop("Compute the monthly figures anew"), by=by)


@transaction.atomic
def set_target(*, metric: str, value: int, by: User) -> Target:
    """What the library wants a monthly figure to be."""
    target, _created = Target.objects.update_or_create(
        metric=metric, defaults={"value": value, "set_by": by}
    )
    audit.record(action=AuditAction.TARGET_SET, by=by, on=target, metric=metric, value=value)
    return target
