"""Rows of which the daily figures are still to be computed stay, whatever their term."""

from datetime import UTC, datetime

from django.db.models import Max
from django.utils import timezone

from analytics.facts.models import Fact
from analytics.facts.periods import midnight
from core.terms import Interval

EVER = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def not_computed() -> list[Interval]:
    """The intervals whose rows must still be counted.

    From the day on which figures were computed last; everything where they never were.
    """
    last = Fact.objects.aggregate(last=Max("computed_at"))["last"]
    if last is None:
        return [EVER]
    return [(midnight(timezone.localdate(last)), EVER[1])]


STILL_NEEDED = [not_computed]
