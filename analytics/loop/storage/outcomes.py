"""By what outcome an evaluation compares its arms, and over how many days: what has to agree before
two effects stand beside each other.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform

from analytics.loop.models import Evaluation
from analytics.loop.storage.figures import period_from_json
from analytics.loop.storage.inputs import OUTCOME_LIST

#: What versions up to 0.3 compare by: any visit, event, loan or contribution. They do not name it.
ANYTHING = "anything"
#: A loan from the campaign's own list of titles.
LISTED_LOAN = "listed_loan"
DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class ComparedOutcome:
    """``code``: what is compared; ``key``: of which list, empty for all others.

    ``days``: how long each reader had for it, None where the campaign has no last day.
    """

    code: str
    key: str
    days: int | None


def with_outcome(evaluations: QuerySet[Evaluation]) -> QuerySet[Evaluation]:
    """Evaluations of which ``outcome_of`` can be asked, without their frozen inputs: these are
    large, and one word of them is wanted.
    """
    listed = KeyTextTransform(OUTCOME_LIST, "inputs")
    return evaluations.annotate(outcome_list=listed).defer("inputs")


def outcome_of(evaluation: Evaluation) -> ComparedOutcome:
    """The outcome of an evaluation that came through ``with_outcome``."""
    period = period_from_json(evaluation.results["window"])
    days = None
    if period.end is not None:
        # The first day is counted whole, at whatever hour the first mail went.
        days = -(-(period.end - period.start) // DAY)
    if evaluation.outcome_list:
        return ComparedOutcome(LISTED_LOAN, evaluation.outcome_list, days)
    return ComparedOutcome(ANYTHING, "", days)
