"""Intervals against published or hand-computed figures."""

import pytest

from analytics.loop.rules import rule_of
from core import estimates
from core.estimates import Estimate


def test_proportion_is_wilsons_interval():
    # k=50, n=400 at 90 %: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n) with z = 1.6448536
    share = estimates.proportion(50, 400, level=0.9)
    assert share.value == 0.125
    assert share.low == pytest.approx(0.1002947, abs=1e-6)
    assert share.high == pytest.approx(0.1547439, abs=1e-6)


def test_difference_is_newcombes_hybrid_score_interval():
    # Newcombe (1998), method 10, example (a) 56/70 − 48/80 at 95 %: 0.0524 … 0.3339
    gap = estimates.difference(56, 70, 48, 80)
    assert (round(gap.low, 4), round(gap.high, 4)) == (0.0524, 0.3339)
    assert gap.n == 150


def test_few_rows_say_nothing():
    assert estimates.proportion(1, 4) == estimates.silent(4, unit="share")
    assert estimates.mean(8, 30, 4) == estimates.silent(4)
    assert estimates.next_share(10, 29) == estimates.silent(29, level=0.9, unit="share")
    assert not estimates.difference(1, 4, 50, 5000).says


def test_shares_are_shown_from_five_and_judged_from_thirty():
    shown, judged = estimates.proportion(2, 5), estimates.proportion(10, 30)
    assert (shown.says, shown.is_small) == (True, True)
    assert (judged.says, judged.is_small) == (True, False)


def test_evaluations_of_0_1_say_nothing_below_thirty():
    rule = rule_of("0.1")
    loop = {"level": rule.estimate_level, "least": rule.judged_from}
    assert not estimates.proportion(10, 29, **loop).says
    assert not estimates.mean(80, 300, 29, **loop).says
    assert not estimates.difference(5, 29, 50, 5000, **loop).says
    assert estimates.proportion(10, 30, **loop).level == 0.9


def test_every_estimate_names_its_level():
    measured = [
        estimates.proportion(50, 400),
        estimates.difference(56, 70, 48, 80),
        estimates.rate_ratio(10, 10_000, 20, 20_000),
        estimates.count(12),
        estimates.mean(120, 400, 40),
        estimates.silent(3),
    ]
    foretold = [
        estimates.next_share(50, 400),
        estimates.next_count(12.0, 3.0, exposure=2.0, n=12),
    ]
    assert {estimate.percent_level for estimate in measured} == {95}
    assert {estimate.percent_level for estimate in foretold} == {90}


def test_a_lower_level_is_narrower():
    wide, narrow = estimates.proportion(50, 400), estimates.proportion(50, 400, level=0.9)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_a_mean_at_another_level_is_the_mean_computed_at_it():
    wide = estimates.mean(120, 400, 40)
    narrow = estimates.mean(120, 400, 40, level=0.9)
    moved = estimates.relevelled(wide, level=0.9)
    assert (moved.low, moved.high) == pytest.approx((narrow.low, narrow.high))
    assert (moved.value, moved.level) == (wide.value, 0.9)


def test_intervals_end_where_the_scale_does():
    assert Estimate(4.8, 4.2, 5.4, 6).within(1, 5).interval == (4.2, 5)
    assert Estimate(4.8, None, None, 1).within(1, 5).interval is None


def test_one_rating_has_a_value_and_no_interval():
    assert estimates.mean(4, 16, 1, least=1) == Estimate(4, None, None, 1)


def test_scaling_keeps_level_and_gaps():
    share = estimates.proportion(50, 400, level=0.9).scaled(100, "percent")
    assert (share.value, share.level, share.unit) == (12.5, 0.9, "percent")
    assert estimates.silent(3).scaled(100).value is None
    assert Estimate(4, None, None, 1).scaled(2) == Estimate(8, None, None, 1)


def test_rate_ratio_says_nothing_without_visits():
    assert not estimates.rate_ratio(7, 0, 11, 0).says
    assert not estimates.rate_ratio(0, 1000, 11, 1000).says


def test_rate_ratio_of_equal_rates_holds_one():
    ratio = estimates.rate_ratio(10, 10_000, 20, 20_000)
    assert ratio.value == 1
    assert ratio.low < 1 < ratio.high


def test_mean_of_equal_ratings_has_no_spread():
    assert estimates.mean(4 * 40, 16 * 40, 40) == estimates.Estimate(4, 4, 4, 40)


def test_promise_is_wider_than_what_was_measured():
    measured = estimates.proportion(50, 400, level=0.9)
    promised = estimates.next_share(50, 400)
    assert promised.low < measured.low
    assert promised.high > measured.high


def test_nine_promises_in_ten_hold_when_nothing_changes():
    """The Beta-Binomial promise for the next 400 readers, over every count that 12 % of 400 may
    bring.
    """
    law = estimates.stats.binom(400, 0.12)
    held = sum(
        law.pmf(k) * (law.cdf(round(p.high * 400)) - law.cdf(round(p.low * 400) - 1))
        for k in range(401)
        for p in [estimates.next_share(k, 400)]
    )
    assert 0.88 < held < 0.95


def test_share_of_the_next_readers_holds_more_than_the_share_that_was_measured():
    foretold = estimates.next_share(30, 100)
    assert foretold.value == pytest.approx(30.5 / 101)
    assert (foretold.level, foretold.unit, foretold.n) == (0.9, "share", 100)
    assert foretold.low < 0.3 < foretold.high
    # Fewer readers may differ by more.
    assert estimates.next_share(30, 100, next_n=20).low < foretold.low


def test_belief_without_a_quantile_says_nothing():
    vague = estimates.next_count(float("nan"), 1, exposure=10, n=3)
    assert vague == estimates.silent(3, level=0.9, unit="count")
