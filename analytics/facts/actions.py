"""Verbs of the monthly figures: compute them anew, set a target, record what others published."""

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from analytics.facts.models import Observation, Target
from analytics.facts.publications import OBSERVATIONS
from analytics.published.sealing import seal
from core.refusals import Refused
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
    """Set what the library wants a monthly figure to be; the one that stood there is overwritten,
    and the log keeps each.
    """
    target, _created = Target.objects.update_or_create(
        metric=metric, defaults={"value": value, "set_by": by}
    )
    audit.record(action=AuditAction.TARGET_SET, by=by, on=target, metric=metric, value=value)
    return target


@transaction.atomic
def record_observation(*, code: str, by: User | None, **fields) -> Observation:
    """A figure that somebody published, once, and sealed; the same again changes nothing.

    ``by`` is None for the program that brings the published case. Refused where another figure is
    recorded under ``code``: what others published does not change.
    """
    known = Observation.objects.filter(code=code).first()
    if known is None:
        made = Observation.objects.create(code=code, **fields)
        seal(chain=OBSERVATIONS, object_id=made.pk)
        audit.record(action=AuditAction.OBSERVATION_RECORD, by=by, on=made, code=code)
        return made
    if any(getattr(known, name) != value for name, value in fields.items()):
        raise Refused(_("Another figure is recorded under %(code)s: it stays.") % {"code": code})
    return known
