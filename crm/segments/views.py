"""Segments on the desk: list, builder with live count, page of one, decisions by hand."""

from django.contrib import messages
from django.core.cache import cache
from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from core.access import needs
from core.disclosure import Count
from crm.readers.models import Reader
from crm.segments import actions as verbs
from crm.segments import figures
from crm.segments.builder import CONDITIONS, Draft, Registers
from crm.segments.forms import PinForm, SegmentForm
from crm.segments.lists import SegmentList
from crm.segments.models import Segment
from crm.segments.nesting import used_by
from crm.segments.refresh import Diff, TooSlow, count_readers
from crm.segments.rule import RuleError, check_rule
from crm.segments.words import explain_rule

#: What can be added to a rule, as (test, title).
TITLES = [(test, form.title) for test, form in CONDITIONS.items()]


@needs("segments.view")
def segment_list(request):
    found = Segment.objects.visible_to(request.user)
    return SegmentList(request, found).render("crm/segments/segment_list.html")


@needs("segments.edit")
def segment_create(request):
    return _edit(request, None)


@needs("segments.edit")
def segment_edit(request, pk):
    return _edit(request, get_object_or_404(Segment.objects.visible_to(request.user), pk=pk))


def _edit(request, segment):
    """The builder: a plain submit saves; ``do`` changes the tree or counts, with or without htmx."""
    do = request.POST.get("do", "save") if request.method == "POST" else ""
    form = SegmentForm(
        request.POST if do == "save" else None, instance=segment, initial=request.POST.dict()
    )
    draft = _draft(request.POST, segment)
    if do == "save" and (saved := _save(request, form, draft, segment)):
        return redirect(saved)
    draft.change(do, request.POST)
    counted = _count(draft) if do == "count" else None
    context = {
        "form": form,
        "draft": draft,
        "segment": segment,
        "counted": counted,
        "titles": TITLES,
    }
    if request.htmx:
        return trigger_client_event(
            render(request, "crm/segments/_segment_tree.html", context), "recount"
        )
    return render(
        request, "crm/segments/segment_edit.html", context, status=400 if form.errors else 200
    )


def _draft(data: QueryDict, segment: Segment | None) -> Draft:
    registers = Registers(segment)
    return (
        Draft.of_post(data, registers)
        if data
        else Draft.of_rule(segment.rule if segment else {}, registers)
    )


def _save(request, form, draft, segment) -> Segment | None:
    """The saved and refreshed segment, or None with the reasons in the form."""
    if not form.is_valid():
        return None
    if not draft.is_valid():
        form.add_error(None, _("A condition is not complete yet; see beside it."))
        return None
    fields = form.cleaned_data | {"rule": draft.rule(), "by": request.user}
    try:
        saved = (
            verbs.change_segment(segment=segment, **fields)
            if segment
            else verbs.create_segment(**fields)
        )
    except RuleError as error:
        for fault in error.faults:
            form.add_error(None, str(fault))
        return None
    _tell(request, saved, verbs.refresh_now(segment=saved, by=request.user))
    return saved


def _tell(request, segment, diff: Diff) -> None:
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


def _count(draft: Draft) -> dict:
    """What the rule means now: its number, or why there is none yet."""
    if not draft.is_valid():
        return {"problem": _("A condition is not complete yet.")}
    try:
        rule = check_rule(draft.rule())
        return {
            "n": Count.of(count_readers(rule)),
            "words": explain_rule(rule),
            "as_of": timezone.now(),
        }
    except (RuleError, TooSlow) as error:
        return {"problem": str(error)}


@require_POST
@needs("segments.view")
def segment_count(request):
    """Live count of the rule in the builder, as a fragment."""
    draft = Draft.of_post(request.POST, Registers())
    return render(request, "crm/segments/_segment_count.html", {"counted": _count(draft)})


@needs("segments.view")
def segment_detail(request, pk):
    segment = get_object_or_404(Segment.objects.visible_to(request.user), pk=pk)
    return _page(request, segment, PinForm())


def _page(request, segment, pin_form):
    seen = Reader.objects.visible_to(request.user)
    context = {
        "segment": segment,
        "words": explain_rule(segment.rule),
        "make_up": _make_up(segment),
        "chart": figures.history_chart(segment),
        "pins": segment.pins.filter(reader__in=seen).select_related("reader", "by").order_by("-at"),
        "pin_form": pin_form,
        "users": [(row, row._meta.verbose_name, _address(row)) for row in used_by(segment)],
    }
    return render(
        request, "crm/segments/segment_detail.html", context, status=400 if pin_form.errors else 200
    )


def _make_up(segment) -> figures.MakeUp:
    """Counted once per refresh and language: half a million members take a second."""
    if segment.refreshed_at is None:
        return figures.make_up(segment)
    key = f"segment-make-up:{segment.pk}:{segment.refreshed_at.timestamp()}:{get_language()}"
    return cache.get_or_set(key, lambda: figures.make_up(segment), 24 * 3600)


def _address(row) -> str:
    try:
        return row.get_absolute_url()
    except (AttributeError, NoReverseMatch):
        return ""


@require_POST
@needs("segments.edit")
def segment_refresh(request, pk):
    segment = get_object_or_404(Segment.objects.visible_to(request.user), pk=pk)
    _tell(request, segment, verbs.refresh_now(segment=segment, by=request.user))
    return redirect(segment)


@require_POST
@needs("segments.edit")
def segment_duplicate(request, pk):
    segment = get_object_or_404(Segment.objects.visible_to(request.user), pk=pk)
    return redirect(
        "crm:segment-edit", verbs.duplicate_segment(segment=segment, by=request.user).pk
    )


@require_POST
@needs("segments.edit")
def segment_delete(request, pk):
    segment = get_object_or_404(Segment.objects.visible_to(request.user), pk=pk)
    try:
        verbs.delete_segment(segment=segment, by=request.user)
    except verbs.InUse as refusal:
        messages.error(request, _("Not deleted: it is used by %(names)s.") % {"names": refusal})
        return redirect(segment)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": segment.name})
    return redirect("crm:segment-list")


@require_POST
@needs("segments.edit")
def segment_pin(request, pk):
    """Put a reader in or keep them out by hand."""
    segment = get_object_or_404(Segment.objects.visible_to(request.user), pk=pk)
    form = PinForm(request.POST)
    if not form.is_valid():
        return _page(request, segment, form)
    number = form.cleaned_data.pop("number").strip()
    found = list(Reader.objects.visible_to(request.user).filter(number=number)[:2])
    if len(found) != 1:
        form.add_error(
            "number",
            _("No reader has this number.")
            if not found
            else _("Several readers have this number."),
        )
        return _page(request, segment, form)
    verbs.pin_reader(segment=segment, reader=found[0], by=request.user, **form.cleaned_data)
    _tell(request, segment, verbs.refresh_now(segment=segment, by=request.user))
    return redirect(segment)


@require_POST
@needs("segments.edit")
def segment_unpin(request, pk, pin):
    segment = get_object_or_404(Segment.objects.visible_to(request.user), pk=pk)
    found = get_object_or_404(
        segment.pins.filter(reader__in=Reader.objects.visible_to(request.user)), pk=pin
    )
    verbs.unpin_reader(pin=found, by=request.user)
    _tell(request, segment, verbs.refresh_now(segment=segment, by=request.user))
    return redirect(segment)
