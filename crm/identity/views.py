"""Systems of numbers, and the numbers of one reader."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.forms import posted, refusal_on, refusal_told, status_of
from core.qr import qr_svg
from crm.identity import actions as verbs
from crm.identity.forms import NumberForm, SystemForm
from crm.readers.looks import look_at_one
from crm.readers.models import LookReason, NumberSystem, Reader
from crm.readers.views.person import reader_of
from crm.readers.words import system_in_words
from crm.receipts.views import once


@needs("readers.import")
@once
def system_list(request):
    """The systems there are, and a form for another one; 400 where it is refused."""
    form = SystemForm(posted(request))
    if form.is_valid() and kept(form, request.user):
        messages.success(request, _("Saved."))
        return redirect("crm:system-list")
    context = {"systems": NumberSystem.objects.all(), "form": form}
    return render(request, "crm/identity/system_list.html", context, status=status_of(form))


@needs("readers.import")
def system_edit(request, pk):
    """Another name or other words for a system.

    Its code stays, since it stands in the rows of the readers who bear its numbers.
    """
    system = get_object_or_404(NumberSystem, pk=pk)
    form = SystemForm(posted(request), instance=system)
    if form.is_valid() and kept(form, request.user):
        messages.success(request, _("Saved."))
        return redirect("crm:system-list")
    context = {"system": system, "form": form}
    return render(request, "crm/identity/system_edit.html", context, status=status_of(form))


def kept(form: SystemForm, by) -> bool:
    """Store the system of a valid form. False with the reason on the form."""
    with refusal_on(form):
        verbs.save_system(system=form.save(commit=False), by=by)
    return not form.errors


@needs("readers.edit")
@once
def reader_numbers(request, pk):
    """The numbers by which files find this reader, and a form for a further one.

    Looking at them is looking at the reader, so it is written down before anything is shown.
    """
    reader = reader_of(request, pk)
    look_at_one(reader, by=request.user, reason=LookReason.CORRECTION)
    form = NumberForm(posted(request))
    if form.is_valid() and added(form, reader, request.user):
        messages.success(request, _("Written down."))
        return redirect("crm:reader-numbers", reader.pk)
    context = {
        "reader": reader,
        "first": system_in_words(reader.source),
        "identities": reader.identities.select_related("system"),
        "form": form,
    }
    return render(request, "crm/identity/reader_numbers.html", context, status=status_of(form))


def added(form: NumberForm, reader: Reader, by) -> bool:
    """Write the number down. False with the reason on the form."""
    with refusal_on(form):
        verbs.add_number(reader=reader, by=by, **form.cleaned_data)
    return not form.errors


@needs("readers.edit")
@require_POST
def reader_number_remove(request, pk, identity):
    """Forget one further number; the first one stays with the reader.

    404 for a number that is somebody else's. One that came with a joined record stays, and the page
    says why.
    """
    reader = reader_of(request, pk)
    found = get_object_or_404(reader.identities, pk=identity)
    with refusal_told(request):
        verbs.remove_number(identity=found, by=request.user)
        messages.success(request, _("Removed."))
    return redirect("crm:reader-numbers", reader.pk)


@needs("readers.edit")
@require_POST
def reader_invite(request, pk):
    """A sheet to be printed, with the code by which the reader claims the record.

    Asked for by POST: the trail says who had it printed.
    """
    reader = reader_of(request, pk)
    look_at_one(reader, by=request.user, reason=LookReason.CORRECTION)
    with refusal_told(request):
        code = verbs.invite(reader=reader, by=request.user)
        # The way to the form; the code is on the sheet alone and in no address.
        address = settings.BASE_URL + reverse("crm:me-claim")
        context = {"reader": reader, "code": code, "address": address, "qr": qr_svg(address)}
        return render(request, "crm/identity/reader_invite.html", context)
    return redirect(reader)


@needs("readers.edit")
@require_POST
def reader_invite_end(request, pk):
    """The code that was printed last opens nothing any more."""
    reader = reader_of(request, pk)
    with refusal_told(request):
        verbs.withdraw_invitation(reader=reader, by=request.user)
        messages.success(request, _("The printed code is withdrawn."))
    return redirect(reader)
