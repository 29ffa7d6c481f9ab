"""What is proposed, apart from how: stored and printed without the statistics behind it."""

from dataclasses import dataclass, field

from analytics.loop.find import Found
from analytics.loop.measures import Figure
from analytics.loop.models import Adjustment
from analytics.loop.subjects import Subject

Kind = Adjustment.Kind


@dataclass(frozen=True)
class Proposal:
    """A change of one field of the plan, what it should bring, and the figures it rests on.

    ``spread``: how surely the promised difference is known (standard deviation), None where nothing
    of the kind is promised. ``factor``: by how much the interval of the promise was widened or
    narrowed. ``names``: of the row the target names, in both languages. ``direction``: of a
    standard.
    """

    kind: Kind
    target: Subject
    before: int | float | bool
    after: int | float | bool
    promise: Figure
    n: int
    rests_on: list[Found]
    names: dict[str, str] = field(default_factory=dict)
    direction: str = ""
    spread: float | None = None
    factor: float = 1.0
