"""The page of one segment and what can be done with the segment as a whole."""

from functools import partial

from django.contrib import messages
from django.core.cache import cache
from django.shortcuts import redirect
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import needs
from core.charts import page_or_file
from core.forms import status_of
from core.refusals import Refused
from crm.readers.looks import look_at_many
from crm.readers.models import LookPlace
from crm.readers.scopes import campus_of
from crm.receipts.views import once
from crm.segments import actions as verbs
from crm.segments import figures
from crm.segments.forms import PinForm
from crm.segments.models import Segment
from crm.segments.nesting import used_by
from crm.segments.page_words import pin_shown, why_stale
from crm.segments.recorded import unrecorded
from crm.segments.refresh import Diff
from crm.segments.words import explain_rule
from crm.staff.succession import Called

DAY = 24 * 3600


@needs("segments.view")
def segment_detail(request, pk):
    """A segment with its rule, its members and its log; 404 for whoever may not open it."""
    segment = Segment.objects.visible_to(request.user).get_or_404(pk)
    return segment_page(request, segment, PinForm())


@require_POST
@needs("segments.edit")
def segment_refresh(request, pk):
    """Counts the members now, and says who came and who left."""
    segment = Segment.objects.visible_to(request.user).get_or_404(pk)
    diff = verbs.refresh_now(segment=segment, by=request.user)
    tell_refresh(request, segment, diff)
    return redirect(segment)


@require_POST
@needs("segments.edit")
@once
def segment_duplicate(request, pk):
    """A copy of the rule under another name, open for changes."""
    segment = Segment.objects.visible_to(request.user).get_or_404(pk)
    copy = verbs.duplicate_segment(segment=segment, by=request.user)
    return redirect("crm:segment-edit", copy.pk)


@require_POST
@needs("segments.edit")
def segment_delete(request, pk):
    """Gone for good; refused, with the reason, where a campaign names it."""
    segment = Segment.objects.visible_to(request.user).get_or_404(pk)
    try:
        verbs.delete_segment(segment=segment, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(segment)

    messages.success(request, _("“%(name)s” is deleted.") % {"name": segment.name})
    return redirect("crm:segment-list")


def look_at_pinned(request, pins) -> None:
    """The page names who is pinned; a file of its chart does not."""
    if "chart" not in request.GET:
        look_at_many({pin.reader_id for pin in pins}, by=request.user, place=LookPlace.LIST)


def segment_page(request, segment: Segment, pin_form: PinForm):
    """The page of ``segment``, with the errors of a decision by hand if there are any."""
    pins = segment.pins.visible_to(request.user).select_related("reader", "by").order_by("-at")
    look_at_pinned(request, pins)
    campus = campus_of(segment.scope)
    composition = _composition(segment, campus)
    context = {
        "segment": segment,
        "why_stale": why_stale(segment),
        "has_members": segment.persons.is_known and not segment.persons.is_zero,
        "words": explain_rule(segment.rule),
        "unrecorded": unrecorded(segment.rule, segment.refreshed_at or timezone.now()),
        "composition": composition,
        **campuses_told(composition, called_in(request)),
        "chart": figures.history_line(segment, campus),
        "pins": [pin_shown(pin) for pin in pins],
        "pin_form": pin_form,
        "users": _users_of(segment),
    }
    template, pictures = "crm/segments/segment_detail.html", [context["chart"]]
    return page_or_file(request, template, context, pictures, status=status_of(pin_form))


def campuses_told(composition: figures.Composition, called: Called) -> dict:
    """The campuses by these names, and what the page needs to offer the other ones."""
    return {
        "campuses": composition.campuses_called(called),
        "called": called,
        "other_called": Called.THEN if called == Called.TODAY else Called.TODAY,
    }


def called_in(request) -> Called:
    """By which names campuses are told, by ``?places=``; as today for any other word."""
    if request.GET.get("places") == Called.THEN:
        return Called.THEN
    return Called.TODAY


def _composition(segment: Segment, campus: int | None) -> figures.Composition:
    """Who is in the segment, counted once for each refresh; in words of the present language."""
    if segment.refreshed_at is None:
        return figures.composition(segment, campus)

    # Counted once per refresh: half a million members take a second.
    refreshed = segment.refreshed_at.timestamp()
    key = f"segment-members:{segment.pk}:{segment.scope}:{refreshed}"
    count = partial(figures.count_members, segment, campus)
    counted = cache.get_or_set(key, count, DAY)
    return figures.composition_of(counted)


def _users_of(segment: Segment) -> list[tuple]:
    """(row, what it is, where it can be seen) of all that names the segment."""
    return [(row, row._meta.verbose_name, _address(row)) for row in used_by(segment)]


def _address(row) -> str:
    """Where a row that uses the segment can be seen; empty when it has no page."""
    try:
        return row.get_absolute_url()
    except (AttributeError, NoReverseMatch):
        return ""


def tell_refresh(request, segment: Segment, diff: Diff) -> None:
    """Say on the next page what came of a refresh: that it goes on in the background, why it
    failed, or that it is done.
    """
    if diff.too_slow:
        messages.info(
            request, _("This takes longer; the members are brought up to date in the background.")
        )
    elif diff.error:
        messages.warning(
            request, _("The members could not be brought up to date: %(why)s") % {"why": diff.error}
        )
    else:
        messages.success(request, _("“%(name)s” is up to date.") % {"name": segment.name})
