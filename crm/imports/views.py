"""The import.

Choose a file, map its columns, read the report, undo; what lies between in ``preview_pages``.
"""

from django.conf import settings
from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import needs
from core.exporting import csv_lines
from core.forms import posted, status_of
from core.kinds import kind_named
from core.refusals import Refused
from core.uploads import takes_files
from crm.imports import actions as verbs
from crm.imports.describing import beginning_of, look_into
from crm.imports.forms import MapForm, ProfileForm, ReadingForm, UploadForm
from crm.imports.light import is_light
from crm.imports.likelier import no_numbers
from crm.imports.lists import ImportList, RefusalList
from crm.imports.load import AT_ONCE
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.opening import Unreadable
from crm.imports.remarks import remarks_on, said_of_file, warnings_in_words
from crm.imports.shown import look_at_rows
from crm.readers.kinds import IDENTITIES, PATRONS
from crm.receipts.views import once
from crm.staff import audit
from crm.staff.words import AuditAction


def batch_of(request, pk) -> ImportBatch:
    """The import, where this user may see it, with what every page says of it; 404 else.

    Only files of readers; other kinds have pages of their own. One statement.
    """
    visible = ImportBatch.objects.visible_to(request.user).filter(takes__in=[PATRONS, IDENTITIES])
    return visible.select_related("job", "profile", "created_by").get_or_404(pk)


@needs("readers.import")
def import_list(request):
    """The imports of all kinds that this user may see, the newest first."""
    visible = ImportBatch.objects.visible_to(request.user)
    found = visible.select_related("created_by", "profile")
    return ImportList(request, found).render("crm/imports/import_list.html")


@takes_files(lambda: settings.IMPORT_MAX_BYTES)
@needs("readers.import")
@once
def import_create(request):
    """Upload a file of readers; a small one is looked into at once.

    A larger one goes to a worker. What is no table is said in the form.
    """
    kind = kind_named(PATRONS)
    form = UploadForm(posted(request), request.FILES or None, kind=kind)
    if form.is_valid():
        batch = uploaded(request, form)
        if batch is not None:
            return to_next_step(batch)
    context = {"form": form}
    return render(request, "crm/imports/import_create.html", context, status=status_of(form))


def to_next_step(batch: ImportBatch):
    """A redirect to the columns of the file, or to the page that says how its check goes on."""
    if batch.is_open:
        return redirect("crm:import-map", batch.pk)
    return redirect(batch)


def uploaded(request, form) -> ImportBatch | None:
    """The new import; None when the file is no table, which is said in the form.

    Files that a worker looks into come back unread: that they are no table is found later.
    """
    asked = {name: form.cleaned_data[name] for name in ("file", "profile", "takes")}
    # What takes time or memory to look into is looked into by a worker.
    if not is_light(asked["file"]):
        return verbs.upload_to_check(by=request.user, **asked)
    try:
        return verbs.upload_readers(by=request.user, **asked)
    except Unreadable as error:
        form.add_error("file", str(error))
        return None


@needs("readers.import")
def import_map(request, pk):
    """Say what the columns are. An import that has begun has only its report.

    GET shows the first rows, whose readers are told; POST leads on to the preview, of a large file
    after a worker was asked to count it.
    """
    batch = batch_of(request, pk)
    if not batch.is_open:
        return redirect(batch)

    try:
        header, sample = look_into(batch)
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect(batch)

    look_at_rows(batch, sample, by=request.user)
    form = MapForm(posted(request), batch=batch, header=header, sample=sample)
    if form.is_valid() and mapped(request, batch, form):
        if (batch.rows or 0) > AT_ONCE:
            verbs.count_preview(batch=batch, by=request.user)
        return redirect("crm:import-preview", batch.pk)
    return map_page(request, batch, form)


@needs("readers.import")
@require_POST
def import_reading(request, pk):
    """Read another sheet of the file, with another header, or in another encoding.

    What is refused is said as a message, and nothing changes then.
    """
    batch = batch_of(request, pk)
    if not batch.is_open:
        return redirect(batch)
    form = ReadingForm(request.POST, batch=batch, first=beginning_of(batch))
    try:
        if form.is_valid():
            verbs.read_otherwise(batch=batch, asked=form.asked(), by=request.user)
    except (Refused, Unreadable) as refusal:
        messages.error(request, str(refusal))
    if batch.state == ImportBatch.State.CHECKING:
        return redirect(batch)
    return redirect("crm:import-map", batch.pk)


@needs("readers.import")
@require_POST
def import_check(request, pk):
    """Look anew into a file whose check was stopped.

    Leads to its page, with what is refused as a message.
    """
    batch = batch_of(request, pk)
    try:
        verbs.check_again(batch=batch, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(batch)


def map_page(request, batch, form):
    """The columns with what each is said to hold, and the profile that may say it instead.

    Its status is that of the form: see ``status_of``.
    """
    profile_form = None
    if ImportProfile.objects.exists():
        profile_form = ProfileForm(initial={"profile": batch.profile})
    context = {
        "batch": batch,
        "form": form,
        "same": batch.earlier_import(),
        "profile_form": profile_form,
        "reading_form": ReadingForm(batch=batch, first=beginning_of(batch)),
        "no_numbers": no_numbers(form.header, batch),
    } | said_of_file(batch, form.header)
    return render(request, "crm/imports/import_map.html", context, status=status_of(form))


def mapped(request, batch, form) -> bool:
    """True when the mapping is taken; what is wrong with it is said in the form.

    The form is valid already.
    """
    asked = form.cleaned_data
    try:
        verbs.map_import(
            batch=batch,
            source=asked["source"],
            mapping=form.mapping,
            options=form.options(),
            encoding=batch.encoding,
            save_as=asked["save_as"],
            by=request.user,
        )
    except (Refused, Unreadable) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@needs("readers.import")
@require_POST
def import_profile(request, pk):
    """Parse the file like a saved profile instead.

    Leads to the columns, also where the profile does not fit or is none.
    """
    batch = batch_of(request, pk)
    form = ProfileForm(request.POST)
    if batch.is_open and form.is_valid():
        verbs.use_profile(batch=batch, profile=form.cleaned_data["profile"], by=request.user)
    return redirect("crm:import-map", batch.pk)


#: Which of the four steps an import is at before it runs, by its state.
STEPS = {
    ImportBatch.State.GONE: 1,
    ImportBatch.State.CHECKING: 2,
    ImportBatch.State.STOPPED: 2,
}
LAST_STEP = 4


@needs("readers.import")
def import_detail(request, pk):
    """How the import stands or ended, with the rows it refused.

    The readers in the rows that are shown are told of it.
    """
    batch = batch_of(request, pk)
    listing = RefusalList(request, batch.refusals.all())
    look_at_rows(batch, [refusal.raw for refusal in listing.page], by=request.user)
    warnings = []
    if batch.merged_at:
        said = warnings_in_words(batch, batch.report.get("warnings", []))
        warnings = [*remarks_on(batch), *said]
    return listing.render(
        "crm/imports/import_detail.html",
        batch=batch,
        job=batch.job,
        warnings=warnings,
        step=2 if batch.is_open else STEPS.get(batch.state, LAST_STEP),
    )


@require_GET
@needs("readers.import")
def import_refusals(request, pk):
    """The refused rows as CSV.

    Line, reason and the row's own columns, to be put right and sent again.

    The readers in them are told of it, and it goes into the audit trail.
    """
    batch = batch_of(request, pk)
    refused = batch.refusals.values_list("raw", flat=True)
    look_at_rows(batch, refused.iterator(chunk_size=2000), by=request.user)
    audit.record(action=AuditAction.IMPORT_REFUSALS, by=request.user, on=batch)
    lines = csv_lines(refusal_rows(batch))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-{batch.pk}.csv"'
    return response


def refusal_rows(batch):
    """The heading, then one row per refused row, streamed: there may be 400,000 of them.

    Lists of cells; the reason in words, in the language of the moment.
    """
    header = batch.report.get("header", [])
    number = batch.mapping.get("number")
    place = 0
    if number in header:
        place = header.index(number)

    yield [_("Line"), _("Reason"), *header]
    for refusal in batch.refusals.iterator(chunk_size=2000):
        cells = refusal.raw
        # Of a row refused while merging only its number is kept: it goes under its column.
        if len(cells) == 1 and refusal.field:
            cells = [""] * place + cells
        yield [refusal.line, refusal.said, *cells]


@needs("readers.import")
@require_POST
def import_undo(request, pk):
    """Have the import taken back; leads to the job that does it.

    With what is refused as a message it leads back to the import.
    """
    batch = batch_of(request, pk)
    try:
        job = verbs.undo_import(batch=batch, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(batch)
    return redirect(job)
