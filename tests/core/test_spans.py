"""Where an interval lies on its scale."""

import pytest

from core.spans import DrawnSpan, span_on


def test_interval_lies_in_hundredths_of_its_scale():
    assert span_on(1, 5, value=4, low=3, high=4.5) == DrawnSpan(at=75, left=50, right=88)


@pytest.mark.parametrize(
    ("low", "high", "most"), [(None, None, 5), (2, None, 5), (2, 3, 1), (2, 3, 0)]
)
def test_without_an_interval_or_a_scale_there_is_nothing_to_draw(low, high, most):
    assert span_on(1, most, value=2.5, low=low, high=high) is None


def test_what_lies_outside_the_scale_is_drawn_at_its_end():
    assert span_on(1, 5, value=3, low=0.2, high=5.9) == DrawnSpan(at=50, left=0, right=100)


def test_an_interval_of_nothing_is_still_seen():
    assert span_on(1, 5, value=5, low=5, high=5).width == 1
