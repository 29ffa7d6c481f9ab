"""What is done with a file of counts, as ``ImportBatch.options`` keeps it."""

from dataclasses import asdict, dataclass, fields
from datetime import date


@dataclass(frozen=True)
class CountOptions:
    """``data_source``: key of the source that counted. ``first`` and ``last``: only these days are
    taken, where somebody has said so. ``year``: of months that stand without one.

    ``digits``: what those beside a month's name are, DAY or YEAR of ``short_dates``, empty where
    the column decides. ``nothing``: what "nil" in a cell means, ZERO or NOT_KNOWN of ``cells``,
    empty where nobody has said it. ``row_is_event``: each row is one event. ``both_ways``: the
    counter counts who comes and who goes. ``at_start``: readings without a time were taken before
    the doors opened. ``spread``: columns that are each a month, an hour or a place; below them
    stands ``measure``.
    """

    data_source: int | None = None
    first: date | None = None
    last: date | None = None
    year: int | None = None
    date_order: str = ""
    nothing: str = ""
    digits: str = ""
    create_places: bool = True
    row_is_event: bool = False
    both_ways: bool = False
    at_start: bool = False
    spread: tuple[str, ...] = ()
    measure: str = "visits"

    @classmethod
    def from_json(cls, stored: dict) -> "CountOptions":
        """Read what ``to_json`` wrote. What is not said is as usual; what else the batch keeps
        about its file is left alone. Raises ValueError for a day that is none.
        """
        known = {one.name: stored[one.name] for one in fields(cls) if one.name in stored}
        for name in ("first", "last"):
            if known.get(name):
                known[name] = date.fromisoformat(known[name])
        known["spread"] = tuple(known.get("spread", ()))
        return cls(**known)

    def to_json(self) -> dict:
        """The same as JSON keeps it: days as texts like 2026-10-01, None where none is said;
        columns as a list. ``from_json`` reads it back as it was.
        """
        stored = asdict(self) | {"spread": list(self.spread)}
        for name in ("first", "last"):
            if stored[name] is not None:
                stored[name] = stored[name].isoformat()
        return stored
