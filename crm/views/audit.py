"""The audit trail, in words."""

from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from crm.access import needs
from crm.forms.people import AuditFilter
from crm.models import AuditEvent
from crm.views.paging import LongPaginator

#: The two halves of an action's code; what is not listed is shown as it is.
NOUNS = {
    "api": _("API"),
    "campaign": _("Campaign"),
    "consent": _("Consent"),
    "content": _("Content"),
    "evaluation": _("Evaluation"),
    "import": _("Import"),
    "job": _("Job"),
    "me": _("Own data"),
    "reader": _("Reader"),
    "segment": _("Segment"),
    "sign-in": _("Sign-in"),
    "survey": _("Survey"),
    "token": _("API token"),
    "user": _("User"),
    "voice": _("Voice"),
    "work": _("Work"),
}
VERBS = {
    "accept": _("accepted"),
    "add": _("something added"),
    "advance": _("next phase"),
    "cancel": _("stopped"),
    "change": _("changed"),
    "create": _("created"),
    "delete": _("deleted"),
    "done": _("done"),
    "download": _("downloaded"),
    "duplicate": _("copied"),
    "export": _("exported"),
    "launch": _("launched"),
    "locked": _("locked"),
    "open": _("opened"),
    "pause": _("paused"),
    "pin": _("decided by hand"),
    "profile": _("profile kept"),
    "publish": _("published"),
    "refresh": _("refreshed"),
    "refusals": _("refused rows downloaded"),
    "remove": _("something removed"),
    "reply": _("answered"),
    "resume": _("resumed"),
    "revoked": _("made worthless"),
    "save": _("saved"),
    "set": _("written down"),
    "sign-in": _("signed in"),
    "sign-out": _("signed out"),
    "start": _("started"),
    "test": _("test mail"),
    "undo": _("undo asked for"),
    "undone": _("undone"),
    "unpin": _("decision by hand removed"),
    "update": _("changed"),
    "upload": _("file uploaded"),
    "view": _("page viewed"),
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
    return render(request, "crm/audit_list.html", {"form": form, "page": page, "rows": rows})
