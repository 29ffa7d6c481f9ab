"""A reader's own page: what the library knows, what it may send, what to take away."""

from django.contrib import messages
from django.db.models import Count, Max
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm import audit
from crm.actions import set_consent
from crm.forms.people import OwnConsentForm
from crm.models import Activity
from crm.sign_in import reader_for
from crm.views.people import consent_rows, trait_rows

#: Where each role goes after signing in; the first page that is installed.
LANDING = {
    "reader": ("feedback:home", "crm:me"),
    "librarian": ("analytics:today", "crm:reader-list"),
    "manager": ("analytics:month", "crm:reader-list"),
    "administrator": ("analytics:today", "crm:user-list"),
}


def after_login(request):
    for name in LANDING[request.user.role]:
        try:
            return redirect(reverse(name))
        except NoReverseMatch:
            continue
    return redirect("/")


def me(request):
    reader = reader_for(request.user)
    context = {"reader": reader, "traits": trait_rows(reader), "consents": consent_rows(reader)}
    return render(request, "crm/me.html", context | {"activities": activity_counts(reader)})


def activity_counts(reader) -> list[dict]:
    """Per kind of activity: its name, how often, when last."""
    labels = dict(Activity.Kind.choices)
    found = reader.activities.values("kind").annotate(n=Count("pk"), last=Max("at")).order_by("-n")
    return [{"label": labels.get(row["kind"], row["kind"]), "n": row["n"], "last": row["last"]} for row in found]


@require_POST
def me_consent(request):
    form = OwnConsentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This choice is not known."))
        return redirect("crm:me")
    set_consent(reader=reader_for(request.user), source="portal", by=request.user, **form.cleaned_data)
    messages.success(request, _("Your choice is written down and holds from now on."))
    return redirect("crm:me")


def me_download(request):
    """Everything this app knows of the person, as JSON."""
    reader = reader_for(request.user)
    audit.record(action="me.download", by=request.user, on=reader)
    plain = ("source", "number", "name", "kind", "cohort", "email", "phone", "wechat", "language", "consents", "traits")
    told = {name: getattr(reader, name) for name in (*plain, "registered_on", "last_seen_on", "state", "created_at")}
    told |= {"campus": str(reader.campus or ""), "college": str(reader.college or ""), "taken_at": timezone.now()}
    told["segments"] = list(reader.memberships.values("segment__name", "since"))
    told["activities"] = list(reader.activities.order_by("at").values("kind", "at", "source"))
    told["consent_history"] = list(reader.consent_events.values("channel", "granted", "source", "wording", "at"))
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
