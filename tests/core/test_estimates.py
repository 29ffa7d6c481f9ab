"""Intervals against published or hand-computed figures."""

import pytest

from core import estimates
from core import estimates as evidence


def test_proportion_is_wilsons_interval():
    # k=50, n=400 at 90 %: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n) with z = 1.6448536
    share = estimates.proportion(50, 400)
    assert share.value == 0.125
    assert share.low == pytest.approx(0.1002947, abs=1e-6)
    assert share.high == pytest.approx(0.1547439, abs=1e-6)


def test_difference_is_newcombes_hybrid_score_interval():
    # Newcombe (1998), method 10, example (a) 56/70 − 48/80 at 95 %: 0.0524 … 0.3339
    evidence_alpha, estimates.ALPHA = estimates.ALPHA, 0.05
    try:
        gap = estimates.difference(56, 70, 48, 80)
    finally:
        estimates.ALPHA = evidence_alpha
    assert (round(gap.low, 4), round(gap.high, 4)) == (0.0524, 0.3339)
    assert gap.n == 150


def test_few_rows_say_nothing():
    silent = estimates.silent(29)
    assert estimates.proportion(10, 29) == silent
    assert estimates.mean(80, 300, 29) == silent
    assert estimates.next_share(10, 29) == silent
    assert not estimates.difference(5, 29, 50, 5000).says


def test_rate_ratio_says_nothing_without_visits():
    assert not estimates.rate_ratio(7, 0, 11, 0).says
    assert not estimates.rate_ratio(0, 1000, 11, 1000).says


def test_rate_ratio_of_equal_rates_holds_one():
    ratio = estimates.rate_ratio(10, 10_000, 20, 20_000)
    assert ratio.value == 1
    assert ratio.low < 1 < ratio.high


def test_mean_of_equal_ratings_has_no_spread():
    assert estimates.mean(4 * 40, 16 * 40, 40) == estimates.Estimate(4, 4, 4, 40)


def test_promoter_score_of_half_promoters_and_a_tenth_detractors_is_forty():
    score = estimates.promoter_score(50, 10, 100)
    assert score.value == pytest.approx(40)
    assert score.low < 40 < score.high


def test_promise_is_wider_than_what_was_measured():
    measured, promised = estimates.proportion(50, 400), estimates.next_share(50, 400)
    assert promised.low < measured.low
    assert promised.high > measured.high


def test_nine_promises_in_ten_hold_when_nothing_changes():
    """The Beta-Binomial promise for the next 400 readers, over every count that 12 % of 400 may
    bring.
    """
    law = evidence.stats.binom(400, 0.12)
    held = sum(
        law.pmf(k) * (law.cdf(round(p.high * 400)) - law.cdf(round(p.low * 400) - 1))
        for k in range(401)
        for p in [estimates.next_share(k, 400)]
    )
    assert 0.88 < held < 0.95
