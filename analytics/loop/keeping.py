"""What is published against what it must follow from: figures from their inputs, the state of a
proposal from its decision, what was observed from the evaluation that measured it again.
"""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from analytics.loop import storage, verify
from analytics.loop.evaluate import recompute
from analytics.loop.models import Adjustment, Decision, Evaluation, SecondReading
from analytics.loop.publications import EVALUATIONS
from analytics.published import breaks
from analytics.published.models import Seal

State, Verdict = Adjustment.State, Decision.Verdict
TABLE = Adjustment._meta.db_table
#: A state and the verdict it follows from; proposed and superseded ones have no decision.
FOLLOWS = {
    State.ACCEPTED: Verdict.ACCEPT,
    State.CHANGED: Verdict.CHANGE,
    State.REFUSED: Verdict.REFUSE,
}


def row_of(adjustment: Adjustment) -> str:
    """The place of a proposal, as "table/key"."""
    return f"{TABLE}/{adjustment.pk}"


# --- figures --------------------------------------------------------------------------------------
def figures_without_inputs() -> Iterator[breaks.Break]:
    """Breaks: evaluations whose figures are not those that their own frozen inputs give.

    Every evaluation there is is computed anew, a few at a time, since inputs are large.
    """
    for evaluation in Evaluation.objects.order_by("pk").iterator(chunk_size=20):
        if not follows_from_inputs(evaluation):
            row = f"{Evaluation._meta.db_table}/{evaluation.pk}"
            yield breaks.found("figures_without_inputs", row=row)


def follows_from_inputs(evaluation: Evaluation) -> bool:
    """Whether the stored figures come out again; false also for inputs that nobody can compute
    from.
    """
    try:
        return recompute(evaluation) == evaluation.results
    except (KeyError, TypeError, ValueError, AttributeError):
        return False


# --- states ---------------------------------------------------------------------------------------
def states_without_decision() -> Iterator[breaks.Break]:
    """Breaks: proposals whose state is not the one that their decision gave.

    One that waits or was replaced has no decision; one that was replaced has a newer evaluation,
    too, and one that waits for a second person has what somebody wants to decide.
    """
    following = Q(state__in=[State.PROPOSED, State.SUPERSEDED], decision__isnull=True)
    asked = SecondReading.objects.filter(adjustment=OuterRef("pk"), agreed=None)
    following |= Q(Exists(asked), state=State.SECOND, decision__isnull=True)
    for state, verdict in FOLLOWS.items():
        following |= Q(state=state, decision__verdict=verdict)
    for adjustment in Adjustment.objects.exclude(following).order_by("pk"):
        yield breaks.found("state_without_decision", row=row_of(adjustment), state=adjustment.state)
    for adjustment in replaced_by_nothing():
        yield breaks.found("state_without_decision", row=row_of(adjustment), state=adjustment.state)


def replaced_by_nothing() -> QuerySet[Adjustment]:
    """Proposals that are called replaced, while their evaluation is the last
    one of its campaign.
    """
    later = Evaluation.objects.filter(
        campaign=OuterRef("evaluation__campaign"), number__gt=OuterRef("evaluation__number")
    )
    replaced = Adjustment.objects.filter(state=State.SUPERSEDED)
    return replaced.filter(~Exists(later)).order_by("pk")


# --- what was observed ----------------------------------------------------------------------------
def observed_otherwise() -> Iterator[breaks.Break]:
    """Proposals of which something else stands there than the evaluation that measured them says.

    What 0.1 observed is left out: it rounded and withheld by rules of its own.
    """
    of_0_1 = Seal.objects.filter(chain=EVALUATIONS, chained_later=True).values("object_id")
    measured = Adjustment.objects.filter(
        Q(observed_in__isnull=False) | Q(observed__isnull=False) | Q(observed_n__isnull=False)
    )
    measured = measured.exclude(observed_in__in=of_0_1)
    measured = measured.select_related("observed_in", "decision").order_by("observed_in", "pk")
    evaluation, results = None, None
    for adjustment in measured.iterator():
        if evaluation is None or adjustment.observed_in != evaluation:
            evaluation = adjustment.observed_in
            results = results_of(evaluation)
        yield from compared(adjustment, results)


def results_of(evaluation: Evaluation | None):
    """The figures of an evaluation as they were published; None without one. KeyError for figures
    of a version nobody knows.
    """
    if evaluation is None:
        return None
    return storage.results_from_json(evaluation.results)


def compared(adjustment: Adjustment, results) -> Iterator[breaks.Break]:
    """Breaks: what a proposal says it observed, field by field, against what the evaluation's
    figures say now.

    One break alone where there is no such evaluation, or it is of another campaign than the one
    that the proposal went into.
    """
    if results is None or adjustment.observed_in.campaign_id != adjustment.applied_in_id:
        yield differs(adjustment, "observed_in")
        return
    expected = verify.observed_fields(adjustment, adjustment.observed_in, results)
    for field, value in expected.items():
        if getattr(adjustment, field) != value:
            yield differs(adjustment, field)


def differs(adjustment: Adjustment, field: str) -> breaks.Break:
    """A break: what the proposal says it observed is not what the evaluation holds."""
    by = f"{Evaluation._meta.db_table}/{adjustment.observed_in_id}"
    return breaks.found("observed_otherwise", row=row_of(adjustment), field=field, evaluation=by)
