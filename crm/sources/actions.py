"""Verbs of sources, and of days that nobody recorded."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from core.columns import key_of
from core.refusals import Refused
from crm.sources.models import CoveredSpan, DataSource
from crm.sources.naming import free_code
from crm.staff import audit
from crm.staff.models import Campus, User
from crm.staff.scopes import refuse_elsewhere
from crm.staff.words import AuditAction


@transaction.atomic
def add_source(
    *,
    name: str,
    kinds: list[str],
    by: User | None,
    rhythm: str = DataSource.Rhythm.UNSAID,
    due_after: int = 5,
    code: str = "",
    named: bool = True,
) -> DataSource:
    """Store a source under its name; ``code`` where its rows bear one already, else a free one is
    made of the name. ``kinds``: what its rows are, empty for a source that only counts. ``named``:
    its rows are stored under readers; that is said once and for all. ``rhythm``: when its files
    come, which somebody may say later. ``due_after``: days after the end of a period until its file
    is missed.

    Writes one audit row.
    """
    source = DataSource.objects.create(
        code=code or free_code(name),
        name=name,
        kinds=sorted(kinds),
        rhythm=rhythm,
        due_after=due_after,
        named=named,
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
    """Give a source another name, say when its files are to come, and who is asked for them.
    ``until``: the last day it was in service, None while it is. Its code and kinds stay. Refused
    for staff of one campus where it told of more than theirs. Writes one audit row.
    """
    for place in set(source.spans.values_list("campus", flat=True)) or {None}:
        refuse_elsewhere(by, place)
    source.name, source.rhythm, source.contact = name, rhythm, contact
    source.due_after, source.until = due_after, until
    source.save(update_fields=["name", "rhythm", "due_after", "until", "contact"])
    audit.record(action=AuditAction.SOURCE_CHANGE, by=by, on=source)


@transaction.atomic
def say_rhythm(*, source: DataSource, rhythm: str, by: User | None) -> None:
    """Say when files of a source come, where nobody has said so yet; an answer that was given
    before stays. Refused for what is no rhythm. Writes one audit row.
    """
    if rhythm not in set(DataSource.Rhythm) - {DataSource.Rhythm.UNSAID}:
        raise Refused(_("Say when a file of this source comes."))
    unsaid = DataSource.objects.filter(pk=source.pk, rhythm=DataSource.Rhythm.UNSAID)
    if unsaid.update(rhythm=rhythm):
        source.rhythm = rhythm
        audit.record(action=AuditAction.SOURCE_CHANGE, by=by, on=source, rhythm=rhythm)


@transaction.atomic
def keep_no_names(*, source: DataSource, by: User | None) -> None:
    """From now on nobody knows whose the rows of the source are. Writes one audit row; nothing
    where that is so already.

    Refused where rows came in under readers: those that follow could be told by them.
    """
    if not source.named:
        return
    if source.spans.exists():
        raise Refused(
            _(
                "“%(source)s” has sent rows that are kept under readers. What bears no names is a"
                " source of its own: add a new one for it."
            )
            % {"source": source.name}
        )
    source.named = False
    source.save(update_fields=["named"])
    audit.record(action=AuditAction.SOURCE_CHANGE, by=by, on=source)


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
    and nobody is asked for them any more. Without a campus that is so of the whole library.

    Refused for staff of another campus. Writes one audit row.
    """
    refuse_elsewhere(by, key_of(campus))
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
def note_all_lost(*, runs: Sequence[tuple[date, date]], by: User, **said) -> list[CoveredSpan]:
    """``note_lost`` for each run of days, which alone are noted: those between were recorded.
    ``runs``: first and last days; ``said``: what is said of all of them.
    """
    return [note_lost(first=first, last=last, by=by, **said) for first, last in runs]


@transaction.atomic
def drop_lost(*, lost: CoveredSpan, by: User) -> None:
    """Remove a note of lost days: a file of them may come after all. Refused for days that a file
    told of. Writes one audit row.
    """
    if lost.state != CoveredSpan.State.LOST:
        raise Refused(_("A file told of these days: take its import back instead."))
    refuse_elsewhere(by, lost.campus_id)
    audit.record(action=AuditAction.LOST_DROP, by=by, on=lost)
    lost.delete()
