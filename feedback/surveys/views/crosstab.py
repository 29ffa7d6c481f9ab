"""Two questions of a survey against each other."""

from django.shortcuts import render

from core.access import needs
from feedback.surveys import figures, groups, queries, release, results
from feedback.surveys.charts import Cross, cross
from feedback.surveys.definitions import Definition, Kind, Question
from feedback.surveys.figures import ShownQuestion
from feedback.surveys.forms import CrossForm
from feedback.surveys.groups import Groups
from feedback.surveys.models import Survey
from feedback.surveys.queries import EVERYBODY, WholeAnswers
from feedback.surveys.views.desk import load

#: Questions with one answer each.
CROSSABLE = (Kind.SINGLE, Kind.SCALE, Kind.NPS)


def cross_form(definition: Definition, data) -> CrossForm:
    """The form that chooses two questions with one answer each; empty, and without complaints,
    before anything was asked.
    """
    questions = [item for item in definition.items if item.kind in CROSSABLE]
    is_asked = "first" in data
    # Not asked yet: a bound form would complain of what is missing.
    if not is_asked:
        data = None
    return CrossForm(data, questions=questions)


@needs("surveys.view")
def survey_crosstab(request, pk):
    """Two questions against each other; a fragment for htmx, a page without it.

    No table where the form has an error, or results may not be told to this person.
    """
    survey = load(request, pk)
    definition = results.whole_definition(survey)
    form = cross_form(definition, request.GET)
    table = None
    if form.is_valid() and release.is_told_to(survey, request.user):
        table = crosstab(survey, definition, form.cleaned_data)
    context = {"survey": survey, "cross_form": form, "table": table}
    if request.htmx:
        return render(request, "feedback/surveys/_survey_crosstab.html", context)
    return render(request, "feedback/surveys/survey_crosstab.html", context)


def crosstab(survey: Survey, definition: Definition, chosen: dict) -> Cross | None:
    """The table of the two questions chosen; None where too few answered both, or every cell would
    be hidden.
    """
    first = definition.question(int(chosen["first"]))
    second = definition.question(int(chosen["second"]))
    counts = queries.crosstab(survey, first.ordinal, second.ordinal)
    both = figures.count_of(sum(counts.values()), survey.least_shown)
    if not figures.is_enough(both):
        return None
    whole = WholeAnswers(
        size=queries.count_responses(survey).n,
        counts=results.distributions(survey, definition),
    )
    shown = [of_all(question, whole, survey.least_shown) for question in (first, second)]
    table = cross(*shown, counts, whole)
    if not table.tells_any:
        return None
    return table


def of_all(question: Question, whole: WholeAnswers, least: int) -> ShownQuestion:
    """The question as the page of results shows it."""
    counts = {EVERYBODY.group: whole.counts.get(question.ordinal, {})}
    everybody = Groups(EVERYBODY.group, counts, {EVERYBODY.group: whole.size})
    return groups.show(question, 0, everybody, least=least)
