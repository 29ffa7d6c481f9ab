"""Pages of an import between its columns and its report: what would happen, and the button."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from core.access import needs
from core.forms import refusal_told
from crm.imports import actions as verbs
from crm.imports import words
from crm.imports.keeping import PREVIEW, kept
from crm.imports.light import is_long
from crm.imports.load import preview
from crm.imports.opening import Unreadable
from crm.imports.parts import earlier_import, tables_shown
from crm.imports.remarks import how_it_is_read, remarks_on
from crm.imports.shown import look_at_rows
from crm.imports.step_words import ImportStep, steps_shown
from crm.imports.steps import steps_of
from crm.imports.strip import source_of, strip_of_preview
from crm.jobs.models import Job
from crm.sources.rhythms import question_about


@needs("readers.import")
def import_preview(request, pk, door):
    """What the import would do; a mapping that does not fit leads back to the columns.

    A small file is counted for each view of the page, a large one once by a worker. The readers in
    the rows that are shown are told of it.
    """
    batch = door.batch_of(request, pk)
    if not batch.is_open:
        return redirect(batch)

    found = kept(batch, steps_of(batch).preview)
    if found is None and is_long(batch):
        return counting_page(request, batch, door)
    try:
        found = found or preview(batch, by=request.user)
    except Unreadable as error:
        messages.error(request, str(error))
        return redirect(batch.page("map"))

    look_at_rows(batch, shown_of(found, door), by=request.user)
    context = said_of(batch, found, door) | door.told(batch, found)
    context["steps"] = steps_shown(ImportStep.PREVIEW)
    context["rhythm"] = question_about(source_of(batch), found.spans, batch.kind.does)
    context |= tables_shown(batch, request.user)
    return render(request, "crm/imports/import_preview.html", context)


def said_of(batch, found, door) -> dict:
    """What every preview says, in words and as a bar.

    {name in the template: what is said}, in the language of the moment.
    """
    return {
        "batch": batch,
        "door": door,
        "preview": found,
        "same": earlier_import(batch),
        "heading": words.heading(found),
        "button": door.button(found),
        "parts": words.parts(found, door.groups),
        "overlooked": words.overlooked_in_words(found),
        "reasons": words.reasons_in_words(found),
        "cut": words.refused_shown(found),
        "reading": how_it_is_read(batch),
        "strip": strip_of_preview(batch, found),
        "warnings": remarks_on(batch),
    }


def counting_page(request, batch, door):
    """A large file is counted by a worker.

    It shows the last such job of this file, or that there is none.
    """
    jobs = Job.objects.filter(kind=PREVIEW, params={"batch": batch.pk})
    context = {
        "batch": batch,
        "door": door,
        "steps": steps_shown(ImportStep.PREVIEW),
        "job": jobs.order_by("-pk").first(),
    }
    return render(request, "crm/imports/import_counting.html", context)


@needs("readers.import")
@require_POST
def import_count(request, pk, door):
    """Have a large file counted, or counted anew.

    Leads to the preview; with what is refused, to the page of the import.
    """
    batch = door.batch_of(request, pk)
    with refusal_told(request):
        verbs.count_preview(batch=batch, by=request.user)
        return redirect(batch.page("preview"))
    return redirect(batch)


def shown_of(found, door) -> list[list]:
    """The cells of a preview that may name somebody.

    Lists of cells, for ``look_at_rows``.
    """
    return [refusal.raw for refusal in found.refusals] + door.cells(found)


@needs("readers.import")
@require_POST
def import_run(request, pk, door):
    """Run it; what looks like other people needs a word first.

    Posted: ``seen``, the digest of the rows that the page showed, and ``others``, what is to
    become of them; ``rhythm``, when files of a new source come.
    Leads to the page of the import; with what is refused, back to the preview.
    """
    batch = door.batch_of(request, pk)
    with refusal_told(request):
        # Without it the worker refuses what looks like other people.
        seen = request.POST.get("seen", "")
        if seen and batch.is_open:
            choice = request.POST.get("others", "")
            verbs.decide_others(batch=batch, choice=choice, seen=seen[:64], by=request.user)
        rhythm = request.POST.get("rhythm", "")
        verbs.run_import(batch=batch, rhythm=rhythm, by=request.user)
        return redirect(batch)
    return redirect(batch.page("preview"))
