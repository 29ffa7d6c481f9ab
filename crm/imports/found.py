"""What every preview of a file says, whatever its rows are."""

from dataclasses import dataclass, field

from crm.imports.counts import ImportCounts
from crm.imports.models import ImportRefusal
from crm.sources.days import Told


@dataclass(frozen=True)
class Overlooked:
    """A column that is left out. ``holds``: "consent", "day", "number" or "figure"; ``cells``: what
    stands in it, where that is what the column holds.
    """

    column: str
    holds: str
    cells: list[str]


@dataclass(frozen=True, kw_only=True)
class FilePreview:
    """What an import would do with all ``rows`` of a file.

    ``refusals``: the first refused rows, not stored; ``reasons``: (reason, rows refused for it),
    the most frequent first. ``places``: names of campuses and colleges that would be added.
    ``spans``: the days that it would record; a campus that has no key yet stands there as 0, or as
    the n-th of ``places`` by -n. ``others``: rows that wait for somebody's
    word, and are in none of the ``counts``. ``overlooked``: columns that are left out and would be
    missed.
    """

    counts: ImportCounts
    rows: int
    refusals: list[ImportRefusal]
    places: list[str]
    reasons: list[tuple[str, int]] = field(default_factory=list)
    spans: list[Told] = field(default_factory=list)
    others: int = 0
    overlooked: list[Overlooked] = field(default_factory=list)

    @property
    def taken(self) -> int:
        """How many rows the button speaks of: those that come in without a further word, new ones
        and those that change somebody.
        """
        return self.counts.created + self.counts.changed
