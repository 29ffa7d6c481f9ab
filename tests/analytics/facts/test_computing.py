"""Facts: computed twice they are the same, distinct persons are never summed, and nothing recorded
is no zero.
"""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.facts import computing
from analytics.facts.models import Fact
from tests.analytics import building as make
from tests.factories import (
    ActivityFactory,
    CampusFactory,
    ReaderFactory,
    SubmissionFactory,
)

pytestmark = pytest.mark.django_db
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def at(day, hour=4, month=3):
    return datetime(2026, month, day, hour, tzinfo=UTC)


def compute():
    computing.compute(MARCH, date(2026, 4, 30))


def value(metric, start=MARCH, grain="month", dimension="", key=""):
    found = Fact.objects.filter(
        metric=metric, start=start, grain=grain, dimension=dimension, key=key
    ).first()
    return found and found.value


def test_daily_facts_count_rows_in_total_by_kind_and_by_campus():
    campus = CampusFactory(code="east")
    for kind in ("loan", "loan", "visit"):
        ActivityFactory(kind=kind, at=at(5), campus=campus)
    compute()
    day = date(2026, 3, 5)
    assert value("activities", day, "day") == 3
    assert value("activities", day, "day", "kind", "loan") == 2
    assert value("activities", day, "day", "campus", "east") == 3


def test_computing_twice_changes_nothing():
    ActivityFactory(at=at(5))
    compute()
    before = list(
        Fact.objects.order_by("pk").values("metric", "start", "dimension", "key", "value")
    )
    compute()
    assert (
        list(Fact.objects.order_by("pk").values("metric", "start", "dimension", "key", "value"))
        == before
    )


def test_what_was_undone_disappears_from_the_facts():
    kept, undone = ActivityFactory(at=at(5)), ActivityFactory(at=at(6))
    compute()
    undone.delete()
    compute()
    assert value("activities", date(2026, 3, 6), "day") is None
    assert value("activities", kept.at.date(), "day") == 1


def test_distinct_persons_are_counted_per_month_and_not_summed():
    reader = ReaderFactory()
    for day in (3, 4, 5):
        ActivityFactory(reader=reader, kind="visit", at=at(day))
    ActivityFactory(reader=reader, kind="visit", at=at(3, month=4))
    compute()
    assert (value("active_readers"), value("active_readers", APRIL)) == (1, 1)


def test_a6_contributors_are_those_who_sent_a_work_or_helped_and_newcomers_only_once():
    old, new = ReaderFactory(), ReaderFactory()
    ActivityFactory(reader=old, kind="contribution", at=at(3))
    ActivityFactory(reader=old, kind="contribution", at=at(3, month=4))
    SubmissionFactory(author=new, submitted_at=at(9, month=4))
    SubmissionFactory(author=ReaderFactory(), submitted_at=at(9, month=4), state="withdrawn")
    compute()
    assert (value("contributors"), value("contributors", APRIL)) == (1, 2)
    assert (value("new_contributors"), value("new_contributors", APRIL)) == (1, 1)


def test_days_and_months_are_the_librarys_own_time():
    ActivityFactory(kind="visit", at=datetime(2026, 3, 31, 15, 59, tzinfo=UTC))
    ActivityFactory(kind="visit", at=datetime(2026, 3, 31, 16, 1, tzinfo=UTC))
    compute()
    assert value("activities", date(2026, 3, 31), "day") == 1
    assert value("activities", APRIL, "day") == 1
    assert (value("active_readers"), value("active_readers", APRIL)) == (1, 1)


def test_computing_takes_as_many_statements_for_many_rows_as_for_few():
    counts = []
    for size in (3, 300):
        make.visit(make.readers(size), at=at(size % 28 + 1))
        with CaptureQueriesContext(connection) as queries:
            computing.compute(MARCH, date(2026, 3, 31))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_command_fills_a_past_period(capsys):
    ActivityFactory(at=at(5))
    call_command("compute_facts", as_of="2026-03-31", days=30)
    assert "2026-03-01 to 2026-03-31" in capsys.readouterr().out
    assert value("activities", date(2026, 3, 5), "day") == 1
