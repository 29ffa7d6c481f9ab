"""Days and months of the library's own time zone."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from analytics.facts.periods import midnight, months_back, months_of, next_month


def test_months_go_back_over_the_turn_of_the_year():
    assert [months_back(date(2026, 1, 31), n) for n in (0, 1, 12)] == [
        date(2026, 1, 1),
        date(2025, 12, 1),
        date(2025, 1, 1),
    ]
    assert next_month(date(2025, 12, 31)) == date(2026, 1, 1)


def test_a_month_of_31_days_ends_where_the_next_begins():
    """Fault 17."""
    assert months_of(date(2026, 1, 31), date(2026, 3, 31)) == [
        date(2026, 1, 1),
        date(2026, 2, 1),
        date(2026, 3, 1),
    ]
    assert next_month(date(2026, 1, 31)) == date(2026, 2, 1)
    assert next_month(date(2028, 2, 29)) == date(2028, 3, 1)


@pytest.mark.parametrize(
    ("day", "moment"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (date(2026, 3, 30), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 25, 23, tzinfo=UTC)),
    ],
    ids=["before summer", "summer", "winter"],
)
def test_a_day_begins_at_its_own_midnight_when_the_clock_is_changed(day, moment):
    """Fault 17."""
    with timezone.override("Europe/Berlin"):
        assert midnight(day) == moment
