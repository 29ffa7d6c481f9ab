"""How many works a call brought, as it may be shown."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from core import disclosure
from feedback.calls.models import Call, Submission

State = Submission.State
#: Tables that other apps' statements may name.
READABLE = ("feedback_call", "feedback_submission")


def with_received(calls: QuerySet[Call]) -> QuerySet[Call]:
    """Calls with ``works_received``; ``Call.received`` is what may be shown of it."""
    received = Q(submissions__state__in=Submission.RECEIVED)
    return calls.annotate(works_received=Count("submissions", filter=received))


def received_count(call: Call) -> disclosure.Count:
    """Works sent in to one call and not taken back."""
    return disclosure.Count.of(call.submissions.received().count())


@dataclass(frozen=True)
class CallRow:
    """A call on the desk with its works; whoever sees the row may open each of them."""

    call: Call
    waiting: disclosure.Count
    accepted: disclosure.Count
    on_show: disclosure.Count


def with_works_by_state(calls: QuerySet[Call]) -> list[CallRow]:
    """For the desk: exact numbers, none of which may leave the page."""
    counted = calls.annotate(
        waiting=Count("submissions", filter=Q(submissions__state=State.SUBMITTED)),
        accepted=Count("submissions", filter=Q(submissions__state=State.ACCEPTED)),
        on_show=Count("submissions", filter=Q(submissions__state=State.PUBLISHED)),
    )
    rows = []
    for call in counted:
        numbers = [call.waiting, call.accepted, call.on_show]
        rows.append(CallRow(call, *disclosure.CountRow.of(numbers, exact=True)))
    return rows
