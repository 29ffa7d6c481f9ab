"""The survey desk: list, working copy, settings, publishing."""

from itertools import starmap

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core.access import needs
from core.forms import posted, refusal_on, refusal_told, status_of
from crm.receipts.views import once
from feedback.surveys import actions as verbs
from feedback.surveys import definitions, keys, words
from feedback.surveys.definitions import Lack, Problem
from feedback.surveys.forms import SurveyCreateForm, SurveySettingsForm
from feedback.surveys.lists import SurveyList
from feedback.surveys.losing import lost_in_words
from feedback.surveys.models import Item, Survey, SurveyVersion
from feedback.surveys.queries import versions_with_answers, with_counts
from feedback.surveys.questions import Field, blank_fields
from feedback.surveys.words import VersionLine

PROBLEMS = {
    Lack.NO_TITLE: gettext_lazy("The survey has no title."),
    Lack.NO_ITEMS: gettext_lazy("There is no question yet."),
    Lack.NO_TEXT: gettext_lazy("Question %(n)s has no text."),
    Lack.FEW_OPTIONS: gettext_lazy("Question %(n)s needs at least two options."),
}
#: Characters of an address that a copy takes over; the rest is for its number.
LONGEST_STEM = 55


def load(request, pk) -> Survey:
    """The survey, for whoever may see it; 404 for everybody else."""
    surveys = Survey.objects.visible_to(request.user).select_related("campaign", "audience")
    return surveys.get_or_404(pk)


@needs("surveys.view")
def survey_list(request):
    """Surveys that this account may open, with the number of their answers."""
    surveys = with_counts(
        Survey.objects.visible_to(request.user).select_related("campaign"), request.user
    )
    listing = SurveyList(request, surveys)
    return listing.render(
        "feedback/surveys/survey_list.html",
        waits_for_key=keys.waits_for_key(),
        has_foreign_key=keys.is_foreign(),
    )


@needs("surveys.edit")
@once
def survey_create(request):
    """A new draft, from an empty page or a template; for the campaign whose page led here.

    An address that somebody took meanwhile is an error of its field.
    """
    campaign = request.GET.get("campaign", "")[:12]
    form = SurveyCreateForm(posted(request), initial={"campaign": campaign})
    if form.is_valid():
        with refusal_on(form, "slug"):
            survey = verbs.create_survey(by=request.user, **form.cleaned_data)
            return redirect(survey)
    context = {"form": form}
    return render(request, "feedback/surveys/survey_create.html", context, status=status_of(form))


@needs("surveys.view")
def survey_detail(request, pk):
    """The working copy as readers would see it, with what can be done to each question."""
    survey = load(request, pk)
    last = survey.current_version()
    context = {
        "survey": survey,
        "sentences": words.above_the_questions(survey, last),
        "publish": words.publish_label(last),
        "retired": survey.items.filter(retired_at__isnull=False),
        "last": last,
        "is_over": survey.is_over(),
        "waits_for_key": survey.anonymous and keys.waits_for_key(survey),
        "has_foreign_key": survey.anonymous and keys.is_foreign(),
        "lost": lost_in_words(survey),
        "kinds": Item.Kind,
        "versions": list(starmap(VersionLine, versions_with_answers(survey, request.user))),
        **working_copy(survey, last),
    }
    return render(request, "feedback/surveys/survey_detail.html", context)


def working_copy(survey: Survey, last: SurveyVersion | None) -> dict:
    """What the page says of the working copy: its blank fields, what keeps it from being
    published, and what is other than in the ``last`` version.
    """
    draft = definitions.draft(survey)
    fields = blank_fields(definitions.parse_definition(draft))
    problems = definitions.problems(draft)
    return {
        "fields": fields,
        "problems": [in_words(problem, fields) for problem in problems],
        "changes": unseen_changes(last, draft),
    }


def unseen_changes(last: SurveyVersion | None, draft: dict) -> str:
    """What publishing would change for the answers so far, in one sentence; empty where it would
    make no new version, and for a first one.
    """
    if last is None or last.sha256 == definitions.sha256(draft):
        return ""
    return words.unseen_changes(structural=definitions.differ_in_structure(last, draft))


def in_words(problem: Problem, fields: list[Field]) -> str:
    """What is missing, in one sentence; the question is named by its number as readers count, not
    by its ordinal.
    """
    number = None
    for field in fields:
        if field.question.ordinal == problem.ordinal:
            number = field.number
    return PROBLEMS[problem.lack] % {"n": number}


@needs("surveys.edit")
def survey_settings(request, pk):
    """Address, period, audience and texts; what a verb refuses stands on the form."""
    survey = load(request, pk)
    form = SurveySettingsForm(posted(request), instance=survey)
    if form.is_valid():
        with refusal_on(form):
            verbs.change_settings(survey=survey, by=request.user, **form.cleaned_data)
            messages.success(request, _("Settings kept."))
            return redirect("feedback:survey-settings", pk)
    context = {"survey": survey, "form": form, "published": survey.versions.exists()}
    return render(request, "feedback/surveys/survey_settings.html", context, status=status_of(form))


@require_POST
@needs("surveys.edit")
def survey_publish(request, pk):
    """Make the working copy what readers see; the first time, show where to place it.

    What it lacks is said on its page, and nothing is published then.
    """
    survey = load(request, pk)
    with refusal_told(request):
        version = verbs.publish(survey=survey, by=request.user)
        messages.success(
            request, _("Version %(n)s is what readers see now.") % {"n": version.number}
        )
        if version.number == 1:
            return redirect("feedback:survey-share", pk)
        return redirect("feedback:survey-detail", pk)
    return redirect(survey)


@require_POST
@needs("surveys.edit")
def survey_state(request, pk):
    """Open the survey where the button says "open", else close it; a refusal is
    said on its page.
    """
    survey = load(request, pk)
    with refusal_told(request):
        verbs.set_open(survey=survey, is_open="open" in request.POST, by=request.user)
    return redirect(survey)


@require_POST
@needs("surveys.edit")
@once
def survey_duplicate(request, pk):
    """Start next year's survey from this one: a draft with the same questions and keys, under a
    free address.
    """
    survey = load(request, pk)
    with refusal_told(request):
        copy = verbs.duplicate(survey=survey, slug=free_slug(survey.slug), by=request.user)
        messages.success(request, _("A new draft with the same questions and keys."))
        return redirect("feedback:survey-settings", copy.pk)
    return redirect(survey)


def free_slug(slug: str) -> str:
    """The address with the first number from 2 on that no survey has; a long one is cut off before
    it. One query.
    """
    stem = slug[:LONGEST_STEM]
    taken = set(Survey.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number = 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
