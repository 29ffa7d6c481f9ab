"""The page of one person on the desk, and what staff may write down there."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from core.access import needs
from core.days import months_up_to
from core.forms import posted, refusal_on, refusal_told, status_of
from core.localised import running
from crm.readers import reasons, words
from crm.readers.actions import set_consent, try_address_again, update_reader
from crm.readers.forms import ConsentForm, ReaderForm, StopForm
from crm.readers.looks import is_reason, look_at_one
from crm.readers.models import LookReason, Purpose, Reader
from crm.readers.models.look import KEPT_DAYS
from crm.readers.parts import months_unrecorded, relationship_of
from crm.readers.profile import consent_rows, look_rows, trait_rows
from crm.readers.stopping import end_stop, stop_mail
from crm.readers.timeline import (
    Happened,
    Timeline,
    counted_by_month,
    month_asked,
    timeline_of,
)
from crm.readers.year import year_of
from crm.receipts.views import once
from crm.staff import audit
from crm.staff.words import AuditAction

#: Fragments about a reader that later rooms serve; the page asks for them by itself.
PANELS = ("crm:reader-standings", "crm:reader-score")
#: Says below what they did which of it was not recorded.
RECORDED_PANEL = "crm:kinds-recorded"
LOOKS_SHOWN = 12
MONTHS_OF_YEAR = 12


def reader_of(request, pk) -> Reader:
    """The reader with what their page shows selected, in one query; 404 for one whom this user may
    not open.
    """
    readers = Reader.objects.visible_to(request.user)
    return readers.select_related("campus", "college", "user").get_or_404(pk)


@needs("readers.view")
def reader_detail(request, pk):
    """The page, once it is known why: the reason is asked once in a while of work.

    Nobody is asked why they look at themselves. The address of a record that went into another one
    leads there.
    """
    try:
        reader = reader_of(request, pk)
    except Http404:
        return redirect(joined_with(request, pk))
    reason = reasons.reason_for(request, reader)
    if not reason and reader.user_id != request.user.pk:
        return ask_why(request, reader)

    # Written down before anything is shown.
    look_at_one(reader, by=request.user, reason=reason)
    audit.record(action=AuditAction.READER_VIEW, by=request.user, on=reader)
    context = happened_to(request, reader)
    if request.htmx:
        return render(request, fragment_of(context["timeline"]), context)
    # Only the whole page needs what stands beside the timeline.
    context |= page_of(request, reader, reason) | related(request, reader, context["counted"])
    context |= last_year(context["counted"])
    return render(request, "crm/readers/reader_detail.html", context)


def ask_why(request, reader: Reader):
    """The page that asks for the reason; where htmx wanted a part of a page that was left open for
    long, the whole page is asked for anew.
    """
    if request.htmx:
        return HttpResponseClientRefresh()
    context = {"reader": reader, "reasons": LookReason.choices}
    return render(request, "crm/readers/reader_reason.html", context)


def happened_to(request, reader: Reader) -> dict:
    """The part of the timeline that the address asks for: of one kind with ``show``, before a month
    with ``before``.
    """
    counted = counted_by_month(reader, request.user)
    timeline = timeline_of(
        reader,
        request.user,
        counted,
        kind=request.GET.get("show", ""),
        before=month_asked(request.GET.get("before", "")),
    )
    return {
        "reader": reader,
        "counted": counted,
        "timeline": timeline,
        "nothing_happened": words.nothing_happened(of_campus=is_of_campus(request.user)),
    }


def is_of_campus(viewer) -> bool:
    """Whether somebody may not see what was said to other campuses than their own."""
    return viewer.campus_id is not None


def fragment_of(timeline: Timeline) -> str:
    """What htmx gets: more months below those that are shown, or the timeline anew."""
    if timeline.is_first:
        return "crm/readers/_timeline.html"
    return "crm/readers/_months.html"


def joined_with(request, pk) -> Reader:
    """The reader into whose record another one of this key went; 404 where there is none."""
    return get_object_or_404(Reader.objects.visible_to(request.user).bearing(pk))


def page_of(request, reader: Reader, reason: str) -> dict:
    """What the page shows of one reader beside the timeline and what rooms say."""
    return {
        "reason": reason,
        "reasons": LookReason.choices,
        "facts": words.facts_in_words(reader),
        "looks": look_rows(reader, LOOKS_SHOWN),
        "kept_days": KEPT_DAYS,
        "is_leaving": reader.is_leaving(),
        "purposes": Purpose.choices,
        "system": words.system_in_words(reader.source),
        "identities": reader.identities.select_related("system"),
        "traits": trait_rows(reader),
        "consents": consent_rows(reader),
        "consent_form": ConsentForm(),
        "panels": [reverse(name, args=[reader.pk]) for name in PANELS],
        "recorded_panel": reverse(RECORDED_PANEL),
    }


def related(request, reader: Reader, counted: Happened) -> dict:
    """What rooms say of the reader, and the sentences where none says anything."""
    relationship = relationship_of(reader, request.user)
    of_campus = is_of_campus(request.user)
    newest = None
    if counted.newest is not None:
        newest = counted.newest, counted.of(counted.newest)
    gave = words.gave_in_words(reader, relationship.gave, of_campus=of_campus)
    return {
        "relationship": relationship,
        "sentences": running([gave, words.contact_in_words(relationship.last, newest)]),
        "nothing_waits": words.nothing_waits(of_campus=of_campus),
        "nothing_exchanged": words.nothing_exchanged(of_campus=of_campus),
    }


def last_year(counted: Happened) -> dict:
    """The last twelve months in rows of columns, and which months these are."""
    months = months_up_to(timezone.localdate(), MONTHS_OF_YEAR)
    rows = year_of(counted, months, months_unrecorded(months), words.in_month)
    return {"year": rows, "year_is": words.year_in_words(months), "year_months": months}


@needs("readers.view")
@require_POST
def reader_reason(request, pk):
    """Say why, or say it anew; then the page.

    A reason that is not offered changes nothing, and the page asks again.
    """
    reader = reader_of(request, pk)
    reason = request.POST.get("reason", "")
    if is_reason(reason):
        reasons.remember(request.session, reason)
        look_at_one(reader, by=request.user, reason=reason)
    return redirect(reader)


@needs("readers.edit")
def reader_edit(request, pk):
    """What stands in a reader's row; opening it is written down as a correction.

    A form that was refused comes back with its errors and the status that ``status_of`` gives.
    """
    reader = reader_of(request, pk)
    look_at_one(reader, by=request.user, reason=LookReason.CORRECTION)
    form = ReaderForm(posted(request), instance=reader, by=request.user)
    if form.is_valid() and corrected(form, reader, request.user):
        messages.success(request, _("Saved."))
        return redirect(reader)

    context = {"form": form, "reader": reader}
    return render(request, "crm/readers/reader_edit.html", context, status=status_of(form))


def corrected(form: ReaderForm, reader: Reader, by) -> bool:
    """False with the reason on the form."""
    with refusal_on(form):
        update_reader(reader=reader, by=by, **form.cleaned_data)
    return not form.errors


@needs("readers.edit")
def reader_stop(request, pk):
    """Put somebody on the stop list, or say anew why and until when; opening the page is written
    down as a correction.
    """
    reader = reader_of(request, pk)
    look_at_one(reader, by=request.user, reason=LookReason.CORRECTION)
    form = StopForm(posted(request))
    if form.is_valid():
        with refusal_on(form):
            stop_mail(reader=reader, by=request.user, **form.cleaned_data)
            messages.success(request, _("Nothing is sent to this reader any more."))
            return redirect(reader)

    context = {"form": form, "reader": reader}
    return render(request, "crm/readers/reader_stop.html", context, status=status_of(form))


@needs("readers.edit")
@require_POST
def reader_stop_end(request, pk):
    """Take somebody off the stop list; where nothing stands there, the page says so."""
    reader = reader_of(request, pk)
    with refusal_told(request):
        end_stop(reader=reader, by=request.user)
        messages.success(request, _("Letters may go to this reader again, as far as they allow."))
    return redirect(reader)


@needs("readers.edit")
@require_POST
def reader_address_retry(request, pk):
    """Mail to an address again of which a mail server said that it does not exist."""
    reader = reader_of(request, pk)
    with refusal_told(request):
        try_address_again(reader=reader, by=request.user)
        messages.success(request, _("Letters go to this address again."))
    return redirect(reader)


@needs("readers.edit")
@require_POST
@once
def reader_consent(request, pk):
    """Write down what the reader said; what is refused stays on a page of its own."""
    reader = reader_of(request, pk)
    form = ConsentForm(request.POST)
    if form.is_valid() and written_down(form, reader, request.user):
        messages.success(request, _("Written down."))
        return redirect(reader)

    look_at_one(reader, by=request.user, reason=reasons.reason_for(request, reader))
    context = {"form": form, "reader": reader}
    return render(request, "crm/readers/reader_consent.html", context, status=status_of(form))


def written_down(form: ConsentForm, reader: Reader, by) -> bool:
    """False with the reason on the form."""
    with refusal_on(form):
        write_consents(reader, dict(form.cleaned_data), by=by)
    return not form.errors


def write_consents(reader: Reader, said: dict, *, by) -> None:
    """What the desk was told, for each purpose it was told of.

    ``said`` is the form's cleaned data, of which ``purposes`` is taken out. Raises Refused where
    ``set_consent`` refuses one of them.
    """
    for purpose in said.pop("purposes"):
        set_consent(reader=reader, purpose=purpose, source="staff", by=by, **said)
