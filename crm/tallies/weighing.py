"""What a file would change: against the numbers that files brought before."""

from dataclasses import dataclass, field
from operator import attrgetter

from crm.imports.counts import ImportCounts
from crm.imports.models import ImportBatch
from crm.imports.places import PlaceRegister
from crm.sources.models import DataSource
from crm.tallies.collecting import Collected, Sum, Thing
from crm.tallies.models import Tally
from crm.tallies.plan import Looked

#: Numbers that a page shows.
SHOWN = 8


@dataclass
class Weighed:
    """``new``, ``changed`` and ``unchanged``: numbers of a file.

    ``samples``: (before, after) of the first changed; ``first``: the first that would be stored.
    ``corrected``: numbers that somebody corrected by hand, which stay whatever the file says.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    corrected: int = 0
    samples: list[tuple[Tally, Tally]] = field(default_factory=list)
    first: list[Tally] = field(default_factory=list)

    def add(self, row: Tally, before: Tally | None) -> None:
        """Count one number of the file. ``before``: what files said of the same thing until now,
        None where none did.
        """
        if before is None:
            self.new += 1
            return
        if says_the_same(before, row):
            self.unchanged += 1
            return
        self.changed += 1
        if len(self.samples) < SHOWN:
            self.samples.append((before, row))

    def counts(self, refused: int) -> ImportCounts:
        """The same as a report has it, with how many rows of the file were refused. New, changed
        and unchanged are numbers, and refused are rows.
        """
        return ImportCounts(self.new, self.changed, self.unchanged, refused)


def tallies_of(
    collected: Collected,
    looked: Looked,
    batch: ImportBatch,
    source: DataSource,
    places: PlaceRegister,
    keys: list[int],
) -> list[Tally]:
    """What the file says as rows that are not stored, one for each thing counted. ``keys``: of the
    campuses in ``places``, 0 for a new one, of which a row says the name (``named``).

    What somebody of one campus brings without a place is of that campus.
    """
    found = []
    for thing, said in collected.sums.items():
        row = tally_of(thing, said, batch, source)
        if thing.place is not None:
            row.campus_id = keys[thing.place - 1]
        row.named = str(places.row_at(thing.place) or "")
        row.labels = list(looked.labels.get(thing.audience, ()))
        found.append(row)
    return found


def tally_of(thing: Thing, said: Sum, batch: ImportBatch, source: DataSource) -> Tally:
    """A row that is not stored, of the campus whose staff brought the file, with all that the file
    says but its place.
    """
    return Tally(
        batch=batch,
        source=source,
        campus_id=batch.own_campus,
        first=thing.first,
        last=thing.last,
        measure=thing.measure,
        audience=thing.audience,
        value=said.value,
        rows=said.rows,
        unknown=said.unknown,
        whole=said.whole,
    )


def weigh(rows: list[Tally], source: DataSource) -> Weighed:
    """Compare with what files said before; two statements. A number that was corrected is compared
    with what files said all the same, and counted in ``corrected`` beside.

    ``rows``: what a file says of ``source``, not stored, each thing once. Numbers that the file
    does not name are not counted: they stay as they are.
    """
    of_source = Tally.objects.filter(source=source).select_related("campus")
    known = {tally.same: tally for tally in of_source.newest_of_files()}
    by_hand = set(map(attrgetter("same"), of_source.filter(by_hand=True)))
    found = Weighed(first=rows[:SHOWN])
    for row in rows:
        found.add(row, known.get(row.same))
        found.corrected += row.same in by_hand
    return found


def says_the_same(one: Tally, other: Tally) -> bool:
    """Whether two files say one number, of as many rows, and know as much of it. Whom and what they
    count is not asked.
    """
    return saying(one) == saying(other)


#: What a file says of a thing, beside what the thing is.
saying = attrgetter("value", "rows", "unknown", "whole")
