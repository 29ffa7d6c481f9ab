"""Boundaries and sequences, against published tables, simulated walks and ville."""

from math import inf

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import minimize_scalar

from core.inference.contrasts import means_differ, shares_differ
from core.inference.looks import (
    always_valid,
    at_look,
    boundaries,
    mixing_precision,
    sequence_reach,
    spent,
)
from core.inference.moments import Moments
from tests.core.inference.rows import moments_of, numbers, table


def test_five_equal_looks_are_the_published_table():
    """Lan & DeMets 1983 as tabled by Reboussin, DeMets, Kim & Lan 2000; two-sided .05."""
    found = boundaries([0.2, 0.4, 0.6, 0.8, 1])
    assert [round(z, 3) for z in found] == [4.877, 3.357, 2.680, 2.290, 2.031]


def test_two_equal_looks_are_the_published_table():
    assert [round(z, 3) for z in boundaries([0.5, 1])] == [2.963, 1.969]


def test_one_look_is_the_fixed_interval():
    assert boundaries([1]) == pytest.approx((stats.norm.ppf(0.975),))
    assert boundaries([1], 0.9) == pytest.approx((stats.norm.ppf(0.95),))
    assert boundaries([]) == ()


def test_error_is_spent_from_nothing_to_the_whole():
    assert (spent(0), spent(1)) == (0, pytest.approx(0.05))
    assert spent(1, 0.9) == pytest.approx(0.1)
    # Either side: 2(1 − Φ(z ÷ √t)), z at a quarter of the error.
    assert spent(0.5) == pytest.approx(4 * stats.norm.sf(2.241402728 / np.sqrt(0.5)), rel=1e-6)


@pytest.mark.parametrize("fractions", [[0.25, 0.5, 0.75, 1], [0.1, 0.15, 0.9, 1]])
@pytest.mark.parametrize("level", [0.95, 0.9])
def test_walks_cross_as_often_as_was_spent(fractions, level):
    """200,000 random walks, drawn row by row: crossed by each look as often as ``spent`` says."""
    rng = np.random.default_rng(12)
    gained = np.diff([0, *fractions])
    walks = np.cumsum(rng.standard_normal((200_000, len(gained))) * np.sqrt(gained), axis=1)
    z = np.abs(walks) / np.sqrt(fractions)
    has_crossed = np.logical_or.accumulate(z > boundaries(fractions, level), axis=1)
    for at, fraction in enumerate(fractions):
        expected = spent(fraction, level)
        error = 4 * np.sqrt(expected / 200_000) + 1e-6
        assert has_crossed[:, at].mean() == pytest.approx(expected, abs=error)


def test_a_look_depends_on_those_before_alone():
    assert boundaries([0.2, 0.5, 0.7, 1])[:2] == boundaries([0.2, 0.5])


def test_too_early_nothing_may_be_said():
    z = boundaries([0.001, 0.5, 1])
    assert z[0] == inf
    assert z[1:] == pytest.approx(boundaries([0.5, 1]))
    contrast = shares_differ(Moments.of_share(30, 100), Moments.of_share(10, 100))
    assert at_look(contrast, inf).interval is None


@pytest.mark.parametrize("fractions", [[0.5, 0.5], [0.5, 0.4], [0], [0.5, 1.1], [float("nan")]])
def test_looks_that_do_not_follow_one_another_are_refused(fractions):
    with pytest.raises(ValueError):
        boundaries(fractions)


def test_the_interval_of_a_look_is_value_and_z_errors():
    contrast = means_differ(moments_of(np.arange(40.0)), moments_of(np.arange(30.0)))
    look = at_look(contrast, 3.0)
    assert look.value == contrast.estimate.value
    assert look.interval == pytest.approx((5 - 3 * contrast.error, 5 + 3 * contrast.error))
    silent = shares_differ(Moments.of_share(1, 2), Moments.of_share(1, 2))
    assert not at_look(silent, 3.0).says


# --- sequences ------------------------------------------------------------------------------------
@pytest.mark.parametrize("line", table("sequences"), ids=lambda line: line["n"])
def test_sequences_are_villes(line):
    spread, low, high = numbers(line, "spread", "low", "high")
    level, best_at, n = float(line["level"]), int(line["best_at"]), int(line["n"])
    reach = spread * sequence_reach(n, level=level, best_at=best_at)
    # Its precision is found by search, to six digits.
    assert reach == pytest.approx((high - low) / 2, rel=1e-6)


@pytest.mark.parametrize("level", [0.95, 0.9])
def test_the_precision_makes_the_sequence_narrowest_there(level):
    def width(log_precision):
        whole = 700 + np.exp(log_precision)
        return whole * np.log(whole / (np.exp(log_precision) * (1 - level) ** 2))

    found = minimize_scalar(width, bounds=(-5, 15), method="bounded", options={"xatol": 1e-9})
    assert mixing_precision(700, level) == pytest.approx(np.exp(found.x), rel=1e-4)


def test_a_null_looked_at_daily_for_28_days_seldom_excludes_zero():
    """The same null, looked at with the fixed interval, excludes zero in a quarter or more."""
    rng = np.random.default_rng(3)
    wrong, wrong_fixed = 0, 0
    for _run in range(150):
        treated = np.cumsum(rng.binomial(80, 0.25, 28))
        control = np.cumsum(rng.binomial(20, 0.25, 28))
        is_out, is_out_fixed = False, False
        for day in range(2, 28):
            arms = treated[day], 80 * (day + 1), control[day], 20 * (day + 1)
            contrast = means_differ(Moments.of_share(*arms[:2]), Moments.of_share(*arms[2:]))
            is_out_fixed |= contrast.p < 0.05
            low, high = always_valid(contrast, best_at=2800).interval
            is_out |= low > 0 or high < 0
        wrong, wrong_fixed = wrong + is_out, wrong_fixed + is_out_fixed
    assert wrong <= 8
    assert wrong_fixed > 35


def test_sequences_are_silent_below_a_hundred_readers():
    few = means_differ(Moments.of_share(10, 50), Moments.of_share(5, 49))
    enough = means_differ(Moments.of_share(10, 50), Moments.of_share(5, 50))
    assert always_valid(few, best_at=500).interval is None
    low, high = always_valid(enough, best_at=500).interval
    assert low < enough.estimate.low < enough.estimate.high < high
    with pytest.raises(ValueError):
        sequence_reach(0, best_at=10)
