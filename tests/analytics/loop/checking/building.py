"""Rows of proposals with what became of them, for the tests of checking."""

from itertools import count

from analytics.loop.models import Adjustment, Decision
from tests.factories import AdjustmentFactory, CampaignFactory, EvaluationFactory, UserFactory

Kind, State = Adjustment.Kind, Adjustment.State
_numbers = count(1)


def next_plan(**fields):
    """(evaluation of a campaign, evaluation of the campaign after it)"""
    number = next(_numbers)
    before = EvaluationFactory(campaign__title=f"Poems {number}")
    after = CampaignFactory(title=f"Poems {number}, again", previous=before.campaign)
    return before, EvaluationFactory(campaign=after, **fields)


def promised(before, after, *, state=State.ACCEPTED, observed=0.03, **fields):
    """A proposal that was agreed to and seen again: +2.0 points, ± 1.6 known."""
    values = {
        "kind": Kind.TIMING,
        "target": "send_hour",
        "measure": "outcome_difference",
        "expected": 0.02,
        "expected_low": -0.01,
        "expected_high": 0.05,
        "expected_level": 0.9,
        "expected_spread": 0.01,
        "observed": observed,
        "observed_low": None if observed is None else observed - 0.0196,
        "observed_high": None if observed is None else observed + 0.0196,
        "observed_n": None if observed is None else 900,
    }
    values |= fields
    return AdjustmentFactory(
        evaluation=before,
        state=state,
        applied_in=after.campaign,
        observed_in=after,
        **values,
    )


def checks(n: int, *, observed=0.03, **fields):
    """So many checks, each of a plan of its own."""
    return [promised(*next_plan(), observed=observed, **fields) for _ in range(n)]


def decided(adjustment, verdict: str, *, value=None, reason="Nobody answers at night"):
    """The decision of a proposal whose state is set already."""
    return Decision.objects.create(
        adjustment=adjustment,
        verdict=verdict,
        value=value,
        reason=reason,
        by=UserFactory(role="manager"),
    )
