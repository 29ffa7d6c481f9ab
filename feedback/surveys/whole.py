"""What everybody's answers to a survey say, and no more than may be said.

The API, the crosstab and evaluations read a survey here; the page of the results shows the same.
"""

from datetime import datetime

from core.disclosure import Count
from feedback.surveys import results
from feedback.surveys.definitions import Definition
from feedback.surveys.figures import ShownQuestion, count_of, show_all
from feedback.surveys.models import Survey
from feedback.surveys.overview import Headline, headline
from feedback.surveys.queries import EVERYBODY


def questions_of(survey: Survey, definition: Definition, n: int) -> list[ShownQuestion]:
    """Every question of ``definition``; ``n`` are all answers to the survey."""
    counts = results.grouped_distributions(survey, definition, EVERYBODY)
    sizes = {EVERYBODY.group: n}
    return show_all(definition, counts, EVERYBODY.group, sizes, least=survey.least_shown)


def answers_until(survey: Survey, until: datetime) -> Count:
    """Answers counted before ``until``; anonymous ones that still wait to be mixed are not among
    them, and count on the day of their batch.
    """
    answers = survey.responses.counted().filter(submitted_at__lt=until)
    return count_of(answers.count(), survey.least_shown)


def headline_of(survey: Survey) -> Headline:
    """Number of answers and means, as coarse as they stand above the survey's results."""
    found = results.summary(survey)
    shown = questions_of(survey, results.whole_definition(survey), found.n)
    return headline(found, shown)
