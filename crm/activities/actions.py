"""Verbs of a file of activities: take it in, say what its columns are, run it, take it back."""

from dataclasses import replace

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.kinds import FileKind
from core.refusals import Refused
from crm.activities.describing import describe
from crm.activities.options import ActivityOptions
from crm.activities.plan import problems
from crm.activities.posting import Posted, TakenRows, batch_of, take_posted, weigh_posted
from crm.activities.proxy_logs import as_table, is_log
from crm.activities.undoing import refuse_too_late
from crm.imports.describing import look_into, set_options
from crm.imports.models import ImportBatch
from crm.imports.options import FORMAT
from crm.imports.receiving import forgotten_on_fault, kept, locked
from crm.jobs.actions import start_job
from crm.jobs.models import Job
from crm.sources.actions import add_source, keep_no_names
from crm.sources.models import DataSource
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

CHECK, IMPORT, UNDO = "crm.check_activities", "crm.import_activities", "crm.undo_activities"


@transaction.atomic
def upload_activities(
    *,
    file: UploadedFile,
    kind: FileKind,
    by: User | None,
    source: DataSource | None = None,
    to_check: bool = False,
) -> ImportBatch:
    """Keep an uploaded file as a batch of ``kind``, with what its content says about it;
    ``to_check`` leaves that to a job and returns the batch as CHECKING. ``source``: where its rows
    were recorded, None where nobody has said so yet.

    Raises Unreadable; nothing is kept then, neither the batch nor the file. Writes one audit row.
    """
    if kind.by_session and is_log(file):
        table = as_table(file.file)
        file = UploadedFile(table, name=f"{file.name}.csv", size=table.tell())
    batch = kept(file, by, None)
    batch.takes = kind.code
    set_options(batch, ActivityOptions(data_source=source and source.pk).to_json())
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
def check_activities(*, batch: ImportBatch, by: User) -> None:
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
def map_activities(
    *,
    batch: ImportBatch,
    system: str,
    mapping: dict[str, str],
    options: ActivityOptions,
    by: User | None,
    encoding: str = "",
    new_source: str = "",
) -> None:
    """Say what the columns are, in which system the reader numbers are, and where the rows were
    recorded: at a source there is, or at one that is added under the name ``new_source``.

    Which columns are never read is no choice. Raises Refused with everything that is still wrong,
    and Unreadable where the file is no table in this encoding.
    """
    batch = locked(batch)
    if not batch.is_open:
        raise Refused(_("This import has begun already."))
    never = ActivityOptions.from_json(batch.options).never
    if new_source:
        kinds = _told_kinds(batch, mapping)
        source = add_source(name=new_source, kinds=kinds, by=by)
        options = replace(options, data_source=source.pk)
    options = _as_the_source_keeps(batch, options, by)
    batch.source = system
    batch.mapping = mapping
    batch.encoding = encoding or batch.encoding
    if encoding and FORMAT in batch.options:
        batch.options[FORMAT] = batch.options[FORMAT] | {"encoding": encoding, "doubts": []}
    set_options(batch, replace(options, never=never).to_json())

    header, _sample = look_into(batch)
    wrong = problems(header, batch)
    if wrong:
        raise Refused(" ".join(wrong))
    batch.save()
    audit.record(action=AuditAction.IMPORT_MAP, by=by, on=batch)


@transaction.atomic
def run_activities(*, batch: ImportBatch, by: User | None) -> Job:
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
def undo_activities(*, batch: ImportBatch, by: User | None) -> Job:
    """Queue taking the file back and return the job. Pressing twice gives the job that runs
    already, without a second audit row.

    Raises Refused when there is nothing to take back, or no way back any more.
    """
    batch = locked(batch)
    if batch.state != ImportBatch.State.DONE:
        raise Refused(_("Only an import that is done can be undone."))
    refuse_too_late(batch)
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
def post_activities(*, posted: Posted, by: User) -> TakenRows:
    """Take in the activities that a program sent, whole or not at all, as an import that is done.
    Rows that are refused are kept as such and said in what comes back. Writes an audit row for what
    was sent, and one for what became of it.
    """
    batch = batch_of(posted, by)
    batch.save()
    audit.record(action=AuditAction.IMPORT_UPLOAD, by=by, on=batch, size=batch.size, by_api=True)
    return take_posted(posted, batch)


@transaction.atomic
def ask_activities(*, posted: Posted, by: User, little: bool) -> TakenRows:
    """What a request would do, told to ``by``; ``little``: to a key that reads nothing. Writes one
    audit row, since who asks often enough knows who is a reader.
    """
    taken = weigh_posted(posted, by=by, little=little)
    asked = {"rows": len(posted.rows), "strangers": taken.strangers, "by_api": True}
    audit.record(action=AuditAction.IMPORT_PREVIEW, by=by, on=posted.source, **asked)
    return taken


def _told_kinds(batch: ImportBatch, mapping: dict[str, str]) -> list[str]:
    """What the rows of such a file tell of: without a column that says what happened it is the
    usual alone, and of all else nothing is recorded.
    """
    says_what = {"action", "outcome"} & set(mapping)
    kinds = batch.kind.does if says_what else batch.kind.does[:1]
    return [str(kind) for kind in kinds]


def _as_the_source_keeps(
    batch: ImportBatch, options: ActivityOptions, by: User | None
) -> ActivityOptions:
    """The options with what was said of their source once: of rows without names nobody makes such
    with names, nor the other way round. Raises Refused.
    """
    source = DataSource.objects.filter(pk=options.data_source).first()
    if source is None or not batch.kind.may_be_nameless:
        return replace(options, nameless=False)
    if options.nameless:
        keep_no_names(source=source, by=by)
    return replace(options, nameless=not source.named)


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
