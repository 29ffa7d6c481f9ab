"""By what outcome an evaluation compares its arms, and over how many days: what has to agree before
two effects stand beside each other.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from analytics.loop.models import Evaluation
from analytics.loop.storage.figures import period_from_json
from analytics.loop.storage.inputs import OUTCOME_LIST, PROMISED

#: What versions up to 0.3 compare by: any visit, event, loan or contribution. They do not name it.
ANYTHING = "anything"
#: A loan from the campaign's own list of titles, as campaigns name it, too.
LISTED_LOAN = "listed_loan"
DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class ComparedOutcome:
    """``code``: what is compared; ``key``: of which list, empty for all others.

    ``days``: how long each reader had for it, None where the campaign has no last day.
    ``is_amount``: how often it was done is compared, and not only whether.
    """

    code: str
    key: str
    days: int | None
    is_amount: bool = False


def with_outcome(evaluations: QuerySet[Evaluation]) -> QuerySet[Evaluation]:
    """Evaluations of which ``outcome_of`` can be asked, without their frozen inputs: these are
    large, and one word of them is wanted.
    """
    return evaluations.annotate(
        outcome_list=KeyTextTransform(OUTCOME_LIST, "inputs"),
        promised=KeyTransform(PROMISED, "inputs"),
    ).defer("inputs")


def outcome_of(evaluation: Evaluation) -> ComparedOutcome:
    """The outcome of an evaluation that came through ``with_outcome``; the named one where there is
    one.
    """
    named = _named(evaluation)
    if named is not None:
        return named
    period = period_from_json(evaluation.results["window"])
    days = None
    if period.end is not None:
        # The first day is counted whole, at whatever hour the first mail went.
        days = -(-(period.end - period.start) // DAY)
    if evaluation.outcome_list:
        return ComparedOutcome(LISTED_LOAN, evaluation.outcome_list, days)
    return ComparedOutcome(ANYTHING, "", days)


def _named(evaluation: Evaluation) -> ComparedOutcome | None:
    """What was named before the launch; None where nothing was, and before 0.4."""
    # Null where the inputs have no such key.
    promised = evaluation.promised
    if not promised or not promised["outcome"]:
        return None
    key = ""
    if promised["outcome"] == LISTED_LOAN:
        key = evaluation.outcome_list or ""
    return ComparedOutcome(promised["outcome"], key, promised["window_days"], promised["is_amount"])
