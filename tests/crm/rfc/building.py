"""Readers who did this and that, and what they are measured at."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from crm.readers.models import Activity
from crm.rfc.measuring import measure
from crm.rfc.models import Score
from tests.factories import ActivityFactory, ReaderFactory

NOW = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)


def days_ago(n: float) -> datetime:
    return NOW - timedelta(days=n)


def does(reader, kind: str, *ages: float) -> None:
    for age in ages:
        ActivityFactory(reader=reader, kind=kind, at=days_ago(age))


def scores() -> dict[str, tuple]:
    """{name: (days since, uses, gifts, recency, frequency, contribution)}"""
    found = {}
    for score in Score.objects.select_related("reader"):
        since = (timezone.localdate(NOW) - score.last_on).days
        places = score.recency, score.frequency, score.contribution
        found[score.reader.name] = (since, score.times, score.contributions, *places)
    return found


def measured() -> dict[str, tuple]:
    measure(as_of=NOW)
    return scores()


def reader(name: str, **fields):
    return ReaderFactory(name=name, number=name, **fields)


KINDS = Activity.Kind
