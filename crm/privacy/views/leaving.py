"""A person leaves, or stays after all."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.forms import posted, refusal_told, status_of
from crm.privacy import actions, own
from crm.privacy.forms import LeaveForm
from crm.privacy.views.entrance import own_page
from crm.readers.queries import twins_of


@own_page
def me_leave(request, reader):
    """Be erased: what that means, the number typed, and some days to change one's mind."""
    form = LeaveForm(posted(request), reader=reader)
    if form.is_valid():
        actions.ask_to_leave(reader=reader, by=request.user)
        messages.success(request, _("Nothing will be sent to you from now on."))
        return redirect("crm:me")

    goes, stays = own.of_erasing(reader)
    context = {
        "form": form,
        "reader": reader,
        "goes": goes,
        "stays": stays,
        "twins": len(twins_of(reader)),
        "departure": getattr(reader, "departure", None),
        "days": settings.ERASE_AFTER_DAYS,
    }
    return render(request, "crm/privacy/leave.html", context, status=status_of(form))


@require_POST
@own_page
def me_stay(request, reader):
    """They changed their mind.

    A message says so, or why it is too late; leads to their own page.
    """
    with refusal_told(request):
        actions.stay(reader=reader, by=request.user)
        messages.success(request, _("You stay. What may be sent to you, you decide anew below."))
    return redirect("crm:me")
