"""A file of activities: choose it, map its columns, look at what would happen, run, undo."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from core.access import needs
from core.exporting import csv_lines
from core.forms import posted, status_of
from core.kinds import FileKind
from core.refusals import Refused
from core.uploads import takes_files
from crm.activities import actions as verbs
from crm.activities.describing import kinds_of_activities, kinds_of_files
from crm.activities.forms import ActivityMapForm, ActivityUploadForm
from crm.activities.loading import preview
from crm.activities.queries import visits_without_names
from crm.activities.words import covers_in_words, mapped_before, told_in_words
from crm.imports.describing import look_into
from crm.imports.light import is_light
from crm.imports.lists import RefusalList
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable
from crm.imports.remarks import said_of_file
from crm.imports.shown import look_at_rows
from crm.imports.views import refusal_rows
from crm.receipts.views import once
from crm.sources.models import DataSource
from crm.sources.months import months_up_to
from crm.staff import audit
from crm.staff.words import AuditAction
from crm.tallies.actions import upload_counts
from crm.tallies.kinds import COUNTS

#: Of visits without names.
MONTHS_SHOWN = 13


def batch_of(request, pk) -> ImportBatch:
    """The import, where this user may see it and its rows are activities; 404 else."""
    kinds = [kind.code for kind in kinds_of_activities()]
    visible = ImportBatch.objects.visible_to(request.user).filter(takes__in=kinds)
    return visible.select_related("job", "created_by").get_or_404(pk)


@takes_files(lambda: settings.IMPORT_MAX_BYTES)
@needs("readers.import")
@once
def activity_import_create(request):
    """Upload a file; a small one is looked into at once, of a large one a job does that.
    ``?source=`` says by its code where it comes from. A file that is no table is refused in the
    form.
    """
    source = DataSource.objects.filter(code=request.GET.get("source", "")).first()
    form = ActivityUploadForm(
        posted(request), request.FILES or None, initial={"kind": likely_kind(source)}
    )
    if form.is_valid():
        batch = uploaded(request, form, source)
        if batch is not None:
            return to_next_step(batch)
    context = {"form": form}
    return render(
        request, "crm/activities/activity_import_create.html", context, status=status_of(form)
    )


def likely_kind(source: DataSource | None) -> str:
    """Code of the kind of file that the source sends: counts where it counts, else the first whose
    rows are of one of its kinds. Empty where it has none, and without a source.
    """
    if source is None:
        return ""
    if source.measures:
        return COUNTS
    for kind in kinds_of_files():
        if not set(map(str, kind.does)).isdisjoint(source.kinds):
            return kind.code
    return ""


def to_next_step(batch: ImportBatch):
    """To the columns of the file, or to the page that says how its examination goes on."""
    if batch.is_open:
        return redirect(batch.kind.map_page, batch.pk)
    return redirect(batch)


def uploaded(request, form, source) -> ImportBatch | None:
    """The new import; None when the file is no table, which is said in the form.
    ``form`` is valid.
    """
    asked = form.cleaned_data
    try:
        return taken(asked["kind"])(
            file=asked["file"],
            source=source,
            to_check=not is_light(asked["file"]),
            by=request.user,
        )
    except Unreadable as error:
        form.add_error("file", str(error))
        return None


def taken(kind: FileKind) -> Callable[..., ImportBatch]:
    """The verb that takes a file of this kind in: rows of persons, or counts that name nobody."""
    return partial(verbs.upload_activities, kind=kind) if kind.does else upload_counts


@needs("readers.import")
@require_POST
def activity_import_check(request, pk):
    """Look anew into a file whose check was stopped, and go to the page of the import. A refusal is
    said there.
    """
    batch = batch_of(request, pk)
    try:
        verbs.check_activities(batch=batch, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(batch)


@needs("readers.import")
def activity_import_map(request, pk):
    """Say what the columns are; leads on to the preview. An import that has begun has only its
    report, and so has a file that is no table. Whoever looks is told of the readers in the rows
    shown.
    """
    batch = batch_of(request, pk)
    if not batch.is_open:
        return redirect(batch)
    try:
        header, sample = look_into(batch)
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect(batch)

    form = ActivityMapForm(posted(request), batch=batch, header=header, sample=sample)
    look_at_rows(batch, [cells for _name, _field, cells in form.column_rows()], by=request.user)
    if form.is_valid() and mapped(request, batch, form):
        return redirect("crm:activity-import-preview", batch.pk)
    return map_page(request, batch, form)


def map_page(request, batch, form):
    """The columns with what each is said to hold, and what is known of such files."""
    context = {"batch": batch, "form": form, "same": batch.earlier_import()}
    context |= said_of_file(batch, form.header)
    context["remarks"] += mapped_before(form.header, batch.kind)
    return render(
        request, "crm/activities/activity_import_map.html", context, status=status_of(form)
    )


def mapped(request, batch, form) -> bool:
    """True when the mapping is taken; else False, and what is wrong with it is said in the form."""
    asked = form.cleaned_data
    try:
        verbs.map_activities(
            batch=batch,
            system=asked["system"],
            mapping=form.mapping,
            options=form.options(),
            encoding=asked.get("encoding", ""),
            new_source=asked["new_source"],
            by=request.user,
        )
    except (Refused, Unreadable) as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@needs("readers.import")
def activity_import_preview(request, pk):
    """What the import would do. A mapping that does not fit leads back to the columns; an import
    that has begun, to its report. Whoever looks is told of the readers in the rows shown.
    """
    batch = batch_of(request, pk)
    if not batch.is_open:
        return redirect(batch)
    try:
        found = preview(batch, by=request.user)
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect("crm:activity-import-map", batch.pk)

    shown = [refusal.raw for refusal in found.refusals]
    shown += [[row.number] for row in found.sample]
    look_at_rows(batch, shown, by=request.user)
    context = {
        "batch": batch,
        "preview": found,
        "covers": told_in_words(found.told, found.source),
        "same": batch.earlier_import(),
    }
    return render(request, "crm/activities/activity_import_preview.html", context)


@needs("readers.import")
@require_POST
def activity_import_run(request, pk):
    """Queue the import; pressing twice leads to the one that runs. A refusal is said on the page of
    the import.
    """
    batch = batch_of(request, pk)
    try:
        verbs.run_activities(batch=batch, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(batch)


@needs("readers.import")
def activity_import_detail(request, pk):
    """How the import stands or ended, with its job, the days it recorded, and the rows it refused,
    page by page.
    """
    batch = batch_of(request, pk)
    listing = RefusalList(request, batch.refusals.all())
    look_at_rows(batch, [refusal.raw for refusal in listing.page], by=request.user)
    return listing.render(
        "crm/activities/activity_import_detail.html",
        batch=batch,
        job=batch.job,
        covers=covers_in_words(batch),
    )


@require_GET
@needs("readers.import")
def activity_import_refusals(request, pk):
    """The refused rows as CSV: line, reason and what of the row was read, to be sent again. It
    leaves row by row; writes an audit row beside those of the readers in it.
    """
    batch = batch_of(request, pk)
    refused = batch.refusals.values_list("raw", flat=True)
    look_at_rows(batch, refused.iterator(chunk_size=2000), by=request.user)
    audit.record(action=AuditAction.IMPORT_REFUSALS, by=request.user, on=batch)
    lines = csv_lines(refusal_rows(batch))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="refused-{batch.pk}.csv"'
    return response


@needs("readers.import")
@require_POST
def activity_import_undo(request, pk):
    """Have the import taken back; leads to the job that does it, and where it is refused to the
    page of the import, which says why.
    """
    batch = batch_of(request, pk)
    try:
        job = verbs.undo_activities(batch=batch, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(batch)
    return redirect(job)


@needs("insight.view")
def nameless_visits(request):
    """The last thirteen months of each gate that keeps no names; of one's own campus alone."""
    months = months_up_to(timezone.localdate(), MONTHS_SHOWN)
    found = visits_without_names(months, campus=request.user.campus_id)
    return render(request, "crm/activities/nameless_visits.html", {"found": found})
