"""How many works a call brought, as it may be shown."""

from django.db.models import Avg, Count, Q, QuerySet

from core import disclosure
from core.disclosure.annotations import CountOutput
from feedback.calls.models import Call, Submission

State = Submission.State
#: Tables that other apps' statements may name.
READABLE = ("feedback_call", "feedback_gonework", "feedback_submission")


def with_received(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Calls with ``received``: a Count of the works sent in and not taken back."""
    received = Q(submissions__state__in=Submission.RECEIVED)
    return calls.annotate(
        received=Count("submissions", filter=received, output_field=CountOutput()),
    )


def received_count(call: Call) -> disclosure.Count:
    """Works sent in to one call and not taken back; one to four are withheld."""
    return disclosure.Count.of(call.submissions.received().count())


def with_works_by_state(calls: QuerySet[Call]) -> QuerySet[Call]:
    """For the desk: calls with the Counts ``waiting``, ``accepted`` and ``on_show``.

    They are exact, since whoever sees the desk may open each of the works.
    """
    return calls.annotate(
        waiting=_works(State.SUBMITTED),
        accepted=_works(State.ACCEPTED),
        on_show=_works(State.PUBLISHED),
    )


def _works(state: State) -> Count:
    """A column: how many works of a call are in ``state``, exact, since staff may open each of
    them.
    """
    in_state = Q(submissions__state=state)
    return Count("submissions", filter=in_state, output_field=CountOutput(exact=True))


def with_scores(works: QuerySet[Submission]) -> QuerySet[Submission]:
    """For review: works with their ``mean`` score and a Count of their ``scores``.

    Scores are given by colleagues, and whoever reviews may open each of them.
    """
    scores = Count("reviews", output_field=CountOutput(exact=True))
    return works.annotate(mean=Avg("reviews__score"), scores=scores)
