"""A promise as wide as earlier ones of its kind should have been. Pure."""

from dataclasses import replace

import pytest

from analytics.loop import storage
from analytics.loop.checking.widening import widened
from analytics.loop.measures import Figure, Measure
from analytics.loop.models import Adjustment, Evaluation
from analytics.loop.proposals import Proposal
from analytics.loop.subjects import SEND_HOUR

PROMISE = Figure(
    value=0.02, low=0.01, high=0.05, n=900, measure=Measure.OUTCOME_DIFFERENCE, level=0.9
)
PROPOSAL = Proposal(
    kind=Adjustment.Kind.TIMING,
    target=SEND_HOUR,
    before=10,
    after=20,
    promise=PROMISE,
    spread=0.004,
    n=900,
    rests_on=[],
)


def test_j12_either_side_is_widened_and_the_proposal_says_so():
    wide = widened(PROPOSAL, 1.5)

    assert wide.promise.value == PROMISE.value
    assert (wide.promise.low, wide.promise.high) == pytest.approx((0.005, 0.065))
    row = storage.adjustment_of(Evaluation(), wide)
    assert (row.expected_factor, row.expected_spread) == (1.5, 0.004)
    assert row.expected_high == pytest.approx(0.065)


def test_j12_what_is_left_alone_has_no_factor():
    assert widened(PROPOSAL, 1.0) == PROPOSAL
    assert storage.adjustment_of(Evaluation(), PROPOSAL).expected_factor is None


@pytest.mark.parametrize(
    "promise",
    [
        Figure.silent(900, Measure.OUTCOME_DIFFERENCE),
        replace(PROMISE, measure=Measure.PER_COST),
    ],
)
def test_j12_what_is_never_checked_is_never_widened(promise):
    proposal = replace(PROPOSAL, promise=promise)
    assert widened(proposal, 1.5) == proposal
