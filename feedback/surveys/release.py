"""Whether the answers of a survey may be read one by one: on the page of texts and as files."""

from core.disclosure import Count
from feedback.surveys.figures import is_enough
from feedback.surveys.models import Survey
from feedback.surveys.queries import count_responses


def may_be_read(survey: Survey) -> bool:
    """True when what somebody wrote may be shown without the writer.

    What one of four wrote would often say who wrote it.
    """
    n = Count.of(count_responses(survey).n)
    return is_enough(n)


def rows_may_leave(survey: Survey) -> bool:
    """True when a file may hold a row per answer.

    Answers under a name are for those who may export them; anonymous ones are texts without their
    writers, whole rows or not.
    """
    return not survey.anonymous or may_be_read(survey)
