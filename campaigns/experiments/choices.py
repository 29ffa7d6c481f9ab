"""What a planner chooses among, apart from the statistics behind it, which no template loads."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VisibleChoice:
    """``percent`` of an audience held out: so many readers, and the smallest effect that is then
    found with 80 % power where 95 % decides, per 100 readers as the plan has it (percentage points,
    or times); None where nothing can be said.

    ``sees``: whether that is as small as what is worth having.
    """

    percent: int
    held: int
    mailed: int
    effect: float | None
    sees: bool
