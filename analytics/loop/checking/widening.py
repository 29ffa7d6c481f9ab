"""A promise as wide as earlier ones of its kind should have been. Pure."""

from dataclasses import replace

from analytics.loop.models import Adjustment
from analytics.loop.proposals import Proposal


def widened(proposal: Proposal, factor: float) -> Proposal:
    """The same proposal with its interval ``factor`` times as wide to either side.

    Itself where the factor is 1, or where it promises nothing against going on as before.
    """
    promise = proposal.promise
    is_checked = promise.measure in Adjustment.AGAINST_AS_BEFORE and promise.low is not None
    # The factor was learned from promises against going on as before, and says nothing of others.
    if factor == 1 or not is_checked:
        return proposal
    # The value stays: whether promises are too sure and whether they are too high are two
    # questions.
    wider = replace(
        promise,
        low=promise.value - (promise.value - promise.low) * factor,
        high=promise.value + (promise.high - promise.value) * factor,
    )
    return replace(proposal, promise=wider, factor=factor)
