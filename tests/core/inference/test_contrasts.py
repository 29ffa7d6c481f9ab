"""Differences of two arms and their adjustment, against row-level statistics and tea-tasting."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from core import estimates
from core.inference.contrasts import adjusted, combined, means_differ, shares_differ
from core.inference.moments import NOBODY, Moments
from tests.core.inference.rows import arms_by_stratum, experiment, moments_of, numbers, table

SEEDS = st.integers(0, 10_000)
MEANS = table("means")


def figures(contrast):
    """Value, bounds and p."""
    estimate = contrast.estimate
    return [estimate.value, estimate.low, estimate.high, contrast.p]


def arms_of(line):
    """(treated, control) of a line of the table of means."""
    arms = []
    for arm in "tc":
        names = [f"{arm}_{name}" for name in ("n", "y", "yy", "x", "xx", "xy")]
        arms.append(Moments(int(line[names[0]]), *numbers(line, *names[1:])))
    return arms


# --- against other people's code ------------------------------------------------------------------
@pytest.mark.parametrize("line", MEANS, ids=lambda line: line["kind"])
def test_welch_is_tea_tastings(line):
    contrast = means_differ(*arms_of(line), level=float(line["level"]))
    expected = numbers(line, "welch_value", "welch_low", "welch_high", "welch_p")
    assert figures(contrast) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("line", MEANS, ids=lambda line: line["kind"])
def test_cuped_is_tea_tastings(line):
    treated, control = arms_of(line)
    contrast = adjusted({"all": treated}, {"all": control}, level=float(line["level"]))
    expected = numbers(line, "cuped_value", "cuped_low", "cuped_high", "cuped_p")
    assert figures(contrast) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_welch_is_that_of_the_rows(seed):
    y, _x, is_treated, _stratum = experiment(seed, n=60)
    ours = means_differ(moments_of(y[is_treated]), moments_of(y[~is_treated]), level=0.9)
    theirs = CompareMeans(DescrStatsW(y[is_treated]), DescrStatsW(y[~is_treated]))
    low, high = theirs.tconfint_diff(alpha=0.1, usevar="unequal")
    p = theirs.ttest_ind(usevar="unequal")[1]
    assert figures(ours)[1:] == pytest.approx([low, high, p], rel=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_adjusted_is_theta_by_regression_and_strata_by_hand(seed):
    y, x, is_treated, stratum = experiment(seed)
    contrast = adjusted(*arms_by_stratum(y, x, is_treated, stratum))

    # Theta is the history's coefficient beside one constant for each stratum.
    names = np.unique(stratum)
    dummies = (stratum[:, None] == names).astype(float)
    fitted = sm.OLS(y, np.column_stack([x, dummies])).fit()
    left = y - fitted.params[0] * x
    value, variance = 0.0, 0.0
    for name in names:
        weight = np.mean(stratum == name)
        ours, theirs = (left[(stratum == name) & is_arm] for is_arm in (is_treated, ~is_treated))
        value += weight * (ours.mean() - theirs.mean())
        variance += weight**2 * (ours.var(ddof=1) / len(ours) + theirs.var(ddof=1) / len(theirs))
    assert contrast.estimate.value == pytest.approx(value, rel=1e-9)
    assert contrast.error == pytest.approx(np.sqrt(variance), rel=1e-9)

    without = sm.OLS(y, dummies).fit()
    assert contrast.explained == pytest.approx(1 - fitted.ssr / without.ssr, rel=1e-9)
    assert contrast.worth == pytest.approx(without.ssr / fitted.ssr, rel=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_adjusted_is_near_the_whole_regression_with_robust_errors(seed):
    """Lin's regression: arm, strata and history around their means, errors of HC2."""
    y, x, is_treated, stratum = experiment(seed, n=6000)
    contrast = adjusted(*arms_by_stratum(y, x, is_treated, stratum))
    dummies = (stratum[:, None] == np.unique(stratum)[1:]).astype(float)
    around = np.column_stack([dummies, x])
    around = around - around.mean(axis=0)
    arm = is_treated.astype(float)
    design = np.column_stack([np.ones(len(y)), arm, around, around * arm[:, None]])
    fitted = sm.OLS(y, design).fit(cov_type="HC2")
    assert contrast.estimate.value == pytest.approx(fitted.params[1], abs=0.05 * fitted.bse[1])
    assert contrast.error == pytest.approx(fitted.bse[1], rel=0.02)


@pytest.mark.parametrize(
    ("k1", "n1", "k2", "n2"), [(56, 70, 48, 80), (9, 10, 3, 10), (5, 900, 0, 40)]
)
def test_p_of_shares_is_pearsons_chi_square(k1, n1, k2, n2):
    contrast = shares_differ(Moments.of_share(k1, n1), Moments.of_share(k2, n2))
    expected = stats.chi2_contingency([[k1, n1 - k1], [k2, n2 - k2]], correction=False)
    assert contrast.p == pytest.approx(expected.pvalue)
    assert contrast.estimate == estimates.difference(k1, n1, k2, n2)


def test_adjusting_holds_its_level_and_gains():
    """Of 200 experiments without effect about 5 % exclude zero, with less error than Welch."""
    outside, gained = 0, 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        stratum, is_treated = rng.integers(0, 3, 240), rng.random(240) < 0.8
        x = rng.poisson(2 + 2 * stratum).astype(float)
        y = rng.poisson(1 + x).astype(float)
        treated, control = arms_by_stratum(y, x, is_treated, stratum)
        contrast = adjusted(treated, control)
        outside += contrast.p < 0.05
        plain = means_differ(moments_of(y[is_treated]), moments_of(y[~is_treated]))
        gained += contrast.error < plain.error
    assert 2 <= outside <= 20
    assert gained > 195


# --- properties -----------------------------------------------------------------------------------
@given(SEEDS)
@example(426)
@settings(max_examples=12)
def test_swapping_the_arms_turns_the_sign(seed):
    treated, control = arms_by_stratum(*experiment(seed, n=80))
    one, other = adjusted(treated, control), adjusted(control, treated)
    assert other.estimate.value == pytest.approx(-one.estimate.value)
    assert other.estimate.interval == pytest.approx((-one.estimate.high, -one.estimate.low))
    assert (other.p, other.explained) == pytest.approx((one.p, one.explained))


@given(SEEDS)
@settings(max_examples=12)
def test_names_of_strata_change_nothing_to_the_last_digit(seed):
    treated, control = arms_by_stratum(*experiment(seed, n=40, strata=9))
    names = dict(zip(sorted(treated | control), "zyxwvutsr", strict=False))
    renamed = [{names[name]: arm[name] for name in reversed(arm)} for arm in (treated, control)]
    assert adjusted(*renamed) == adjusted(treated, control)


@given(SEEDS)
@settings(max_examples=12)
def test_an_empty_stratum_changes_nothing(seed):
    treated, control = arms_by_stratum(*experiment(seed, n=80))
    more = {**treated, "nobody": NOBODY}
    assert adjusted(more, control) == adjusted(treated, control)


@given(SEEDS, st.sampled_from([0.01, 3, 1000]))
@settings(max_examples=12)
def test_another_unit_scales_value_and_interval(seed, factor):
    y, x, is_treated, stratum = experiment(seed, n=80)
    one = adjusted(*arms_by_stratum(y, x, is_treated, stratum))
    other = adjusted(*arms_by_stratum(y * factor, x, is_treated, stratum))
    assert figures(other)[:3] == pytest.approx([v * factor for v in figures(one)[:3]])
    assert (other.p, other.explained) == pytest.approx((one.p, one.explained))


@given(SEEDS)
@settings(max_examples=12)
def test_the_history_in_another_unit_changes_nothing(seed):
    y, x, is_treated, stratum = experiment(seed, n=80)
    one = adjusted(*arms_by_stratum(y, x, is_treated, stratum))
    other = adjusted(*arms_by_stratum(y, 7 * x + 100, is_treated, stratum))
    assert figures(other) == pytest.approx(figures(one))


# --- edges ----------------------------------------------------------------------------------------
def test_a_history_that_is_the_same_for_all_is_no_history():
    y, x, is_treated, _stratum = experiment(3)
    treated = moments_of(y[is_treated], np.full(is_treated.sum(), 2.0))
    control = moments_of(y[~is_treated], np.full((~is_treated).sum(), 2.0))
    contrast = adjusted({"all": treated}, {"all": control})
    assert figures(contrast) == figures(means_differ(treated, control))
    assert (contrast.explained, contrast.worth, contrast.method) == (None, None, "adjusted")


def test_strata_of_one_arm_are_compared_together():
    """Five strata with nobody held out in three of them: all persons count, none is dropped."""
    y, x, is_treated, stratum = experiment(5, strata=5)
    is_treated = is_treated | (stratum >= 2)
    contrast = adjusted(*arms_by_stratum(y, x, is_treated, stratum))
    assert contrast.estimate.n == len(y)
    # The three have no control: they join the smaller of the two that have one.
    smaller = 0 if np.sum(stratum == 0) <= np.sum(stratum == 1) else 1
    merged = np.where(stratum >= 2, smaller, stratum)
    by_hand = adjusted(*arms_by_stratum(y, x, is_treated, merged))
    assert figures(contrast) == pytest.approx(figures(by_hand))


def test_thin_strata_become_one():
    y, x, is_treated, stratum = experiment(5, strata=3)
    thin = np.where(np.arange(len(y)) < 12, 100 + np.arange(len(y)), stratum)
    merged = np.where(thin >= 100, 100, stratum)
    contrast = adjusted(*arms_by_stratum(y, x, is_treated, thin))
    assert figures(contrast) == figures(adjusted(*arms_by_stratum(y, x, is_treated, merged)))


def test_empty_arms_and_few_rows_say_nothing():
    some = Moments.of_share(3, 40)
    for compare in (shares_differ, means_differ):
        for other in (NOBODY, Moments.of_share(1, 4)):
            contrast = compare(some, other)
            assert not contrast.estimate.says
            assert (contrast.p, contrast.error) == (None, None)
    assert not adjusted({}, {}).estimate.says
    assert not adjusted({"a": some}, {}).estimate.says
    assert not shares_differ(NOBODY, NOBODY, least=0).estimate.says


def test_one_row_has_a_value_and_no_interval():
    one, more = moments_of(np.array([4.0])), moments_of(np.array([1.0, 2.0, 3.0]))
    for contrast in (
        means_differ(one, more, least=1),
        adjusted({"a": one}, {"a": more}, least=1),
    ):
        assert contrast.estimate.value == 2
        assert (contrast.estimate.interval, contrast.p) == (None, None)


@pytest.mark.parametrize("k", [0, 100])
def test_where_nobody_differs_shares_have_an_interval_and_means_have_none(k):
    arms = Moments.of_share(k, 100), Moments.of_share(k, 100)
    shares, means = shares_differ(*arms), means_differ(*arms)
    assert (shares.estimate.value, shares.p) == (0, 1)
    assert shares.estimate.low < 0 < shares.estimate.high
    assert (means.estimate.value, means.estimate.interval, means.p) == (0, None, None)


def test_an_amount_is_no_share():
    with pytest.raises(ValueError, match="0 or 1"):
        shares_differ(moments_of(np.array([1.0, 2.0] * 5)), Moments.of_share(1, 10))


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_that_is_none_is_refused(level):
    arms = Moments.of_share(3, 10), Moments.of_share(3, 10)
    for compare in (shares_differ, means_differ):
        with pytest.raises(ValueError, match="level"):
            compare(*arms, level=level)


def test_ten_million_persons_lose_no_digit():
    n, mean = 5_000_000, 10**8
    treated = Moments(n=n, y=n * mean + n, yy=n * ((mean + 1) ** 2 + 4))
    control = Moments(n=n, y=n * mean, yy=n * (mean**2 + 4))
    contrast = means_differ(treated, control)
    assert contrast.estimate.value == 1
    assert contrast.error == pytest.approx(2 * np.sqrt(2 / (n - 1)), rel=1e-12)


# --- cycles ---------------------------------------------------------------------------------------
def test_cycles_are_combined_by_inverse_variance():
    """Against the weighted mean of statsmodels' fixed effect."""
    from_statsmodels = pytest.importorskip("statsmodels.stats.meta_analysis").combine_effects
    cycles = []
    for seed in range(3):
        y, _x, is_treated, _stratum = experiment(seed, n=300 * (seed + 1))
        cycles.append(means_differ(moments_of(y[is_treated]), moments_of(y[~is_treated])))
    ours = combined(cycles)
    values = np.array([cycle.estimate.value for cycle in cycles])
    theirs = from_statsmodels(values, np.array([cycle.error**2 for cycle in cycles]))
    frame = theirs.summary_frame().loc["fixed effect"]
    expected = [frame["eff"], frame["ci_low"], frame["ci_upp"]]
    assert figures(ours)[:3] == pytest.approx(expected, rel=1e-9)
    assert ours.p == pytest.approx(2 * stats.norm.sf(abs(frame["eff"] / frame["sd_eff"])))
    assert (ours.estimate.n, ours.method) == (1800, "combined")


def test_cycles_without_an_interval_are_left_out():
    heard = shares_differ(Moments.of_share(30, 100), Moments.of_share(20, 100))
    silent = shares_differ(Moments.of_share(1, 3), Moments.of_share(1, 3))
    assert combined([silent, heard]) == heard
    assert not combined([silent]).estimate.says
    assert not combined([]).estimate.says


def test_cycles_of_different_levels_are_not_combined():
    arms = Moments.of_share(30, 100), Moments.of_share(20, 100)
    with pytest.raises(ValueError, match="levels"):
        combined([shares_differ(*arms), shares_differ(*arms, level=0.9)])
