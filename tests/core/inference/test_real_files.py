"""The same statistics on real files, each beside a computation on the rows themselves.

The mail experiment with three arms, and libraries with their visits of two years. Both lie outside
the repository.
"""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from core.inference.arm_check import arm_check, balanced_before
from core.inference.contrasts import adjusted, means_differ, shares_differ, stratified
from core.inference.many import discoveries
from core.inference.moments import Moments
from core.inference.shrinking import shrink
from tests.core.inference.rows import arms_by_stratum, moments_of
from tests.data import real_file

CONTROL = "No E-Mail"
ARMS = ["Mens E-Mail", "Womens E-Mail"]


@pytest.fixture(scope="module")
def mails() -> pd.DataFrame:
    """One row a customer; the whole experiment where it is there, else its first 5,000 rows."""
    folder = real_file("hillstrom_sample")
    files = sorted(folder.parent.glob("hillstrom*/*.csv"), key=lambda path: path.stat().st_size)
    rows = pd.read_csv(files[-1])
    rows["stratum"] = rows["zip_code"] + rows["channel"]
    return rows


@pytest.fixture(scope="module")
def libraries() -> pd.DataFrame:
    """One row a library with its visits of two years; half of them drawn as treated."""
    years = []
    for year in (2016, 2017):
        path = real_file("imls", f"pls_fy{year}_libraries.csv.gz")
        rows = pd.read_csv(path, encoding="utf-8-sig", encoding_errors="replace", low_memory=False)
        # Negative numbers are codes.
        years.append(rows.loc[rows["VISITS"] >= 0].set_index("FSCSKEY")["VISITS"])
    both = pd.concat(years, axis=1, keys=["before", "visits"]).dropna()
    both["is_treated"] = np.random.default_rng(1).random(len(both)) < 0.5
    return both


def sums_of(rows: pd.DataFrame, name: str, history: str | None = None) -> Moments:
    """Sums as a database adds them up: floats, one by one or in pairs."""
    y = rows[name].astype(float)
    if history is None:
        return Moments(len(y), y.sum(), (y * y).sum())
    x = rows[history].astype(float)
    return Moments(len(y), y.sum(), (y * y).sum(), x.sum(), (x * x).sum(), (x * y).sum())


def arm_of(rows: pd.DataFrame, arm: str) -> pd.DataFrame:
    return rows[rows["segment"] == arm]


def wilson(k: int, n: int, z: float) -> tuple[float, float]:
    """Roots of (p̂ − p)² = z²·p·(1 − p) ÷ n."""
    roots = np.roots([1 + z**2 / n, -(2 * k / n + z**2 / n), (k / n) ** 2])
    return min(roots), max(roots)


@pytest.mark.parametrize("arm", ARMS)
def test_effect_on_visits(mails, arm):
    treated, control = arm_of(mails, arm)["visit"], arm_of(mails, CONTROL)["visit"]
    contrast = shares_differ(
        sums_of(arm_of(mails, arm), "visit"), sums_of(arm_of(mails, CONTROL), "visit")
    )
    gap = treated.mean() - control.mean()
    low1, high1 = wilson(treated.sum(), len(treated), stats.norm.ppf(0.975))
    low2, high2 = wilson(control.sum(), len(control), stats.norm.ppf(0.975))
    low = gap - np.hypot(treated.mean() - low1, high2 - control.mean())
    high = gap + np.hypot(high1 - treated.mean(), control.mean() - low2)
    assert contrast.estimate.value == pytest.approx(gap)
    assert contrast.estimate.interval == pytest.approx((low, high), rel=1e-9)

    both = mails[mails["segment"].isin([arm, CONTROL])]
    table = pd.crosstab(both["segment"], both["visit"])
    assert contrast.p == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)


@pytest.mark.parametrize("arm", ARMS)
def test_effect_on_amounts_by_welch(mails, arm):
    treated, control = arm_of(mails, arm), arm_of(mails, CONTROL)
    contrast = means_differ(sums_of(treated, "spend"), sums_of(control, "spend"))
    theirs = CompareMeans(DescrStatsW(treated["spend"]), DescrStatsW(control["spend"]))
    bounds = theirs.tconfint_diff(usevar="unequal")
    assert contrast.estimate.interval == pytest.approx(bounds, rel=1e-9)
    expected = stats.ttest_ind(treated["spend"], control["spend"], equal_var=False)
    assert contrast.p == pytest.approx(expected.pvalue, rel=1e-9)


@pytest.mark.parametrize("outcome", ["visit", "spend"])
@pytest.mark.parametrize("arm", ARMS)
def test_effect_adjusted_by_history_and_strata(mails, arm, outcome):
    both = mails[mails["segment"].isin([arm, CONTROL])]
    y, x = both[outcome].to_numpy(float), both["history"].to_numpy(float)
    is_treated, stratum = (both["segment"] == arm).to_numpy(), both["stratum"].to_numpy()
    contrast = adjusted(*arms_by_stratum(y, x, is_treated, stratum))

    names = np.unique(stratum)
    dummies = (stratum[:, None] == names).astype(float)
    theta = sm.OLS(y, np.column_stack([x, dummies])).fit().params[0]
    left, value, variance = y - theta * x, 0.0, 0.0
    for name in names:
        here = stratum == name
        ours, theirs = left[here & is_treated], left[here & ~is_treated]
        value += here.mean() * (ours.mean() - theirs.mean())
        variance += here.mean() ** 2 * (stats.sem(ours) ** 2 + stats.sem(theirs) ** 2)
    assert contrast.estimate.value == pytest.approx(value, rel=1e-7)
    assert contrast.error == pytest.approx(np.sqrt(variance), rel=1e-7)


def test_losses_and_balance_of_three_arms(mails):
    arms = [CONTROL, *ARMS]
    kept = mails["recency"] <= 9
    drawn_counts = [int((mails["segment"] == arm).sum()) for arm in arms]
    kept_counts = [int((kept & (mails["segment"] == arm)).sum()) for arm in arms]
    table = pd.crosstab(mails["segment"], kept)
    expected = stats.chi2_contingency(table, correction=False)
    check = arm_check(drawn_counts, kept_counts)
    assert (check.statistic, check.p) == pytest.approx((expected.statistic, expected.pvalue))
    assert not check.is_broken

    before = balanced_before([sums_of(arm_of(mails, arm), "spend", "history") for arm in arms])
    rows = stats.f_oneway(*(arm_of(mails, arm)["history"] for arm in arms))
    assert (before.statistic, before.p) == pytest.approx((rows.statistic, rows.pvalue), rel=1e-7)
    assert not before.is_broken


def test_visits_within_cells(mails):
    both = mails[mails["segment"].isin([ARMS[0], CONTROL])]
    cells, more, variance = [], 0.0, 0.0
    for _name, rows in both.groupby(["zip_code", "newbie"]):
        treated, control = arm_of(rows, ARMS[0])["visit"], arm_of(rows, CONTROL)["visit"]
        cells.append((int(treated.sum()), len(treated), int(control.sum()), len(control)))
        # Of the treated, how many more came than if the visits had been dealt out at random.
        dealt = stats.hypergeom(len(rows), int(rows["visit"].sum()), len(treated))
        more, variance = more + treated.sum() - dealt.mean(), variance + dealt.var()

    contrast = stratified(cells)
    weights = [n1 * n2 / (n1 + n2) for _k1, n1, _k2, n2 in cells]
    gaps = [k1 / n1 - k2 / n2 for k1, n1, k2, n2 in cells]
    assert contrast.estimate.value == pytest.approx(np.average(gaps, weights=weights))
    assert contrast.p == pytest.approx(stats.chi2.sf(more**2 / variance, 1))
    assert contrast.estimate.low < contrast.estimate.value < contrast.estimate.high


def test_discoveries_among_groups_of_customers(mails):
    """Every group against all others: as many found as scipy's adjusted p-values say."""
    ps, counts = [], []
    for _name, rows in mails.groupby(["zip_code", "channel", "newbie", "mens"]):
        rest = mails.drop(rows.index)
        ps.append(shares_differ(sums_of(rows, "visit"), sums_of(rest, "visit")).p)
        counts.append((int(rows["visit"].sum()), len(rows)))
    adjusted_ps = stats.false_discovery_control(ps, method="bh")
    assert discoveries(ps) == (adjusted_ps <= 0.05).tolist()
    assert any(discoveries(ps))

    family = shrink(counts)
    shares = np.array([k / n for k, n in counts])
    drawn_in = np.array([member.share for member in family.members])
    assert np.ptp(drawn_in) < np.ptp(shares)
    likelihood = sum(stats.betabinom.logpmf(k, n, family.a, family.b) for k, n in counts)
    for factor in (0.5, 0.9, 1.1, 2):
        other = sum(
            stats.betabinom.logpmf(k, n, family.a * factor, family.b * factor) for k, n in counts
        )
        assert other <= likelihood + 1e-6


def test_visits_of_libraries_adjusted_by_the_year_before(libraries):
    y, x = libraries["visits"].to_numpy(float), libraries["before"].to_numpy(float)
    is_treated = libraries["is_treated"].to_numpy()
    rows = libraries[is_treated], libraries[~is_treated]
    treated, control = (sums_of(arm, "visits", "before") for arm in rows)
    contrast = adjusted({"all": treated}, {"all": control})
    fitted = sm.OLS(y, sm.add_constant(x)).fit()
    left = y - fitted.params[1] * x
    expected = stats.ttest_ind(left[is_treated], left[~is_treated], equal_var=False)
    assert contrast.p == pytest.approx(expected.pvalue, rel=1e-6)
    assert contrast.estimate.interval == pytest.approx(
        tuple(expected.confidence_interval()), rel=1e-6
    )
    assert contrast.explained == pytest.approx(fitted.rsquared, rel=1e-9)
    exact = adjusted(
        {"all": moments_of(y[is_treated], x[is_treated])},
        {"all": moments_of(y[~is_treated], x[~is_treated])},
    )
    assert contrast.estimate.interval == pytest.approx(exact.estimate.interval, rel=1e-9)
