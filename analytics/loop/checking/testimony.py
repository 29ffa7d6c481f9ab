"""Everything the calibration page tells: checks by kind, what is weak evidence, what was decided
against the recommendation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from analytics.loop.checking.calibration import Calibration, Fit, Hindsight
from analytics.loop.checking.gathering import (
    Check,
    by_kind,
    calibration_of,
    checks_of,
    measured,
)
from analytics.loop.checking.refused import RefusedProposal, refusals
from analytics.loop.models import Adjustment
from core.columns import keys_of
from core.estimates import Estimate, proportion
from crm.staff.models import User

Kind, State = Adjustment.Kind, Adjustment.State


@dataclass(frozen=True)
class OfKind:
    """The checks of one kind of change, oldest first, with how they held."""

    kind: str
    checks: Sequence[Check]
    calibration: Calibration


@dataclass(frozen=True)
class Testimony:
    """``measured``: agreed proposals that a later evaluation looked at, targets left out, oldest
    first. ``refused``: in hindsight. ``own_values``: accepted against the recommendation, with
    another value than the proposed one, newest first.
    """

    measured: Sequence[Adjustment]
    refused: Sequence[RefusedProposal]
    own_values: Sequence[Adjustment]

    @cached_property
    def checks(self) -> list[Check]:
        """What counts: promises against a part that went on as before."""
        return checks_of(self.measured)

    @cached_property
    def kinds(self) -> list[OfKind]:
        """The checks by kind, the kind with the most first. Kinds without a check are left out."""
        found = []
        for kind, checks in by_kind(self.checks).items():
            found.append(OfKind(kind, checks, calibration_of(checks)))
        return found

    @cached_property
    def whole(self) -> Calibration:
        """All checks together; its factor is used by nothing."""
        return calibration_of(self.checks)

    @property
    def changed_kinds(self) -> list[OfKind]:
        """Kinds whose next promises are widened or narrowed."""
        changed = {Fit.WIDENED, Fit.NARROWED}
        return [one for one in self.kinds if one.calibration.fit in changed]

    @cached_property
    def reached_middle(self) -> int:
        """How many checks reached what was promised or more."""
        return sum(check.reached_middle for check in self.checks)

    @cached_property
    def middle(self) -> Estimate:
        """The share of checks that did, with its 95 % interval; at least one check."""
        # Intervals may hold although all promises are a little too high: about half should be
        # reached.
        return proportion(self.reached_middle, len(self.checks), least=1)

    @cached_property
    def went_as_promised(self) -> int:
        """How many went in the promised direction."""
        return sum(check.went_as_promised for check in self.checks)

    @cached_property
    def weak(self) -> list[Adjustment]:
        """What was seen again and counts for nothing: a line's own trend, a person's own value, a
        promise that was not the whole one.
        """
        seen = [one for one in self.measured if one.observed is not None]
        return [one for one in seen if one.pk not in self._counted]

    @cached_property
    def _counted(self) -> set[int]:
        """Keys of the proposals that a check counts."""
        counted = set()
        for check in self.checks:
            counted.update(keys_of(check.changes))
        return counted

    @cached_property
    def unseen(self) -> list[Adjustment]:
        """What was promised against going on as before, where no part of the next round showed it:
        nothing went on as before, or all parts were treated alike.
        """
        return [one for one in self.measured if one.observed is None and one.promised_difference]

    @cached_property
    def told_refusals(self) -> list[RefusedProposal]:
        """Refused ones of which the next campaign says something."""
        return [one for one in self.refused if one.hindsight != Hindsight.UNKNOWN]

    @cached_property
    def would_have_helped(self) -> int:
        """How many of the refused ones would have helped."""
        return sum(one.hindsight == Hindsight.HELPED for one in self.refused)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was measured, refused or changed."""
        return not (self.measured or self.refused or self.own_values)


def testimony_for(user: User) -> Testimony:
    """What ``user`` may see of it; five statements, and none more for more rows. Empty for staff of
    one campus, to whom no evaluation is shown.
    """
    # A target that moved promises nothing about readers.
    seen = measured().visible_to(user).exclude(kind=Kind.STANDARD)
    # What a promise per ¥100 is called depends on what its report booked.
    large = ("evaluation__inputs", "observed_in__inputs", "observed_in__results")
    seen = seen.defer(None).defer(*large)
    decided = Adjustment.objects.visible_to(user).exclude(kind=Kind.STANDARD)
    decided = decided.select_related("decision__by", "evaluation__campaign")
    decided = decided.defer("evaluation__inputs", "evaluation__results")
    decided = decided.order_by("-evaluation__as_of", "pk")
    return Testimony(
        measured=list(seen),
        refused=refusals(decided.filter(state=State.REFUSED)),
        own_values=list(decided.filter(state=State.CHANGED)),
    )
