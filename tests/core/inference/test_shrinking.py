"""Families of shares and promises, against scipy's beta-binomial, draws and repeated cycles."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core.estimates import HALF
from core.inference.shrinking import Member, promise, shrink

COUNT = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
COUNTS = st.lists(COUNT, min_size=1, max_size=8)
BRANCHES = [(31, 400), (18, 350), (60, 500), (4, 90), (25, 260), (44, 300)]


def likelihood(a, b, counts):
    """Logarithm, by scipy's beta-binomial law."""
    return sum(stats.betabinom.logpmf(k, n, a, b) for k, n in counts)


def test_the_prior_has_the_greatest_likelihood_there_is():
    family = shrink(BRANCHES)
    best = -np.inf
    for weight in np.geomspace(2, 1400, 60):
        for share in np.linspace(0.04, 0.16, 60):
            best = max(best, likelihood(share * weight, (1 - share) * weight, BRANCHES))
    assert likelihood(family.a, family.b, BRANCHES) >= best - 1e-4


@given(COUNTS)
@settings(max_examples=60, deadline=None)
def test_a_family_is_always_within_its_bounds(counts):
    family = shrink(counts)
    assert min(family.a, family.b) >= HALF
    told = [n for _k, n in counts if n]
    heaviest = sum(told) - max(told, default=0)
    assert family.weight <= max(heaviest, 1) * (1 + 1e-9)
    for (k, n), member in zip(counts, family.members, strict=True):
        assert (member.k, member.n) == (k, n)
        assert (member.a, member.b) == pytest.approx((family.a + k, family.b + n - k))
        if n:
            ends = sorted([k / n, family.share])
            assert ends[0] - 1e-12 <= member.share <= ends[1] + 1e-12


@given(COUNTS)
@settings(max_examples=30, deadline=None)
def test_the_order_of_members_changes_nothing(counts):
    one, other = shrink(counts), shrink(counts[::-1])
    assert (one.a, one.b) == (other.a, other.b)
    assert one.members == other.members[::-1]


def test_an_empty_member_changes_nothing_and_gets_the_familys_share():
    family, more = shrink(BRANCHES), shrink([*BRANCHES, (0, 0)])
    assert more.members[:-1] == family.members
    assert more.members[-1].share == pytest.approx(family.share)
    assert more.gap(0) == family.gap(0)


def test_where_all_are_alike_a_member_knows_what_all_rows_know():
    family = shrink([(20, 100)] * 6)
    assert family.weight == pytest.approx(500, rel=1e-3)
    together = stats.beta.interval(0.95, 120 + HALF, 480 + HALF)
    assert family.members[0].estimate().interval == pytest.approx(together, abs=2e-3)


def test_where_members_differ_much_they_stay_where_they_are():
    family = shrink([(10, 1000), (300, 1000), (600, 1000), (950, 1000)])
    for member in family.members:
        assert member.share == pytest.approx(member.k / member.n, abs=0.003)


@pytest.mark.parametrize("counts", [[(0, 50), (0, 40), (0, 7)], [(50, 50), (40, 40)]])
def test_where_all_or_none_have_it_the_other_is_still_possible(counts):
    family = shrink(counts)
    for index, member in enumerate(family.members):
        assert 0 < member.share < 1
        low, high = member.estimate().interval
        assert high - low > 0.01
        assert family.gap(index).low < 0 < family.gap(index).high


def test_zeros_are_as_wide_as_all_rows_together_say():
    high = shrink([(0, 50), (0, 40)]).members[0].estimate().high
    assert high == pytest.approx(stats.beta.ppf(0.975, HALF, 90 + HALF), rel=0.02)


@pytest.mark.parametrize("counts", [[(3, 5)], [(3, 5), (0, 0)], [(0, 1)], [(1, 1)]])
def test_one_alone_has_jeffreys_prior_and_no_gap(counts):
    family = shrink(counts)
    assert (family.a, family.b) == (HALF, HALF)
    assert not family.gap(0).says


def test_nobody_is_a_family_too():
    assert shrink([]).members == ()
    assert shrink([(0, 0)]).members == (Member(0, 0, HALF, HALF),)


def test_ten_million_rows_are_a_family():
    family = shrink([(600_000, 10_000_000), (601_000, 10_000_000), (5, 100)])
    assert family.members[0].share == pytest.approx(0.06, abs=1e-4)
    assert family.members[2].share == pytest.approx(family.share, abs=0.002)


@pytest.mark.parametrize("count", [(3, 2), (-1, 5), (1, -1)])
def test_counts_that_are_none_are_refused(count):
    with pytest.raises(ValueError):
        shrink([count])


# --- differences ----------------------------------------------------------------------------------
def test_a_gap_is_that_of_posterior_draws():
    family, rng = shrink(BRANCHES), np.random.default_rng(1)
    drawn = [rng.beta(member.a, member.b, 400_000) for member in family.members]
    sizes = np.array([n for _k, n in BRANCHES[1:]])
    gaps = drawn[0] - np.average(drawn[1:], axis=0, weights=sizes)
    gap = family.gap(0)
    expected = [gaps.mean(), *np.quantile(gaps, [0.025, 0.975])]
    assert [gap.value, gap.low, gap.high] == pytest.approx(expected, abs=4e-4)
    assert (gap.n, gap.level) == (1900, 0.95)


@pytest.mark.parametrize("sizes", [(400, 1600), (30, 30), (250_000, 90_000)])
def test_a_promise_is_that_of_predictive_draws(sizes):
    family, rng = shrink(BRANCHES), np.random.default_rng(2)
    changed, before = family.members[2], family.rest_of(2)
    shares = []
    for member, size in zip((changed, before), sizes, strict=True):
        shares.append(rng.binomial(size, rng.beta(member.a, member.b, 400_000)) / size)
    differences = shares[0] - shares[1]
    foretold = promise(changed, before, *sizes)
    expected = [differences.mean(), *np.quantile(differences, [0.05, 0.95])]
    # Between whole readers of the smaller arm a quantile lies anywhere.
    slack = 6e-4 + 0.6 / min(sizes)
    assert [foretold.value, foretold.low, foretold.high] == pytest.approx(expected, abs=slack)
    assert foretold.level == 0.9


def test_a_promise_the_other_way_round_is_turned():
    family = shrink(BRANCHES)
    one = promise(family.members[0], family.members[2], 300, 700)
    other = promise(family.members[2], family.members[0], 700, 300)
    assert (other.value, other.low, other.high) == pytest.approx((-one.value, -one.high, -one.low))


def test_going_on_as_before_promises_nothing():
    member = shrink(BRANCHES).members[0]
    foretold = promise(member, member, 300, 300)
    assert foretold.value == 0
    assert foretold.low == pytest.approx(-foretold.high)


def test_a_promise_needs_rows_and_readers():
    member, few = Member(10, 100, 10.5, 90.5), Member(3, 29, 3.5, 26.5)
    assert not promise(few, member, 100, 100).says
    assert not promise(member, member, 0, 100).says


def test_promises_for_the_best_of_many_are_kept():
    """Eight segments, true shares around 6 % with a spread of 1 point; the best is promised.

    As measured it promises 1.5 points too much; shrunk, the promise is right and 90 % of the
    intervals hold.
    """
    rng = np.random.default_rng(3)
    errors, raw_errors, covered = [], [], 0
    for _cycle in range(300):
        n = rng.integers(200, 600, 8)
        shares = np.clip(rng.normal(0.06, 0.01, 8), 0.005, None)
        now, later = rng.binomial(n, shares), rng.binomial(n, shares)
        family = shrink(list(zip(now.tolist(), n.tolist(), strict=True)))
        best = int(np.argmax([member.share for member in family.members]))
        rest = np.arange(8) != best
        rest_n = int(n[rest].sum())
        seen = later[best] / n[best] - later[rest].sum() / rest_n
        foretold = promise(family.members[best], family.rest_of(best), int(n[best]), rest_n)
        errors.append(foretold.value - seen)
        raw_errors.append(now[best] / n[best] - now[rest].sum() / rest_n - seen)
        covered += foretold.low <= seen <= foretold.high
    assert abs(np.mean(errors)) < 0.003
    assert np.mean(raw_errors) > 0.009
    assert 0.85 <= covered / 300 <= 0.94
