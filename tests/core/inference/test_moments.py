"""Sums of persons against numpy on the rows themselves."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.inference.moments import NOBODY, Moments
from tests.core.inference.rows import moments_of

AMOUNTS = st.lists(st.integers(-1000, 1000), min_size=2, max_size=30)


@given(AMOUNTS, st.integers(-5, 5))
def test_moments_are_those_of_the_rows(ys, factor):
    y = np.array(ys, dtype=float)
    x = y[::-1] * factor + 1
    moments = moments_of(y, x)
    assert moments.mean_y == pytest.approx(y.mean())
    assert moments.mean_x == pytest.approx(x.mean())
    assert moments.variance_y == pytest.approx(y.var(ddof=1))
    assert moments.variance_x == pytest.approx(x.var(ddof=1))
    assert moments.covariance == pytest.approx(np.cov(y, x)[0, 1])


@given(AMOUNTS, AMOUNTS)
def test_sums_of_two_groups_are_those_of_all_rows(first, second):
    both = moments_of(np.array(first)) + moments_of(np.array(second))
    assert both == moments_of(np.array(first + second))
    assert both + NOBODY == both


def test_ten_million_persons_keep_their_digits():
    n, mean = 10_000_000, 10**9
    # Half of them one below the mean, half one above: the variance is n ÷ (n − 1).
    whole = Moments(n=n, y=n * mean, yy=n * (mean**2 + 1))
    assert whole.variance_y == pytest.approx(n / (n - 1), rel=1e-15)
    assert Moments.of_centred(n, float(mean), float(n)).variance_y == whole.variance_y
    assert (whole + whole).variance_y == pytest.approx(2 * n / (2 * n - 1), rel=1e-15)


def test_floats_that_are_all_the_same_do_not_vary():
    values = [0.1] * 1000
    total, squares = 0.0, 0.0
    for value in values:
        total += value
        squares += value * value
    alike = Moments(n=1000, y=total, yy=squares, x=total, xx=squares, xy=squares)
    assert (alike.variance_y, alike.variance_x) == (0, 0)


def test_decimals_of_a_database_are_exact():
    moments = Moments(n=3, y=Decimal("0.3"), yy=Decimal("0.05"))
    assert moments.y == Fraction(3, 10)
    assert moments.variance_y == pytest.approx(0.01)


def test_numbers_of_numpy_do_not_run_over():
    big = np.int64(3_000_000_000)
    moments = Moments(n=np.int64(2), y=big, yy=np.int64(big**2 // 2))
    assert moments.variance_y == 0


def test_nobody_and_one_person_have_no_variance():
    assert (NOBODY.mean_y, NOBODY.variance_y, NOBODY.covariance) == (None, None, None)
    one = Moments(n=1, y=3, yy=9, x=1, xx=1, xy=3)
    assert (one.mean_y, one.variance_y, one.variance_x) == (3, None, None)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_what_is_not_finite_is_refused(value):
    with pytest.raises(ValueError, match="not finite"):
        Moments(n=10, y=value, yy=1)


@pytest.mark.parametrize(
    "sums",
    [
        {"n": -1, "y": 0, "yy": 0},
        {"n": 2.5, "y": 0, "yy": 0},
        {"n": 0, "y": 1, "yy": 1},
        {"n": 10, "y": 10, "yy": 5},
        {"n": 10, "y": 0, "yy": 10, "x": 0, "xx": 10, "xy": 11},
    ],
)
def test_sums_that_no_rows_have_are_refused(sums):
    with pytest.raises(ValueError):
        Moments(**sums)


def test_amounts_may_be_negative_and_shares_may_not():
    change = moments_of(np.array([-1.0, 2.0, -1.0]))
    assert change.mean_y == 0
    assert not change.is_share
    assert not moments_of(np.array([0.5, 0.5])).is_share
    assert Moments.of_share(3, 10).is_share
    with pytest.raises(ValueError):
        Moments.of_share(4, 3)
