"""What one reader is and was: a part of their page, and the forms behind it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import needs
from core.forms import posted, refusal_on, status_of
from crm.readers.looks import look_at_one
from crm.readers.models import LookReason
from crm.readers.views.person import reader_of
from crm.receipts.views import once
from crm.registers.words import period_in_words
from crm.standings.actions import add_standing, change_standing, remove_standing
from crm.standings.forms import StandingForm
from crm.standings.models import Standing
from crm.standings.words import state_in_words, told_by


@needs("readers.view")
@require_safe
def reader_standings(request, pk):
    """The part of a person's page that says what they are, newest first; 404 where this user may
    not open the reader. What has no first day stands last.
    """
    reader = reader_of(request, pk)
    today = timezone.localdate()
    rows = []
    for standing in reader.standings.all():
        rows.append(
            {
                "standing": standing,
                "period": period_in_words(standing.starts_on, standing.ends_on),
                "state": state_in_words(standing, today),
                "told_by": told_by(standing),
            }
        )
    context = {"reader": reader, "rows": rows}
    return render(request, "crm/standings/_standings.html", context)


@needs("readers.edit")
@once
def standing_add(request, pk):
    """Write down what somebody is as well; 404 where this user may not open the reader. That they
    were looked at is written down, as is what was added.
    """
    reader = reader_of(request, pk)
    look_at_one(reader, by=request.user, reason=LookReason.CORRECTION)
    form = StandingForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            add_standing(reader=reader, by=request.user, **form.cleaned_data)
            messages.success(request, _("Written down."))
            return redirect(reader)
    return page(request, form, reader)


@needs("readers.edit")
def standing_edit(request, pk):
    """Correct the days; 404 where this person may not open the reader. That they were looked at is
    written down.
    """
    standing = Standing.objects.visible_to(request.user).get_or_404(pk)
    reader = standing.reader
    look_at_one(reader, by=request.user, reason=LookReason.CORRECTION)
    form = StandingForm(posted(request), initial=stored(standing))
    if form.is_valid():
        with refusal_on(form):
            change_standing(standing=standing, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(reader)
    return page(request, form, reader, standing)


def stored(standing: Standing) -> dict:
    """What the form shows of it: {name of a field: value}, None for a day that is not known."""
    names = ("kind", "starts_on", "ends_on", "then")
    return {name: getattr(standing, name) for name in names}


def page(request, form: StandingForm, reader, standing: Standing | None = None):
    """The form on a page of its own; with what it is refused for, if it is. ``standing`` is None
    where one is added.
    """
    context = {"form": form, "reader": reader, "standing": standing}
    return render(request, "crm/standings/standing_form.html", context, status=status_of(form))


@needs("readers.edit")
@require_POST
def standing_remove(request, pk):
    """Take back what was never so, and go back to the reader; 404 where this person may not open
    the reader.
    """
    standing = Standing.objects.visible_to(request.user).get_or_404(pk)
    reader = standing.reader
    remove_standing(standing=standing, by=request.user)
    messages.success(request, _("Taken back."))
    return redirect(reader)
