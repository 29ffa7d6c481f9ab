"""Decisions by hand: a reader who is always in a segment, or never."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from crm.readers.bearers import has_number
from crm.readers.models import Reader
from crm.receipts.views import once
from crm.segments import actions as verbs
from crm.segments.forms import PinForm
from crm.segments.models import Segment
from crm.segments.views.detail import segment_page, tell_refresh


@require_POST
@needs("segments.edit")
@once
def segment_pin(request, pk):
    """Put a reader in or keep them out by hand."""
    segment = Segment.objects.visible_to(request.user).get_or_404(pk)
    form = PinForm(request.POST)
    reader = _reader_asked_for(form, Reader.objects.visible_to(request.user))
    if reader is None:
        return segment_page(request, segment, form)

    verbs.pin_reader(
        segment=segment,
        reader=reader,
        include=form.cleaned_data["include"],
        reason=form.cleaned_data["reason"],
        by=request.user,
    )
    diff = verbs.refresh_now(segment=segment, by=request.user)
    tell_refresh(request, segment, diff)
    return redirect(segment)


def _reader_asked_for(form: PinForm, readers) -> Reader | None:
    """The one of ``readers`` with the number in the form, or None with the reason in the form."""
    if not form.is_valid():
        return None
    # Two are enough to know that there is more than one: numbers are unique within a source only.
    found = list(readers.filter(has_number(form.cleaned_data["number"]))[:2])
    if not found:
        form.add_error("number", _("No reader has this number."))
        return None
    if len(found) > 1:
        form.add_error("number", _("Several readers have this number."))
        return None
    return found[0]


@require_POST
@needs("segments.edit")
def segment_unpin(request, pk, pin):
    """Take a decision by hand back."""
    segment = Segment.objects.visible_to(request.user).get_or_404(pk)
    decision = segment.pins.visible_to(request.user).get_or_404(pin)
    verbs.unpin_reader(pin=decision, by=request.user)

    diff = verbs.refresh_now(segment=segment, by=request.user)
    tell_refresh(request, segment, diff)
    return redirect(segment)
