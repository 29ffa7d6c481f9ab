"""The other tables of one file: sheets of a workbook, files of a packed one.

An import reads one table. What it does not read is said on each of its pages, with a way to bring
it in too, so that nobody takes a part for the whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import filterfalse
from operator import attrgetter

from crm.imports.models import ImportBatch
from crm.imports.options import ALIKE, ASKED, FORMAT
from crm.imports.remarks import seen_of
from crm.staff.models import User

#: (file in the packed file, sheet or table of it); both are empty where there is no choice.
Place = tuple[str, str]


@dataclass(frozen=True)
class OtherTable:
    """Another table of the same file. ``name``: as people call it; ``batch``: the newest import
    that reads it, None where there is none yet.
    """

    member: str
    sheet: str
    name: str
    batch: ImportBatch | None

    @property
    def is_read(self) -> bool:
        """Whether an import of it is there, be it done or on its way."""
        return self.batch is not None


def place_of(batch: ImportBatch) -> Place:
    """Which table of its file the batch reads; as somebody asked, while nobody looked into it."""
    found = batch.options.get(FORMAT) or batch.options.get(ASKED, {})
    return found.get("member", ""), found.get("sheet", "")


def earlier_import(batch: ImportBatch) -> ImportBatch | None:
    """The last import of the same table of the same bytes that is done, so that the page can say
    so; None where the table is new, or its import was undone. One statement.
    """
    same = ImportBatch.objects.filter(sha256=batch.sha256, takes=batch.takes)
    done = same.filter(state=ImportBatch.State.DONE)
    for other in done.exclude(pk=batch.pk).order_by("-merged_at"):
        if place_of(other) == place_of(batch):
            return other
    return None


def tables_shown(batch: ImportBatch, user: User) -> dict:
    """What ``crm/imports/_other_tables.html`` shows of the batch's file to ``user``."""
    others = other_tables(batch, user)
    left = list(filterfalse(attrgetter("is_read"), others))
    return {"tables": others, "several_left": len(left) > 1, "table_name": name_of(batch)}


def name_of(batch: ImportBatch) -> str:
    """What the table is called that the batch reads; empty where its file holds no other."""
    member, sheet = place_of(batch)
    if seen_of(batch).get(ALIKE):
        return sheet
    if len(members_of(batch)) > 1:
        return members_of(batch)[member]
    return ""


def members_of(batch: ImportBatch) -> dict[str, str]:
    """{file in the packed file: its name as people wrote it}; empty where nothing is packed."""
    return dict(seen_of(batch).get("members", []))


def other_tables(batch: ImportBatch, user: User) -> list[OtherTable]:
    """The tables of the batch's file that it does not read, in the order of the file: other files
    of a packed one, and other sheets of the one that is read. ``user`` is told of no import that
    they may not see. One statement, none where there is no other table.
    """
    own = place_of(batch)
    others = [(place, name) for place, name in tables_of(batch) if place != own]
    if not others:
        return []
    read = imports_by_place(batch, user)
    return [OtherTable(*place, name, read.get(place)) for place, name in others]


def tables_of(batch: ImportBatch) -> Iterator[tuple[Place, str]]:
    """(place, name) of each table that is known of the batch's file. Of another file of a packed
    one the sheets are known once it is looked into: it stands here as one.
    """
    member, sheet = place_of(batch)
    names = members_of(batch) or {member: ""}
    for one, name in names.items():
        if one != member:
            yield (one, ""), name
            continue
        for of_workbook in [sheet, *seen_of(batch).get(ALIKE, [])]:
            yield (one, of_workbook), of_workbook or name


def imports_by_place(batch: ImportBatch, user: User) -> dict[Place, ImportBatch]:
    """{place: the newest import of that table of the same file}, of those that ``user`` may see and
    that were not undone or lost. A packed file that was looked into stands under its name alone,
    too, since its sheets are not known from outside.
    """
    same = ImportBatch.objects.visible_to(user).filter(sha256=batch.sha256, takes=batch.takes)
    found: dict[Place, ImportBatch] = {}
    others = same.exclude(pk=batch.pk).exclude(state__in=ImportBatch.NOT_STANDING)
    for one in others.order_by("created_at"):
        member, sheet = place_of(one)
        found[member, sheet] = one
        found[member, ""] = one
    return found
