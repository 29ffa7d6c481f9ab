"""The survey desk: list, editor, settings, publishing and sharing."""

from django.conf import settings
from django.contrib import messages
from django.core.validators import slug_re
from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from campaigns.plan.models import Campaign, Channel
from core.access import needs
from core.listing import whole_number
from core.qr import qr_svg
from feedback.surveys import actions as verbs
from feedback.surveys import definitions
from feedback.surveys.forms import (
    ItemForm,
    SurveyCreateForm,
    SurveySettingsForm,
    option_formset,
)
from feedback.surveys.lists import SurveyList
from feedback.surveys.models import Item, Response, Survey
from feedback.surveys.questions import Field, blank_fields

PROBLEMS = {
    "no-title": gettext_lazy("The survey has no title."),
    "no-items": gettext_lazy("There is no question yet."),
    "no-text": gettext_lazy("Question %(n)s has no text."),
    "few-options": gettext_lazy("Question %(n)s needs at least two options."),
}


def load(request, pk) -> Survey:
    return get_object_or_404(
        Survey.objects.visible_to(request.user).select_related("campaign", "audience"), pk=pk
    )


def load_item(survey, ordinal):
    return get_object_or_404(survey.items.prefetch_related("options"), ordinal=ordinal)


def counted(surveys):
    """Surveys with ``answers`` (flagged ones left out) and ``version`` (number of the newest)."""
    answers = Response.objects.filter(survey=OuterRef("pk"), flagged="").order_by().values("survey")
    return surveys.annotate(
        answers=Coalesce(Subquery(answers.annotate(n=Count("pk")).values("n")), 0),
        version=Max("versions__number"),
    )


@needs("surveys.view")
def survey_list(request):
    surveys = counted(Survey.objects.visible_to(request.user).select_related("campaign"))
    return SurveyList(request, surveys).render("feedback/surveys/survey_list.html")


@needs("surveys.edit")
def survey_create(request):
    form = SurveyCreateForm(
        request.POST or None, initial={"campaign": request.GET.get("campaign", "")[:12]}
    )
    if request.method == "POST" and form.is_valid():
        survey = verbs.create_survey(by=request.user, **form.cleaned_data)
        return redirect(survey)
    return render(
        request,
        "feedback/surveys/survey_create.html",
        {"form": form},
        status=400 if form.errors else 200,
    )


@needs("surveys.view")
def survey_detail(request, pk):
    """The working copy as readers would see it, with what can be done to each question."""
    survey = load(request, pk)
    draft = definitions.draft(survey)
    last = survey.current_version()
    fields = blank_fields(definitions.read(draft))
    context = {
        "survey": survey,
        "fields": fields,
        "retired": survey.items.filter(retired_at__isnull=False),
        "problems": [
            PROBLEMS[code] % {"n": number_of(fields, place)}
            for code, place in definitions.problems(draft)
        ],
        "last": last,
        "changed": last is not None and last.sha256 != definitions.sha256(draft),
        "structural": last is not None
        and definitions.structure(last.definition) != definitions.structure(draft),
        "kinds": Item.Kind,
        "versions": survey.versions.annotate(answers=Count("responses"))
        .select_related("published_by")
        .order_by("-number"),
    }
    return render(request, "feedback/surveys/survey_detail.html", context)


def number_of(fields: list[Field], ordinal: int | None) -> int | None:
    return next((field.number for field in fields if field.question.ordinal == ordinal), None)


@needs("surveys.edit")
def survey_settings(request, pk):
    survey = load(request, pk)
    form = SurveySettingsForm(request.POST or None, instance=survey)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.change_settings(survey=load(request, pk), by=request.user, **form.cleaned_data)
        except verbs.NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Settings kept."))
            return redirect("feedback:survey-settings", pk)
    context = {"survey": survey, "form": form, "published": survey.versions.exists()}
    return render(
        request,
        "feedback/surveys/survey_settings.html",
        context,
        status=400 if form.errors else 200,
    )


@needs("surveys.edit")
def item_edit(request, pk, ordinal=None):
    """Add a question (no ordinal) or change one.

    The preview beside the form shows it as readers will.
    """
    survey = load(request, pk)
    item = load_item(survey, ordinal) if ordinal else None
    form = ItemForm(
        request.POST or None, item=item, initial={"kind": request.GET.get("kind", "scale")}
    )
    options = option_formset(item, request.POST or None)
    if request.method == "POST" and form.is_valid() and options.is_valid():
        try:
            save_item(request, survey, item, form.cleaned_data, options.rows())
        except verbs.NotPossible as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(survey.get_absolute_url() + "#questions")
    context = {
        "survey": survey,
        "item": item,
        "form": form,
        "options": options,
        "field": preview_field(item),
    }
    return render(
        request,
        "feedback/surveys/survey_item_edit.html",
        context,
        status=400 if form.errors else 200,
    )


def save_item(request, survey, item, fields: dict, rows: list[dict]) -> None:
    if item is None:
        item = verbs.add_item(survey=survey, by=request.user, **fields)
        verbs.write_options(item=item, rows=rows if item.has_options else [])
    else:
        verbs.change_item(item=item, options=rows if item.has_options else None, **fields)


def preview_field(item) -> Field | None:
    if item is None:
        return None
    return Field(definitions.read_item(definitions.draft_item(item)), 1)


@require_POST
@needs("surveys.edit")
def item_preview(request, pk):
    """What the form holds now, as a question; nothing is kept."""
    load(request, pk)
    form, options = ItemForm(request.POST), option_formset(None, request.POST)
    form.is_valid()
    options.is_valid()
    cleaned = form.cleaned_data
    shown = {
        "ordinal": 1,
        "kind": cleaned.get("kind") or "text",
        "required": cleaned.get("required", False),
        "top": cleaned.get("scale_max") or 5,
        "key": "",
        "options": [
            {"code": code, "text": row["text"]}
            for code, row in enumerate(options.rows(), start=1)
            if not row["retired"]
        ],
    }
    shown |= {name: cleaned.get(name) or {} for name in ("text", "help", "low", "high")}
    return render(
        request,
        "feedback/surveys/_survey_preview.html",
        {"field": Field(definitions.read_item(shown), 1)},
    )


@require_POST
@needs("surveys.edit")
def item_move(request, pk, ordinal):
    survey = load(request, pk)
    verbs.move_item(item=load_item(survey, ordinal), up="up" in request.POST)
    return redirect(f"{survey.get_absolute_url()}#q{ordinal}")


@require_POST
@needs("surveys.edit")
def item_retire(request, pk, ordinal):
    survey = load(request, pk)
    verbs.retire_item(item=load_item(survey, ordinal), retired="restore" not in request.POST)
    return redirect(survey.get_absolute_url() + "#questions")


@require_POST
@needs("surveys.edit")
def survey_publish(request, pk):
    survey = load(request, pk)
    try:
        version = verbs.publish(survey=survey, by=request.user)
    except verbs.NotPossible as refusal:
        messages.error(request, str(refusal))
        return redirect(survey)
    messages.success(request, _("Version %(n)s is what readers see now.") % {"n": version.number})
    return redirect(
        "feedback:survey-share" if version.number == 1 else "feedback:survey-detail", pk
    )


@require_POST
@needs("surveys.edit")
def survey_state(request, pk):
    survey = load(request, pk)
    try:
        verbs.set_open(survey=survey, is_open="open" in request.POST, by=request.user)
    except verbs.NotPossible as refusal:
        messages.error(request, str(refusal))
    return redirect(survey)


@require_POST
@needs("surveys.edit")
def survey_duplicate(request, pk):
    survey = load(request, pk)
    taken = set(
        Survey.objects.filter(slug__startswith=survey.slug[:55]).values_list("slug", flat=True)
    )
    slug = next(
        slug for n in range(2, len(taken) + 3) if (slug := f"{survey.slug[:55]}-{n}") not in taken
    )
    copy = verbs.duplicate(survey=survey, slug=slug, by=request.user)
    messages.success(request, _("A new draft with the same questions and keys."))
    return redirect("feedback:survey-settings", copy.pk)


def address(survey: Survey, channel: str = "") -> str:
    """The public address, with the channel it is placed on."""
    return settings.BASE_URL + survey.public_url + (f"?c={channel}" if channel else "")


@needs("surveys.view")
def survey_share(request, pk):
    survey = load(request, pk)
    channels = [
        (channel, address(survey, channel.code)) for channel in Channel.objects.filter(contact="")
    ]
    context = {
        "survey": survey,
        "address": address(survey),
        "qr": qr_svg(address(survey)),
        "channels": channels,
    }
    return render(request, "feedback/surveys/survey_share.html", context)


@needs("surveys.view")
def survey_poster(request, pk):
    """One A4 page to print: title, code, short address."""
    survey = load(request, pk)
    code = request.GET.get("c", "poster")
    channel = get_object_or_404(Channel, code=code if slug_re.match(code) else "")
    link = address(survey, channel.code)
    return render(
        request,
        "feedback/surveys/survey_poster.html",
        {"survey": survey, "address": link, "qr": qr_svg(link)},
    )


@needs("surveys.view")
def survey_links(request):
    """Fragment for the mail editor.

    Open surveys of a campaign (and of none) with the path a tracked link needs.
    """
    campaign = whole_number(request.GET.get("campaign"), None)
    mine = Q(campaign__isnull=True) | Q(campaign_id=campaign)
    surveys = Survey.objects.visible_to(request.user).filter(mine, state=Survey.State.OPEN)
    return render(request, "feedback/surveys/_survey_links.html", {"surveys": surveys})


@needs("surveys.view")
def campaign_panel(request, pk):
    """Fragment for the campaign room: its surveys and how many answered."""
    campaign = get_object_or_404(Campaign.objects.visible_to(request.user), pk=pk)
    surveys = counted(Survey.objects.visible_to(request.user).filter(campaign=campaign)).order_by(
        "-created_at"
    )
    return render(
        request, "feedback/surveys/_campaign_panel.html", {"campaign": campaign, "surveys": surveys}
    )
