"""Imports as jobs.

What ``crm.jobs.running.run_job`` is given, for the worker and for the command line alike.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

from django.db.models import Q
from django.utils.translation import gettext_noop

from core.columns import values_of
from core.refusals import Refused
from crm.imports.describing import describe
from crm.imports.keeping import keep
from crm.imports.load import load, preview
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable
from crm.imports.options import NOT_KEPT
from crm.imports.undoing import undo
from crm.jobs.models import Job
from crm.jobs.running import Cancelled, keep_alive, report_progress

#: Counts of a batch that its job tells.
NAMES = ("rows", "created", "changed", "unchanged", "refused")
#: Whoever looks at the job reads it in a language of their own.
READING = gettext_noop("Reading rows")


def import_job(job: Job, *, tell: Callable[[int], None] = lambda _rows: None) -> tuple[dict, str]:
    """Import the batch of ``job``; returns its counts and the address of its page.

    A refusal, a fault or a cancel leaves everything as it was and says so: Refused for a file that
    is no table, Cancelled, or the fault itself. ``tell(rows so far)`` is for a terminal; the page
    looks at the job. Counts: see ``NAMES``.
    """
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    if batch.state in {ImportBatch.State.UPLOADED, ImportBatch.State.FAILED}:
        set_state(batch, ImportBatch.State.RUNNING)
    # A second run of a job that is done finds no file, perhaps, and nothing to do.
    if batch.state != ImportBatch.State.DONE:
        with left_runnable(batch):
            batch = load(batch, report=reporting(job, batch, tell))
    return values_of(batch, NAMES), batch.get_absolute_url()


def reporting(
    job: Job, batch: ImportBatch, tell: Callable[[int], None] = lambda _rows: None
) -> Callable[[int], None]:
    """A function that notes how many rows were read, and ends a job that was cancelled."""
    expected = batch.rows or 0

    def report(done: int) -> None:
        """Note ``done`` rows. Raises Cancelled once somebody has stopped the job."""
        tell(done)
        # The lines of a file are an estimate: a cell may hold several.
        report_progress(job, done, total=max(expected, done), message=READING)

    return report


def check_job(job: Job) -> tuple[dict, str]:
    """Look into the uploaded file of ``job``; returns the address where its columns are mapped.

    Refused for a file that is no table; of it only the name is kept.

    The counts are empty.
    """
    batch = looked_into(job)
    return {}, batch.page("map")


def looked_into(job: Job) -> ImportBatch:
    """The batch of ``job``, looked into as its kind of file is, unless it was already.

    Refused for a file that is no table; of it only the name is kept.

    It is stored as ``uploaded`` or as ``unreadable``.
    """
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    # A second run of the same job finds the work done.
    if batch.state != ImportBatch.State.CHECKING:
        return batch
    try:
        describe(batch, beat=lambda: keep_alive(job))
    except Unreadable as error:
        give_up(batch)
        raise Refused(str(error)) from error
    batch.state = ImportBatch.State.UPLOADED
    batch.save()
    return batch


def give_up(batch: ImportBatch) -> None:
    """The batch is of no table that could be read: its file goes, its name stays."""
    # The lost name is stored below, in one statement with the state.
    batch.file.delete(save=False)
    batch.state = ImportBatch.State.UNREADABLE
    batch.save(update_fields=["state", "file"])


def settle_checks() -> int:
    """Say of uploads whose check was stopped, or lost its workers, that it was; returns how many.

    The file is kept, and may be looked into anew; but for one that may not be kept as it is, which
    is removed.

    Safe to run at any time.
    """
    checking = ImportBatch.objects.filter(state=ImportBatch.State.CHECKING)
    # Older jobs are forgotten, and leave no trace on the batch.
    ended = Q(job=None) | Q(job__state__in=[Job.State.CANCELLED, Job.State.FAILED])
    for batch in checking.filter(ended, **{f"options__{NOT_KEPT}": True}):
        give_up(batch)
    return checking.filter(ended).update(state=ImportBatch.State.STOPPED)


def preview_job(job: Job) -> tuple[dict, str]:
    """Count what the batch of ``job`` would do; returns the address of the page that shows it.

    Nothing is written but into the staging schema. Refused for a file that is no table.

    The counts are empty. An import that has begun meanwhile is not counted any more.
    """
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    # Somebody may have begun the import meanwhile.
    if batch.is_open:
        try:
            found = preview(batch, by=job.created_by, report=reporting(job, batch))
        except Unreadable as error:
            raise Refused(str(error)) from error
        keep(batch, found)
    return {}, batch.page("preview")


@contextmanager
def left_runnable(batch: ImportBatch) -> Iterator[None]:
    """Whatever goes wrong leaves the batch in a state from which it can be run again.

    Refused for a file that is no table.

    It is ``uploaded`` after a refusal or a stop, ``failed`` after a fault.
    """
    try:
        yield
    except Unreadable as error:
        set_state(batch, ImportBatch.State.FAILED)
        raise Refused(str(error)) from error
    except (Refused, Cancelled):
        # It waits for somebody's word, or was stopped, and nothing was written.
        set_state(batch, ImportBatch.State.UPLOADED)
        raise
    except Exception:
        set_state(batch, ImportBatch.State.FAILED)
        raise


def undo_job(job: Job) -> tuple[dict, str]:
    """Take the batch of ``job`` back, for whoever asked; returns counts and the page's address.

    Refused once earlier values were removed. Counts: see ``UndoneImport``.
    """
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    done = undo(batch, by=job.created_by)
    return asdict(done), batch.get_absolute_url()


def set_state(batch: ImportBatch, state: str) -> None:
    """Only from a state that is not final: a twin that finished first keeps its word.

    One statement; ``batch`` itself keeps the state it had.
    """
    open_states = [ImportBatch.State.UPLOADED, ImportBatch.State.RUNNING, ImportBatch.State.FAILED]
    still_open = ImportBatch.objects.filter(pk=batch.pk, state__in=open_states)
    still_open.update(state=state)
