"""Whether the next round can show what a proposal promised. Pure.

A promise is a difference to going on as before. It is seen where one part of the next round's
readers had the change and the other did not, by the outcome and in the window that were promised.
What changed for both parts, as the segments of a plan do, shows between none of them.
"""

from collections import Counter
from collections.abc import Callable

from analytics.loop.inputs.experiment import AnsweredCell, ArmRole
from analytics.loop.inputs.shapes import Inputs
from analytics.loop.models import Adjustment

Kind = Adjustment.Kind


def differs_between_arms(adjustment: Adjustment, following: Inputs) -> bool:
    """Whether the new arms of the next round had the change, and the one as before did not.

    ``following``: what was frozen of that round.
    """
    differs = DIFFERS.get(adjustment.kind)
    if differs is None:
        return False
    new = answered_by(ArmRole.NEW, following)
    before = answered_by(ArmRole.AS_BEFORE, following)
    return differs(adjustment, new, before)


def asks_the_same(promised: Inputs, following: Inputs) -> bool:
    """Whether both rounds named the same outcome, counted it alike, and looked for it as long."""
    return _asked(promised) == _asked(following)


def _asked(inputs: Inputs) -> tuple:
    """What the effect of a round is an effect on."""
    named = inputs.promised
    return named.outcome, named.is_amount, named.window_days, inputs.outcome_list


def answered_by(role: ArmRole, inputs: Inputs) -> list[AnsweredCell]:
    """Readers of the arms of a role who were sent mail."""
    codes = {arm.code for arm in inputs.promised.arms if arm.role == role}
    return [cell for cell in inputs.drawn.answered if cell.arm in codes]


def _hours_differ(
    adjustment: Adjustment, new: list[AnsweredCell], before: list[AnsweredCell]
) -> bool:
    """Whether most of the new arms' first mails went out in the hour that was agreed, and most of
    the others in the hour before it.
    """
    hours = usual_hour(new), usual_hour(before)
    return hours == (adjustment.agreed_value, adjustment.before)


def usual_hour(cells: list[AnsweredCell]) -> int | None:
    """The local hour in which most first mails went out; None where none did."""
    hours: Counter[int] = Counter()
    for cell in cells:
        hours[cell.hour] += cell.n
    if not hours:
        return None
    return hours.most_common(1)[0][0]


def _mails_differ(
    _adjustment: Adjustment, new: list[AnsweredCell], before: list[AnsweredCell]
) -> bool:
    """Whether no reader of one part began with a mail that the other part got as well."""
    of_new = {cell.content for cell in new}
    of_before = {cell.content for cell in before}
    return bool(of_new) and bool(of_before) and of_new.isdisjoint(of_before)


#: By what it shows that the arms were treated differently; all other kinds change the whole plan.
DIFFERS: dict[str, Callable[[Adjustment, list[AnsweredCell], list[AnsweredCell]], bool]] = {
    Kind.TIMING: _hours_differ,
    Kind.CONTENT_ARM: _mails_differ,
}
