"""A file of counts: map its columns, look at what would happen, run, undo; the list of counts."""

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.access import needs
from core.exporting import csv_lines
from core.forms import posted, status_of
from core.refusals import Refused
from crm.imports.describing import look_into
from crm.imports.lists import RefusalList
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable
from crm.imports.views import refusal_rows
from crm.receipts.views import once
from crm.staff import audit
from crm.staff.words import AuditAction
from crm.tallies import actions as verbs
from crm.tallies.forms import CountMapForm, TallyForm, suggested
from crm.tallies.kinds import COUNTS
from crm.tallies.lists import TallyList
from crm.tallies.loading import preview
from crm.tallies.queries import tallies_for
from crm.tallies.small import hidden_beside_small
from crm.tallies.words import (
    days_of_tally,
    number_of_tally,
    remarks_of,
    remarks_on,
    state_of_tally,
)


def batch_of(request, pk) -> ImportBatch:
    """The import, where this user may see it and its rows are counts; 404 else."""
    visible = ImportBatch.objects.visible_to(request.user).filter(takes=COUNTS)
    return visible.select_related("job", "created_by").get_or_404(pk)


@needs("readers.import")
@require_POST
def tally_import_check(request, pk):
    """Look anew into a file whose check was stopped, and go to the page of the import. A refusal is
    said there.
    """
    batch = batch_of(request, pk)
    try:
        verbs.check_counts(batch=batch, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(batch)


@needs("readers.import")
def tally_import_map(request, pk):
    """Say what the columns are; leads on to the preview. An import that has begun has only its
    report, and so has a file that is no table.
    """
    batch = batch_of(request, pk)
    if not batch.is_open:
        return redirect(batch)
    try:
        header, sample = look_into(batch)
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect(batch)

    form = CountMapForm(posted(request), batch=batch, header=header, sample=sample)
    if form.is_valid() and mapped(request, batch, form):
        return redirect("crm:tally-import-preview", batch.pk)
    context = {"batch": batch, "form": form, "same": batch.earlier_import()}
    return render(request, "crm/tallies/tally_import_map.html", context, status=status_of(form))


def mapped(request, batch, form) -> bool:
    """True when the mapping is taken; else False, and what is wrong with it is said in the form."""
    asked = form.cleaned_data
    try:
        verbs.map_counts(
            batch=batch,
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
def tally_import_preview(request, pk):
    """What the import would do, with nothing stored. A mapping that does not fit leads back to the
    columns; an import that has begun, to its report.
    """
    batch = batch_of(request, pk)
    if not batch.is_open:
        return redirect(batch)
    try:
        found = preview(batch)
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect("crm:tally-import-map", batch.pk)

    context = {
        "batch": batch,
        "preview": found,
        "remarks": remarks_on(found),
        "first": [shown(tally) for tally in found.weighed.first],
        "changes": [(shown(before), shown(after)) for before, after in found.weighed.samples],
        "same": batch.earlier_import(),
    }
    return render(request, "crm/tallies/tally_import_preview.html", context)


def shown(tally) -> dict:
    """A number as the preview and the form of a correction print it: its parts in words, of few
    persons without the number. A campus that the file would add stands by the name the file gives
    it.
    """
    place = getattr(tally, "named", "") or tally.campus
    return {
        "days": days_of_tally(tally),
        "place": place,
        "measure": tally.get_measure_display(),
        "audience": tally.audience,
        "number": number_of_tally(tally),
        "state": state_of_tally(tally),
    }


@needs("readers.import")
@require_POST
def tally_import_run(request, pk):
    """Queue the import; pressing twice leads to the one that runs. A refusal is said on the page of
    the import.
    """
    batch = batch_of(request, pk)
    try:
        verbs.run_counts(batch=batch, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(batch)


@needs("readers.import")
def tally_import_detail(request, pk):
    """How the import stands or ended, with its job, what is to be known of it, and the rows it
    refused, page by page.
    """
    batch = batch_of(request, pk)
    listing = RefusalList(request, batch.refusals.all())
    return listing.render(
        "crm/tallies/tally_import_detail.html",
        batch=batch,
        job=batch.job,
        remarks=remarks_of(batch),
    )


@require_GET
@needs("readers.import")
def tally_import_refusals(request, pk):
    """The refused rows as CSV: line, reason and the row's own columns, to be sent again. Writes one
    audit row.
    """
    batch = batch_of(request, pk)
    audit.record(action=AuditAction.IMPORT_REFUSALS, by=request.user, on=batch)
    return csv_file(refusal_rows(batch), f"refused-{batch.pk}.csv")


def csv_file(rows, name: str) -> StreamingHttpResponse:
    """Rows as a UTF-8 CSV file to be saved under ``name``; it leaves row by row, and is never whole
    in memory.
    """
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@needs("readers.import")
@require_POST
def tally_import_undo(request, pk):
    """Have the import taken back; leads to the job that does it, and where it is refused to the
    page of the import, which says why.
    """
    batch = batch_of(request, pk)
    try:
        job = verbs.undo_counts(batch=batch, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(batch)
    return redirect(job)


# --- what holds -----------------------------------------------------------------------------------
@needs("readers.import")
def tally_list(request):
    """All counts that hold and that this user may see, narrowed by what the address asks."""
    return TallyList(request, tallies_for(request.user)).render("crm/tallies/tally_list.html")


@require_GET
@needs("readers.import")
def tally_export(request):
    """The list as it is narrowed, as CSV; of few persons no number leaves by a file. Writes one
    audit row with the filters that were asked for.
    """
    listing = TallyList(request, tallies_for(request.user))
    audit.record(action=AuditAction.COUNT_EXPORT, by=request.user, filters=listing.asked_filters())
    return csv_file(listing.export_rows(), f"counts-{timezone.localdate():%Y%m%d}.csv")


@needs("readers.import")
@once
def tally_correct(request, pk):
    """Say another number, and why; 404 for a number that does not hold or that this user may not
    see. An empty number says that nobody knows it.
    """
    tally = get_object_or_404(tallies_for(request.user), pk=pk)
    tally.is_covered = tally.pk in hidden_beside_small()
    form = TallyForm(posted(request), initial=suggested(tally))
    if form.is_valid():
        asked = form.cleaned_data
        verbs.correct_tally(tally=tally, value=asked["value"], note=asked["note"], by=request.user)
        messages.success(request, _("The number is corrected; files leave it as it is."))
        return redirect("crm:tally-list")
    context = {"form": form, "tally": tally, "shown": shown(tally)}
    return render(request, "crm/tallies/tally_correct.html", context, status=status_of(form))


@needs("readers.import")
@require_POST
def tally_release(request, pk):
    """Let what files say hold again; 404 as in ``tally_correct``. That nothing was corrected is
    said on the list.
    """
    tally = get_object_or_404(tallies_for(request.user), pk=pk)
    try:
        verbs.release_tally(tally=tally, by=request.user)
        messages.success(request, _("The correction is taken back."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("crm:tally-list")
