"""What was stored, as it may be told now.

Everything is protected when it is computed but the means of surveys in evaluations of 0.1, which
were frozen in full: beside the survey's own page they would solve cells that it hides. They
recompute to what was stored, and leave rounded and without an interval.
"""

from dataclasses import replace

from analytics.loop.figures.shapes import Results
from analytics.loop.inputs.shapes import Period, SurveyFigures
from analytics.loop.measures import Figure, Measure
from analytics.loop.models import Adjustment, Evaluation, Finding
from analytics.loop.rules import Rule, rule_of
from analytics.loop.storage.figures import (
    count_to_json,
    figure_from_json,
    figure_to_json,
    period_from_json,
)
from analytics.loop.storage.results import results_from_json
from analytics.loop.storage.versions import version_from_json
from core.disclosure import Count

#: As the page of a survey prints its means beside hidden cells.
COARSE_DIGITS = {Measure.SATISFACTION: 1, Measure.NPS: 0}


def window_of(evaluation: Evaluation) -> Period:
    """From the launch to the last moment that the evaluation counts."""
    period = period_from_json(evaluation.results["window"])
    if period.end is None:
        return Period(period.start, evaluation.as_of)
    return Period(period.start, min(evaluation.as_of, period.end))


def is_provisional(evaluation: Evaluation) -> bool:
    """Whether its figures may still move: the campaign's period had not ended when it was
    evaluated, or not the window of the reader who was drawn last. A period without an end lasts
    until the campaign is closed. Asks for the evaluation's campaign.
    """
    # Versions before 0.4 concluded nothing, and knew no window of a reader's own.
    judgement = evaluation.results.get("judgement")
    if judgement is not None and judgement["effect"]["provisional"]:
        return True
    end = period_from_json(evaluation.results["window"]).end
    if end is None:
        end = evaluation.campaign.closed_at
    return end is None or evaluation.as_of < end


def costs_are_planned(evaluation: Evaluation) -> bool:
    """Whether the channels' costs are those of the plan, because none was booked."""
    return evaluation.results["costs"]["total"] is None


def results_as_told(stored: dict) -> Results:
    """Results of any version, for pages and files: means of older ones as coarse as the survey's
    page tells them.
    """
    results = results_from_json(stored)
    surveys = []
    for survey in results.surveys:
        surveys.append(_survey_as_told(survey, results.rule))
    standards = []
    for result in results.standards:
        reached = figure_as_told(result.reached, results.rule)
        standards.append(replace(result, reached=reached))
    return replace(results, surveys=tuple(surveys), standards=tuple(standards))


def _survey_as_told(survey: SurveyFigures, rule: Rule) -> SurveyFigures:
    """A survey whose two means say no more than the rule of their report allows."""
    return replace(
        survey,
        satisfaction=_asked_as_told(survey.satisfaction, rule),
        nps=_asked_as_told(survey.nps, rule),
    )


def _asked_as_told(figure: Figure | None, rule: Rule) -> Figure | None:
    """The mean as it may be told; None stays None where the survey does not ask."""
    if figure is None:
        return None
    return figure_as_told(figure, rule)


def figure_as_told(figure: Figure, rule: Rule) -> Figure:
    """A figure of results computed by ``rule``; coarse where that version kept more digits of a
    mean than may be told.
    """
    if rule.means_as_told or figure.measure not in COARSE_DIGITS:
        return figure
    return figure.coarse(COARSE_DIGITS[figure.measure])


def figure_of(finding: Finding) -> Figure:
    """What the finding says, as its evaluation's report tells it: a mean of an older version no
    finer than may be told.
    """
    figure = Figure(
        value=finding.value,
        low=finding.low,
        high=finding.high,
        n=finding.n,
        measure=Measure(finding.unit),
        level=finding.level,
    )
    return _of_evaluation(figure, finding.evaluation)


def promise_of(adjustment: Adjustment) -> Figure:
    """What the adjustment should bring, as its page tells it."""
    figure = Figure(
        value=adjustment.expected,
        low=adjustment.expected_low,
        high=adjustment.expected_high,
        n=adjustment.n,
        measure=Measure(adjustment.measure),
        level=adjustment.expected_level,
    )
    return _of_evaluation(figure, adjustment.evaluation)


def _of_evaluation(figure: Figure, evaluation: Evaluation) -> Figure:
    """The figure as it may be told by the rule the evaluation was computed by."""
    return figure_as_told(figure, rule_of(version_from_json(evaluation.results)))


def results_for_everybody(stored: dict) -> dict:
    """Stored results as the API gives them out: without numbers of few persons, too.

    A new dict of the same shape; what is stored is not changed.
    """
    shown = dict(stored)
    rule = rule_of(version_from_json(stored))
    if "surveys" in stored:
        shown["surveys"] = [_survey_for_everybody(survey, rule) for survey in stored["surveys"]]
    if "standards" in stored:
        standards = []
        for result in stored["standards"]:
            standards.append(_figure_for_everybody(result, Measure(result["metric"]), rule))
        shown["standards"] = standards
    return shown


def _survey_for_everybody(survey: dict, rule: Rule) -> dict:
    """The stored figures of one survey without what nobody may be told; a mean it does not ask for
    stays away.
    """
    shown = dict(survey)
    for measure in (Measure.SATISFACTION, Measure.NPS):
        if measure.value in survey:
            shown[measure.value] = _figure_for_everybody(survey[measure.value], measure, rule)
    return shown


def _figure_for_everybody(stored: dict, measure: Measure, rule: Rule) -> dict:
    """``stored`` may hold more than the figure, which stays as it is."""
    figure = figure_as_told(figure_from_json(stored, measure), rule)
    told = stored | figure_to_json(figure)
    told["n"] = count_to_json(Count.kept(figure.n))
    return told
