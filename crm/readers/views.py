"""Readers on the desk: the list, its export, the page of one person."""

from django.contrib import messages
from django.db.models import Count, Max
from django.http import FileResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.exporting import XLSX_ROWS, csv_lines, xlsx_file
from crm.readers.actions import set_consent, update_reader
from crm.readers.forms import ConsentForm, OwnConsentForm, ReaderForm
from crm.readers.lists import ReaderList
from crm.readers.models import Activity, ContactChannel, Reader
from crm.readers.queries import reader_for
from crm.staff import audit

PANELS = ("campaigns:reader-panel", "feedback:reader-panel")


def reader_of(request, pk) -> Reader:
    return get_object_or_404(
        Reader.objects.visible_to(request.user).select_related("campus", "college", "user"), pk=pk
    )


def readers_asked_for(request) -> ReaderList:
    found = Reader.objects.visible_to(request.user).select_related("campus", "college")
    return ReaderList(request, found)


@needs("readers.view")
def reader_list(request):
    return readers_asked_for(request).render("crm/readers/reader_list.html")


@needs("readers.export")
def reader_export(request, form):
    """The filtered list as CSV (any size) or XLSX (up to XLSX_ROWS).

    What was exported is written down, but for the words searched for: they may name a person.
    """
    listing = readers_asked_for(request)
    if form == "xlsx" and listing.found[: XLSX_ROWS + 1].count() > XLSX_ROWS:
        messages.error(
            request, _("Too many readers for an Excel file; take CSV or narrow the list.")
        )
        return redirect(f"{reverse('crm:reader-list')}?{request.GET.urlencode()}")
    audit.record(
        action="reader.export",
        by=request.user,
        form=form,
        filters=listing.asked_filters(but=("q",)),
        columns=listing.columns,
    )
    name = f"readers-{timezone.localdate():%Y%m%d}.{form}"
    if form == "xlsx":
        file = xlsx_file({"Sheet1": listing.export_rows()})
        return FileResponse(file, as_attachment=True, filename=name)
    response = StreamingHttpResponse(
        csv_lines(listing.export_rows()), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@needs("readers.view")
def reader_detail(request, pk):
    reader = reader_of(request, pk)
    audit.record(action="reader.view", by=request.user, on=reader)
    context = {
        "reader": reader,
        "traits": trait_rows(reader),
        "memberships": reader.memberships.select_related("segment").order_by("since"),
        "activities": reader.activities.select_related("campus").order_by("-at")[:40],
        "consents": consent_rows(reader),
        "consent_form": ConsentForm(),
        "panels": panels(reader),
    }
    return render(request, "crm/readers/reader_detail.html", context)


def trait_rows(reader) -> list[tuple[str, object]]:
    """Imported attributes as (name, value) for people."""
    said = {True: _("yes"), False: _("no")}
    return [
        (name.replace("_", " "), said[value] if isinstance(value, bool) else value)
        for name, value in sorted(reader.traits.items())
    ]


def consent_rows(reader) -> list[dict]:
    """Per channel: allowed now or not, the address it goes to, and how that came to be (newest
    first).
    """
    history: dict[str, list] = {}
    for event in reader.consent_events.select_related("by"):
        history.setdefault(event.channel, []).append(event)
    addresses = {"email": reader.email, "sms": reader.phone, "wechat": reader.wechat}
    return [
        {
            "channel": channel,
            "label": label,
            "allowed": reader.allows(channel),
            "address": addresses[channel],
            "history": history.get(channel, []),
        }
        for channel, label in ContactChannel.choices
    ]


def panels(reader) -> list[str]:
    """Addresses of the fragments that apps above serve about a reader."""
    return [reverse(name, args=[reader.pk]) for name in PANELS]


@needs("readers.edit")
def reader_edit(request, pk):
    reader = reader_of(request, pk)
    form = ReaderForm(request.POST or None, instance=reader, by=request.user)
    if form.is_valid():
        update_reader(reader=reader, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(reader)
    return render(
        request,
        "crm/readers/reader_edit.html",
        {"form": form, "reader": reader},
        status=400 if form.errors else 200,
    )


@needs("readers.edit")
@require_POST
def reader_consent(request, pk):
    reader = reader_of(request, pk)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Say for which channel, and how we know."))
        return redirect(reader)
    set_consent(reader=reader, source="staff", by=request.user, **form.cleaned_data)
    messages.success(request, _("Written down."))
    return redirect(reader)


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
    return render(request, "crm/readers/me.html", context | {"activities": activity_counts(reader)})


def activity_counts(reader) -> list[dict]:
    """Per kind of activity: its name, how often, when last."""
    labels = dict(Activity.Kind.choices)
    found = reader.activities.values("kind").annotate(n=Count("pk"), last=Max("at")).order_by("-n")
    return [
        {"label": labels.get(row["kind"], row["kind"]), "n": row["n"], "last": row["last"]}
        for row in found
    ]


@require_POST
def me_consent(request):
    form = OwnConsentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This choice is not known."))
        return redirect("crm:me")
    set_consent(
        reader=reader_for(request.user), source="portal", by=request.user, **form.cleaned_data
    )
    messages.success(request, _("Your choice is written down and holds from now on."))
    return redirect("crm:me")


def me_download(request):
    """Everything this app knows of the person, as JSON."""
    reader = reader_for(request.user)
    audit.record(action="me.download", by=request.user, on=reader)
    plain = (
        "source",
        "number",
        "name",
        "kind",
        "cohort",
        "email",
        "phone",
        "wechat",
        "language",
        "consents",
        "traits",
    )
    told = {
        name: getattr(reader, name)
        for name in (*plain, "registered_on", "last_seen_on", "state", "created_at")
    }
    told |= {
        "campus": str(reader.campus or ""),
        "college": str(reader.college or ""),
        "taken_at": timezone.now(),
    }
    told["segments"] = list(reader.memberships.values("segment__name", "since"))
    told["activities"] = list(reader.activities.order_by("at").values("kind", "at", "source"))
    told["consent_history"] = list(
        reader.consent_events.values("channel", "granted", "source", "wording", "at")
    )
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
