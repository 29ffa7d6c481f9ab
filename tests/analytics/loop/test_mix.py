"""The channel shares: what is believed, whether a share moves, how far, and what is promised."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analytics.loop import mix
from analytics.loop.mix import Brought, ChannelEvidence, PartSizes
from analytics.loop.shares import LEAST_SHARE, NoRoom, whole_shares

SIZES = PartSizes(800, 200)


def evenly(*responses, spend=20.0, history=None):
    share = 100 // len(responses)
    channels = []
    for i, y in enumerate(responses):
        earlier = () if history is None else tuple(cycle[i] for cycle in history)
        channels.append(ChannelEvidence(f"c{i}", share, y, spend, earlier))
    return channels


channels = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 5000)), st.floats(0.1, 1000)),
    min_size=2,
    max_size=12,
)


def as_drawn(drawn):
    start = whole_shares({f"c{i}": 1.0 for i in range(len(drawn))})
    return [ChannelEvidence(f"c{i}", start[f"c{i}"], y, s) for i, (y, s) in enumerate(drawn)]


# --- the step ---------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(channels)
def test_shares_add_up_to_100_and_none_falls_below_the_floor(drawn):
    evidence = as_drawn(drawn)
    for movable in (None, mix.differing(evidence), {"c0"}):
        after = mix.step(evidence, movable=movable)
        assert sum(after.values()) == 100
        assert min(after.values()) >= LEAST_SHARE


def test_a_lucky_month_of_a_tiny_library_moves_nothing():
    lucky = evenly(2, 1, 0, 0, 0)
    assert 20 < mix.step(lucky)["c0"] <= 28
    assert mix.moves(lucky, movable=mix.differing(lucky)) == {}


def test_clear_evidence_moves_a_share_further_than_thin_evidence():
    thin, clear = mix.step(evenly(6, 3, 3, 3, 3)), mix.step(evenly(600, 300, 300, 300, 300))
    assert clear["c0"] > thin["c0"] > 20


def test_no_share_moves_beyond_its_bounds():
    loud = evenly(9000, 100, 100, 100, 100)
    least, most = mix.bounds(loud)["c0"]
    assert most == pytest.approx(20 * np.exp(1.2), rel=0.01)
    assert mix.step(loud)["c0"] <= most + 1


def test_an_unmeasured_channel_keeps_its_share():
    assert mix.step(evenly(None, None, None, None, None)) == {f"c{i}": 20 for i in range(5)}
    assert mix.gap_p(evenly(None, None)) == {}


def test_channels_that_may_not_move_share_the_rest_in_their_old_proportion():
    uneven = [
        ChannelEvidence("a", 40, 900, 40.0),
        ChannelEvidence("b", 40, 100, 40.0),
        ChannelEvidence("c", 20, None, 20.0),
    ]
    after = mix.step(uneven, movable={"a"})
    assert after["a"] > 50
    assert after["b"] == pytest.approx(2 * after["c"], abs=1)


def test_effort_of_zero_and_a_single_channel_move_nothing():
    alone = [ChannelEvidence("a", 100, 30, 100.0)]
    assert mix.step(alone) == {"a": 100}
    assert mix.gap_p(alone) == {"a": 1.0}
    without_effort = [ChannelEvidence("a", 50, 5, 0.0), ChannelEvidence("b", 50, 5, 50.0)]
    assert mix.step(without_effort) == {"a": 50, "b": 50}


def test_nobody_answered_anywhere_and_nothing_moves():
    assert mix.step(evenly(0, 0, 0, 0)) == {f"c{i}": 25 for i in range(4)}
    assert set(mix.gap_p(evenly(0, 0, 0, 0)).values()) == {1.0}


def test_fixed_shares_stay_and_the_others_share_the_rest_in_proportion():
    assert whole_shares({"a": 60, "b": 30, "c": 10}, fixed={"a": 40}) == {"a": 40, "b": 45, "c": 15}


def test_fixed_shares_that_leave_no_room_are_refused():
    with pytest.raises(NoRoom):
        whole_shares({"a": 60, "b": 30, "c": 10}, fixed={"a": 95})


# --- the belief -------------------------------------------------------------------------------


def test_earlier_cycles_speak_where_this_one_is_silent():
    history = ((400.0, 20.0), (400.0, 20.0))
    fresh = [ChannelEvidence("a", 50, 2, 20.0), ChannelEvidence("b", 50, 2, 20.0)]
    known = [replace(fresh[0], history=history), replace(fresh[1], history=((200.0, 20.0),) * 2)]
    assert mix.step(fresh)["a"] == 50
    assert mix.step(known)["a"] > 50


def test_a_cycle_that_did_not_measure_a_channel_is_no_cycle_without_answers():
    quiet = evenly(300, 300, history=[(None, (300.0, 20.0)), ((300.0, 20.0), (300.0, 20.0))])
    assert mix.step(quiet) == {"c0": 50, "c1": 50}


def test_a_world_that_moves_is_forgotten_faster_than_one_that_stays():
    still = [((300.0, 20.0), (600.0, 20.0))] * 4
    moving = [
        ((600.0, 20.0), (300.0, 20.0)),
        ((300.0, 20.0), (600.0, 20.0)),
        ((600.0, 20.0), (300.0, 20.0)),
        ((300.0, 20.0), (600.0, 20.0)),
    ]
    of_still = mix.believe(evenly(300, 600, history=still))
    of_moving = mix.believe(evenly(300, 600, history=moving))
    assert of_still.drift < 0.1 < 0.4 < of_moving.drift
    assert of_still.memory[0] > 0.2 > 0.01 > of_moving.memory[0]


@pytest.mark.parametrize("returns", [0.3, 0.5, 0.85])
def test_how_returns_diminish_is_learned_from_two_parts_of_one_cycle(returns):
    evidence = []
    for code, share, before in (("a", 60, 20), ("b", 20, 40), ("c", 20, 40)):
        came = 40_000 * (share / 100) ** returns
        came_before = 10_000 * (before / 100) ** returns
        part = Brought(round(came_before), before, 2_500)
        evidence.append(
            ChannelEvidence(code, share, round(came), share, readers=10_000, as_before=part)
        )
    assert mix.believe(evidence).returns == pytest.approx(returns, abs=0.03)


def test_channels_that_got_more_because_they_are_better_say_nothing_about_returns():
    steady = [ChannelEvidence("a", 80, 8000, 80.0, ((8000.0, 80.0),) * 4)]
    steady.append(ChannelEvidence("b", 20, 2000, 20.0, ((2000.0, 20.0),) * 4))
    assert mix.believe(steady).returns == pytest.approx(0.5, abs=0.02)


def test_a_season_that_all_channels_share_changes_no_share():
    level = [((90.0, 20.0), (60.0, 20.0)), ((90.0, 20.0), (60.0, 20.0))]
    season = [((30.0, 20.0), (20.0, 20.0)), ((240.0, 20.0), (160.0, 20.0))]
    assert mix.step(evenly(90, 60, history=season)) == mix.step(evenly(90, 60, history=level))


# --- whether a channel differs ----------------------------------------------------------------


def test_first_cycle_is_the_binomial_test_of_scipy():
    evidence = [ChannelEvidence("a", 30, 42, 30.0), ChannelEvidence("b", 70, 58, 70.0)]
    law = stats.binom(100, 0.3)
    upper = law.sf(42) + law.pmf(42) / 2
    assert mix.gap_p(evidence)["a"] == pytest.approx(2 * upper, rel=1e-9)
    assert mix.gap_p(evidence)["b"] == pytest.approx(2 * upper, rel=1e-9)


@pytest.mark.parametrize(("readers", "base"), [(300, 0.06), (5000, 0.06), (50_000, 0.25)])
def test_channels_that_are_alike_differ_in_one_of_twenty_at_most_also_with_history(readers, base):
    chance = np.random.default_rng(45)
    shares = np.array([40, 30, 20, 10])
    differing = 0
    for _seed in range(100):
        counts = chance.poisson(readers * base * shares / 100, (5, 4))
        history = [list(zip(cycle, shares, strict=True)) for cycle in counts[1:]]
        evidence = []
        for place, share in enumerate(shares):
            earlier = tuple(cycle[place] for cycle in history)
            evidence.append(
                ChannelEvidence(f"c{place}", share, counts[0, place], float(share), earlier)
            )
        differing += len(mix.differing(evidence))
    assert stats.binomtest(differing, 400, 0.05, alternative="greater").pvalue > 0.01


# --- what is promised -------------------------------------------------------------------------

readers_of = st.tuples(st.integers(0, 900), st.integers(0, 200))


def in_two_parts(counts):
    shares = whole_shares({f"c{i}": 1.0 for i in range(len(counts))})
    evidence = []
    for place, (changed, before) in enumerate(counts):
        code = f"c{place}"
        part = Brought(before, shares[code], 200)
        evidence.append(
            ChannelEvidence(code, shares[code], changed, shares[code], (), 800, as_before=part)
        )
    return evidence, shares


@settings(max_examples=30, deadline=None)
@given(st.lists(readers_of, min_size=2, max_size=8))
def test_a_promise_for_going_on_as_before_is_zero(counts):
    evidence, shares = in_two_parts(counts)
    for promise in mix.promise(evidence, shares, SIZES).values():
        assert promise.value == 0
        assert promise.low <= 0 <= promise.high
    assert mix.promise_together(evidence, shares, SIZES).value == 0


def test_more_effort_is_promised_to_bring_more_but_less_than_in_proportion():
    evidence, _shares = in_two_parts([(400, 100), (100, 25)])
    promise = mix.promise(evidence, {"c0": 75, "c1": 25}, SIZES)
    assert 0 < promise["c0"].value < 1000 * 400 / 800 * 0.5
    assert promise["c1"].value < 0
    assert promise["c0"].n == 400
    together = mix.promise_together(evidence, {"c0": 75, "c1": 25}, SIZES)
    assert together.value == pytest.approx(promise["c0"].value + promise["c1"].value)
    assert together.n == 500


def test_a_promise_is_the_same_whatever_else_is_asked_and_in_any_order():
    evidence, _shares = in_two_parts([(400, 100), (100, 25), (90, 20)])
    alone = mix.promise(evidence, {"c0": 50}, SIZES)["c0"]
    assert mix.promise(evidence, {"c1": 10, "c0": 50}, SIZES)["c0"] == alone
    assert mix.promise(evidence, {"c0": 50}, SIZES)["c0"] == alone


def test_a_smaller_part_as_before_makes_a_wider_interval():
    evidence, _shares = in_two_parts([(400, 100), (100, 25)])
    wide = mix.promise(evidence, {"c0": 60}, PartSizes(980, 20))["c0"]
    narrow = mix.promise(evidence, {"c0": 60}, PartSizes(500, 500))["c0"]
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_of_a_channel_that_was_not_measured_nothing_is_promised():
    evidence = [ChannelEvidence("a", 50, None, 50.0), ChannelEvidence("b", 50, 30, 50.0)]
    assert mix.promise(evidence, {"a": 60}, SIZES) == {}
    assert mix.promise_together(evidence, {"a": 60}, SIZES) is None
    assert mix.foretell(evidence, "a", 60) is None


def test_a_growing_share_is_foretold_less_per_effort_than_it_brought():
    evidence = [ChannelEvidence("a", 50, 500, 50.0), ChannelEvidence("b", 50, 100, 50.0)]
    unchanged, grown = (mix.foretell(evidence, "a", after) for after in (50, 65))
    assert unchanged.value == pytest.approx(10, rel=0.1)
    assert grown.value == pytest.approx(unchanged.value * (65 / 50) ** -0.5, rel=0.05)
    assert grown.low < grown.value < grown.high


def test_an_observed_difference_is_per_thousand_readers_of_each_part():
    assert mix.observed_difference((80.0, 10.0), SIZES) == pytest.approx(50)
