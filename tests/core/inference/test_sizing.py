"""Sizes of holdouts and what they show, against statsmodels and drawn experiments."""

import numpy as np
import pytest
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import power_proportions_2indep

from core.inference.sizing import (
    held_out_for,
    holdout_choices,
    spread_of_share,
    visible_amount,
    visible_effect,
)


@pytest.mark.parametrize(("held", "points"), [(500, 5.7), (1000, 4.3), (1500, 3.7)])
def test_of_five_thousand_with_a_base_of_a_quarter(held, points):
    assert round(100 * visible_effect(0.25, 5000 - held, held), 1) == points


@pytest.mark.parametrize("base", [0.02, 0.25, 0.6])
@pytest.mark.parametrize(("treated", "held"), [(4500, 500), (200, 100)])
def test_the_visible_effect_is_statsmodels(base, treated, held):
    effect = NormalIndPower().solve_power(
        nobs1=held, ratio=treated / held, alpha=0.1, power=0.9, alternative="two-sided"
    )
    ours = visible_effect(base, treated, held, level=0.9, power=0.9)
    assert ours == pytest.approx(effect * np.sqrt(base * (1 - base)), rel=1e-4)


def test_an_effect_of_that_size_has_the_power_promised():
    """Shares nearer to a half vary more: of the 80 % some points are missing."""
    effect = visible_effect(0.25, 4000, 1000)
    power = power_proportions_2indep(effect, 0.25, nobs1=4000, ratio=0.25).power
    assert 0.77 < power < 0.8


def test_the_history_lowers_it_by_what_it_explains():
    plain = visible_effect(0.25, 4000, 1000)
    assert visible_effect(0.25, 4000, 1000, explained=0.29) == pytest.approx(plain * 0.71**0.5)


def test_an_amount_is_seen_in_its_own_unit():
    """Drawn row by row: 400 experiments with the visible effect exclude zero in about 80 %."""
    effect = visible_amount(3.0, 300, 100)
    assert visible_amount(30.0, 300, 100) == pytest.approx(10 * effect)
    rng = np.random.default_rng(8)
    error = 3.0 * np.sqrt(1 / 300 + 1 / 100)
    gaps = rng.normal(effect, 3, (400, 300)).mean(axis=1) - rng.normal(0, 3, (400, 100)).mean(
        axis=1
    )
    assert np.mean(np.abs(gaps / error) > 1.96) == pytest.approx(0.8, abs=0.06)


@pytest.mark.parametrize("effect", [0.03, 0.05, 0.1])
@pytest.mark.parametrize("audience", [5000, 60_000])
def test_the_fewest_held_out_see_it_and_one_fewer_do_not(effect, audience):
    spread = spread_of_share(0.25)
    held = held_out_for(effect, spread, audience)
    if held is None:
        assert visible_effect(0.25, audience - audience // 2, audience // 2) > effect
        return
    assert visible_effect(0.25, audience - held, held) <= effect
    assert visible_effect(0.25, audience - held + 1, held - 1) > effect


def test_half_of_the_readers_may_not_be_enough():
    assert held_out_for(0.02, spread_of_share(0.25), 5000) is None
    assert held_out_for(0.5, spread_of_share(0.25), 1) is None
    assert held_out_for(0.02, 0.0, 5000) is None


def test_the_table_of_choices():
    choices = holdout_choices(spread_of_share(0.25), 5000, shares=(0.1, 0.2, 0.3))
    assert [(c.treated, c.held) for c in choices] == [(4500, 500), (4000, 1000), (3500, 1500)]
    assert [round(100 * c.effect, 1) for c in choices] == [5.7, 4.3, 3.7]
    assert holdout_choices(0.4, 3, shares=(0.1,))[0].effect is None
    assert holdout_choices(0.4, 0)[0].effect is None


@pytest.mark.parametrize("base", [0, 1])
def test_where_nobody_differs_nothing_can_be_seen(base):
    assert visible_effect(base, 4500, 500) is None


def test_an_empty_arm_sees_nothing():
    assert visible_effect(0.25, 5000, 0) is None
    assert visible_effect(0.25, 0, 5000) is None


@pytest.mark.parametrize(
    "ask",
    [
        lambda: visible_effect(1.2, 10, 10),
        lambda: visible_effect(float("nan"), 10, 10),
        lambda: visible_amount(-1, 10, 10),
        lambda: visible_amount(float("inf"), 10, 10),
        lambda: visible_amount(1, 10, 10, explained=1),
        lambda: visible_amount(1, 10, 10, power=1),
        lambda: visible_amount(1, 10, 10, level=95),
        lambda: held_out_for(0, 1, 100),
    ],
)
def test_what_cannot_be_asked_is_refused(ask):
    with pytest.raises(ValueError):
        ask()
