"""Days and months of the library's own time zone."""

from datetime import date

from analytics.facts.periods import months_back, next_month


def test_months_go_back_over_the_turn_of_the_year():
    assert [months_back(date(2026, 1, 31), n) for n in (0, 1, 12)] == [
        date(2026, 1, 1),
        date(2025, 12, 1),
        date(2025, 1, 1),
    ]
    assert next_month(date(2025, 12, 31)) == date(2026, 1, 1)
