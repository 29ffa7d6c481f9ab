"""The channel step.

Shares add up, floors hold, thin evidence moves little, and the simulation keeps its order.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.loop import mix, simulate
from analytics.loop.mix import ChannelEvidence
from analytics.loop.shares import LEAST_SHARE, NoRoom, whole_shares


def evenly(*responses, spend=20.0):
    share = 100 // len(responses)
    return [ChannelEvidence(f"c{i}", share, y, spend) for i, y in enumerate(responses)]


channels = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 5000)), st.floats(0.1, 1000)),
    min_size=2,
    max_size=12,
)


@given(channels)
def test_shares_add_up_to_100_and_none_falls_below_the_floor(drawn):
    start = whole_shares({f"c{i}": 1.0 for i in range(len(drawn))})
    after = mix.step(
        [ChannelEvidence(f"c{i}", start[f"c{i}"], y, s) for i, (y, s) in enumerate(drawn)]
    )
    assert sum(after.values()) == 100
    assert min(after.values()) >= LEAST_SHARE


def test_a_lucky_month_of_a_tiny_library_moves_a_share_by_less_than_a_third():
    after = mix.step(evenly(3, 0, 0, 0, 0))
    assert 20 < after["c0"] <= 26
    assert min(after.values()) >= 18


def test_clear_evidence_moves_a_share_further_than_thin_evidence():
    thin, clear = mix.step(evenly(6, 3, 3, 3, 3)), mix.step(evenly(600, 300, 300, 300, 300))
    assert clear["c0"] > thin["c0"] > 20


def test_an_unmeasured_channel_keeps_its_share():
    assert mix.step(evenly(None, None, None, None, None)) == {f"c{i}": 20 for i in range(5)}


def test_earlier_cycles_speak_where_this_one_is_silent():
    history = ((400.0, 20.0), (400.0, 20.0))
    fresh = [ChannelEvidence("a", 50, 2, 20.0), ChannelEvidence("b", 50, 2, 20.0)]
    known = [ChannelEvidence("a", 50, 2, 20.0, history), ChannelEvidence("b", 50, 2, 20.0)]
    assert mix.step(fresh)["a"] == 50
    assert mix.step(known)["a"] > 50


def test_fixed_shares_stay_and_the_others_share_the_rest_in_proportion():
    assert whole_shares({"a": 60, "b": 30, "c": 10}, fixed={"a": 40}) == {"a": 40, "b": 45, "c": 15}


def test_fixed_shares_that_leave_no_room_are_refused():
    with pytest.raises(NoRoom):
        whole_shares({"a": 60, "b": 30, "c": 10}, fixed={"a": 95})


def test_a_growing_share_is_promised_less_per_effort_than_it_brought():
    channel = ChannelEvidence("a", 50, 500, 50.0)
    belief = mix.believe([channel, ChannelEvidence("b", 50, 100, 50.0)])["a"]
    assert mix.promise(channel, belief, 65).value < mix.promise(channel, belief, 50).value
    assert mix.promise(channel, belief, 65).low < 10 * 65**-0.5 * 50**0.5


@pytest.mark.parametrize(("readers", "reach"), [(5000, 0.95), (300, 0.93)])
def test_bounded_step_reaches_the_oracle_where_the_unchanged_plan_gets_three_quarters(
    readers, reach
):
    played = simulate.tournament(readers, seeds=20)
    assert 0.70 < played["last"]["unchanged"] < 0.76
    assert played["last"]["loop"] > reach


def test_in_a_tiny_library_greed_ruins_the_worst_seed_and_the_bounded_step_does_not():
    played = simulate.tournament(simulate.LIBRARIES["tiny"], seeds=40)
    unchanged = played["last"]["unchanged"]
    assert played["worst"]["greedy"] < 0.6 * unchanged
    assert played["worst"]["loop"] > 0.9 * unchanged
    assert played["last"]["loop"] > unchanged
