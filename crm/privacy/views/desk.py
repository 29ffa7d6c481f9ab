"""On the desk: corrections that wait, erasing on request, the register, the record of incidents."""

from django.contrib import messages
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import needs
from core.exporting import csv_lines
from core.forms import refusal_on, status_of
from crm.privacy import actions, own, register
from crm.privacy.forms import DecisionForm, EraseForm, IncidentForm
from crm.privacy.models import Correction, Incident
from crm.readers.models import Notice, Reader

#: Decided corrections on the page, beside all that wait.
DECIDED_SHOWN = 20


@require_GET
@needs("readers.edit")
def correction_list(request):
    """What readers say is wrong, the oldest first; and what was decided lately."""
    mine = Correction.objects.visible_to(request.user).select_related("reader", "decided_by")
    decided = mine.filter(decided_at__isnull=False).order_by("-decided_at")
    context = {"waiting": mine.waiting(), "decided": decided[:DECIDED_SHOWN]}
    return render(request, "crm/privacy/correction_list.html", context)


@needs("readers.edit")
def correction_detail(request, pk):
    """One correction: what stands there, what should, and the decision."""
    mine = Correction.objects.visible_to(request.user).select_related("reader")
    correction = mine.get_or_404(pk)
    form = DecisionForm(request.POST or None)
    if form.is_valid() and _decided(form, correction, request.user):
        messages.success(request, _("Decided. The reader sees it on their page."))
        return redirect("crm:correction-list")

    stands = getattr(correction.reader, correction.field, "")
    context = {"correction": correction, "form": form, "stands": own.in_words(stands)}
    return render(request, "crm/privacy/correction_detail.html", context, status=status_of(form))


def _decided(form: DecisionForm, correction: Correction, by) -> bool:
    """False with the reason on the form."""
    said = form.cleaned_data
    with refusal_on(form):
        actions.decide_correction(
            correction=correction, granted=said["granted"] == "yes", answer=said["answer"], by=by
        )
    return not form.errors


@needs("readers.erase")
def reader_erase(request, pk):
    """Erase somebody who asked for it: what goes and what stays is said before."""
    reader = Reader.objects.visible_to(request.user).get_or_404(pk)
    form = EraseForm(request.POST or None, number=reader.number)
    if form.is_valid():
        actions.erase(reader=reader, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("Erased."))
        return redirect("crm:reader-list")

    context = {"form": form, "reader": reader, "sections": own.sections(reader, 0)}
    return render(request, "crm/privacy/reader_erase.html", context, status=status_of(form))


# --- for the data officer -------------------------------------------------------------------------
@require_GET
@needs("privacy.keep")
def processing_register(request):
    """What is kept of people, what for, and what becomes of it."""
    context = {
        "heads": register.heads(),
        "rows": register.processing(),
        "times": register.times(),
        "notices": Notice.objects.all(),
        "incidents": Incident.objects.all(),
    }
    return render(request, "crm/privacy/register.html", context)


@require_GET
@needs("privacy.keep")
def processing_register_csv(request):
    rows = [register.heads()]
    for line in register.processing():
        rows.append([line.table, line.data, line.columns, line.why, line.basis, line.erased])
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="processing.csv"'
    return response


@needs("privacy.keep")
def incident_edit(request, pk=None):
    """Write down an incident, or what is known of it since."""
    incident = get_object_or_404(Incident, pk=pk) if pk else None
    form = IncidentForm(request.POST or None, instance=incident)
    if form.is_valid():
        actions.write_incident(incident=form.save(commit=False), by=request.user)
        messages.success(request, _("Kept."))
        return redirect("crm:privacy-register")

    context = {"form": form, "incident": incident}
    return render(request, "crm/privacy/incident_edit.html", context, status=status_of(form))
