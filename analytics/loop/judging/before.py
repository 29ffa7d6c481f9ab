"""The new arms of a draw against the one that went on as before. Pure."""

from collections.abc import Collection

from analytics.loop.inputs.experiment import ArmRole, Promised
from analytics.loop.inputs.shapes import Inputs
from analytics.loop.judging.effects import by_arm_and_stratum, compared, joined
from analytics.loop.judging.gaps import counted
from analytics.loop.judging.shapes import ChangedPlan
from analytics.loop.rules import Rule
from core.inference.contrasts import Contrast, shares_differ
from core.inference.moments import Moments


def changed_in(inputs: Inputs, rule: Rule) -> ChangedPlan | None:
    """What the change of the plan did; None where no arm went on as before, or no other. Both
    differences are new minus as before, in shares of 1 or in units of the amount.
    """
    strata = by_arm_and_stratum(inputs.drawn.cells)
    new = drawn_as(ArmRole.NEW, inputs.promised, strata)
    before = drawn_as(ArmRole.AS_BEFORE, inputs.promised, strata)
    if not new or not before:
        return None

    ours = joined(strata[code] for code in sorted(new))
    theirs = joined(strata[code] for code in sorted(before))
    # The arm as before stands where the held-out one stands in the effect: what both got cancels
    # out, and what is left is the change.
    outcome = compared("", ours, theirs, inputs.promised, rule)
    return ChangedPlan(outcome.decided, _responses(inputs, new, before, rule))


def drawn_as(role: ArmRole, promised: Promised, drawn: Collection[str]) -> set[str]:
    """Codes of the arms of a role into which anybody was drawn."""
    return {arm.code for arm in promised.arms if arm.role == role and arm.code in drawn}


def _responses(
    inputs: Inputs, new: Collection[str], before: Collection[str], rule: Rule
) -> Contrast:
    """The response of those who were mailed by the new arms minus that of the others. A share of
    readers, each counted once; silent where either side has too few to be judged by.
    """
    answered = inputs.drawn.answered
    ours = counted(cell for cell in answered if cell.arm in new)
    theirs = counted(cell for cell in answered if cell.arm in before)
    return shares_differ(
        Moments.of_share(*ours),
        Moments.of_share(*theirs),
        level=rule.estimate_level,
        least=rule.judged_from,
    )
