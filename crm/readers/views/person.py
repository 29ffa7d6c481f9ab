"""The page of one person on the desk, and what staff may write down there."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.forms import status_of
from crm.readers.actions import set_consent, update_reader
from crm.readers.forms import ConsentForm, ReaderForm
from crm.readers.models import Reader
from crm.readers.profile import consent_rows, trait_rows
from crm.receipts.views import once
from crm.staff import audit
from crm.staff.words import AuditAction

#: Fragments about a reader that apps above serve; the page asks for them by itself.
PANELS = ("campaigns:reader-panel", "feedback:reader-panel")
#: The newest activities on the page; readers of many years have thousands.
ACTIVITIES_SHOWN = 40


def reader_of(request, pk) -> Reader:
    """The reader with what their page shows selected; 404 for one whom this user may not open."""
    readers = Reader.objects.visible_to(request.user)
    return readers.select_related("campus", "college", "user").get_or_404(pk)


@needs("readers.view")
def reader_detail(request, pk):
    reader = reader_of(request, pk)
    audit.record(action=AuditAction.READER_VIEW, by=request.user, on=reader)

    activities = reader.activities.select_related("campus").order_by("-at")
    context = {
        "reader": reader,
        "traits": trait_rows(reader),
        "memberships": reader.memberships.select_related("segment").order_by("since"),
        "activities": activities[:ACTIVITIES_SHOWN],
        "consents": consent_rows(reader),
        "consent_form": ConsentForm(),
        "panels": [reverse(name, args=[reader.pk]) for name in PANELS],
    }
    return render(request, "crm/readers/reader_detail.html", context)


@needs("readers.edit")
def reader_edit(request, pk):
    reader = reader_of(request, pk)
    form = ReaderForm(request.POST or None, instance=reader, by=request.user)
    if form.is_valid():
        update_reader(reader=reader, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(reader)

    context = {"form": form, "reader": reader}
    return render(request, "crm/readers/reader_edit.html", context, status=status_of(form))


@needs("readers.edit")
@require_POST
@once
def reader_consent(request, pk):
    reader = reader_of(request, pk)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say for which channel, and how we know."))
        return redirect(reader)

    set_consent(reader=reader, source="staff", by=request.user, **form.cleaned_data)
    messages.success(request, _("Written down."))
    return redirect(reader)
