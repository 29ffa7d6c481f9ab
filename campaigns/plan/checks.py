"""What one condition of a phase is, whatever it asks for."""

from dataclasses import dataclass
from typing import ClassVar, Self

from campaigns.plan.queries import Picture


class GateCheck:
    """One condition of a phase.

    ``code`` names it for programs; ``advice`` is worth knowing but keeps no gate shut. ``of`` reads
    the facts from a picture; ``ok`` judges them.
    """

    code: ClassVar[str]
    advice: ClassVar[bool] = False

    @classmethod
    def of(cls, picture: Picture) -> Self:
        """The facts this check is about, as they stand in ``picture``."""
        raise NotImplementedError

    @property
    def ok(self) -> bool:
        """Whether what is asked for is there."""
        raise NotImplementedError

    @property
    def blocks(self) -> bool:
        """Whether this check alone keeps the gate of its phase shut."""
        return not self.ok and not self.advice


@dataclass(frozen=True)
class AtLeastOne(GateCheck):
    """Asked of rows of which there must be one."""

    count: int

    @property
    def ok(self):
        """Whether there is any such row."""
        return self.count > 0


@dataclass(frozen=True)
class EachComplete(GateCheck):
    """Asked of each row of a kind. ``count``: how many there are, ``lacking``: those without it."""

    count: int
    lacking: tuple

    @property
    def ok(self):
        """There is a row, and none of them lacks what is asked for."""
        return self.count > 0 and not self.lacking


@dataclass(frozen=True)
class NoneLeft(GateCheck):
    """Advice only: what is left may well be meant so. ``left``: rows, or names of rows."""

    advice = True
    left: tuple

    @property
    def ok(self):
        """Whether nothing is left."""
        return not self.left
