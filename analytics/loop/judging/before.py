"""The new arms of a draw against the one that went on as before. Pure."""

from collections.abc import Collection

from analytics.loop.inputs.experiment import ArmRole
from analytics.loop.inputs.shapes import Inputs
from analytics.loop.judging.effects import by_arm_and_stratum, compared, joined
from analytics.loop.judging.gaps import counted
from analytics.loop.judging.shapes import ChangedPlan
from analytics.loop.rules import Rule
from core.inference.contrasts import Contrast, shares_differ
from core.inference.moments import Moments


def changed_in(inputs: Inputs, rule: Rule) -> ChangedPlan | None:
    """What the change of the plan did; None where no arm went on as before, or no other."""
    strata = by_arm_and_stratum(inputs.drawn.cells)
    drawn = [arm for arm in inputs.promised.arms if arm.code in strata]
    new = {arm.code for arm in drawn if arm.role == ArmRole.NEW}
    before = {arm.code for arm in drawn if arm.role == ArmRole.AS_BEFORE}
    if not new or not before:
        return None

    ours = joined(strata[code] for code in sorted(new))
    theirs = joined(strata[code] for code in sorted(before))
    outcome = compared("", ours, theirs, inputs.promised, rule)
    return ChangedPlan(outcome.decided, _responses(inputs, new, before, rule))


def _responses(
    inputs: Inputs, new: Collection[str], before: Collection[str], rule: Rule
) -> Contrast:
    """The response of those who were mailed by the new arms minus that of the others."""
    answered = inputs.drawn.answered
    ours = counted(cell for cell in answered if cell.arm in new)
    theirs = counted(cell for cell in answered if cell.arm in before)
    return shares_differ(
        Moments.of_share(*ours),
        Moments.of_share(*theirs),
        level=rule.estimate_level,
        least=rule.judged_from,
    )
