"""All campaigns: a board of the four phases, a list, and how a new one begins."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns.plan import gates
from campaigns.plan.actions import (
    add_element,
    add_goal,
    add_need,
    add_task,
    amend_standard,
    book_cost,
    create_campaign,
    create_from_season,
    draft_from,
    remove_cost,
    remove_part,
    set_match,
    set_segments,
    set_standard,
    set_task_done,
    update_campaign,
)
from campaigns.plan.forms import (
    AmendForm,
    CostForm,
    ElementForm,
    GoalForm,
    MatchForm,
    NeedForm,
    SegmentsForm,
    StandardForm,
    StartForm,
    TaskForm,
)
from campaigns.plan.lists import CampaignBoard, CampaignList
from campaigns.plan.models import Campaign, Cost, Element, Goal, Match, Need, Standard, Task
from campaigns.plan.queries import look
from campaigns.plan.seasons import SEASONS
from core.access import needs
from core.refusals import Refused
from crm.segments.models import Segment

#: Finished campaigns leave the board for the list.
ON_BOARD = 200


@needs("campaigns.view")
def campaign_list(request):
    """The board by phase.

    ``?view=list`` (or any filter) the list with everything, closed ones too.
    """
    segments = Prefetch("segments", Segment.objects.only("name", "size"))
    campaigns = Campaign.objects.visible_to(request.user)
    campaigns = campaigns.select_related("owner").prefetch_related(segments)
    if request.GET.get("view") == "list":
        return CampaignList(request, campaigns).render("campaigns/plan/campaign_list.html")
    board = CampaignBoard(request, campaigns)
    context = {"listing": board, "columns": columns(board.found)}
    return render(request, "campaigns/plan/campaign_list.html", context)


def columns(found) -> list[tuple[str, list[Campaign]]]:
    """[(phase label, its campaigns)] of the four phases."""
    by_phase = {phase: [] for phase in gates.PHASES}
    for campaign in found.exclude(phase=Campaign.Phase.CLOSED)[:ON_BOARD]:
        by_phase[campaign.phase].append(campaign)
    return [(phase.label, campaigns) for phase, campaigns in by_phase.items()]


@needs("campaigns.edit")
def campaign_create(request):
    """Empty, from a season, or as the next round of an earlier campaign."""
    # A campaign has one next round, so what has one already is not offered.
    earlier = Campaign.objects.visible_to(request.user).filter(
        locked_at__isnull=False, next__isnull=True
    )[:50]
    form = StartForm(request.POST or None, earlier=earlier)
    if request.method == "POST" and form.is_valid():
        return redirect(begin(form, request.user))
    context = {"form": form, "seasons": SEASONS.values()}
    return render(
        request, "campaigns/plan/campaign_create.html", context, status=400 if form.errors else 200
    )


def begin(form, by) -> Campaign:
    """Make the campaign a valid ``StartForm`` asks for."""
    start = form.cleaned_data["start"]
    title = form.cleaned_data["title"]
    if start in SEASONS:
        year = form.cleaned_data["year"]
        return create_from_season(season=start, year=year, title=title, by=by)
    if start not in form.earlier:
        return create_campaign(title=title, by=by)

    draft = draft_from(campaign=form.earlier[start], by=by)
    if title:
        return update_campaign(campaign=draft, by=by, title=title)
    return draft


@dataclass(frozen=True)
class PartKind:
    """A kind of row in a plan.

    Its model, its form, the verb that adds one, and where the room shows it. ``place`` is a phase
    and an anchor of the room's page; empty for what stands in the match table.
    """

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
        if self.form is MatchForm:
            return self.form(data, campaign=campaign)
        return self.form(data)


PARTS = {
    "goal": PartKind(Goal, GoalForm, add_goal, gettext_lazy("New goal"), "strategy#aims"),
    "task": PartKind(Task, TaskForm, add_task, gettext_lazy("New task"), "strategy#aims"),
    "need": PartKind(Need, NeedForm, add_need, gettext_lazy("New need")),
    "element": PartKind(Element, ElementForm, add_element, gettext_lazy("New cultural content")),
    "match": PartKind(Match, MatchForm, set_match, gettext_lazy("New match")),
    "standard": PartKind(
        Standard,
        StandardForm,
        set_standard,
        gettext_lazy("Evaluation standard"),
        "tactics#standards",
    ),
    "cost": PartKind(Cost, CostForm, book_cost, gettext_lazy("Book a cost"), "performance#costs"),
}


def get_part(kind: str) -> PartKind:
    if kind not in PARTS:
        raise Http404
    return PARTS[kind]


@needs("campaigns.edit")
def part_add(request, pk, kind):
    """Add one row. The room posts here; with an error, or opened by itself, it is a page of its
    own.
    """
    campaign = get_campaign(request, pk)
    part = get_part(kind)
    form = part.build(request.POST or None, campaign)
    if saved(request, form, part.verb, campaign=campaign):
        return redirect(part.home(campaign))
    context = {
        "form": form,
        "campaign": campaign,
        "heading": part.heading,
        "home": part.home(campaign),
    }
    return render(
        request, "campaigns/plan/part_add.html", context, status=400 if form.errors else 200
    )


@needs("campaigns.edit")
@require_POST
def part_remove(request, pk, kind, row):
    """Take one row out again."""
    campaign = get_campaign(request, pk)
    part = get_part(kind)
    found = part.model.objects.visible_to(request.user).of(campaign).get_or_404(row)
    try:
        if part.model is Cost:
            remove_cost(cost=found, by=request.user)
        else:
            remove_part(part=found, by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(part.home(campaign))


@needs("campaigns.edit")
@require_POST
def task_done(request, pk, row):
    """Tick a task, or take the tick away."""
    campaign = get_campaign(request, pk)
    task = Task.objects.visible_to(request.user).of(campaign).get_or_404(row)
    try:
        set_task_done(task=task, done=request.POST.get("done") == "1", by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect(PARTS["task"].home(campaign))


@needs("campaigns.view")
def match_list(request, pk):
    """Needs on the left, the cultural contents that answer them on the right, and what stands alone
    (B4).
    """
    campaign = get_campaign(request, pk)
    picture = look(campaign)
    forms = {"need": NeedForm(), "element": ElementForm()}
    if picture.needs and picture.elements:
        forms["match"] = MatchForm(campaign=campaign)
    editable = not campaign.is_locked and request.user.can("campaigns.edit")
    return render(
        request,
        "campaigns/plan/match_list.html",
        {"campaign": campaign, "picture": picture, "forms": forms, "editable": editable},
    )


@needs("campaigns.edit")
def campaign_segments(request, pk):
    """Whom the campaign addresses."""
    campaign = get_campaign(request, pk)
    chosen = list(campaign.segments.values_list("pk", flat=True))
    form = SegmentsForm(request.POST or None, initial={"segments": chosen})
    if saved(request, form, set_segments, campaign=campaign):
        return redirect(f"{campaign.get_absolute_url()}?phase=strategy")
    picked = {str(value) for value in form["segments"].value() or []}
    segments = [(segment, str(segment.pk) in picked) for segment in Segment.objects.all()]
    context = {"campaign": campaign, "form": form, "segments": segments}
    return render(
        request,
        "campaigns/plan/campaign_segments.html",
        context,
        status=400 if form.errors else 200,
    )


@needs("campaigns.edit")
def standard_amend(request, pk, row):
    """Move a locked target, on record."""
    campaign = get_campaign(request, pk)
    standards = Standard.objects.visible_to(request.user).of(campaign)
    standard = standards.prefetch_related("amendments__by").get_or_404(row)
    form = AmendForm(request.POST or None, initial={"target": standard.target})
    if saved(request, form, amend_standard, standard=standard):
        messages.success(request, _("Amended; the evaluation will show both targets."))
        return redirect(campaign)
    context = {"campaign": campaign, "standard": standard, "form": form}
    return render(
        request, "campaigns/plan/standard_amend.html", context, status=400 if form.errors else 200
    )


def get_campaign(request, pk) -> Campaign:
    """The campaign, or 404 where this person sees none."""
    campaigns = Campaign.objects.visible_to(request.user)
    shown = campaigns.select_related("owner", "previous", "next", "locked_by", "closed_by")
    return shown.get_or_404(pk)


def saved(request, form, verb, **arguments) -> bool:
    """Whether ``verb`` was done with what a valid form says.

    A refusal becomes the form's own error, and what was typed stays.
    """
    if request.method != "POST" or not form.is_valid():
        return False
    # The fields of each form are named as the arguments of its verb.
    try:
        verb(by=request.user, **arguments, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True
