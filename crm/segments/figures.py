"""What a segment's page shows: who is in it and how it grew.

Every number of members leaves as a ``core.disclosure.Count``, so small cells are withheld here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from core.charts import Chart, heights, lines
from core.disclosure import Count, CountRow, Missing, hide_row, is_small
from crm.readers.models import ContactChannel, Reader
from crm.readers.queries import allowed
from crm.segments.models import Segment
from crm.staff.models import Campus

# One scan of the members gives both tables and the channels. Each row counts the members of one
# kind, of one campus, or all of them; grouping() is 1 for what a row does not tell apart.
# Suppressed addresses are hashed and can be told only outside SQL, so the last column says whether
# there are any to look for.
MAKE_UP = f"""
SELECT grouping(r.kind),
       grouping(r.campus_id),
       r.kind,
       r.campus_id,
       count(*),
       count(*) FILTER (WHERE {allowed(ContactChannel.EMAIL)}),
       count(*) FILTER (WHERE {allowed(ContactChannel.SMS)}),
       count(*) FILTER (WHERE {allowed(ContactChannel.WECHAT)})
FROM crm_segmentmember m
JOIN crm_reader r ON r.id = m.reader_id
WHERE m.segment_id = %s
GROUP BY GROUPING SETS ((r.kind), (r.campus_id), ())
"""
BY_DAY = """
SELECT (at AT TIME ZONE %s)::date,
       count(*) FILTER (WHERE entered),
       count(*) FILTER (WHERE NOT entered)
FROM crm_segmentlog
WHERE segment_id = %s
GROUP BY 1
ORDER BY 1
"""


# --- who is in it ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cell:
    """``n`` members, and their share of the segment from 0 to 1, None where ``n`` is withheld."""

    label: str
    n: Count
    share: float | None


@dataclass(frozen=True)
class MakeUp:
    """Kinds and campuses add up to the size; channels overlap."""

    size: Count
    kinds: list[Cell]
    campuses: list[Cell]
    channels: list[Cell]


class MemberRow(NamedTuple):
    """One row of MAKE_UP."""

    any_kind: int
    any_campus: int
    kind: str | None
    campus: int | None
    members: int
    by_email: int
    by_sms: int
    by_wechat: int


NOBODY = MemberRow(1, 1, None, None, 0, 0, 0, 0)


def make_up(segment: Segment) -> MakeUp:
    """Members now stored, by kind, by campus and by the channel that reaches them."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE_UP, [segment.pk])
        rows = [MemberRow(*row) for row in cursor.fetchall()]

    everybody = NOBODY
    kinds, campuses = {}, {}
    for row in rows:
        if row.any_kind and row.any_campus:
            everybody = row
        elif row.any_campus:
            kinds[row.kind] = row.members
        else:
            campuses[row.campus] = row.members

    return MakeUp(
        size=Count.of(everybody.members),
        kinds=partition(_with_kind_names(kinds)),
        campuses=partition(_with_campus_names(campuses)),
        channels=_channels(everybody),
    )


def partition(parts: Sequence[tuple[str, int]]) -> list[Cell]:
    """Cells of (label, members) that add up to the segment; none withheld follows from the rest."""
    numbers = [members for _label, members in parts]
    size = sum(numbers)
    cells = []
    for (label, _members), count in zip(parts, CountRow.of(numbers), strict=True):
        cells.append(Cell(label, count, _share(count, size)))
    return cells


def _with_kind_names(kinds: dict[str, int]) -> list[tuple[str, int]]:
    """In the order of the register of kinds."""
    return [(str(name), kinds[kind]) for kind, name in Reader.Kind.choices if kind in kinds]


def _with_campus_names(campuses: dict[int | None, int]) -> list[tuple[str, int]]:
    """Largest first."""
    names = {campus.pk: str(campus) for campus in Campus.objects.all()}
    named = [(names.get(pk, _("no campus")), members) for pk, members in campuses.items()]
    return sorted(named, key=lambda part: -part[1])


def _channels(everybody: MemberRow) -> list[Cell]:
    reached = {
        ContactChannel.EMAIL: everybody.by_email,
        ContactChannel.SMS: everybody.by_sms,
        ContactChannel.WECHAT: everybody.by_wechat,
    }
    cells = []
    for channel, name in ContactChannel.choices:
        # A channel that reaches all but one to four would name those.
        count = Count.part_of(reached[channel], everybody.members)
        cells.append(Cell(str(name), count, _share(count, everybody.members)))
    return cells


def _share(count: Count, size: int) -> float | None:
    number = count.public_number
    if number is None or size == 0:
        return None
    return number / size


# --- how it grew ----------------------------------------------------------------------------------
class Day(NamedTuple):
    """A day on which something changed, and the number of members at its end."""

    day: date
    size: int
    entered: int
    left: int


@dataclass(frozen=True)
class ShownDay:
    """The same as it may be shown."""

    day: date
    size: Count
    entered: Count
    left: Count


@dataclass(frozen=True)
class Withheld:
    """Changes that are not shown: how many, and how many persons they count together."""

    changes: int = 0
    persons: int = 0

    def __add__(self, other: "Withheld") -> "Withheld":
        return Withheld(self.changes + other.changes, self.persons + other.persons)

    def __sub__(self, other: "Withheld") -> "Withheld":
        return Withheld(self.changes - other.changes, self.persons - other.persons)

    def cover_each_other(self) -> bool:
        """True when their sum tells of no single one, nor of one to four persons."""
        return self.changes == 0 or (self.changes > 1 and not is_small(self.persons))


def by_day(segment: Segment) -> list[Day]:
    """Every day something changed, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(BY_DAY, [settings.TIME_ZONE, segment.pk])
        rows = cursor.fetchall()

    days, size = [], 0
    for day, entered, left in rows:
        size += entered - left
        days.append(Day(day, size, entered, left))
    return days


def without_small_changes(days: Sequence[Day]) -> list[ShownDay]:
    """The days with every number withheld that would tell of a change of one to four.

    All changes add up to the size now, so they are the parts of one total (``hide_row``). A size
    in between splits that total in two: it is shown only where the hidden changes since the last
    size shown cover each other, those still to come do, and the step itself is not small.
    """
    kept = _changes_kept(days)
    hidden = [_withheld(day, *flows) for day, flows in zip(days, kept, strict=True)]

    shown = []
    last_size, since = 0, Withheld()
    later = sum(hidden, Withheld())
    for day, flows, own in zip(days, kept, hidden, strict=True):
        since, later = since + own, later - own
        step_is_small = is_small(abs(day.size - last_size))
        tells = since.cover_each_other() and later.cover_each_other() and not step_is_small
        if tells:
            last_size, since = day.size, Withheld()
        entered, left = flows
        shown.append(
            ShownDay(day.day, _count(day.size if tells else None), _count(entered), _count(left))
        )
    return shown


def _changes_kept(days: Iterable[Day]) -> list[tuple[int | None, int | None]]:
    """(entered, left) per day, None where hidden."""
    changes = []
    for day in days:
        changes += [day.entered, day.left]
    kept = hide_row(changes)
    return list(zip(kept[::2], kept[1::2], strict=True))


def _withheld(day: Day, entered: int | None, left: int | None) -> Withheld:
    """What a day hides, given what of it may be shown."""
    found = Withheld()
    if entered is None:
        found += Withheld(1, day.entered)
    if left is None:
        found += Withheld(1, day.left)
    return found


def _count(kept: int | None) -> Count:
    return Count.without(Missing.WITHHELD) if kept is None else Count.of(kept)


def history_chart(segment: Segment) -> Chart | None:
    """Members over time from the enter/leave log.

    None before the first refresh that found somebody.
    """
    days = without_small_changes(by_day(segment))
    if not days:
        return None
    members = _("Members")
    labels = [shown.day.isoformat() for shown in days]
    sizes = heights(shown.size for shown in days)
    return Chart(
        id=f"segment-{segment.pk}",
        figure=lines(labels, {members: sizes}, xaxis={"type": "date"}),
        caption=_("Members over time"),
        columns=[_("Day"), members, _("Joined"), _("Dropped out")],
        rows=[
            (label, shown.size, shown.entered, shown.left)
            for label, shown in zip(labels, days, strict=True)
        ],
        n=segment.persons,
        as_of=segment.refreshed_at,
    )
