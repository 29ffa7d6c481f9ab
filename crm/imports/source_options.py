"""What is done with a file that a source sent, as ``ImportBatch.options`` keeps it.

Each kind of such a file adds fields of its own. They are JSON under their own names.
"""

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, ClassVar, Self

#: Fields that are days.
DAYS = ("first", "last")


@dataclass(frozen=True)
class SourceOptions:
    """``data_source``: key of the source that sent it. ``first`` and ``last``: the days that it is
    about, where somebody has said so. ``date_order``: "dmy", "mdy", or empty where the column
    decides. ``create_places``: campuses that are not known are added.

    ``SEVERAL``: names of the fields that are tuples, or None; JSON has a list of each.
    """

    SEVERAL: ClassVar[tuple[str, ...]] = ()

    data_source: int | None = None
    first: date | None = None
    last: date | None = None
    date_order: str = ""
    create_places: bool = True

    @property
    def stated(self) -> tuple[date, date] | None:
        """The first and the last day, where somebody has said both; else None."""
        if None in (self.first, self.last):
            return None
        return self.first, self.last

    @property
    def only_day(self) -> date | None:
        """The day that the file is about, where somebody has said that it is one; else None."""
        if self.first != self.last:
            return None
        return self.first

    @classmethod
    def from_json(cls, stored: dict) -> Self:
        """Read what ``to_json`` wrote. What is not said is as usual; what else the batch keeps
        about its file is left alone. Raises ValueError for a day that is none.
        """
        known = {one.name for one in fields(cls)} & stored.keys()
        return cls(**{name: cls.value_of(name, stored[name]) for name in known})

    @classmethod
    def value_of(cls, name: str, stored: Any) -> Any:
        """The value of one field from what JSON keeps of it; None stays None."""
        if stored is None:
            return None
        if name in DAYS:
            return date.fromisoformat(stored)
        if name in cls.SEVERAL:
            return tuple(stored)
        return stored

    def to_json(self) -> dict:
        """{name of the field: value} as JSON keeps it: days as texts like 2026-10-01, tuples as
        lists. ``from_json`` reads it back as it was.
        """
        return {name: plain(value) for name, value in asdict(self).items()}


def plain(value: Any) -> Any:
    """A value as JSON has it: a day as a text, a tuple as a list, any other as it is."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return value
