"""A small slice of the channel worlds, with seeds that stay and bars that hold with room."""

import numpy as np
import pytest

from analytics.worlds.channels import bias, coverage
from analytics.worlds.games import EVEN, play
from analytics.worlds.library import LibraryCase, MadeUpLibrary

SEEDS = range(20)


def games(case):
    return [play(case, seed) for seed in SEEDS]


def last_cycle(played):
    return np.mean([game.reached[-1] for game in played])


def gained(played):
    return [game.outcome / game.unchanged for game in played]


def test_best_plan_is_the_best_and_the_even_plan_answers_at_the_base_rate():
    library = MadeUpLibrary(LibraryCase("spread", 5000, 0.06), np.random.default_rng(0))
    assert library.expected(np.full(6, 100 / 6)).sum() == pytest.approx(0.06)
    best = 100 * library.appeals**2 / (library.appeals**2).sum()
    assert library.expected(best).sum() == pytest.approx(library.best)
    assert library.expected(EVEN).sum() < 0.75 * library.best


def test_same_seed_plays_the_same_game():
    case = LibraryCase("mild", 300, 0.06, drifts=True)
    assert play(case, 3) == play(case, 3)
    assert play(case, 3) != play(case, 4)


@pytest.mark.parametrize("readers", [300, 5000])
def test_where_nothing_changes_the_loop_finds_the_best_plan_the_floor_permits(readers):
    played = games(LibraryCase("spread", readers, 0.06))
    assert played[0].reached[0] == pytest.approx(0.735, abs=0.01)
    assert last_cycle(played) > 0.955
    assert min(gained(played)) > 1.1


def test_where_channels_drift_it_follows_further_than_the_step_of_0_1():
    played = games(LibraryCase("mild", 5000, 0.06, drifts=True))
    assert last_cycle(played) > 0.9
    assert min(gained(played)) > 0.97


def test_where_a_channel_collapses_the_plan_leaves_it():
    played = games(LibraryCase("mild", 5000, 0.06, collapses=True))
    at_once = np.mean([game.reached[4] for game in played])
    assert last_cycle(played) > 0.95 > at_once


def test_in_a_tiny_library_no_seed_is_ruined():
    assert min(gained(games(LibraryCase("spread", 60, 0.06)))) > 0.9


@pytest.mark.parametrize(
    "case",
    [
        LibraryCase("spread", 300, 0.06),
        LibraryCase("mild", 5000, 0.06, drifts=True),
        LibraryCase("mild", 5000, 0.06, is_seasonal=True),
    ],
    ids=str,
)
def test_promises_hold_in_nine_of_ten_and_lie_at_what_comes(case):
    forced = [game.forced for game in games(case)]
    assert sum(map(len, forced)) == len(SEEDS) * 7 * 6
    covered = coverage(forced)
    assert covered.low < 0.93
    assert covered.high > 0.87
    assert abs(bias(forced).value) < 0.3
