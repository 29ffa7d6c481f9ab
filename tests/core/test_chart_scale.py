"""The scale of a chart: what it holds, and the round numbers beside it."""

import pytest
from django.utils import translation

from core.charts.counts import LEAST, MOST
from core.charts.scale import Scale, tick_text


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([87, 118], (0, 50, 100, 150)),
        ([1, 2], (0, 1, 2)),
        ([0, 0], (0, 1)),
        ([], (0, 1)),
        ([-3, 5], (-4, -2, 0, 2, 4, 6)),
        ([0.12, 0.31], (0, 0.1, 0.2, 0.3, 0.4)),
        ([4_200_000_000], (0, 2e9, 4e9, 6e9)),
    ],
)
def test_scale_holds_zero_and_ends_in_round_numbers(values, ticks):
    scale = Scale.over(values)
    assert scale.ticks == ticks
    assert (scale.share(scale.low), scale.share(scale.high)) == (0, 1)


def test_scale_that_needs_no_zero_lies_close_around_its_values():
    assert Scale.over([4.1, 4.3], from_zero=False).ticks == (4.1, 4.15, 4.2, 4.25, 4.3)
    assert Scale.over([7], from_zero=False).ticks == (6, 8, 10, 12, 14)


@pytest.mark.parametrize("from_zero", [True, False])
@pytest.mark.parametrize(
    "values",
    [[LEAST], [LEAST, MOST], [-MOST, MOST], [0.1, 0.1 + 1e-17], [MOST, MOST * (1 + 1e-15)]],
)
def test_scale_holds_whatever_a_chart_draws(values, from_zero):
    scale = Scale.over(values, from_zero=from_zero)
    for value in values:
        assert -1e-9 <= scale.share(value) <= 1 + 1e-9


def test_large_numbers_beside_an_axis_are_counted_as_the_language_counts():
    with translation.override("zh-hans"):
        assert tick_text(120_000) == "12万"
    with translation.override("en"):
        assert (tick_text(120_000), tick_text(0.25)) == ("120,000", "0.25")
