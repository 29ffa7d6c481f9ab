"""The parts of a plan: matches, mix, segments, standards, tasks, costs, and the poster of a link."""

from dataclasses import dataclass

import segno
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns import actions, gates, outcome
from campaigns.forms.room import (
    AmendForm,
    CostForm,
    ElementForm,
    GoalForm,
    MatchForm,
    MixFormSet,
    NeedForm,
    SegmentsForm,
    StandardForm,
    TaskForm,
)
from campaigns.models import Channel, Cost, Element, Goal, Match, Need, Standard, Task, TrackedLink
from campaigns.views.room import get_campaign, saved
from crm.access import needs
from crm.models import Segment


@dataclass(frozen=True)
class Part:
    """A kind of row in a plan: its model, its form, the verb that adds one, and where the room shows it."""

    model: type
    form: type
    verb: object
    heading: str
    place: str = ""

    def home(self, campaign) -> str:
        if not self.place:
            return reverse("campaigns:match-list", args=[campaign.pk])
        return f"{campaign.get_absolute_url()}?phase={self.place}"

    def build(self, data, campaign):
        return self.form(data, campaign=campaign) if self.form is MatchForm else self.form(data)


PARTS = {
    "goal": Part(Goal, GoalForm, actions.add_goal, gettext_lazy("New goal"), "strategy#aims"),
    "task": Part(Task, TaskForm, actions.add_task, gettext_lazy("New task"), "strategy#aims"),
    "need": Part(Need, NeedForm, actions.add_need, gettext_lazy("New need")),
    "element": Part(Element, ElementForm, actions.add_element, gettext_lazy("New cultural content")),
    "match": Part(Match, MatchForm, actions.set_match, gettext_lazy("New match")),
    "standard": Part(
        Standard, StandardForm, actions.set_standard, gettext_lazy("Evaluation standard"), "tactics#standards"
    ),
    "cost": Part(Cost, CostForm, actions.book_cost, gettext_lazy("Book a cost"), "performance#costs"),
}


def get_part(kind: str) -> Part:
    if kind not in PARTS:
        raise Http404
    return PARTS[kind]


@needs("campaigns.edit")
def part_add(request, pk, kind):
    """Add one row. The room posts here; with an error, or opened by itself, it is a page of its own."""
    campaign, part = get_campaign(request, pk), get_part(kind)
    form = part.build(request.POST or None, campaign)
    if saved(request, form, part.verb, campaign=campaign):
        return redirect(part.home(campaign))
    context = {"form": form, "campaign": campaign, "heading": part.heading, "home": part.home(campaign)}
    return render(request, "campaigns/part_add.html", context, status=400 if form.errors else 200)


@needs("campaigns.edit")
@require_POST
def part_remove(request, pk, kind, row):
    """Take one row out again."""
    campaign, part = get_campaign(request, pk), get_part(kind)
    owner = "need__campaign" if part.model is Match else "campaign"
    found = get_object_or_404(part.model, **{"pk": row, owner: campaign})
    try:
        if part.model is Cost:
            actions.remove_cost(cost=found, by=request.user)
        else:
            actions.remove_part(part=found, by=request.user)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(part.home(campaign))


@needs("campaigns.edit")
@require_POST
def task_done(request, pk, row):
    """Tick a task, or take the tick away."""
    campaign = get_campaign(request, pk)
    task = get_object_or_404(Task, pk=row, campaign=campaign)
    try:
        actions.set_task_done(task=task, done=request.POST.get("done") == "1", by=request.user)
    except actions.Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(PARTS["task"].home(campaign))


@needs("campaigns.view")
def match_list(request, pk):
    """Needs on the left, the cultural contents that answer them on the right, and what stands alone (B4)."""
    campaign = get_campaign(request, pk)
    picture = gates.look(campaign)
    forms = {"need": NeedForm(), "element": ElementForm()}
    if picture.needs and picture.elements:
        forms["match"] = MatchForm(campaign=campaign)
    editable = not campaign.is_locked and request.user.can("campaigns.edit")
    return render(
        request,
        "campaigns/match_list.html",
        {"campaign": campaign, "picture": picture, "forms": forms, "editable": editable},
    )


@needs("campaigns.edit")
def plan_edit(request, pk):
    """The channel mix as one table: every channel of the register, its share, cost and expected reach."""
    campaign = get_campaign(request, pk)
    plans = {plan.channel_id: plan for plan in campaign.channel_plans.all()}
    channels = sorted(Channel.objects.all(), key=lambda channel: channel.pk not in plans)
    formset = MixFormSet(request.POST or None, initial=[row_of(channel, plans) for channel in channels], prefix="mix")
    if request.method == "POST" and formset.is_valid():
        rows = [form.cleaned_data for form in formset.forms if form.cleaned_data]
        try:
            actions.set_mix(campaign=campaign, rows=rows, by=request.user)
        except actions.Refused as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect(f"{campaign.get_absolute_url()}?phase=strategy")
    context = {"campaign": campaign, "formset": formset, "rows": mix_rows(campaign, channels, plans, formset)}
    return render(request, "campaigns/plan_edit.html", context, status=400 if formset.total_error_count() else 200)


def row_of(channel, plans) -> dict:
    plan = plans.get(channel.pk)
    if plan is None:
        return {"channel": channel.pk}
    return {
        "channel": channel.pk,
        "share": plan.share,
        "planned_cost": f"{plan.planned_cost.normalize():f}",
        "expected_reach": plan.expected_reach,
    }


def mix_rows(campaign, channels, plans, formset) -> list:
    """[(channel, form, what it brought per ¥100 last round)], the planned channels first."""
    before = outcome.by_channel(campaign.previous) if campaign.previous_id else {}
    named = {str(channel.pk): channel for channel in channels}
    rows = []
    for form in formset.forms:
        channel = named.get(str(form["channel"].value()))
        rows.append((channel, form, before.get(channel.pk) if channel else None))
    return rows


@needs("campaigns.edit")
def campaign_segments(request, pk):
    """Whom the campaign addresses."""
    campaign = get_campaign(request, pk)
    chosen = list(campaign.segments.values_list("pk", flat=True))
    form = SegmentsForm(request.POST or None, initial={"segments": chosen})
    if saved(request, form, actions.set_segments, campaign=campaign):
        return redirect(f"{campaign.get_absolute_url()}?phase=strategy")
    picked = {str(value) for value in form["segments"].value() or []}
    segments = [(segment, str(segment.pk) in picked) for segment in Segment.objects.all()]
    context = {"campaign": campaign, "form": form, "segments": segments}
    return render(request, "campaigns/campaign_segments.html", context, status=400 if form.errors else 200)


@needs("campaigns.edit")
def standard_amend(request, pk, row):
    """Move a locked target, on record."""
    campaign = get_campaign(request, pk)
    standard = get_object_or_404(Standard.objects.prefetch_related("amendments__by"), pk=row, campaign=campaign)
    form = AmendForm(request.POST or None, initial={"target": standard.target})
    if saved(request, form, actions.amend_standard, standard=standard):
        messages.success(request, _("Amended; the evaluation will show both targets."))
        return redirect(campaign)
    context = {"campaign": campaign, "standard": standard, "form": form}
    return render(request, "campaigns/standard_amend.html", context, status=400 if form.errors else 200)


@needs("campaigns.view")
def link_poster(request, pk):
    """An A4 page to print: the campaign's words, a QR code and the short address of one placement."""
    link = get_object_or_404(TrackedLink.objects.select_related("campaign", "channel"), pk=pk)
    address = settings.BASE_URL + link.get_absolute_url()
    # Size and colour come from the stylesheet; the strict CSP allows no style attributes.
    code = segno.make(address, error="m").svg_inline(border=2, omitsize=True, svgclass="qr", lineclass="qr-line")
    return render(request, "campaigns/link_poster.html", {"link": link, "address": address, "qr": mark_safe(code)})
