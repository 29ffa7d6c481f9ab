"""Verbs of an import: take in a file, say how it is read, run it, take it back."""

import hashlib
from itertools import islice
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.imports import rows
from crm.imports.columns import fitting_profile, guess, problems
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.sniff import Unreadable, sniff
from crm.imports.staging import format_of
from crm.jobs.actions import start_job
from crm.jobs.models import Job
from crm.staff import audit
from crm.staff.models import User

#: How a plain file is read when no profile fits: rows that name no kind are of this one.
PLAIN = {
    "number_from": "column",
    "constants": {"kind": "undergraduate", "language": "zh-hans"},
    "create_places": True,
}
SAMPLE = 50


def upload_readers(
    *, file: UploadedFile, by: User | None, profile: ImportProfile | None = None
) -> ImportBatch:
    """Keep an uploaded file with what its content says about it.

    Raises Unreadable; nothing is kept then.
    """
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    batch = ImportBatch(
        filename=Path(file.name).name[-200:],
        sha256=digest.hexdigest(),
        size=file.size,
        created_by=by,
        profile=profile,
    )
    # The name on disk is ours: what somebody called the file is only ever shown as text.
    batch.file.save(f"{digest.hexdigest()[:24]}.table", file, save=False)
    try:
        describe(batch)
        with transaction.atomic():
            batch.save()
            audit.record(action="import.upload", by=by, on=batch, size=batch.size)
    except BaseException:
        batch.file.delete(save=False)
        raise
    return batch


def describe(batch: ImportBatch) -> None:
    """Format, mapping and options of a fresh batch.

    The profile's, that of a profile that fits, or a guess.
    """
    path = Path(batch.file.path)
    found = sniff(path)
    header, body = rows.read(path, found)
    sample = [row for _line, row in islice(body, SAMPLE) if isinstance(row, list)]
    if not sample:
        raise Unreadable(_("The file has a header and no rows."))
    batch.encoding, batch.rows = found.encoding, found.rows
    batch.profile = batch.profile or fitting_profile(header)
    if batch.profile:
        use_profile(batch, batch.profile)
    else:
        batch.mapping, batch.options = guess(header, sample), dict(PLAIN)
        if "number" not in batch.mapping:
            batch.options["number_from"] = "row"
    batch.options["format"] = vars(found)


def use_profile(batch: ImportBatch, profile: ImportProfile) -> None:
    kept = {"format": batch.options["format"]} if "format" in batch.options else {}
    batch.profile, batch.source = profile, profile.source
    batch.mapping, batch.options = dict(profile.mapping), profile.options | kept


def look_into(batch: ImportBatch) -> tuple[list[str], list[list[str]]]:
    """(header, first rows) for the page on which columns are mapped. Raises Unreadable."""
    header, body = rows.read(Path(batch.file.path), format_of(batch))
    return header, [row for _line, row in islice(body, SAMPLE) if isinstance(row, list)]


def same_file(batch: ImportBatch) -> ImportBatch | None:
    """An import of the same bytes that is done, so that the page can say so."""
    return (
        ImportBatch.objects.filter(sha256=batch.sha256, state=ImportBatch.State.DONE)
        .exclude(pk=batch.pk)
        .order_by("-merged_at")
        .first()
    )


@transaction.atomic
def map_import(
    *,
    batch: ImportBatch,
    source: str,
    mapping: dict,
    options: dict,
    encoding: str,
    by: User,
    save_as: str = "",
) -> list[str]:
    """Say how the file is read.

    With ``save_as`` keep that as a profile. Returns what is still wrong, in words.
    """
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state not in {ImportBatch.State.UPLOADED, ImportBatch.State.FAILED}:
        return [_("This import has begun already.")]
    kept = {"format": batch.options["format"]} if "format" in batch.options else {}
    batch.source, batch.mapping, batch.options, batch.encoding = (
        source,
        mapping,
        options | kept,
        encoding,
    )
    try:
        header, _sample = look_into(batch)
    except Unreadable as error:
        return [str(error)]
    if said := problems(header, batch):
        return said
    if save_as:
        batch.profile = save_profile(
            name=save_as, source=source, mapping=mapping, options=options, by=by
        )
    batch.save()
    return []


def save_profile(
    *, name: str, source: str, mapping: dict, options: dict, by: User
) -> ImportProfile:
    """Under a name that exists, the profile is replaced."""
    code = slugify(name)[:40] or f"profile-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    profile, _created = ImportProfile.objects.update_or_create(
        code=code,
        defaults={
            "name": name,
            "source": source,
            "mapping": mapping,
            "options": options,
            "created_by": by,
        },
    )
    audit.record(action="import.profile", by=by, on=profile)
    return profile


@transaction.atomic
def run_import(*, batch: ImportBatch, by: User | None) -> Job:
    """Queue the import. Pressing twice gives the job that runs already."""
    batch = (
        ImportBatch.objects.select_for_update(of=("self",)).select_related("job").get(pk=batch.pk)
    )
    if batch.job and (
        batch.job.is_open or batch.state in {ImportBatch.State.DONE, ImportBatch.State.UNDONE}
    ):
        return batch.job
    title = _("Import of %(file)s") % {"file": batch.filename}
    batch.job = start_job(
        kind="crm.import_readers",
        title=title[:200],
        by=by,
        params={"batch": batch.pk},
        total=batch.rows or None,
    )
    batch.save(update_fields=["job"])
    audit.record(action="import.start", by=by, on=batch)
    return batch.job


@transaction.atomic
def undo_import(*, batch: ImportBatch, by: User) -> Job:
    """Queue taking the import back. Raises jobs.Refused when there is nothing to take back."""
    batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if batch.state != ImportBatch.State.DONE:
        raise Refused(_("Only an import that is done can be undone."))
    running = Job.objects.open().filter(kind="crm.undo_import", params={"batch": batch.pk}).first()
    if running:
        return running
    title = _("Undoing %(file)s") % {"file": batch.filename}
    audit.record(action="import.undo", by=by, on=batch)
    return start_job(kind="crm.undo_import", title=title[:200], by=by, params={"batch": batch.pk})
