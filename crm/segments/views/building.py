"""The builder: making and changing a segment, with the number of readers its rule means now."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from core.access import needs
from core.forms import status_of
from crm.receipts.views import once
from crm.segments import actions as verbs
from crm.segments.builder.conditions import CONDITIONS, Registers
from crm.segments.builder.draft import Draft
from crm.segments.forms import SegmentForm
from crm.segments.models import Segment
from crm.segments.refresh import TooSlow, count_for
from crm.segments.rule import RuleError, check_rule
from crm.segments.views.detail import tell_refresh
from crm.segments.words import explain_rule

#: What can be added to a rule, as (test, title).
TITLES = [(test, form.title) for test, form in CONDITIONS.items()]


@needs("segments.edit")
@once
def segment_create(request):
    """A new segment in the builder."""
    return _build(request, None)


@needs("segments.edit")
def segment_edit(request, pk):
    """A stored segment in the builder."""
    segment = Segment.objects.visible_to(request.user).get_or_404(pk)
    return _build(request, segment)


@require_POST
@needs("segments.view")
def segment_count(request):
    """Live count of the rule in the builder, as a fragment."""
    draft = Draft.of_post(request.POST, Registers())
    return render(
        request, "crm/segments/_segment_count.html", {"counted": _count(draft, request.user)}
    )


def _build(request, segment: Segment | None) -> HttpResponse:
    """The builder's page: a plain submit saves, the button ``do`` changes the tree or counts."""
    if request.method != "POST":
        return _page(request, SegmentForm(instance=segment), Draft.of_segment(segment), segment)

    draft = Draft.of_post(request.POST, Registers(segment))
    do = request.POST.get("do", "save")
    if do == "save":
        return _save(request, draft, segment)

    # Not bound: pressing a button of the tree is no reason to say that the name is missing.
    form = SegmentForm(instance=segment, initial=request.POST.dict())
    draft.change(do, request.POST)
    counted = None
    if do == "count":
        counted = _count(draft, request.user)
    return _page(request, form, draft, segment, counted)


def _save(request, draft: Draft, segment: Segment | None) -> HttpResponse:
    """Store what was built and show it; the builder again, with the reasons, where it cannot be."""
    form = SegmentForm(request.POST, instance=segment)
    saved = _saved(form, draft, segment, by=request.user)
    if saved is None:
        return _page(request, form, draft, segment)

    diff = verbs.refresh_now(segment=saved, by=request.user)
    tell_refresh(request, saved, diff)
    return redirect(saved)


def _saved(form: SegmentForm, draft: Draft, segment: Segment | None, *, by) -> Segment | None:
    """The stored segment, or None with the reasons in the form."""
    if not form.is_valid():
        return None
    if not draft.is_valid():
        form.add_error(None, _("A condition is not complete yet; see beside it."))
        return None

    values = {**form.cleaned_data, "rule": draft.rule()}
    try:
        if segment is None:
            return verbs.create_segment(**values, by=by)
        return verbs.change_segment(segment=segment, **values, by=by)
    except RuleError as error:
        for fault in error.faults:
            form.add_error(None, str(fault))
        return None


def _page(request, form, draft: Draft, segment: Segment | None, counted=None) -> HttpResponse:
    """The whole page, or to htmx the tree only, after which the browser asks for a new count."""
    context = {
        "form": form,
        "draft": draft,
        "segment": segment,
        "counted": counted,
        "titles": TITLES,
    }

    if request.htmx:
        tree = render(request, "crm/segments/_segment_tree.html", context)
        # Sooner, the browser would ask with the fields of the tree that is about to go.
        return trigger_client_event(tree, "recount", after="settle")
    page = "crm/segments/segment_edit.html"
    return render(request, page, context, status=status_of(form))


def _count(draft: Draft, viewer) -> dict:
    """What the rule means now: its number, or why there is none yet."""
    if not draft.is_valid():
        return {"problem": _("A condition is not complete yet.")}

    try:
        rule = check_rule(draft.rule())
        sizes = count_for(viewer, rule).told()
        return {
            "n": sizes.own,
            "elsewhere": sizes.elsewhere,
            "words": explain_rule(rule),
            "as_of": timezone.now(),
        }
    except (RuleError, TooSlow) as error:
        return {"problem": str(error)}
