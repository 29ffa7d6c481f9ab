"""Distinct persons, and the effect against those held out. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter

from analytics.loop.figures.shapes import Lift, LiftSilence
from analytics.loop.figures.shares import about, persons_told
from analytics.loop.inputs.experiment import HELD_OUT, ArmCell
from analytics.loop.inputs.shapes import Inputs
from analytics.loop.measures import Measure
from analytics.loop.rules import Rule
from core import estimates
from core.disclosure import Count, Missing, is_small

#: In an arm of so many readers a whole percentage point is four of them.
HIDDEN_BY_A_POINT = 400


@dataclass
class ArmCounts:
    """One side of the comparison: how many were drawn for it, and how many had the outcome."""

    drawn: int = 0
    active: int = 0

    @property
    def betrays_few(self) -> bool:
        """Whether one to four had the outcome, or one to four had not: either would tell of few."""
        return is_small(self.active) or is_small(self.drawn - self.active)


@dataclass(frozen=True)
class People:
    """Exact numbers of persons, before anything is withheld.

    ``responses``: those who responded and the followings of open links together. ``is_broken``: the
    arms are not as they were drawn, so nothing is said of the difference between them.
    """

    addressed: int
    reached: int
    responded: int
    responses: int
    treated: ArmCounts
    held_out: ArmCounts
    is_broken: bool = False


def with_arms_as_drawn(people: People, inputs: Inputs, *, is_broken: bool) -> People:
    """The same with the arms of the draw, in which everybody is who can still be followed."""
    treated, held_out = ArmCounts(), ArmCounts()
    for code, counted in counts_by_arm(inputs.drawn.cells).items():
        arm = treated
        if code == HELD_OUT:
            arm = held_out
        arm.drawn += counted.drawn
        arm.active += counted.active
    return replace(people, treated=treated, held_out=held_out, is_broken=is_broken)


def arm_size(people: People, rule: Rule) -> Callable[[int], Count]:
    """How the size of an arm is told: to the nearest ten, or to the width of the rule, where the
    exact one would betray few; else as it is.
    """
    if rule.width or _sizes_betray_few(people):
        return partial(_about_so_many, rule=rule)
    return Count.of


def _about_so_many(n: int, rule: Rule) -> Count:
    """A number of readers as the size of the whole is told; withheld where it is too small."""
    return Count.kept(about(n, rule) or None)


def counts_by_arm(cells: Iterable[ArmCell]) -> dict[str, ArmCounts]:
    """{code of the arm: its readers, and how many of them had the outcome}."""
    found: dict[str, ArmCounts] = {}
    for cell in cells:
        arm = found.setdefault(cell.arm, ArmCounts())
        arm.drawn += cell.n
        arm.active += cell.active
    return found


def an_arm_betrays_few(cells: Iterable[ArmCell]) -> bool:
    """Whether one to four of an arm had the outcome, or had it not."""
    return any(map(attrgetter("betrays_few"), counts_by_arm(cells).values()))


def arms_told(cells: Iterable[ArmCell], rule: Rule) -> tuple[bool, bool]:
    """Whether the effects of single arms are told at all, and whether in whole points.

    An exact one would tell of few readers where few of an arm had the outcome: its own, or, beside
    the whole, those of the arm that is left. A whole point hides them in an arm in which it is
    four readers or more.
    """
    arms = counts_by_arm(cells).values()
    smallest = min((arm.drawn for arm in arms), default=0)
    if smallest < rule.judged_from or any(arm.betrays_few for arm in arms):
        return smallest >= HIDDEN_BY_A_POINT, True
    return True, False


def count_people(inputs: Inputs) -> People:
    """Distinct persons.

    A reader held out of one content and sent another belongs to neither arm of the comparison.
    """
    addressed = reached = responded = 0
    treated, held_out = ArmCounts(), ArmCounts()
    for group in inputs.persons:
        addressed += group.n
        if group.reached:
            reached += group.n
        if group.responded:
            responded += group.n

        # Held out of one content and sent another: what such a reader does tells of neither.
        if group.held == group.treated:
            continue
        arm = treated
        if group.held:
            arm = held_out
        arm.drawn += group.n
        if group.active:
            arm.active += group.n

    open_clicks = sum(links.clicks for links in inputs.open_links)
    return People(addressed, reached, responded, responded + open_clicks, treated, held_out)


def effect(inputs: Inputs, people: People, rule: Rule) -> Lift:
    """The lift; nothing where outcomes were not recorded, whose zeros would be none."""
    if people.is_broken:
        return _silent_lift(
            about(people.treated.drawn, rule), LiftSilence.NOT_AS_DRAWN, inputs.holdout_percent
        )
    if rule.asks_what_is_recorded and not inputs.outcomes_recorded:
        drawn = about(people.treated.drawn, rule)
        return _silent_lift(drawn, LiftSilence.NOT_RECORDED, inputs.holdout_percent)
    return lift(people, inputs.holdout_percent, rule)


def lift(people: People, percent: int, rule: Rule) -> Lift:
    """Outcome of those drawn to be addressed minus outcome of those held out, whether or not the
    mail arrived.

    Where one to four were active, or were not, in either arm, the figure is in whole percentage
    points without those counts: from an exact one they could be found by trial. Where treated minus
    reached would betray one to four, the sizes of the arms are to the nearest ten as well. Of arms
    too small to be judged whole points hide nothing, so there the figure is left out. Where all
    numbers of readers are rounded, so are the arms.
    """
    treated, held_out = people.treated, people.held_out
    sizes_betray = rule.width > 0 or _sizes_betray_few(people)
    size = int
    if sizes_betray:
        size = partial(about, rule=rule)
    if not held_out.drawn:
        return _silent_lift(size(treated.drawn), LiftSilence.NO_HOLDOUT, percent)

    # By what was drawn, not by what arrived: those whom mail reaches differ from the others.
    found = estimates.difference(
        treated.active,
        treated.drawn,
        held_out.active,
        held_out.drawn,
        level=rule.estimate_level,
        least=rule.shown_from,
    )
    if not found.says:
        return _silent_lift(size(found.n), LiftSilence.FEW, percent)

    an_arm_betrays = treated.betrays_few or held_out.betrays_few
    betrays_few = sizes_betray or an_arm_betrays
    too_small = min(treated.drawn, held_out.drawn) < rule.judged_from
    # One person of ten is ten points: rounding to one point would leave them to be counted.
    if betrays_few and too_small:
        return _silent_lift(size(found.n), LiftSilence.FEW, percent)

    drawn = _arm_told(size(treated.drawn), treated, rule)
    held = _arm_told(size(held_out.drawn), held_out, rule)
    exact = Lift(
        value=found.value,
        low=found.low,
        high=found.high,
        n=_together(drawn, held),
        measure=Measure.DIFFERENCE,
        level=found.level,
        percent=percent,
        drawn=drawn,
        drawn_active=Count.of(treated.active),
        held_out=held,
        held_out_active=Count.of(held_out.active),
    )
    if betrays_few:
        return _in_whole_points(exact)
    return exact


def _arm_told(size: int, arm: ArmCounts, rule: Rule) -> Count:
    """How many an arm had, as it may be told.

    By 0.2.1 an arm that is smaller than the width of the report was told as nobody; ``size`` is its
    number as that version told it.
    """
    if rule.as_pages_count and rule.width:
        return persons_told(arm.drawn, rule)
    return Count.of(size)


def _together(*arms: Count) -> int | None:
    """The sum of the arms; None where one of them is not told."""
    numbers = [arm.public_number for arm in arms]
    if None in numbers:
        return None
    return sum(numbers)


def _sizes_betray_few(people: People) -> bool:
    """Whether an arm counts one to four, or its size beside the number reached would tell of as
    many whom mail did not reach.
    """
    not_reached = people.treated.drawn - people.reached
    sizes = (people.treated.drawn, people.held_out.drawn, not_reached)
    return any(map(is_small, sizes))


def _silent_lift(n: int, why: LiftSilence, percent: int) -> Lift:
    """A lift without a value, which says in ``why`` what keeps it from having one.

    ``n``: the readers it would have been of; ``percent``: the holdout that was planned.
    """
    return Lift(
        value=None,
        low=None,
        high=None,
        n=n,
        measure=Measure.DIFFERENCE,
        level=None,
        percent=percent,
        why=why,
    )


def _in_whole_points(exact: Lift) -> Lift:
    """Rounded so far that one reader more or less does not show."""
    return replace(
        exact,
        value=_whole_points(exact.value),
        low=_whole_points(exact.low),
        high=_whole_points(exact.high),
        drawn_active=Count.without(Missing.WITHHELD),
        held_out_active=Count.without(Missing.WITHHELD),
    )


def _whole_points(share: float) -> float:
    """A share to whole percentage points, still as parts of one."""
    # Adding zero turns −0.0 into 0.0, which prints without a sign.
    return round(share, 2) + 0.0
