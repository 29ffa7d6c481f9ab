"""The audit trail: who did what to what."""

from crm.staff.models import AuditEvent
from crm.staff.words import AuditAction


def record(
    *, action: AuditAction, by=None, on=None, address: str | None = None, **detail
) -> AuditEvent:
    """Append one audit row.

    ``by`` is None where nobody is signed in (a worker, a signed link), ``on`` the instance
    concerned, if there is one. ``detail`` must be JSON and hold no personal text: the trail is
    read by people who may not open the reader.
    """
    user = None
    # The user of a request in which nobody is signed in has no row that could be pointed at.
    if by is not None and by.is_authenticated:
        user = by

    object_type, object_id = "", ""
    if on is not None:
        object_type = on._meta.label_lower
        object_id = str(on.pk)

    return AuditEvent.objects.create(
        action=action,
        user=user,
        object_type=object_type,
        object_id=object_id,
        address=address,
        detail=detail,
    )
