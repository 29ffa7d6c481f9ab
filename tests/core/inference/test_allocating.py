"""Shares of arms, against top-two Thompson sampling played out."""

import numpy as np
import pytest

from core.inference.allocating import draws_of, probabilities_of_best, top_two

ARMS = [(0.06, 0.01), (0.07, 0.01), (0.075, 0.02), (0.03, 0.01)]


def test_shares_are_those_of_the_game_played_out():
    """Leader by a draw; with ½ it, else draws until another leads (Russo 2016, algorithm 4)."""
    rng = np.random.default_rng(5)
    given = np.zeros(4)
    means, errors = np.array(ARMS).T
    for _reader in range(20_000):
        arm = np.argmax(rng.normal(means, errors))
        if rng.random() < 0.5:
            leader, arm = arm, None
            while arm is None or arm == leader:
                arm = np.argmax(rng.normal(means, errors))
        given[arm] += 1
    assert top_two(ARMS, floor=0) == pytest.approx(given / 20_000, abs=0.012)


def test_shares_repeat_and_sum_to_one():
    assert top_two(ARMS) == top_two(ARMS)
    assert sum(top_two(ARMS)) == pytest.approx(1)
    assert top_two(ARMS, seed=1) != top_two(ARMS, seed=2)


def test_draws_may_be_given_themselves():
    assert top_two(draws_of(ARMS)) == top_two(ARMS)


def test_every_arm_gets_five_in_a_hundred():
    shares = top_two([(0.9, 0.001), (0.1, 0.001), (0.1, 0.001)])
    assert min(shares) >= 0.05
    assert max(shares) == shares[0]
    assert top_two([(0.1, 0.1)] * 25) == pytest.approx([1 / 25] * 25, abs=0.005)


def test_the_best_gets_no_more_than_half_beside_its_rivals():
    shares = top_two([(0.9, 0.001), (0.1, 0.001), (0.2, 0.001)], floor=0)
    assert shares[0] == pytest.approx(0.5, abs=0.01)


def test_arms_that_are_one_get_the_same():
    alike = np.ones((100, 4))
    assert top_two(alike) == pytest.approx([0.25] * 4)
    assert probabilities_of_best(alike) == pytest.approx([0.25] * 4)
    assert top_two([(0.1, 0.0), (0.1, 0.0)]) == pytest.approx([0.5, 0.5])


def test_the_order_of_arms_turns_with_them():
    draws = draws_of(ARMS)
    assert top_two(draws[:, ::-1].copy()) == pytest.approx(top_two(draws)[::-1])


def test_one_arm_and_none():
    assert top_two([(0.1, 0.1)]) == [1.0]
    assert top_two([]) == []


@pytest.mark.parametrize("arms", [[(0.1, -1), (0.1, 1)], [(float("nan"), 1), (0.1, 1)]])
def test_what_is_no_belief_is_refused(arms):
    with pytest.raises(ValueError):
        top_two(arms)
    with pytest.raises(ValueError):
        top_two(np.full((3, 2), np.inf))
    with pytest.raises(ValueError):
        top_two(np.empty((0, 2)))
