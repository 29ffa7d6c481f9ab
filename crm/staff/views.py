"""The audit trail, in words."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.access import needs
from core.listing import LongPaginator
from crm.staff.actions import OwnRole, change_user
from crm.staff.forms import AuditFilter, UserFilter, UserForm
from crm.staff.models import AuditEvent, User

#: The two halves of an action's code; what is not listed is shown as it is.
NOUNS = {
    "api": gettext_lazy("API"),
    "campaign": gettext_lazy("Campaign"),
    "consent": gettext_lazy("Consent"),
    "content": gettext_lazy("Content"),
    "evaluation": gettext_lazy("Evaluation"),
    "import": gettext_lazy("Import"),
    "job": gettext_lazy("Job"),
    "me": gettext_lazy("Own data"),
    "question": gettext_lazy("Survey question"),
    "reader": gettext_lazy("Reader"),
    "segment": gettext_lazy("Segment"),
    "sign-in": gettext_lazy("Sign-in"),
    "survey": gettext_lazy("Survey"),
    "token": gettext_lazy("API token"),
    "user": gettext_lazy("User"),
    "voice": gettext_lazy("Voice"),
    "work": gettext_lazy("Work"),
}
VERBS = {
    "accept": gettext_lazy("accepted"),
    "add": gettext_lazy("something added"),
    "advance": gettext_lazy("next phase"),
    "assign": gettext_lazy("handed over"),
    "cancel": gettext_lazy("stopped"),
    "change": gettext_lazy("changed"),
    "close": gettext_lazy("closed to answers"),
    "conclude": gettext_lazy("outcome written down"),
    "create": gettext_lazy("created"),
    "decline": gettext_lazy("not chosen"),
    "delete": gettext_lazy("deleted"),
    "done": gettext_lazy("done"),
    "download": gettext_lazy("downloaded"),
    "duplicate": gettext_lazy("copied"),
    "export": gettext_lazy("exported"),
    "launch": gettext_lazy("launched"),
    "locked": gettext_lazy("locked"),
    "move": gettext_lazy("moved"),
    "note": gettext_lazy("note written"),
    "open": gettext_lazy("opened"),
    "pause": gettext_lazy("paused"),
    "pin": gettext_lazy("decided by hand"),
    "profile": gettext_lazy("profile kept"),
    "publish": gettext_lazy("published"),
    "refresh": gettext_lazy("refreshed"),
    "refusals": gettext_lazy("refused rows downloaded"),
    "remove": gettext_lazy("something removed"),
    "reply": gettext_lazy("answered"),
    "restore": gettext_lazy("taken back in"),
    "resume": gettext_lazy("resumed"),
    "retire": gettext_lazy("retired"),
    "review": gettext_lazy("scored"),
    "revoked": gettext_lazy("made worthless"),
    "save": gettext_lazy("saved"),
    "say": gettext_lazy("received"),
    "set": gettext_lazy("written down"),
    "settings": gettext_lazy("settings changed"),
    "sign-in": gettext_lazy("signed in"),
    "sign-out": gettext_lazy("signed out"),
    "start": gettext_lazy("started"),
    "submit": gettext_lazy("sent in"),
    "take-in": gettext_lazy("answers taken in"),
    "test": gettext_lazy("test mail"),
    "undo": gettext_lazy("undo asked for"),
    "undone": gettext_lazy("undone"),
    "unpin": gettext_lazy("decision by hand removed"),
    "update": gettext_lazy("changed"),
    "upload": gettext_lazy("file uploaded"),
    "view": gettext_lazy("page viewed"),
    "withdraw": gettext_lazy("withdrawn"),
    "write": gettext_lazy("reader wrote again"),
}


def in_words(action: str) -> str:
    """ "reader.view" → "Reader · page viewed"."""
    noun, _dot, verb = action.partition(".")
    parts = [NOUNS.get(noun, noun), VERBS.get(verb, verb)] if verb else [NOUNS.get(noun, noun)]
    return " · ".join(map(str, parts))


@needs("audit.view")
def audit_list(request):
    form = AuditFilter(request.GET)
    found = form.filter(AuditEvent.objects.visible_to(request.user).select_related("user"))
    page = LongPaginator(found, 50).get_page(request.GET.get("page"))
    rows = [{"event": event, "said": in_words(event.action)} for event in page]
    return render(request, "crm/staff/audit_list.html", {"form": form, "page": page, "rows": rows})


@needs("users.edit")
def user_list(request):
    form = UserFilter(request.GET)
    found = form.filter(User.objects.select_related("campus")).order_by("username")
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    return render(request, "crm/staff/user_list.html", {"form": form, "page": page})


@needs("users.edit")
def user_edit(request, pk):
    user = get_object_or_404(User, pk=pk)
    form = UserForm(request.POST or None, instance=user)
    if form.is_valid():
        try:
            change_user(user=user, by=request.user, **form.cleaned_data)
        except OwnRole:
            form.add_error(None, _("You cannot take the administrator's role from yourself."))
        else:
            messages.success(request, _("Saved."))
            return redirect("crm:user-list")
    context = {"form": form, "person": user}
    return render(request, "crm/staff/user_edit.html", context, status=400 if form.errors else 200)
