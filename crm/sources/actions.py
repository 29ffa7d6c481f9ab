"""Verbs of sources and closed days."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.sources.models import ClosedSpan, CoveredSpan, DataSource
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
    *,
    source: DataSource,
    name: str,
    rhythm: str,
    due_after: int,
    until: date | None,
    by: User,
    contact: str = "",
) -> None:
    """Another name, when its files are to come, and who is asked for them."""
    source.name, source.rhythm, source.contact = name, rhythm, contact
    source.due_after, source.until = due_after, until
    source.save(update_fields=["name", "rhythm", "due_after", "until", "contact"])
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


@transaction.atomic
def note_lost(
    *,
    source: DataSource,
    first: date,
    last: date,
    by: User,
    campus: Campus | None = None,
    reason: str = "",
) -> CoveredSpan:
    """Nobody recorded these days and no file of them will come: they stay unknown to every figure,
    and nobody is asked for them any more.
    """
    lost = CoveredSpan.objects.create(
        source=source,
        campus=campus,
        first=first,
        last=last,
        state=CoveredSpan.State.LOST,
        note=reason,
    )
    audit.record(action=AuditAction.LOST_NOTE, by=by, on=lost)
    return lost


@transaction.atomic
def drop_lost(*, lost: CoveredSpan, by: User) -> None:
    """A file of these days may come after all. Refused for days that a file told of."""
    if lost.state != CoveredSpan.State.LOST:
        raise Refused(_("A file told of these days: take its import back instead."))
    audit.record(action=AuditAction.LOST_DROP, by=by, on=lost)
    lost.delete()
