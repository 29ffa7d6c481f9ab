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
