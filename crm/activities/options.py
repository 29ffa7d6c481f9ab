"""What is done with a file of activities, as ``ImportBatch.options`` keeps it."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class ActivityOptions:
    """``data_source``: key of the source whose rows these are. ``first`` and ``last``: the days
    that the file is about, where somebody has said so. ``campus``: key of that of rows that name
    none. ``never``: columns that are not read.

    ``words``: {what the file says happened: kind, or empty for what is not counted}. ``nameless``:
    whose rows they are is not stored. ``places``: keys of the campuses that the file tells of, also
    where it has no row of one; None where nobody has said so. ``create_places``: campuses that are
    not known are added, and ``places_were_said``: somebody has said that.
    """

    data_source: int | None = None
    first: date | None = None
    last: date | None = None
    date_order: str = ""
    create_places: bool = True
    never: tuple[str, ...] = ()
    words: dict[str, str] = field(default_factory=dict)
    nameless: bool = False
    campus: int | None = None
    places: tuple[int, ...] | None = None
    places_were_said: bool = False

    @property
    def stated(self) -> tuple[date, date] | None:
        """The first and the last day, where somebody has said both; else None."""
        if None in (self.first, self.last):
            return None
        return self.first, self.last

    @classmethod
    def from_json(cls, stored: dict) -> "ActivityOptions":
        """Read what ``to_json`` wrote; what is not said is as usual. Raises ValueError for a day
        that is none.
        """
        first, last = stored.get("first"), stored.get("last")
        return cls(
            data_source=stored.get("data_source"),
            first=date.fromisoformat(first) if first else None,
            last=date.fromisoformat(last) if last else None,
            date_order=stored.get("date_order", ""),
            create_places=stored.get("create_places", True),
            never=tuple(stored.get("never", ())),
            words=stored.get("words", {}),
            nameless=stored.get("nameless", False),
            campus=stored.get("campus"),
            places=None if stored.get("places") is None else tuple(stored["places"]),
            places_were_said=stored.get("places_were_said", False),
        )

    def to_json(self) -> dict:
        """{name of the field: value} as JSON keeps it: days as texts like 2026-10-01, None where
        none is said.
        """
        return {
            "data_source": self.data_source,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "date_order": self.date_order,
            "create_places": self.create_places,
            "never": list(self.never),
            "words": self.words,
            "nameless": self.nameless,
            "campus": self.campus,
            "places": None if self.places is None else list(self.places),
            "places_were_said": self.places_were_said,
        }
