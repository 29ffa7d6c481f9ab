"""How figures are printed, one function for each kind."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core import numbers


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (275_000, "27.5万", "275,000"),
        (80_000, "8万", "80,000"),
        (99_999, "10万", "99,999"),
        (10_000, "1万", "10,000"),
        (9_999, "9,999", "9,999"),
        (-82_000, "−8.2万", "−82,000"),
        (0, "0", "0"),
    ],
)
def test_i5_numbers_by_locale(value, chinese, english):
    with translation.override("zh-hans"):
        assert numbers.large_number(value) == chinese
    with translation.override("en"):
        assert numbers.large_number(value) == english


def test_an_absent_figure_is_not_measured_in_every_form():
    printers = [
        numbers.missing,
        numbers.number,
        numbers.signed,
        numbers.plain,
        numbers.large_number,
        numbers.percent,
        numbers.per_hundred,
        numbers.money,
        numbers.duration,
    ]
    with translation.override("en"):
        assert {printer(None) for printer in printers} == {"not measured"}
    with translation.override("zh-hans"):
        assert {printer(None) for printer in printers} == {"未测"}


def test_nothing_measured_is_not_the_same_as_none_found():
    assert (numbers.missing(0), numbers.number(0), numbers.money(0)) == (0, "0", "¥0")


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (numbers.number(3912), "3,912"),
        (numbers.number(3912.56, 1), "3,912.6"),
        (numbers.signed(3.14), "+3.1"),
        (numbers.signed(-42, 0), "−42"),
        (numbers.signed(-0.04), "0.0"),
        (numbers.percent(0.1234), "12.3 %"),
        (numbers.percent(0.5, 0), "50 %"),
        (numbers.per_hundred(12.34), "12.3 %"),
        (numbers.per_hundred(60.0, None), "60 %"),
        (numbers.per_hundred(12.5, None), "12.5 %"),
        (numbers.money(18_000), "¥18,000"),
        (numbers.money(Decimal("18000.5"), 2), "¥18,000.50"),
        (numbers.money(-3, symbol="€"), "€−3"),
        (numbers.in_myriads(123_456, 4), "12.3456万"),
    ],
)
def test_figures_and_money(printed, expected):
    assert printed == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("3000.00"), "3,000"),
        (Decimal("4.30"), "4.3"),
        (2000.0, "2,000"),
        (14.4, "14.4"),
        (0.1 + 0.2, "0.3"),
        (12_345_678_901, "12,345,678,900"),
        (0, "0"),
    ],
)
def test_plain_figures_have_no_needless_zeros(value, expected):
    assert numbers.plain(value) == expected


def test_plain_rounds_to_the_places_asked_for():
    assert [numbers.plain(n, 2) for n in (0.5, 1284, 2.349, -0.001)] == [
        "0.5",
        "1,284",
        "2.35",
        "0",
    ]


@given(st.integers(-(10**9), 10**9))
def test_whole_numbers_lose_nothing_in_print(n):
    for printed in (numbers.number(n), numbers.plain(n)):
        assert int(printed.replace(",", "").replace("−", "-")) == n


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [("3.1", "7.8 %", "3.1–\u20607.8 %"), ("−2", "+3", "−2 to +3"), ("+1", "+3", "+1 to +3")],
)
def test_intervals(low, high, expected):
    with translation.override("en"):
        assert numbers.interval(low, high) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (89, "89 seconds"),
        (90, "2 minutes"),
        (5_399, "90 minutes"),
        (5_400, "2 hours"),
        (172_799, "48 hours"),
        (172_800, "2 days"),
        (timedelta(days=12), "12 days"),
    ],
)
def test_durations(value, expected):
    with translation.override("en"):
        assert numbers.duration(value) == expected
