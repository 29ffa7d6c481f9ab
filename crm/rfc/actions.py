"""Verbs on recency, frequency and contribution: choose the brackets, measure anew."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from core.queue import enqueue
from core.refusals import Refused
from crm.rfc.models import ScoreBrackets
from crm.rfc.queries import brackets_in_force
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

MEASURE = "crm.measure_scores"


@transaction.atomic
def set_brackets(
    *,
    recency: Sequence[int],
    frequency: Sequence[int],
    contribution: Sequence[int],
    days: int,
    by: User,
) -> ScoreBrackets:
    """Choose the edges, four for each figure, and over how many ``days`` uses and gifts are
    counted; returns them as they are stored. The readers are placed anew by a worker, after the
    transaction.

    Refused where the edges of a figure do not ascend. Writes one audit row, with the edges before
    and after.
    """
    for edges in (recency, frequency, contribution):
        if sorted(set(edges)) != list(edges):
            raise Refused(_("Each edge must be larger than the one before it."))

    before = brackets_in_force().as_dict
    chosen, _is_new = ScoreBrackets.objects.update_or_create(
        pk=1,
        defaults={
            "recency": list(recency),
            "frequency": list(frequency),
            "contribution": list(contribution),
            "days": days,
            "changed_by": by,
        },
    )
    audit.record(
        action=AuditAction.SCORE_BRACKETS, by=by, on=chosen, before=before, after=chosen.as_dict
    )
    enqueue(MEASURE, queue="compute")
    return chosen


@transaction.atomic
def request_measuring(*, by: User) -> None:
    """Have a worker measure all readers, once the transaction is through; where a run is at it
    already, no other joins it. Writes one audit row.
    """
    audit.record(action=AuditAction.SCORE_REQUEST, by=by)
    enqueue(MEASURE, queue="compute")
