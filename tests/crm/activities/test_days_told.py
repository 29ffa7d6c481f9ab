"""Which days files and programs tell of: today is not over, a slip makes no zeros."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.imports.models import ImportBatch
from crm.readers.models import Activity
from crm.sources.coverage import covered
from crm.sources.days import Recorded
from tests.core.building import client_of
from tests.crm.activities.building import imported, readers, source_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def gate(db):
    return source_named("东馆闸机", ("visit",))


def sent(user, gate, rows, **more):
    return client_of(user).post(
        reverse("api:activities"),
        {"source": gate.code, "rows": rows} | more,
        format="json",
        headers={"Idempotency-Key": "k1"},
    )


def visit(day: date) -> dict:
    return {"system": "library", "number": "A1", "kind": "visit", "at": day.isoformat()}


def state(day: date) -> Recorded:
    return covered("visit", day, day).state


def test_today_is_not_whole_whoever_says_so(librarian, gate):
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    sent(librarian, gate, [], first=yesterday.isoformat(), last=today.isoformat())
    assert (state(yesterday), state(today)) == (Recorded.FULL, Recorded.PART)


def test_today_is_not_whole_by_a_file_of_this_morning(gate):
    readers("A1")
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    text = f"读者证号,进馆时间\nA1,{yesterday} 09:00\nA1,{today} 00:01\n"
    imported(text, kind="visits", source=gate)
    assert (state(yesterday), state(today)) == (Recorded.FULL, Recorded.PART)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("1926-10-01", "2026-10-01", "first"),
        ("2024-09-30", "2026-10-02", "first"),
        ("1999-12-31", "2000-01-02", "first"),
    ],
)
def test_more_than_two_years_and_days_of_another_century_are_refused(
    librarian, gate, first, last, field
):
    answer = sent(librarian, gate, [], first=first, last=last)
    assert (answer.status_code, field in answer.json()) == (400, True)
    assert not ImportBatch.objects.exists()


def test_two_years_are_taken(librarian, gate):
    answer = sent(librarian, gate, [], first="2024-10-01", last="2026-10-01")
    assert answer.status_code == 201
    assert covered("visit", date(2024, 10, 1), date(2026, 10, 1)).is_whole


def test_of_a_day_far_from_all_others_nothing_is_told(librarian, gate):
    """Of sixty visits one is of 2006: the visit stays, its day is not recorded by it."""
    readers("A1")
    slip, days = date(2006, 10, 1), [date(2026, 10, 1) + timedelta(days=n) for n in range(30)]
    sent(librarian, gate, [visit(day) for day in [slip, *days, *days]])
    assert (state(slip), state(days[0])) == (Recorded.NONE, Recorded.PART)
    assert Activity.objects.filter(at__year=2006).count() == 1


def test_the_same_of_a_file(gate):
    readers("A1")
    slip, days = date(2006, 10, 1), [date(2026, 10, 1) + timedelta(days=n) for n in range(30)]
    rows = [f"A1,{day} {hour}:00\n" for day in days for hour in [9, 10]]
    rows.append(f"A1,{slip} 09:00\n")
    imported("读者证号,进馆时间\n" + "".join(rows), kind="visits", source=gate)
    assert (state(slip), state(days[0])) == (Recorded.NONE, Recorded.FULL)
