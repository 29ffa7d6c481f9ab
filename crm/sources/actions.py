"""Verbs of sources and closed days."""

from datetime import date

from django.db import transaction

from crm.sources.models import ClosedSpan, DataSource
from crm.sources.naming import free_code
from crm.staff import audit
from crm.staff.models import Campus, User
from crm.staff.words import AuditAction


@transaction.atomic
def add_source(
    *,
    name: str,
    kinds: list[str],
    by: User | None,
    rhythm: str = DataSource.Rhythm.MONTHLY,
    due_after: int = 5,
    code: str = "",
) -> DataSource:
    """A source under its name; ``code`` where its rows bear one already."""
    source = DataSource.objects.create(
        code=code or free_code(name),
        name=name,
        kinds=sorted(kinds),
        rhythm=rhythm,
        due_after=due_after,
    )
    audit.record(action=AuditAction.SOURCE_ADD, by=by, on=source)
    return source


@transaction.atomic
def change_source(
    *, source: DataSource, name: str, rhythm: str, due_after: int, until: date | None, by: User
) -> None:
    """Another name, and when its files are to come."""
    source.name, source.rhythm = name, rhythm
    source.due_after, source.until = due_after, until
    source.save(update_fields=["name", "rhythm", "due_after", "until"])
    audit.record(action=AuditAction.SOURCE_CHANGE, by=by, on=source)


@transaction.atomic
def note_closed(
    *, first: date, last: date, by: User, campus: Campus | None = None, reason: str = ""
) -> ClosedSpan:
    """These days the campus, or without one the library, was shut: they are no gap."""
    closed = ClosedSpan.objects.create(campus=campus, first=first, last=last, reason=reason)
    audit.record(action=AuditAction.CLOSED_NOTE, by=by, on=closed)
    return closed


@transaction.atomic
def drop_closed(*, closed: ClosedSpan, by: User) -> None:
    """It was open after all."""
    audit.record(action=AuditAction.CLOSED_DROP, by=by, on=closed)
    closed.delete()
