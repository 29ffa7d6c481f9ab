"""Pages of an import between its columns and its report: what would happen, and the button."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from core.access import needs
from core.refusals import Refused
from crm.imports import actions as verbs
from crm.imports import words
from crm.imports.load import AT_ONCE, preview
from crm.imports.models import ImportBatch
from crm.imports.opening import Unreadable
from crm.imports.previewing import PREVIEW, ImportPreview, kept
from crm.imports.remarks import how_it_is_read, remarks_on, warnings_in_words
from crm.imports.shown import look_at_rows
from crm.imports.views import batch_of
from crm.jobs.models import Job
from crm.readers.words import system_in_words


@needs("readers.import")
def import_preview(request, pk):
    """What the import would do; a mapping that does not fit leads back to the columns.

    A small file is counted for each view of the page, a large one once by a worker. The readers in
    the rows that are shown are told of it.
    """
    batch = batch_of(request, pk)
    if not batch.is_open:
        return redirect(batch)

    found = kept(batch)
    if found is None and (batch.rows or 0) > AT_ONCE:
        return counting_page(request, batch)
    try:
        found = found or preview(batch, by=request.user)
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect("crm:import-map", batch.pk)

    look_at_rows(batch, shown_of(found), by=request.user)
    context = {"batch": batch, "preview": found, "same": batch.earlier_import()}
    return render(request, "crm/imports/import_preview.html", context | said_of(batch, found))


def said_of(batch: ImportBatch, found: ImportPreview) -> dict:
    """The preview in words and as a bar.

    {name in the template: what is said}, in the language of the moment.
    """
    return {
        "heading": words.heading(found),
        "button": words.button(found),
        "parts": words.parts(found),
        "columns": words.columns_in_words(found, batch.kind),
        "changes": words.changes_in_words(found, batch.kind),
        "others": words.others_shown(found),
        "reasons": words.reasons_in_words(found),
        "system": system_in_words(batch.source),
        "choices": words.other_choices(),
        "reading": how_it_is_read(batch),
        "warnings": [*remarks_on(batch), *warnings_in_words(batch, found.warnings)],
    }


def counting_page(request, batch):
    """A large file is counted by a worker.

    It shows the last such job of this file, or that there is none.
    """
    jobs = Job.objects.filter(kind=PREVIEW, params={"batch": batch.pk})
    context = {"batch": batch, "job": jobs.order_by("-pk").first()}
    return render(request, "crm/imports/import_counting.html", context)


@needs("readers.import")
@require_POST
def import_count(request, pk):
    """Have a large file counted, or counted anew.

    Leads to the preview; with what is refused, to the page of the import.
    """
    batch = batch_of(request, pk)
    try:
        verbs.count_preview(batch=batch, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(batch)
    return redirect("crm:import-preview", batch.pk)


def shown_of(found: ImportPreview) -> list[list]:
    """The cells of a preview that may name somebody.

    Lists of cells, for ``look_at_rows``.
    """
    rows = [refusal.raw for refusal in found.refusals]
    for row in found.sample:
        rows.append([row["number"], row["email"]])
    for row in [*found.changes, *found.other_rows]:
        rows.append([row.number])
    return rows


@needs("readers.import")
@require_POST
def import_run(request, pk):
    """Run it; what looks like other people needs a word first.

    Posted: ``seen``, the digest of the rows that the page showed, and ``others``, what is to
    become of them.
    Leads to the page of the import; with what is refused, back to the preview.
    """
    batch = batch_of(request, pk)
    try:
        # Without it the worker refuses what looks like other people.
        seen = request.POST.get("seen", "")
        if seen and batch.is_open:
            choice = request.POST.get("others", "")
            verbs.decide_others(batch=batch, choice=choice, seen=seen[:64], by=request.user)
        verbs.run_import(batch=batch, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("crm:import-preview", batch.pk)
    return redirect(batch)
