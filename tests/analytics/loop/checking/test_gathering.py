"""Which proposals are a check, and which changes are checked together."""

from datetime import timedelta

import pytest
from scipy import stats

from analytics.loop.checking.calibration import TOGETHER
from analytics.loop.checking.gathering import checks_of, factors_at
from analytics.loop.models import Adjustment
from tests.analytics.loop.checking.building import (
    Kind,
    State,
    checks,
    next_plan,
    promised,
)

pytestmark = pytest.mark.django_db
Z90 = stats.norm.isf(0.05)


def test_j12_a_promise_against_a_part_as_before_is_a_check():
    row = promised(*next_plan())
    (check,) = checks_of([row])

    # The error of the arms that were is 1 point, as the true difference was known to 1 point.
    assert check.promise.high == pytest.approx(0.02 + Z90 * 0.01 * 2**0.5, abs=1e-5)
    assert check.kind == Kind.TIMING
    assert check.is_covered
    assert check.reached_middle
    assert check.went_as_promised


def test_j12_what_was_stored_counts_where_nothing_else_is_known():
    row = promised(*next_plan(), expected_spread=None, observed=0.049)
    (check,) = checks_of([row])
    assert (check.promise.low, check.promise.high) == pytest.approx((-0.01, 0.05))
    assert check.is_covered


def test_j12_changes_accepted_together_are_checked_once():
    plan = next_plan()
    rows = [
        promised(*plan),
        promised(*plan, kind=Kind.CONTENT_ARM, target="arm:B"),
    ]
    (check,) = checks_of(rows)

    assert check.promise.value == pytest.approx(0.04)
    assert check.promise.high == pytest.approx(0.04 + Z90 * 0.01 * 3**0.5, abs=1e-5)
    assert check.kind == TOGETHER
    assert not check.reached_middle


def test_j12_a_change_that_promised_something_else_spoils_the_check():
    plan = next_plan()
    timing = promised(*plan)
    letter = promised(*plan, kind=Kind.CONTENT_ARM, target="arm:B", measure="audience_difference")
    assert checks_of([timing, letter]) == []


def test_j12_a_value_of_somebodys_own_spoils_the_check():
    plan = next_plan()
    rows = [
        promised(*plan),
        promised(*plan, kind=Kind.CONTENT_ARM, target="arm:b", state="changed"),
    ]
    assert checks_of(rows) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"state": State.CHANGED},
        {"observed": None},
        {"measure": "hour_response"},
        {"kind": Kind.SEGMENT_ADD, "target": "segment:1", "measure": "audience_difference"},
        {"kind": Kind.SEGMENT_DROP, "target": "segment:2", "measure": "audience_difference"},
        {"kind": Kind.REDUCE, "target": "holdout"},
        {"kind": Kind.CHANNEL_SHARE, "target": "channel:email", "measure": "per_cost"},
        {"kind": Kind.STANDARD, "target": "standard:reach", "measure": "reach"},
    ],
)
def test_j12_what_no_arm_shows_is_no_check(fields):
    assert checks_of([promised(*next_plan(), **fields)]) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": Kind.SEGMENT_ADD, "target": "segment:1", "measure": "audience_difference"},
        {"kind": Kind.SEGMENT_DROP, "target": "segment:2", "measure": "audience_difference"},
        {"kind": Kind.REDUCE, "target": "holdout"},
        {"kind": Kind.CHANNEL_SHARE, "target": "channel:poster", "measure": "per_cost"},
        {"kind": Kind.STANDARD, "target": "standard:reach", "measure": "reach"},
    ],
)
def test_j12_what_is_alike_in_both_arms_spoils_nothing(fields):
    plan = next_plan()
    assert len(checks_of([promised(*plan), promised(*plan, **fields)])) == 1


def test_j12_only_kinds_that_held_too_seldom_get_a_factor():
    checks(22, observed=0.08)
    checks(22, kind=Kind.CONTENT_ARM, target="arm:B")
    last = Adjustment.objects.order_by("-observed_in__as_of").first().observed_in.as_of

    factors = factors_at(last)

    missed = 0.06 / (Z90 * 0.01 * 2**0.5)
    assert factors == {Kind.TIMING: pytest.approx(missed, abs=1e-3)}
    # At that moment of the past nobody knew.
    assert factors_at(last - timedelta(days=1)) == {}
