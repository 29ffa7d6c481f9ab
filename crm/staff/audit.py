"""Writing down who did what."""

from crm.staff.models import AuditEvent


def record(*, action: str, by=None, on=None, address: str | None = None, **detail) -> AuditEvent:
    """Append one audit row.

    ``by`` is None for the system or somebody who is not signed in, ``on`` the instance concerned;
    ``detail`` must be JSON and hold no personal text.
    """
    event = AuditEvent(action=action, address=address, detail=detail)
    if by is not None and by.is_authenticated:
        event.user = by
    if on is not None:
        event.object_type = on._meta.label_lower
        event.object_id = str(on.pk)
    event.save(force_insert=True)
    return event
