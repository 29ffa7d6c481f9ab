"""Projecting what readers did into Activity."""

from collections.abc import Iterable
from datetime import datetime

from crm.models import Activity

#: reader id, kind, time, source, reference within the source
ActivityRow = tuple[int, str, datetime, str, str]


def log_activity(rows: Iterable[ActivityRow]) -> int:
    """Append activities; a ``(source, ref)`` that is there is left alone. Returns how many rows were offered."""
    made = [
        Activity(reader_id=reader, kind=kind, at=at, source=source, ref=ref) for reader, kind, at, source, ref in rows
    ]
    Activity.objects.bulk_create(made, ignore_conflicts=True, batch_size=2000)
    return len(made)
