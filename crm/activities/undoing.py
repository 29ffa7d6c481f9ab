"""Taking a file of activities back: its rows go, what another file has too stays as that one's."""

from datetime import date, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from core.columns import first_column
from core.refusals import Refused
from crm.activities import queries
from crm.activities.models import AlsoIn, NamelessVisit
from crm.activities.nameless import came_before
from crm.imports.counts import UndoneImport
from crm.imports.models import ImportBatch
from crm.imports.turns import take_turn
from crm.imports.undoing import delete_left
from crm.readers.folding import edge
from crm.readers.models import Activity, MonthCount
from crm.readers.models.activity import hold_folds_off
from crm.sources.models import CoveredSpan
from crm.sources.recording import forget_days
from crm.tallies.spans import DaySpan

#: So long a file's rows stay single rows, whatever their age, and the file can be taken back.
DAYS = 30


def days_of_file(batch: ImportBatch) -> DaySpan | None:
    """From the first to the last day that the file of the batch told of, by its report; None where
    it told of no day, or has no report yet.
    """
    first, last = batch.report.get("first"), batch.report.get("last")
    if not first or not last:
        return None
    return DaySpan(date.fromisoformat(first), date.fromisoformat(last))


def refuse_too_late(batch: ImportBatch) -> None:
    """Raises Refused where single rows of the file may be counted into months by now: what is left
    of it would take back a part. A file that came in the last DAYS days, and one that told of no
    day, may always be taken back. Runs no statement.
    """
    told = days_of_file(batch)
    now = timezone.now()
    # Counts of months have no single rows that could be folded.
    if batch.kind.by_month:
        return
    if told is None or batch.merged_at > now - timedelta(days=DAYS):
        return
    if told.first < timezone.localdate(edge(now)):
        raise Refused(
            _("This file came more than %(days)s days ago: months count its rows by now.")
            % {"days": DAYS}
        )


def take_back(batch: ImportBatch) -> UndoneImport:
    """Take back the batch's rows, the days it recorded, and readers that were left for it alone.
    Returns how many rows went, and how many stay as another file's. Call inside a transaction that
    holds the batch.
    """
    hold_folds_off()
    params = {"batch": batch.pk, "zone": queries.ZONE}
    # A batch is of one source; one that told of no day has none.
    span = CoveredSpan.objects.filter(import_run=batch.pk).select_related("source").first()
    if span is not None:
        take_turn(span.source.code)
    with connection.cursor() as cursor:
        deleted, passed = remove_rows(cursor, params)
        nameless = remove_nameless(cursor, params)
    if not came_before(batch):
        deleted += nameless
    forget_days(batch.pk)
    # What another file brought first, this one did not create.
    kept = max(0, batch.created - deleted - passed)
    return UndoneImport(deleted, 0, kept=kept, passed=passed)


def rows_held(batch: ImportBatch) -> tuple[int, int]:
    """(rows that are the batch's now, those of an import that was taken back before among them; how
    many of them another import has too, and would stay). Four statements.
    """
    own = Activity.objects.filter(import_run=batch.pk)
    nameless = NamelessVisit.objects.filter(import_run=batch.pk).count()
    counted = MonthCount.objects.filter(import_run=batch.pk).count()
    others = AlsoIn.objects.filter(batch__state=ImportBatch.State.DONE).exclude(batch=batch)
    shared = own.filter(pk__in=others.values("activity")).count()
    return own.count() + nameless + counted, shared


def remove_rows(cursor, params: dict) -> tuple[int, int]:
    """Remove what the batch brought, with readers that were left for it alone; returns how many
    rows no other batch has, and how many passed to another one that has them too. ``params``:
    "batch" and "zone". Seven statements, and those that remove readers.
    """
    cursor.execute(queries.PASS_ON, params)
    passed = cursor.rowcount
    cursor.execute(queries.LEFT, params)
    left = first_column(cursor)
    cursor.execute(queries.TAKE_BACK, params)
    deleted = cursor.rowcount
    cursor.execute(queries.TAKE_BACK_MONTHS, params)
    deleted += cursor.fetchone()[0]
    delete_left(cursor, left)
    cursor.execute(queries.PASS_ON_DAYS, params)
    cursor.execute(queries.FORGET, params)
    cursor.execute(queries.TAKE_BACK_LISTED, params)
    return deleted, passed


def remove_nameless(cursor, params: dict) -> int:
    """Remove the visits without names that the batch brought; returns how many. Those that another
    file has of the same days are that one's own. ``params``: "batch". One statement.
    """
    cursor.execute(queries.TAKE_BACK_NAMELESS, params)
    return cursor.rowcount
