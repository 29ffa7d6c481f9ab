"""The import, of all kinds of file: choose a file, map its columns, read the report, undo.

What lies between columns and report is in ``preview``; what differs by kind comes by its door.
"""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import needs
from core.exporting import csv_file
from core.forms import posted, refusal_told, status_of
from core.kinds import kind_named
from core.refusals import Refused
from core.uploads import takes_files
from crm.imports import actions as verbs
from crm.imports.describing import beginning_of, look_into
from crm.imports.forms import ProfileForm, ReadingForm, UploadForm
from crm.imports.light import is_light, is_long
from crm.imports.lists import ImportList, RefusalList
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable
from crm.imports.parts import earlier_import, tables_shown
from crm.imports.refused import refusal_rows
from crm.imports.remarks import said_of_file
from crm.imports.report_words import facts_in_words
from crm.imports.shown import look_at_rows
from crm.imports.step_words import ImportStep, steps_shown
from crm.readers.kinds import PATRONS
from crm.receipts.views import once
from crm.staff import audit
from crm.staff.words import AuditAction


@needs("readers.import")
def import_list(request):
    """The imports of all kinds that this user may see, the newest first."""
    visible = ImportBatch.objects.visible_to(request.user)
    found = visible.select_related("created_by", "profile", "job")
    return ImportList(request, found).render("crm/imports/import_list.html")


@takes_files(lambda: settings.IMPORT_MAX_BYTES)
@needs("readers.import")
@once
def import_create(request):
    """Upload a file of readers; a small one is looked into at once.

    A larger one goes to a worker. What is no table is said in the form.
    """
    form = UploadForm(posted(request), request.FILES or None, kind=kind_named(PATRONS))
    if form.is_valid():
        batch = uploaded(
            request, form, kind=form.cleaned_data["takes"], profile=form.cleaned_data["profile"]
        )
        if batch is not None:
            return to_next_step(batch)
    context = {"form": form, "steps": steps_shown(ImportStep.FILE)}
    return render(request, "crm/imports/import_create.html", context, status=status_of(form))


def to_next_step(batch: ImportBatch):
    """A redirect to the columns of the file, or to the page that says how its check goes on."""
    return redirect(batch.page("map") if batch.is_open else batch)


def uploaded(request, form, **asked) -> ImportBatch | None:
    """The new import of the form's file; None when it is no table, which is said in the form.

    ``asked``: further arguments of ``upload_file``. What takes time or memory to look into is left
    to a worker: that such a file is no table is found later.
    """
    file = form.cleaned_data["file"]
    try:
        return verbs.upload_file(file=file, to_check=not is_light(file), by=request.user, **asked)
    except Unreadable as error:
        form.add_error("file", str(error))
        return None


# --- the columns ----------------------------------------------------------------------------------
@needs("readers.import")
def import_map(request, pk, door):
    """Say what the columns are. An import that has begun has only its report, and so has a file
    that is no table.

    GET shows the first rows, whose readers are told; POST leads on to the preview, of a large file
    after a worker was asked to count it.
    """
    batch = door.batch_of(request, pk)
    if not batch.is_open:
        return redirect(batch)
    try:
        header, sample = look_into(batch)
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect(batch)

    form = door.form(posted(request), batch=batch, header=header, sample=sample)
    look_at_rows(batch, sample, by=request.user)
    if form.is_valid() and mapped(request, batch, form, door):
        return redirect(batch.page("preview"))
    return map_page(request, batch, form, door)


def mapped(request, batch, form, door) -> bool:
    """True when the mapping is taken; what is wrong with it is said in the form.

    The form is valid already. A large file is counted by a worker from here on.
    """
    try:
        door.take(batch, form, request.user)
        if is_long(batch):
            verbs.count_preview(batch=batch, by=request.user)
    except (Refused, Unreadable) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def map_page(request, batch, form, door):
    """The columns with what each is said to hold, and the profile that may say it instead.

    Its status is that of the form: see ``status_of``.
    """
    profiles = ProfileForm(batch=batch)
    context = {
        "batch": batch,
        "door": door,
        "form": form,
        "steps": steps_shown(ImportStep.COLUMNS),
        "same": earlier_import(batch),
        "profile_form": profiles if profiles.is_of_use else None,
        "reading_form": ReadingForm(batch=batch, first=beginning_of(batch)),
    } | said_of_file(batch, form.header)
    context |= tables_shown(batch, request.user)
    context |= door.columns(batch, form)
    return render(request, "crm/imports/import_map.html", context, status=status_of(form))


@needs("readers.import")
@require_POST
def import_reading(request, pk, door):
    """Read another sheet of the file, with another header, or in another encoding.

    What is refused is said as a message, and nothing changes then.
    """
    batch = door.batch_of(request, pk)
    if not batch.is_open:
        return redirect(batch)
    form = ReadingForm(request.POST, batch=batch, first=beginning_of(batch))
    try:
        if form.is_valid():
            verbs.read_otherwise(batch=batch, asked=form.asked(), by=request.user)
    except (Refused, Unreadable) as refusal:
        messages.error(request, str(refusal))
    return to_next_step(batch)


@needs("readers.import")
@require_POST
def import_profile(request, pk, door):
    """Parse the file like a saved profile of its kind instead.

    Leads to the columns, also where the profile does not fit or is none.
    """
    batch = door.batch_of(request, pk)
    form = ProfileForm(request.POST, batch=batch)
    if batch.is_open and form.is_valid():
        verbs.use_profile(batch=batch, profile=form.cleaned_data["profile"], by=request.user)
    return redirect(batch.page("map"))


@needs("readers.import")
@require_POST
def import_check(request, pk, door):
    """Look anew into a file whose check was stopped.

    Leads to its page, with what is refused as a message.
    """
    batch = door.batch_of(request, pk)
    with refusal_told(request):
        verbs.check_again(batch=batch, by=request.user)
    return redirect(batch)


# --- the report -----------------------------------------------------------------------------------
#: At which step an import is by its state; one that may run or has run is at its report.
STEPS = {
    ImportBatch.State.GONE: ImportStep.FILE,
    ImportBatch.State.CHECKING: ImportStep.COLUMNS,
    ImportBatch.State.STOPPED: ImportStep.COLUMNS,
}


def step_of(batch: ImportBatch) -> ImportStep:
    """The step that the page of an import shows."""
    if batch.is_open:
        return ImportStep.COLUMNS
    return STEPS.get(batch.state, ImportStep.REPORT)


@needs("readers.import")
def import_detail(request, pk, door):
    """How the import stands or ended, with the rows it refused, page by page.

    The readers in the rows that are shown are told of it.
    """
    batch = door.batch_of(request, pk)
    listing = RefusalList(request, batch.refusals.all())
    look_at_rows(batch, [refusal.raw for refusal in listing.page], by=request.user)
    return listing.render(
        "crm/imports/import_detail.html",
        batch=batch,
        door=door,
        facts=facts_in_words(batch),
        job=batch.job,
        steps=steps_shown(step_of(batch)),
        undo_text=door.undo(batch),
        **tables_shown(batch, request.user),
        **door.ended(batch),
    )


@require_GET
@needs("readers.import")
def import_refusals(request, pk, door):
    """The refused rows as CSV.

    Line, reason and the row's own columns, to be put right and sent again.

    The readers in them are told of it, and it goes into the audit trail.
    """
    batch = door.batch_of(request, pk)
    refused = batch.refusals.values_list("raw", flat=True)
    look_at_rows(batch, refused.iterator(chunk_size=2000), by=request.user)
    audit.record(action=AuditAction.IMPORT_REFUSALS, by=request.user, on=batch)
    return csv_file(refusal_rows(batch), f"refused-{batch.pk}.csv")


@needs("readers.import")
@require_POST
def import_undo(request, pk, door):
    """Have the import taken back; leads to the job that does it.

    With what is refused as a message it leads back to the import.
    """
    batch = door.batch_of(request, pk)
    with refusal_told(request):
        return redirect(verbs.undo_import(batch=batch, by=request.user))
    return redirect(batch)


@needs("readers.import")
@require_POST
def import_discard(request, pk, door):
    """Throw away a file that never came in; leads to the list of imports.

    With what is refused as a message it leads back to the import.
    """
    batch = door.batch_of(request, pk)
    with refusal_told(request):
        verbs.discard_upload(batch=batch, by=request.user)
        messages.success(request, _("The file is thrown away. Nothing of it had been written."))
        return redirect("crm:import-list")
    return redirect(batch)
