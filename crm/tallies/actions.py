"""Verbs of counts: take a file in, say what its columns are, run it, take it back, correct."""

from dataclasses import replace

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.kinds import kind_named
from core.refusals import Refused
from crm.imports.describing import set_options
from crm.imports.models import ImportBatch
from crm.imports.receiving import forgotten_on_fault, kept, locked
from crm.jobs.actions import start_job
from crm.jobs.models import Job
from crm.sources.actions import add_source
from crm.sources.models import DataSource
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from crm.tallies.covering import cover_anew
from crm.tallies.describing import describe
from crm.tallies.kinds import COUNTS
from crm.tallies.loading import problems_of
from crm.tallies.models import SAME, Tally
from crm.tallies.options import CountOptions
from crm.tallies.plan import MEASURED

CHECK, IMPORT, UNDO = "crm.check_counts", "crm.import_counts", "crm.undo_counts"


@transaction.atomic
def upload_counts(
    *,
    file: UploadedFile,
    by: User | None,
    source: DataSource | None = None,
    to_check: bool = False,
) -> ImportBatch:
    """Keep an uploaded file as a batch of the kind "counts", with what its content says about it;
    ``to_check`` leaves that to a job and returns the batch as CHECKING. ``source``: where its
    numbers were counted, None where nobody has said so yet.

    Raises Unreadable; nothing is kept then, neither the batch nor the file. Writes one audit row.
    """
    batch = kept(file, by, None)
    batch.takes = kind_named(COUNTS).code
    set_options(batch, CountOptions(data_source=source and source.pk).to_json())
    with forgotten_on_fault(batch):
        if to_check:
            batch.state = ImportBatch.State.CHECKING
            batch.save()
            _start(batch, CHECK, gettext_noop("Looking into %(file)s"), by)
        else:
            describe(batch)
            batch.save()
        audit.record(action=AuditAction.IMPORT_UPLOAD, by=by, on=batch, size=batch.size)
    return batch


@transaction.atomic
def check_counts(*, batch: ImportBatch, by: User) -> None:
    """Queue a job that looks anew into a file whose check was stopped, and set the batch to
    CHECKING. Refused in any other state. Writes one audit row.
    """
    batch = locked(batch)
    if batch.state != ImportBatch.State.STOPPED:
        raise Refused(_("This file is being looked into, or was already."))
    batch.state = ImportBatch.State.CHECKING
    batch.save(update_fields=["state"])
    _start(batch, CHECK, gettext_noop("Looking into %(file)s"), by)
    audit.record(action=AuditAction.IMPORT_CHECK, by=by, on=batch)


@transaction.atomic
def map_counts(
    *,
    batch: ImportBatch,
    mapping: dict[str, str],
    options: CountOptions,
    by: User | None,
    encoding: str = "",
    new_source: str = "",
) -> None:
    """Say what the columns are, and who counted: a source there is, or one that is added under the
    name ``new_source``.

    Raises Refused with everything that is still wrong, and Unreadable where the file is no table in
    this encoding.
    """
    batch = locked(batch)
    if not batch.is_open:
        raise Refused(_("This import has begun already."))
    if new_source:
        options = replace(options, data_source=_new_source(new_source, mapping, options, by).pk)
    batch.mapping = mapping
    batch.encoding = encoding or batch.encoding
    set_options(batch, options.to_json())
    wrong = problems_of(batch)
    if wrong:
        raise Refused(" ".join(wrong))
    batch.save()
    audit.record(action=AuditAction.IMPORT_MAP, by=by, on=batch)


def _new_source(name: str, mapping: dict, options: CountOptions, by: User | None) -> DataSource:
    """A stored source of no kinds whose measures are what the columns say they count; with spread
    columns the measure chosen for them is among these.
    """
    measures = {str(MEASURED[field]) for field in mapping if field in MEASURED}
    if options.spread:
        measures.add(options.measure)
    source = add_source(name=name, kinds=[], by=by)
    source.measures = sorted(measures)
    source.save(update_fields=["measures"])
    return source


@transaction.atomic
def run_counts(*, batch: ImportBatch, by: User | None) -> Job:
    """Queue the import and return its job. Pressing twice gives the job that runs already, and of
    an import that is done or undone the job that it had; neither writes anything.

    Refused where the file is not kept any more. A new job writes one audit row.
    """
    batch = locked(batch)
    ended = batch.state in {ImportBatch.State.DONE, ImportBatch.State.UNDONE}
    # One still called running whose job is over has lost its worker, and may be run again.
    if batch.job and (batch.job.is_open or ended):
        return batch.job
    if not batch.file:
        raise Refused(_("This file is not kept any more. Please upload it again."))
    job = _start(batch, IMPORT, gettext_noop("Import of %(file)s"), by, total=batch.rows or None)
    audit.record(action=AuditAction.IMPORT_START, by=by, on=batch)
    return job


@transaction.atomic
def undo_counts(*, batch: ImportBatch, by: User | None) -> Job:
    """Queue taking the file back and return the job. Pressing twice gives the job that runs
    already, without a second audit row.

    Raises Refused where the batch is not DONE: there is nothing to take back.
    """
    batch = locked(batch)
    if batch.state != ImportBatch.State.DONE:
        raise Refused(_("Only an import that is done can be undone."))
    running = Job.objects.filter(kind=UNDO, params={"batch": batch.pk}).open().first()
    if running:
        return running
    audit.record(action=AuditAction.IMPORT_UNDO, by=by, on=batch)
    return start_job(
        kind=UNDO,
        title=gettext_noop("Undoing %(file)s"),
        title_values={"file": batch.filename},
        by=by,
        params={"batch": batch.pk},
    )


@transaction.atomic
def correct_tally(*, tally: Tally, value: int | None, note: str, by: User | None) -> Tally:
    """Store another number for what ``tally`` counts, and return the new row; None says that nobody
    knows the number. It holds beside whatever files say, until it is released.

    Corrections of the same thing that were there before are removed, and what its source covers is
    written anew. Refused without a reason in ``note``. Writes one audit row.
    """
    if not note.strip():
        raise Refused(_("Please say why the number is another."))
    _release(tally)
    made = Tally(labels=tally.labels, **dict(zip(SAME, tally.same, strict=True)))
    made.value, made.note, made.by_hand = value, note.strip(), True
    made.unknown, made.whole = int(value is None), value is not None
    made.save()
    cover_anew(made.source)
    audit.record(action=AuditAction.COUNT_CORRECT, by=by, on=made, note=made.note)
    return made


@transaction.atomic
def release_tally(*, tally: Tally, by: User | None) -> None:
    """Remove the correction: what files say of it holds again, and what the source covers is
    written anew. Refused where the number was not corrected by hand. Writes one audit row.
    """
    if not _release(tally):
        raise Refused(_("This number was not corrected by hand."))
    cover_anew(tally.source)
    audit.record(action=AuditAction.COUNT_RELEASE, by=by, on=tally)


def _release(tally: Tally) -> bool:
    """Remove all corrections of what the tally counts, whichever of its rows is given; returns
    whether there was one.
    """
    # Without a campus Django asks for rows that have none.
    same = Tally.objects.filter(by_hand=True, **dict(zip(SAME, tally.same, strict=True)))
    removed, _by_model = same.delete()
    return removed > 0


def _start(
    batch: ImportBatch, kind: str, title: str, by: User | None, total: int | None = None
) -> Job:
    """Start the job of a stored batch, and store in the batch that it is this job. ``total``: rows
    of the file, None where that is not known.
    """
    batch.job = start_job(
        kind=kind,
        title=title,
        title_values={"file": batch.filename},
        by=by,
        params={"batch": batch.pk},
        total=total,
    )
    batch.save(update_fields=["job"])
    return batch.job
