"""From the rows of proposals to checks: what was promised together, and what was observed of it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from analytics.loop.checking.calibrating import calibrate
from analytics.loop.checking.calibration import TOGETHER, Calibration, HeldShare
from analytics.loop.checking.joint import JointPromise, OnePromise, error_of, together
from analytics.loop.models import Adjustment, Evaluation
from analytics.loop.rules import rule_of

State = Adjustment.State
#: The level of what is observed between arms: formulas 0.4 are the first that do it.
OBSERVED_LEVEL = rule_of("0.4").estimate_level


@dataclass(frozen=True)
class Check:
    """One promise of one or more changes, against what was observed between the arms.

    ``changes``: the proposals that were accepted together; all name the same measure.
    """

    changes: tuple[Adjustment, ...]
    promise: JointPromise
    observed: float

    @property
    def kind(self) -> str:
        """The kind of its changes; ``TOGETHER`` where they are of different kinds."""
        kinds = {one.kind for one in self.changes}
        if len(kinds) > 1:
            return TOGETHER
        return kinds.pop()

    @property
    def first(self) -> Adjustment:
        """Any of its changes: all stand in one plan and were observed in one evaluation."""
        return self.changes[0]

    @property
    def seen_in(self) -> Evaluation:
        """The evaluation that observed it."""
        return self.first.observed_in

    @property
    def at(self) -> datetime:
        """As of when it was observed."""
        return self.seen_in.as_of

    @property
    def is_covered(self) -> bool:
        """Whether what was observed lies in the promised interval."""
        return self.promise.low <= self.observed <= self.promise.high

    @property
    def promised_too_much(self) -> bool:
        """Whether what was observed lies below the promised interval."""
        return self.observed < self.promise.low

    @property
    def reached_middle(self) -> bool:
        """Whether at least the promised value was observed."""
        return self.observed >= self.promise.value

    @property
    def went_as_promised(self) -> bool:
        """Whether it went in the promised direction."""
        # A promise of nothing has no direction to go in.
        return self.observed * self.promise.value > 0

    @property
    def held(self) -> HeldShare:
        """What calibration counts of it."""
        return HeldShare(self.at, self.promise.missed_by(self.observed), self.is_covered)


def checks_of(adjustments: Iterable[Adjustment]) -> list[Check]:
    """The checks that count, in the order of the rows: of each plan one for each measure at most.

    ``adjustments``: all of a campaign, or of several.
    """
    # By plan and not by proposal: all of a plan's changes were in the same arm at once, so that one
    # difference was seen of all of them.
    by_plan = defaultdict(list)
    for one in adjustments:
        if _shows_between_arms(one):
            by_plan[one.applied_in_id].append(one)
    return [check for changes in by_plan.values() if (check := _check(changes))]


def _shows_between_arms(adjustment: Adjustment) -> bool:
    """Whether it stands in a plan, and changed there what one arm did not change."""
    return adjustment.applied_in_id is not None and adjustment.kind in Adjustment.BETWEEN_ARMS


def _check(changes: Sequence[Adjustment]) -> Check | None:
    """All changes of a plan that show between its arms as one check.

    None where they were not observed, and where their promises are not of one measure or one of
    them is a person's own value: then nobody promised what all of them do together.
    """
    if not _is_promised_whole(changes):
        return None
    first = changes[0]
    # All changes of a plan hold the same observation: any of them tells it.
    error = error_of(first.observed_low, first.observed_high, OBSERVED_LEVEL)
    promise = together(list(map(promise_of, changes)), error)
    if not promise.is_open:
        return None
    return Check(tuple(changes), promise, first.observed)


def _is_promised_whole(changes: Sequence[Adjustment]) -> bool:
    """Whether what all of them do together was promised: in one measure, and each as proposed."""
    # Points of the outcome and points of the response do not add up.
    measures = {one.measure for one in changes}
    return len(measures) == 1 and all(map(_is_held_to, changes))


def _is_held_to(adjustment: Adjustment) -> bool:
    """Whether it was taken as proposed, promised a difference with an interval, and was seen."""
    if adjustment.state != State.ACCEPTED or not adjustment.is_against_as_before:
        return False
    return adjustment.covered is not None


def promise_of(adjustment: Adjustment) -> OnePromise:
    """What a row promised, as numbers."""
    return OnePromise(
        value=adjustment.expected,
        low=adjustment.expected_low,
        high=adjustment.expected_high,
        spread=adjustment.expected_spread,
        factor=adjustment.expected_factor or 1.0,
    )


# --- calibration ----------------------------------------------------------------------------------
def measured() -> QuerySet[Adjustment]:
    """Agreed proposals that an evaluation looked at again, oldest first, without the large columns
    of their evaluations.
    """
    found = Adjustment.objects.agreed().filter(observed_in__isnull=False)
    found = found.select_related(
        "decision__by", "evaluation__campaign", "applied_in", "observed_in"
    )
    # Frozen inputs and results are large, and there are two of each for every proposal.
    found = found.defer(
        "evaluation__inputs",
        "evaluation__results",
        "observed_in__inputs",
        "observed_in__results",
    )
    return found.order_by("observed_in__as_of", "pk")


def by_kind(checks: Iterable[Check]) -> dict[str, list[Check]]:
    """{kind: its checks}, the kind with the most checks first."""
    kinds = defaultdict(list)
    for check in checks:
        kinds[check.kind].append(check)
    return dict(sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0])))


def calibration_of(checks: Iterable[Check]) -> Calibration:
    """How the predictions of these checks held, oldest first. One kind's checks, or all of them."""
    return calibrate([check.held for check in checks])


def factors_at(moment: datetime) -> dict[str, float]:
    """{kind of change: by how much its promises are widened or narrowed}, by the checks known at
    ``moment``. One statement; kinds whose promises are left alone are not in it.
    """
    # As of the evaluation and not of today: computed again next year, it must promise the same.
    known = measured().filter(
        kind__in=Adjustment.BETWEEN_ARMS,
        applied_in__isnull=False,
        observed_in__as_of__lte=moment,
    )
    factors = {}
    for kind, checks in by_kind(checks_of(known)).items():
        factor = calibration_of(checks).factor
        if factor != 1:
            factors[kind] = factor
    return factors
