"""Verbs of the data officer's record: the impact assessment, and incidents."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.privacy.models import Assessment, Incident
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def write_assessment(*, after: int, said: dict, by: User) -> Assessment:
    """Keep the next version of the impact assessment.

    ``said``: its texts and days by field. ``after``: the version that was read before (0: none).
    Refused where somebody has written another one meanwhile.
    """
    # Two who write at once wait here for each other: a version has no row yet to be held.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [Assessment._meta.db_table])
    current = Assessment.objects.current()
    number = current.number if current else 0
    if number != after:
        raise Refused(_("Somebody has written another version meanwhile. Read that one first."))

    written = Assessment.objects.create(number=number + 1, written_by=by, **said)
    audit.record(action=AuditAction.IMPACT_WRITE, by=by, on=written, version=written.number)
    return written


@transaction.atomic
def write_incident(*, incident: Incident, by: User) -> Incident:
    """Keep what is known of an incident so far."""
    if incident.pk is None:
        incident.written_by = by
    incident.save()
    audit.record(action=AuditAction.INCIDENT_WRITE, by=by, on=incident)
    return incident
