"""Verbs of an import: take in a file, say what its columns are, run it, take it back."""

import hashlib
from dataclasses import replace
from functools import partial

from django.core.files import File
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.refusals import Refused
from crm.imports.describing import describe, map_like, set_options
from crm.imports.keeping import PREVIEW, forget
from crm.imports.light import is_light
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.options import (
    ASKED,
    DATA_SOURCE,
    LEAVE,
    LIKE,
    NOT_KEPT,
    SAME,
    ImportOptions,
    OtherChoice,
    for_others,
)
from crm.imports.parts import tables_of
from crm.imports.receiving import (
    as_table,
    forgotten_on_fault,
    kept,
    kept_again,
    locked,
    may_not_stay,
)
from crm.imports.steps import steps_of
from crm.imports.terms import UNDO
from crm.jobs.actions import start_job
from crm.jobs.models import Job
from crm.readers.kinds import PATRONS
from crm.sources.actions import say_rhythm
from crm.sources.models import DataSource
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: The kind of job that imports a file.
IMPORT = "crm.import_file"
#: The kind that looks into one.
CHECK = "crm.check_import"


@transaction.atomic
def upload_file(
    *,
    file: File,
    by: User | None,
    kind: str = PATRONS,
    source: DataSource | None = None,
    profile: ImportProfile | None = None,
    to_check: bool = False,
) -> ImportBatch:
    """Keep an uploaded file as a batch of ``kind`` (a code), with what its content says about it.

    Its columns come back mapped by ``profile``, else by a saved profile that fits, else by a guess.
    ``source``: where its rows were recorded, None where nobody has said so yet. ``to_check`` leaves
    the looking to a worker and returns the batch as ``checking``: ``batch.job`` says how that goes.

    Raises Unreadable; nothing is kept then, neither the batch nor the file. What a worker finds to
    be no table becomes ``unreadable`` later. Writes one audit row.
    """
    is_raw = may_not_stay(file, kind)
    batch = kept(as_table(file, kind), by, profile)
    batch.takes = kind
    if source:
        batch.options = {DATA_SOURCE: source.pk}
    if is_raw:
        batch.options = batch.options | {NOT_KEPT: True}
    with forgotten_on_fault(batch):
        if to_check or is_raw:
            batch.state = ImportBatch.State.CHECKING
            batch.save()
            _start_check(batch, by)
        else:
            describe(batch)
            batch.save()
        audit.record(action=AuditAction.IMPORT_UPLOAD, by=by, on=batch, size=batch.size)
    return batch


@transaction.atomic
def take_table(*, batch: ImportBatch, member: str, sheet: str, by: User) -> ImportBatch:
    """Begin an import of another table of the batch's file, mapped like the batch where it has the
    same columns; returns the new import, which a worker looks into where that takes time.

    ``member`` and ``sheet``: see ``parts.OtherTable``. Refused where the file is not kept any more,
    or holds no such table; Unreadable where that is no table after all.
    """
    places = [place for place, _name in tables_of(batch)]
    if not batch.file or (member, sheet) not in places:
        raise Refused(_("This table is not there any more. Please upload the file again."))
    with batch.file.open("rb") as stored:
        may_wait = is_light(stored)
    twin = kept_again(batch, by)
    twin.takes = batch.takes
    twin.options = {ASKED: {"member": member, "sheet": sheet}, LIKE: batch.pk}
    with forgotten_on_fault(twin):
        if may_wait:
            describe(twin)
            twin.save()
        else:
            twin.state = ImportBatch.State.CHECKING
            twin.save()
            _start_check(twin, by)
        audit.record(action=AuditAction.IMPORT_UPLOAD, by=by, on=twin, size=twin.size)
    return twin


@transaction.atomic
def check_again(*, batch: ImportBatch, by: User) -> None:
    """Have a worker look anew into a file whose check was stopped. Refused in any other state.

    Writes the state, a new job and one row of the audit trail.
    """
    batch = locked(batch)
    if batch.state != ImportBatch.State.STOPPED:
        raise Refused(_("This file is being looked into, or was already."))
    batch.state = ImportBatch.State.CHECKING
    batch.save(update_fields=["state"])
    _start_check(batch, by)
    audit.record(action=AuditAction.IMPORT_CHECK, by=by, on=batch)


@transaction.atomic
def read_otherwise(*, batch: ImportBatch, asked: dict, by: User) -> None:
    """Read the file as somebody says: another sheet, header or encoding; its columns are guessed
    anew. What takes time is left to a worker; ``batch`` says how it stands afterwards.

    ``asked``: see ``ReadingForm.asked``. Raises Refused once the import has begun, and Unreadable
    where the file is no table in this way.
    """
    held = locked(batch)
    _refuse_begun(held)
    held.options[ASKED] = asked
    with held.file.open("rb") as file:
        may_wait = is_light(file)
    if may_wait:
        describe(held)
    else:
        held.state = ImportBatch.State.CHECKING
        _start_check(held, by)
    held.save()
    # The caller's own copy still says what the state was before.
    batch.state = held.state
    audit.record(action=AuditAction.IMPORT_CHECK, by=by, on=held)


def _start_check(batch: ImportBatch, by: User) -> None:
    """Queue looking into a stored batch; ``batch.job`` is the job afterwards."""
    batch.job = _start(CHECK, gettext_noop("Looking into %(file)s"), batch, by)
    batch.save(update_fields=["job"])


def _start(kind: str, title: str, batch: ImportBatch, by: User | None, **more) -> Job:
    """Queue a job of that kind about the batch; ``title`` names its file as ``%(file)s``."""
    return start_job(
        kind=kind,
        title=title,
        title_values={"file": batch.filename},
        by=by,
        params={"batch": batch.pk},
        **more,
    )


def _open_job(kind: str, batch: ImportBatch) -> Job | None:
    """The job of that kind about the batch that waits or runs; None where there is none."""
    return Job.objects.filter(kind=kind, params={"batch": batch.pk}).open().first()


@transaction.atomic
def map_import(
    *,
    batch: ImportBatch,
    source: str,
    mapping: dict,
    options: dict,
    by: User | None,
    encoding: str = "",
    save_as: str = "",
) -> None:
    """Say what the file's columns are, and what to do with values and gaps.

    With ``save_as`` keep that as a profile. Raises Refused with everything that is still wrong,
    and Unreadable where the file is no table in this encoding.

    ``source``: the system of its numbers; ``mapping``: {field: column}; ``options``: as the options
    of the kind of file write them (``to_json``). What a preview has counted is dropped.
    """
    batch = locked(batch)
    _refuse_begun(batch)
    # A preview that was counted by the former mapping is no longer true.
    forget(batch)
    batch.source = source
    batch.mapping = mapping
    batch.encoding = encoding or batch.encoding
    set_options(batch, options)

    wrong = steps_of(batch).problems(batch)
    if wrong:
        raise Refused(" ".join(wrong))

    if save_as:
        batch.profile = save_profile(name=save_as, batch=batch, by=by)
    batch.save()
    audit.record(action=AuditAction.IMPORT_MAP, by=by, on=batch)


@transaction.atomic
def use_profile(*, batch: ImportBatch, profile: ImportProfile, by: User) -> None:
    """Map the file like a saved profile. Raises Refused once the import has begun.

    What a preview has counted is dropped. Whether the file has the profile's columns is not asked
    here, but before anything is staged.
    """
    batch = locked(batch)
    _refuse_begun(batch)
    forget(batch)
    map_like(batch, profile)
    batch.save()
    audit.record(action=AuditAction.IMPORT_MAP, by=by, on=batch)


def _refuse_begun(batch: ImportBatch) -> None:
    """Raises Refused unless the batch waits to be mapped and run."""
    if not batch.is_open:
        raise Refused(_("This import has begun already."))


@transaction.atomic
def save_profile(*, name: str, batch: ImportBatch, by: User | None) -> ImportProfile:
    """Keep how the file is mapped for others of its kind; under a name that exists, the profile is
    replaced.

    The code is the name as a slug of 40 characters at most, or a digest of it where no letter is
    left; other kinds than files of readers stand before it. Names that give the same code are one
    profile. What a file said of itself, and days it tells of, are not kept.
    """
    code = slugify(name)[:40]
    if not code:
        # A Chinese name has no Latin letter; the same name must give the same code again.
        code = f"profile-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    if batch.takes != PATRONS:
        code = f"{batch.takes}-{code}"[:40]
    profile, _created = ImportProfile.objects.update_or_create(
        code=code,
        defaults={
            "name": name,
            "takes": batch.takes,
            "source": batch.source,
            "mapping": batch.mapping,
            "options": for_others(batch.options),
            "created_by": by,
        },
    )
    audit.record(action=AuditAction.IMPORT_PROFILE, by=by, on=profile)
    return profile


@transaction.atomic
def count_preview(*, batch: ImportBatch, by: User) -> Job:
    """Have a worker count what the import would do. Pressing twice gives the job that runs already.

    Refused once the import has begun.

    What was counted before is dropped when a new job starts. Its total is the number of rows as it
    was estimated at upload; None where that is not known.
    """
    batch = locked(batch)
    _refuse_begun(batch)
    running = _open_job(PREVIEW, batch)
    if running:
        return running
    forget(batch)
    audit.record(action=AuditAction.IMPORT_PREVIEW, by=by, on=batch)
    title = gettext_noop("Preview of %(file)s")
    return _start(PREVIEW, title, batch, by, total=batch.rows or None)


@transaction.atomic
def decide_others(*, batch: ImportBatch, choice: str, seen: str, by: User) -> None:
    """Say what becomes of the rows that look like another person; ``seen``: the digest of those
    that a preview showed (``SeenRows``).

    Refused where that was not said. No other row comes in by this word.

    ``choice``: SAME or LEAVE. It is stored with the options and goes into the audit trail.
    """
    batch = locked(batch)
    _refuse_begun(batch)
    if choice not in (SAME, LEAVE):
        raise Refused(_("Say first what is to become of the rows that look like somebody else."))
    options = ImportOptions.from_json(batch.options)
    decided = replace(options, another_person=OtherChoice(choice, seen))
    set_options(batch, decided.to_json())
    batch.save(update_fields=["options"])
    audit.record(action=AuditAction.IMPORT_OTHERS, by=by, on=batch, choice=choice)


@transaction.atomic
def run_import(*, batch: ImportBatch, by: User | None, rhythm: str = "") -> Job:
    """Queue the import. Pressing twice gives the job that runs already.

    ``rhythm``: when files of its source come, where nobody has said so yet; empty for no answer.

    Refused where the file is not kept any more.

    Of an import that is done or undone the job that did it comes back, and nothing is started. What
    a preview has counted is dropped.
    """
    batch = locked(batch)
    ended = batch.state in {ImportBatch.State.DONE, ImportBatch.State.UNDONE}
    # One still called running whose job is over has lost its worker, and may be run again.
    if batch.job and (batch.job.is_open or ended):
        return batch.job
    if not batch.file:
        raise Refused(_("This file is not kept any more. Please upload it again."))

    title = gettext_noop("Import of %(file)s")
    batch.job = _start(IMPORT, title, batch, by, total=batch.rows or None)
    batch.save(update_fields=["job"])
    forget(batch)
    audit.record(action=AuditAction.IMPORT_START, by=by, on=batch)
    if rhythm:
        say_rhythm(
            source=DataSource.objects.get(pk=batch.options[DATA_SOURCE]), rhythm=rhythm, by=by
        )
    return batch.job


@transaction.atomic
def discard_upload(*, batch: ImportBatch, by: User) -> None:
    """Throw an upload away that never came in: its row and its file go, and there is nothing to
    undo. Profiles that were saved with it stay.

    Refused once the import has begun, and while a worker looks into the file. Writes one audit row.
    """
    batch = locked(batch)
    counting = Job.objects.filter(kind=PREVIEW, params={"batch": batch.pk}).open()
    if not batch.may_go or counting.exists():
        raise Refused(
            _("This file came in, or is being worked on: stop that first, or undo the import.")
        )
    forget(batch)
    audit.record(action=AuditAction.IMPORT_DISCARD, by=by, on=batch, size=batch.size)
    if batch.file:
        transaction.on_commit(partial(batch.file.storage.delete, batch.file.name))
    batch.delete()


@transaction.atomic
def undo_import(*, batch: ImportBatch, by: User | None) -> Job:
    """Queue taking the import back. Pressing twice gives the job that runs already.

    Raises Refused for an import that is not done, and where there is no way back any more.
    """
    batch = locked(batch)
    if batch.state != ImportBatch.State.DONE:
        raise Refused(_("Only an import that is done can be undone."))
    steps_of(batch).refuse_too_late(batch)

    running = _open_job(UNDO, batch)
    if running:
        return running

    audit.record(action=AuditAction.IMPORT_UNDO, by=by, on=batch)
    return _start(UNDO, gettext_noop("Undoing %(file)s"), batch, by)
