"""Do 90 % predictions hold in nine of ten checks, and what follows where they do not. Pure."""

from datetime import UTC, datetime, timedelta
from math import ceil

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from analytics.loop.checking.calibrating import LOOKED_BACK, NARROWEST, calibrate, factor_after
from analytics.loop.checking.calibration import LEAST_CHECKS, Fit, HeldShare
from analytics.loop.checking.joint import OnePromise, error_of, together

START = datetime(2026, 3, 1, tzinfo=UTC)
Z90 = stats.norm.isf(0.05)


def held(misses, factor=1.0):
    """Checks a day apart."""
    return [
        HeldShare(START + timedelta(days=day), miss, miss <= factor)
        for day, miss in enumerate(misses)
    ]


# --- what was promised together -------------------------------------------------------------------
def test_j12_one_promise_is_widened_by_the_error_of_the_arms_that_were():
    promise = together([OnePromise(0.02, -0.5, 0.5, spread=0.003)], error=0.004)

    # Not the interval that was made for a next audience of another size.
    assert promise.value == pytest.approx(0.02)
    assert promise.high - promise.value == pytest.approx(Z90 * 0.005)
    assert promise.value - promise.low == pytest.approx(Z90 * 0.005)


def test_j12_means_and_variances_of_changes_accepted_together_are_summed():
    two = [OnePromise(0.02, 0, 1, spread=0.03), OnePromise(-0.01, -1, 0, spread=0.04)]

    promise = together(two, error=0.12)

    assert promise.value == pytest.approx(0.01)
    assert promise.high == pytest.approx(0.01 + Z90 * 0.13)


def test_j12_a_promise_without_a_spread_is_held_against_what_was_stored():
    alone = together([OnePromise(0.02, 0.01, 0.05)], error=0.004)
    assert (alone.low, alone.high) == pytest.approx((0.01, 0.05))

    # One of them alone is enough: nobody knows how surely it was known.
    both = [OnePromise(0.02, 0.0, 0.05), OnePromise(0.01, 0.01 - 0.015, 0.05, spread=0.001)]
    joint = together(both, error=0.004)
    assert joint.low == pytest.approx(0.03 - 0.025)
    assert joint.high == pytest.approx(0.03 + 0.05)


def test_j12_without_an_error_the_stored_interval_is_what_there_is():
    alone = together([OnePromise(0.02, 0.01, 0.05, spread=0.003)], error=None)
    assert (alone.low, alone.high) == pytest.approx((0.01, 0.05))


def test_j12_a_factor_widens_the_check_and_not_what_is_learnt_from_it():
    plain = together([OnePromise(0.02, 0, 1, spread=0.003)], error=0.004)
    wide = together([OnePromise(0.02, 0, 1, spread=0.003, factor=1.5)], error=0.004)

    assert wide.high - 0.02 == pytest.approx(1.5 * (plain.high - 0.02))
    for observed in (0.05, -0.01):
        assert wide.missed_by(observed) == pytest.approx(plain.missed_by(observed))
    assert plain.missed_by(plain.high) == pytest.approx(1)
    assert plain.missed_by(plain.low) == pytest.approx(1)


def test_j12_each_side_of_a_lopsided_promise_is_a_half_width_of_its_own():
    promise = together([OnePromise(0.02, 0.01, 0.06)], error=None)
    assert promise.missed_by(0.0) == pytest.approx(2)
    assert promise.missed_by(0.04) == pytest.approx(0.5)


def test_j12_the_error_behind_an_interval():
    assert error_of(-1.96, 1.96, 0.95) == pytest.approx(1, abs=1e-4)
    assert error_of(None, None, 0.95) is None


# --- the factor -----------------------------------------------------------------------------------
def test_j12_nothing_is_widened_before_twenty_checks():
    assert factor_after([3.0] * (LEAST_CHECKS - 1)) == 1
    assert factor_after([3.0] * LEAST_CHECKS) == 3
    assert calibrate(held([3.0] * (LEAST_CHECKS - 1))).fit == Fit.FEW


def test_j12_where_nine_of_ten_may_well_hold_nothing_is_changed():
    # 25 of 30 and 30 of 30: Wilson's intervals hold 90 %.
    for missed in (5, 0):
        misses = [2.0] * missed + [0.5] * (30 - missed)
        low, high = proportion_confint(30 - missed, 30, method="wilson")
        assert low <= 0.9 <= high
        assert factor_after(misses) == 1


def test_j12_too_narrow_ones_are_widened_by_the_ninetieth_percentile_of_the_misses():
    misses = [0.1 * place for place in range(1, 31)]
    assert proportion_confint(10, 30, method="wilson")[1] < 0.9

    # The 28th of 30: nine of ten, and a place more for the next one.
    assert factor_after(misses) == pytest.approx(0.1 * ceil(0.9 * 31))


def test_j12_too_wide_ones_are_narrowed_and_never_below_half():
    assert factor_after([0.7] * 60) == pytest.approx(0.7)
    assert calibrate(held([0.7] * 60)).fit == Fit.NARROWED
    assert factor_after([0.1] * 60) == NARROWEST


def test_j12_old_faults_are_forgiven():
    assert factor_after([3.0] * 60 + [0.5] * 30) > 1
    fitting = [1.5] * 10 + [0.5] * (LOOKED_BACK - 10)
    assert factor_after([3.0] * 60 + fitting) == 1


def test_j12_the_page_knows_from_which_check_on_promises_are_wider():
    checks = held([0.5] * 18 + [2.0] * 12)
    found = calibrate(checks)

    assert found.fit == Fit.WIDENED
    day = next(day for day in range(20, 31) if factor_after([0.5] * 18 + [2.0] * (day - 18)) > 1)
    assert found.since == checks[day - 1].at
    assert calibrate(held([0.5] * 30)).since is None


def test_j12_what_held_is_counted_as_it_was_promised():
    found = calibrate(held([1.2] * 30, factor=1.3))

    # With their factor all held; without it none would have, so the factor stays.
    assert (found.covered, found.checks) == (30, 30)
    assert found.factor == pytest.approx(1.2)


@pytest.mark.parametrize(("overconfident", "before"), [(1.8, 0.75), (0.6, 0.98)])
def test_j12_the_factor_brings_coverage_back(overconfident, before):
    """Promises that know the true difference worse, or better, than they say."""
    chance = np.random.default_rng(20_260_301)
    spread, error, misses, covered, first = 0.01, 0.004, [], [], []
    for number in range(2_500):
        factor = factor_after(misses)
        promised = chance.normal(0, 0.03)
        true_error = np.hypot(spread, error) * overconfident
        observed = promised + chance.normal(0, true_error)
        promise = together([OnePromise(promised, 0, 0, spread=spread, factor=factor)], error)
        misses.append(promise.missed_by(observed))
        first.append(misses[-1] <= 1)
        if number >= LOOKED_BACK:
            covered.append(promise.low <= observed <= promise.high)

    without = sum(first) / len(first)
    assert without < before if overconfident > 1 else without > before
    low, high = proportion_confint(sum(covered), len(covered), method="wilson")
    # The interval reaches into what is wanted of 90 % predictions.
    assert high >= 0.87
    assert low <= 0.93
    assert abs(sum(covered) / len(covered) - 0.9) < 0.03
