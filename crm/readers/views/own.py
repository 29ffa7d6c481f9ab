"""A person's own page: where they land after signing in, their choices, their data as a file."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm.readers.actions import set_consent
from crm.readers.forms import OwnConsentForm
from crm.readers.profile import activity_counts, consent_rows, own_data, trait_rows
from crm.readers.queries import reader_for
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: Where each role goes after signing in; the first page that is installed.
LANDING = {
    User.Role.READER: ("feedback:home", "crm:me"),
    User.Role.LIBRARIAN: ("analytics:today", "crm:reader-list"),
    User.Role.MANAGER: ("analytics:month", "crm:reader-list"),
    User.Role.ADMINISTRATOR: ("analytics:today", "crm:user-list"),
}


def after_login(request):
    """Lead to the first page of this role that is installed."""
    for name in LANDING[request.user.role]:
        try:
            return redirect(reverse(name))
        except NoReverseMatch:
            # An app above that is not installed; crm knows none of them.
            continue
    return redirect("/")


def me(request):
    """What the library knows of the person who is signed in, and what they allow."""
    reader = reader_for(request.user)
    context = {
        "reader": reader,
        "traits": trait_rows(reader),
        "consents": consent_rows(reader),
        "activities": activity_counts(reader),
    }
    return render(request, "crm/readers/me.html", context)


@require_POST
def me_consent(request):
    form = OwnConsentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This choice is not known."))
        return redirect("crm:me")

    reader = reader_for(request.user)
    set_consent(reader=reader, source="portal", by=request.user, **form.cleaned_data)
    messages.success(request, _("Your choice is written down and holds from now on."))
    return redirect("crm:me")


@require_GET
def me_download(request):
    """Everything this app knows of the person, as JSON."""
    reader = reader_for(request.user)
    audit.record(action=AuditAction.ME_DOWNLOAD, by=request.user, on=reader)
    # Readable in any editor: Chinese as Chinese, one value a line.
    layout = {"ensure_ascii": False, "indent": 2}
    response = JsonResponse(own_data(reader), json_dumps_params=layout)
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
