"""The audit trail: who did what to what."""

from crm.staff.models import AuditEvent
from crm.staff.words import AuditAction


def record(
    *, action: AuditAction, by=None, on=None, address: str | None = None, **detail
) -> AuditEvent:
    """Append one audit row.

    ``on`` is the instance concerned; ``detail`` must be JSON and hold no personal text.
    """
    return AuditEvent.objects.create(
        action=action,
        user=by if by is not None and by.is_authenticated else None,
        object_type=on._meta.label_lower if on is not None else "",
        object_id=str(on.pk) if on is not None else "",
        address=address,
        detail=detail,
    )
