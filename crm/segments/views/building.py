"""The builder: making and changing a segment, with the number of readers its rule means now."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from core.access import needs
from core.forms import status_of
from core.listing import whole_number
from crm.receipts.views import once
from crm.rfc.models import BRACKET_NUMBERS
from crm.segments import actions as verbs
from crm.segments.builder.conditions import CONDITIONS
from crm.segments.builder.draft import Draft
from crm.segments.builder.registers import Registers
from crm.segments.forms import SegmentForm
from crm.segments.models import Segment
from crm.segments.recorded import unrecorded
from crm.segments.refresh import TooSlow, count_for
from crm.segments.rule import Rule, RuleError, check_rule
from crm.segments.sample import sample_for
from crm.segments.starters import STARTERS
from crm.segments.traits import offered_traits
from crm.segments.views.detail import tell_refresh
from crm.segments.words import explain_rule

#: What can be added to a rule, as (test, title).
TITLES = [(test, form.title) for test, form in CONDITIONS.items()]


@needs("segments.edit")
@once
def segment_create(request):
    """A new segment in the builder, empty or begun from a template or a cell of the map."""
    return _build(request, None)


@needs("segments.edit")
def segment_edit(request, pk):
    """A stored segment in the builder."""
    segment = Segment.objects.visible_to(request.user).get_or_404(pk)
    return _build(request, segment)


@require_POST
@needs("segments.view")
def segment_count(request):
    """Live count of the rule in the builder, as a fragment, and beside each condition what it
    lacks.
    """
    draft = Draft.of_post(request.POST, Registers())
    context = {"counted": _count(draft, request.user), "draft": draft, "marks": True}
    return render(request, "crm/segments/_segment_count.html", context)


@require_POST
@needs("readers.view")
def segment_sample(request):
    """A few of those whom the rule in the builder finds, as a fragment."""
    draft = Draft.of_post(request.POST, Registers())
    return render(request, "crm/segments/_segment_sample.html", _sample(draft, request.user))


@needs("segments.view")
def segment_trait_values(request):
    """Options for the values of a trait, which a field of the builder has just named."""
    # The field, the only one that is sent, is called after its place in the tree.
    name = next(iter(request.GET.values()), "")
    context = {"values": offered_traits().get(name, [])}
    return render(request, "crm/segments/_trait_options.html", context)


def _build(request, segment: Segment | None) -> HttpResponse:
    """The builder's page: a plain submit saves, the button ``do`` changes the tree or counts."""
    if request.method != "POST":
        return _first_page(request, segment)

    draft = Draft.of_post(request.POST, Registers(segment))
    do = request.POST.get("do", "save")
    if do == "save":
        return _save(request, draft, segment)

    # Not bound: pressing a button of the tree is no reason to say that the name is missing.
    form = SegmentForm(instance=segment, initial=request.POST.dict())
    draft.change(do, request.POST)
    counted = sample = None
    if do == "count":
        counted = _count(draft, request.user)
    if do == "sample":
        sample = _sample(draft, request.user)["sample"]
    return _page(request, form, draft, segment, counted=counted, sample=sample)


def _first_page(request, segment: Segment | None) -> HttpResponse:
    """The builder before anything was pressed."""
    starter = STARTERS.get(request.GET.get("template", ""))
    if segment is not None:
        return _page(request, SegmentForm(instance=segment), Draft.of_segment(segment), segment)
    if starter is not None:
        form = SegmentForm(initial={"name": starter.name, "description": starter.description})
        return _page(request, form, Draft.of_rule(starter.rule(), Registers()), None)
    draft = Draft.of_rule(_rule_of_cell(request.GET.get("cell", "")), Registers())
    return _page(request, SegmentForm(), draft, None)


def _rule_of_cell(cell: str) -> Rule:
    """The rule of one cell of the map, recency before frequency, "5-3"; the empty one for what is
    none.
    """
    recency, _dash, frequency = cell.partition("-")
    brackets = [whole_number(recency, 0), whole_number(frequency, 0)]
    if not all(bracket in BRACKET_NUMBERS for bracket in brackets):
        return {}
    return {"test": "rfc", "recency": brackets[:1], "frequency": brackets[1:]}


def _save(request, draft: Draft, segment: Segment | None) -> HttpResponse:
    """Store what was built and show it; the builder again, with the reasons, where it cannot be."""
    form = SegmentForm(request.POST, instance=segment)
    saved = _saved(form, draft, segment, by=request.user)
    if saved is None:
        return _page(request, form, draft, segment, faults=True)

    diff = verbs.refresh_now(segment=saved, by=request.user)
    tell_refresh(request, saved, diff)
    return redirect(saved)


def _saved(form: SegmentForm, draft: Draft, segment: Segment | None, *, by) -> Segment | None:
    """The stored segment, or None with the reasons in the form."""
    # Both are asked, so that all that is missing is said at once.
    are_valid = [draft.is_valid(), form.is_valid()]
    if not all(are_valid):
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


def _page(
    request, form, draft: Draft, segment: Segment | None, *, counted=None, sample=None, faults=False
) -> HttpResponse:
    """The whole page, or to htmx the tree only, after which the browser asks for a new count.

    With ``faults`` it says at its head and beside each condition what is not complete.
    """
    unfinished = draft.unfinished if faults else []
    context = {
        "form": form,
        "draft": draft,
        "unfinished": unfinished,
        "segment": segment,
        "counted": counted,
        "sample": sample,
        "titles": TITLES,
        "starters": STARTERS.values(),
    }

    if request.htmx:
        tree = render(request, "crm/segments/_segment_tree.html", context)
        # Sooner, the browser would ask with the fields of the tree that is about to go.
        return trigger_client_event(tree, "recount", after="settle")
    status = status_of(form)
    if unfinished:
        status = 400
    return render(request, "crm/segments/segment_edit.html", context, status=status)


def _count(draft: Draft, viewer) -> dict:
    """What the rule means now for the page: its number with what else is said of it, else
    ``unfinished`` conditions, or the ``problem`` in words.
    """
    if not draft.is_valid():
        return {"unfinished": draft.unfinished}

    try:
        rule = check_rule(draft.rule())
        sizes = count_for(viewer, rule).told()
        return {
            "n": sizes.own,
            "elsewhere": sizes.elsewhere,
            "words": explain_rule(rule),
            "unrecorded": unrecorded(rule, timezone.now()),
            "as_of": timezone.now(),
        }
    except (RuleError, TooSlow) as error:
        return {"problem": str(error)}


def _sample(draft: Draft, viewer) -> dict:
    """A few whom the rule finds, ``readers``, or the ``problem`` in words why none can be shown;
    both as the ``sample`` of the fragment.
    """
    if not draft.is_valid():
        return {"sample": {"problem": _("No sample: a condition is not complete yet.")}}
    try:
        return {"sample": {"readers": sample_for(viewer, check_rule(draft.rule()))}}
    except (RuleError, TooSlow) as error:
        return {"sample": {"problem": str(error)}}
