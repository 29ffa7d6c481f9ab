"""Imports as jobs.

What ``crm.jobs.running.run_job`` is given, for the worker and for the command line alike.
"""

from collections.abc import Callable
from dataclasses import asdict

from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.imports.load import load, refresh_statistics
from crm.imports.models import ImportBatch
from crm.imports.sniff import Unreadable
from crm.imports.undoing import undo
from crm.jobs.models import Job
from crm.jobs.running import Cancelled, report_progress

#: From here on an import is worth telling the planner about.
LARGE = 10_000


def import_job(job: Job, *, tell: Callable[[int], None] = lambda _rows: None) -> tuple[dict, str]:
    """Import the batch of ``job``. A refusal, a fault or a cancel leaves the readers as they were
    and says so.

    ``tell(rows read)`` is for a terminal; the page reads the job.
    """
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    if batch.state in {ImportBatch.State.UPLOADED, ImportBatch.State.FAILED}:
        set_state(batch, ImportBatch.State.RUNNING)
    expected = batch.rows or 0

    def report(done: int) -> None:
        tell(done)
        # The lines of a file are an estimate: a cell may hold several.
        report_progress(job, done, total=max(expected, done), message=_("Reading rows"))

    try:
        batch = load(batch, report=report)
    except Unreadable as error:
        set_state(batch, ImportBatch.State.FAILED)
        raise Refused(str(error)) from error
    except Cancelled:
        set_state(batch, ImportBatch.State.UPLOADED)
        raise
    except Exception:
        set_state(batch, ImportBatch.State.FAILED)
        raise
    if batch.created + batch.changed > LARGE:
        refresh_statistics()
    names = ("rows", "created", "changed", "unchanged", "refused")
    return {name: getattr(batch, name) for name in names}, batch.get_absolute_url()


def undo_job(job: Job) -> tuple[dict, str]:
    batch = ImportBatch.objects.get(pk=job.params["batch"])
    done = undo(batch, by=job.created_by)
    return asdict(done), batch.get_absolute_url()


def set_state(batch: ImportBatch, state: str) -> None:
    """Only from a state that is not final: a twin that finished first keeps its word."""
    open_states = [ImportBatch.State.UPLOADED, ImportBatch.State.RUNNING, ImportBatch.State.FAILED]
    ImportBatch.objects.filter(pk=batch.pk, state__in=open_states).update(state=state)
