"""For the data officer: the register of processing and the record of incidents."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.access import needs
from core.exporting import csv_file
from core.forms import posted, status_of
from crm.privacy import actions, register
from crm.privacy.forms import IncidentForm
from crm.privacy.models import Assessment, Incident
from crm.readers.models import Notice
from crm.receipts.views import once


@require_GET
@needs("privacy.keep")
def processing_register(request):
    """What is kept of people, what for, and what becomes of it."""
    context = {
        "heads": register.heads(),
        "rows": register.rows(),
        "times": register.times(),
        "notices": Notice.objects.all(),
        "incidents": Incident.objects.all(),
        "assessment": Assessment.objects.current(),
    }
    return render(request, "crm/privacy/register.html", context)


@require_GET
@needs("privacy.keep")
def processing_register_csv(request):
    """The register of processing as a file."""
    return csv_file(register.file_rows(), "processing.csv")


@needs("privacy.keep")
@once
def incident_edit(request, pk=None):
    """Write down an incident, or what is known of it since."""
    incident = get_object_or_404(Incident, pk=pk) if pk else None
    form = IncidentForm(posted(request), instance=incident)
    if form.is_valid():
        actions.write_incident(incident=form.save(commit=False), by=request.user)
        messages.success(request, _("Kept."))
        return redirect("crm:privacy-register")

    context = {"form": form, "incident": incident}
    return render(request, "crm/privacy/incident_edit.html", context, status=status_of(form))
