"""Losses, balance and the sequential check, against the rows and other people's packages."""

import numpy as np
import pytest
from scipy import stats

from core.inference.arm_check import (
    arm_check,
    arm_check_so_far,
    balanced_before,
    log_bayes_factor,
)
from core.inference.moments import NOBODY, Moments
from tests.core.inference.rows import moments_of, table


def test_losses_are_pearsons_chi_square_by_hand():
    check = arm_check([3000, 1000, 1000], [2900, 990, 940])
    kept_share = 4830 / 5000
    statistic = 0.0
    for drawn, kept in ((3000, 2900), (1000, 990), (1000, 940)):
        expected = drawn * kept_share
        difference = (kept - expected) ** 2
        statistic += difference / expected + difference / (drawn - expected)
    assert check.statistic == pytest.approx(statistic)
    assert check.p == pytest.approx(stats.chi2.sf(statistic, 2))
    assert check.is_broken


@pytest.mark.parametrize("line", table("losses"), ids=lambda line: line["kept_c"])
def test_losses_are_tea_tastings_ratio_of_what_is_kept(line):
    """Its planned ratio knows of no end to the readers: χ² is smaller by the share lost."""
    drawn = [int(line["drawn_t"]), int(line["drawn_c"])]
    kept = [int(line["kept_t"]), int(line["kept_c"])]
    lost = 1 - sum(kept) / sum(drawn)
    check = arm_check(drawn, kept)
    assert stats.chi2.sf(check.statistic * lost, 1) == pytest.approx(float(line["p"]))


def test_few_losses_are_judged_exactly():
    """Three of four losses among the 500 held out of 5,000: χ² alone would block the effect."""
    table_of_losses = [[4499, 1], [497, 3]]
    check = arm_check([4500, 500], [4499, 497])
    assert check.p == pytest.approx(stats.fisher_exact(table_of_losses).pvalue)
    assert stats.chi2.sf(check.statistic, 1) < 0.001
    assert not check.is_broken


def test_few_losses_in_three_arms_are_judged_by_draws_that_repeat():
    check = arm_check([4000, 500, 500], [3999, 500, 496])
    assert check == arm_check([4000, 500, 500], [3999, 500, 496])
    # 4 of 5 losses in one arm of a tenth: counted over all ways to lose five.
    expected = 0.0
    for a in range(6):
        for b in range(6 - a):
            lost = np.array([a, b, 5 - a - b])
            statistic = np.sum((lost - 5 * np.array([0.8, 0.1, 0.1])) ** 2 / [4, 0.5, 0.5])
            observed = np.sum((np.array([1, 0, 4]) - [4, 0.5, 0.5]) ** 2 / [4, 0.5, 0.5])
            if statistic >= observed - 1e-9:
                expected += stats.multivariate_hypergeom.pmf(lost, [4000, 500, 500], 5)
    assert check.p == pytest.approx(expected, abs=5e-4)


def test_losses_by_chance_are_seldom_called_broken():
    rng = np.random.default_rng(6)
    broken = 0
    for _run in range(1000):
        kept = rng.binomial([900, 100], 0.97)
        broken += arm_check([900, 100], kept.tolist()).is_broken
    assert broken <= 5


@pytest.mark.parametrize(
    ("drawn", "kept", "p"),
    [
        ([10, 10], [10, 10], 1),
        ([10, 10], [0, 0], 1),
        ([10, 0], [9, 0], None),
        ([], [], None),
        ([0, 0], [0, 0], None),
    ],
)
def test_without_losses_or_arms_nothing_is_broken(drawn, kept, p):
    check = arm_check(drawn, kept)
    assert check.p == p
    assert not check.is_broken


def test_an_arm_without_readers_is_left_out():
    assert arm_check([900, 0, 400], [850, 0, 390]) == arm_check([900, 400], [850, 390])


@pytest.mark.parametrize(("drawn", "kept"), [([5, 5], [6, 5]), ([5, 5], [-1, 5]), ([5], [5, 5])])
def test_more_kept_than_drawn_is_refused(drawn, kept):
    with pytest.raises(ValueError):
        arm_check(drawn, kept)


@pytest.mark.parametrize("seed", range(4))
def test_balance_before_is_the_f_test_of_the_rows(seed):
    rng = np.random.default_rng(seed)
    rows = [rng.poisson(2, size).astype(float) for size in (400, 60, 90)]
    check = balanced_before([moments_of(np.zeros(len(arm)), arm) for arm in rows])
    expected = stats.f_oneway(*rows)
    assert (check.statistic, check.p) == pytest.approx((expected.statistic, expected.pvalue))


def test_arms_that_differed_before_are_broken():
    rows = np.random.default_rng(1).poisson(2, (2, 500)).astype(float)
    moved = [moments_of(rows[0], rows[0]), moments_of(rows[1], rows[1] + 0.5)]
    assert balanced_before(moved).is_broken


def test_balance_without_anything_to_compare():
    alike = Moments(n=10, y=0, yy=0, x=20, xx=40)
    other = Moments(n=10, y=0, yy=0, x=10, xx=10)
    assert balanced_before([alike, NOBODY]).p is None
    assert balanced_before([alike, alike]).p == 1
    assert balanced_before([alike, other]).is_broken


@pytest.mark.parametrize("line", table("arms"), ids=lambda line: line["first"])
def test_evidence_of_two_arms_is_villes(line):
    """Its beta-binomial e-process is the Dirichlet one of two arms."""
    planned, weight = float(line["planned"]), float(line["weight"])
    counts = [int(line["first"]), int(line["second"])]
    evidence = log_bayes_factor(counts, [planned, 1 - planned], weight)
    assert evidence == pytest.approx(float(line["log_evidence"]), rel=1e-9, abs=1e-9)


def test_p_of_looks_is_one_over_the_largest_evidence_so_far():
    shares = [0.5, 0.3, 0.2]
    looks = [[50, 30, 20], [150, 60, 40], [300, 190, 130]]
    evidence = max(log_bayes_factor(counts, shares, 100) for counts in looks)
    check = arm_check_so_far(looks, shares)
    assert check.p == pytest.approx(np.exp(-evidence))
    assert check.statistic == pytest.approx(np.exp(evidence))
    assert arm_check_so_far([], shares).p == 1


def test_looking_after_every_reader_breaks_the_level_less_often_than_it_says():
    """1,000 campaigns as planned, looked at every day for 40 days; the level is 5 %."""
    rng = np.random.default_rng(9)
    shares, alarms = [0.8, 0.2], 0
    for _run in range(1000):
        counts = np.cumsum(rng.multinomial(25, shares, size=40), axis=0)
        alarms += arm_check_so_far(counts.tolist(), shares).p < 0.05
    assert alarms <= 65


def test_an_arm_that_loses_is_found_while_it_loses():
    counts = np.cumsum([[90, 8]] * 120, axis=0)
    assert arm_check_so_far(counts.tolist(), [0.88, 0.12]).is_broken


def test_looks_that_fall_or_plans_that_are_none_are_refused():
    with pytest.raises(ValueError, match="fall"):
        arm_check_so_far([[5, 5], [4, 9]], [0.5, 0.5])
    with pytest.raises(ValueError, match="shares"):
        arm_check_so_far([[5, 5]], [0.5, 0.6])
