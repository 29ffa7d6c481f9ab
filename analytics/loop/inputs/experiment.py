"""What was promised before the launch, and who was drawn into which arm with what came of it. Pure.

A campaign without an experiment of its own has one addressed arm and the held-out one; nothing is
named for it, so nothing can be called nil.
"""

from dataclasses import dataclass
from enum import StrEnum

from core.inference.moments import Moments

#: Code of the arm that gets nothing, with which all others are compared.
HELD_OUT = "held_out"
#: Code of the one addressed arm of a campaign that was planned without arms.
ADDRESSED = "addressed"


class ArmRole(StrEnum):
    """What an arm is for."""

    NEW = "new"
    AS_BEFORE = "as_before"
    HELD_OUT = "held_out"


@dataclass(frozen=True)
class PlannedArm:
    """An arm of the draw. ``hour``: local hour of sending where the arm has one of its own."""

    code: str
    role: str
    name: dict[str, str]
    hour: int | None = None


@dataclass(frozen=True)
class PlannedGuardrail:
    """What may not get worse, in percent of the readers who were mailed or in hours. ``bound``: the
    most that is no harm, None where nothing is known of the campaigns it is compared with.
    """

    kind: str
    bound: float | None


@dataclass(frozen=True)
class Guarded:
    """What became of something that may have a guardrail: ``amount`` of the ``n`` it is known of
    (readers, mails, bookings). An ``n`` of 0 says that it was not recorded.
    """

    kind: str
    n: int
    amount: float


@dataclass(frozen=True)
class Promised:
    """What was locked with the standards.

    ``outcome``: the code of the named outcome, empty where none was named. ``is_amount``: it is
    counted, not only whether it came. ``smallest``: the smallest effect worth having, as a share or
    in units of the amount; None where nobody named one. ``adjusts``: the adjusted estimate decides.
    ``secondary``: codes of further outcomes of which it is shown whether readers did them.
    """

    outcome: str = ""
    is_amount: bool = False
    window_days: int | None = None
    smallest: float | None = None
    adjusts: bool = False
    arms: tuple[PlannedArm, ...] = ()
    guardrails: tuple[PlannedGuardrail, ...] = ()
    secondary: tuple[str, ...] = ()


@dataclass(frozen=True)
class ArmCell:
    """``n`` readers of one arm in one stratum (identity and campus) with the sums of their outcomes
    (``y``) and of the same over the 90 days before they were drawn (``x``). ``did``: how many of
    them did it at all, None where ``y`` says that.
    """

    arm: str
    stratum: str
    n: int
    y: float
    yy: float
    x: float = 0.0
    xx: float = 0.0
    xy: float = 0.0
    did: int | None = None

    @property
    def active(self) -> int:
        """How many readers had the outcome, however often."""
        if self.did is None:
            return int(self.y)
        return self.did

    @property
    def moments(self) -> Moments:
        """The same sums as the statistics take them."""
        return Moments(self.n, self.y, self.yy, self.x, self.xx, self.xy)


@dataclass(frozen=True)
class ArmDrawn:
    """How many were drawn into an arm, and what happened to them apart from the campaign.

    ``lost``: can no longer be followed. ``touched``: were mailed by another campaign in the window;
    None where nobody has a window of their own, so that nobody was counted.
    ``brought``: came by a link that was passed on; None where no door records it.
    """

    arm: str
    drawn: int
    lost: int = 0
    touched: int | None = None
    brought: int | None = None


@dataclass(frozen=True)
class SecondaryCells:
    """The same readers by one secondary outcome; nothing is counted where it was not recorded."""

    outcome: str
    is_recorded: bool
    cells: tuple[ArmCell, ...] = ()


@dataclass(frozen=True)
class AnsweredCell:
    """``n`` readers who were sent mail, each counted once, who agree in everything told here.

    ``segments``: the addressed ones they were in. ``hour``: local hour of their first mail, and
    ``content`` the key of it.
    """

    segments: tuple[int, ...]
    identity: str
    arm: str
    content: int
    hour: int
    responded: bool
    n: int


@dataclass(frozen=True)
class WindowProgress:
    """How far the window is: ``day`` of ``days``, both whole; equal when it is over."""

    day: int
    days: int

    @property
    def is_over(self) -> bool:
        """Nothing that counts can come any more."""
        return self.day >= self.days


@dataclass(frozen=True)
class Drawn:
    """All of an experiment that was counted."""

    cells: tuple[ArmCell, ...] = ()
    arms: tuple[ArmDrawn, ...] = ()
    answered: tuple[AnsweredCell, ...] = ()
    progress: WindowProgress = WindowProgress(1, 1)
    guarded: tuple[Guarded, ...] = ()
    secondary: tuple[SecondaryCells, ...] = ()
