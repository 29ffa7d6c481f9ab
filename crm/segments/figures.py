"""What a segment's page shows: who is in it and how it grew.

Every number of members leaves as a ``core.disclosure.Count``, so small cells are withheld here.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import starmap
from operator import attrgetter, itemgetter
from typing import NamedTuple

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from core.charts import Chart, in_words, lines
from core.disclosure import Count, CountRow, hide_row, is_small
from crm.readers.models import ContactChannel, Purpose, Reader
from crm.readers.queries import allowed
from crm.segments.growth import Day, by_day
from crm.segments.models import Segment
from crm.staff.models import Campus
from crm.staff.succession import Called, called_on

#: One scan of the members gives both tables and the channels. Each row counts the members of one
#: kind, of one campus, or all of them; grouping() is 1 for what a row does not tell apart.
COMPOSITION = f"""
SELECT grouping(r.kind),
       grouping(r.campus_id),
       r.kind,
       r.campus_id,
       count(*),
       count(*) FILTER (WHERE {allowed(ContactChannel.EMAIL, Purpose.NOTICES)}),
       count(*) FILTER (WHERE {allowed(ContactChannel.EMAIL, Purpose.EVENTS)}),
       count(*) FILTER (WHERE {allowed(ContactChannel.EMAIL, Purpose.SURVEYS)}),
       count(*) FILTER (WHERE {allowed(ContactChannel.EMAIL, Purpose.RESEARCH)}),
       count(*) FILTER (WHERE {allowed(ContactChannel.SMS)}),
       count(*) FILTER (WHERE {allowed(ContactChannel.WECHAT)})
FROM crm_segmentmember member
JOIN crm_reader r ON r.id = member.reader_id
WHERE member.segment_id = %s
  AND (%s::integer IS NULL OR r.campus_id = %s::integer)
GROUP BY GROUPING SETS ((r.kind), (r.campus_id), ())
"""


# --- who is in it ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Cell:
    """Some of the members, and their share of the segment from 0 to 1, None where withheld."""

    label: str
    count: Count
    share: float | None


@dataclass(frozen=True)
class Composition:
    """Who the members are. Kinds and campuses add up to the size; channels overlap.

    ``campuses`` are those of today, with what was merged under its successor; ``campuses_then`` as
    they were called, empty where none of them was merged. Mail is counted by purpose: who allowed
    it for one gets no letter for another.
    """

    size: Count
    kinds: list[Cell]
    campuses: list[Cell]
    channels: list[Cell]
    campuses_then: list[Cell] = field(default_factory=list)

    def campuses_called(self, called: Called) -> list[Cell]:
        """The campuses by their names of today or of then; without a merger the two are one."""
        if called == Called.THEN and self.campuses_then:
            return self.campuses_then
        return self.campuses


class MemberRow(NamedTuple):
    """One row of COMPOSITION."""

    any_kind: int
    any_campus: int
    kind: str | None
    campus: int | None
    members: int
    notices: int
    events: int
    surveys: int
    research: int
    by_sms: int
    by_wechat: int


#: There is no row for all members where there are none.
NOBODY = MemberRow(1, 1, None, None, 0, 0, 0, 0, 0, 0, 0)


def composition(segment: Segment, campus: int | None = None) -> Composition:
    """Members now stored, by kind, by campus and by the channel that reaches them.

    With a ``campus`` those of its readers alone.
    """
    return composition_of(count_members(segment, campus))


def count_members(segment: Segment, campus: int | None = None) -> list[list]:
    """The values of each ``MemberRow``: plain numbers and words, which the cache can keep. One
    statement; all of one ``campus``, or of all where it is None.
    """
    with connection.cursor() as cursor:
        cursor.execute(COMPOSITION, [segment.pk, campus, campus])
        return list(map(list, cursor.fetchall()))


def composition_of(counted: list[list]) -> Composition:
    """What ``count_members`` has counted, in the words of the present language."""
    rows = starmap(MemberRow, counted)
    everybody = NOBODY
    kinds, campuses = {}, {}
    for row in rows:
        if row.any_kind and row.any_campus:
            everybody = row
        elif row.any_campus:
            kinds[row.kind] = row.members
        else:
            campuses[row.campus] = row.members

    places = _by_place_of_today(campuses)
    size = everybody.members
    today = partition([(name, members_of(parts)) for name, parts in places], size)
    return Composition(
        size=Count.of(size),
        kinds=partition(_with_kind_names(kinds), size),
        campuses=_largest_first(today),
        channels=_channels(everybody),
        campuses_then=_largest_first(_parts_of(places, today, size)),
    )


def partition(parts: Sequence[tuple[str, int]], size: int) -> list[Cell]:
    """Cells of (label, members) that add up to a number that is told; none withheld follows from
    the rest. In the order of ``parts``; empty for none. ``size``: that of the segment.
    """
    counts = CountRow.of([members for _label, members in parts])
    cells = []
    for (label, _members), count in zip(parts, counts, strict=True):
        cells.append(Cell(label, count, share_of(count, size)))
    return cells


def _with_kind_names(kinds: dict[str, int]) -> list[tuple[str, int]]:
    """In the order in which kinds are declared; a kind that no member is of is left out."""
    named = []
    for kind, name in Reader.Kind.choices:
        if kind in kinds:
            named.append((str(name), kinds[kind]))
    return named


#: The name of a campus today, and the members by the names that their rows bear.
PlaceParts = tuple[str, list[tuple[str, int]]]


def _by_place_of_today(campuses: dict[int | None, int]) -> list[PlaceParts]:
    """The members by campus, those of what was merged with their successor; by name, so that the
    order says nothing of the numbers. One statement.
    """
    register = list(Campus.objects.all())
    names = {campus.pk: str(campus) for campus in register}
    today = called_on(register, timezone.localdate())
    parts = defaultdict(list)
    for pk, members in campuses.items():
        place = today[pk].pk if pk in today else None
        parts[place].append((names.get(pk, _("no campus")), members))
    named = [(names.get(place, _("no campus")), sorted(of_it)) for place, of_it in parts.items()]
    return sorted(named, key=itemgetter(0))


def members_of(parts: Sequence[tuple[str, int]]) -> int:
    """How many members the parts, (label, members), have together."""
    return sum(members for _label, members in parts)


def _parts_of(places: Sequence[PlaceParts], today: Sequence[Cell], size: int) -> list[Cell]:
    """The cells of the campuses as they were called, from those of today, which add up of them;
    empty where no campus was merged.

    Both are printed: so the parts of a cell that is withheld are withheld, and of one that is told
    none follows from the others.
    """
    if all([name] == [label for label, _n in parts] for name, parts in places):
        return []
    cells = []
    for (_name, parts), whole in zip(places, today, strict=True):
        if whole.count.is_withheld:
            cells += [Cell(label, whole.count, None) for label, _members in parts]
        else:
            cells += partition(parts, size)
    return cells


def _largest_first(cells: list[Cell]) -> list[Cell]:
    """As far as it is told."""
    return sorted(cells, key=attrgetter("count.place"), reverse=True)


def _channels(everybody: MemberRow) -> list[Cell]:
    """Mail by purpose, then text message and WeChat: how many of the members each reaches."""
    by_mail = {
        Purpose.NOTICES: everybody.notices,
        Purpose.EVENTS: everybody.events,
        Purpose.SURVEYS: everybody.surveys,
        Purpose.RESEARCH: everybody.research,
    }
    reached = []
    for purpose, n in by_mail.items():
        reached.append((_("E-mail for %(purpose)s") % {"purpose": purpose.label}, n))
    reached.append((str(ContactChannel.SMS.label), everybody.by_sms))
    reached.append((str(ContactChannel.WECHAT.label), everybody.by_wechat))

    cells = []
    for name, n in reached:
        # A channel that reaches all but one to four would name those.
        count = Count.part_of(n, everybody.members)
        cells.append(Cell(name, count, share_of(count, everybody.members)))
    return cells


def share_of(count: Count, size: int) -> float | None:
    """From 0 to 1; None where the count may not be told, and of nobody (``size`` 0)."""
    number = count.public_number
    if number is None or size == 0:
        return None
    return number / size


# --- how it grew ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class ShownDay:
    """The same as it may be shown; None where it is not recorded."""

    day: date
    size: Count
    entered: Count | None
    left: Count | None


@dataclass(frozen=True)
class Withheld:
    """Changes that are not shown: how many, and how many persons they count together."""

    changes: int = 0
    persons: int = 0

    def __add__(self, other: "Withheld") -> "Withheld":
        """Both together."""
        return Withheld(self.changes + other.changes, self.persons + other.persons)

    def __sub__(self, other: "Withheld") -> "Withheld":
        """This without the other; for one that is contained in it."""
        return Withheld(self.changes - other.changes, self.persons - other.persons)

    @property
    def sum_may_be_known(self) -> bool:
        """True when their sum tells neither of a single change nor of one to four persons."""
        if self.changes == 0:
            return True
        return self.changes > 1 and not is_small(self.persons)


def without_small_changes(days: Sequence[Day]) -> list[ShownDay]:
    """The days with every number withheld that would tell of a change of one to four.

    All changes add up to the size now, so they are the parts of one total (``hide_row``), and who
    was there before the log begins is one of them. A size
    in between splits that total in two: it is shown only where the sum of the changes withheld
    since the last size shown may be known, that of those still to come may, and the step from the
    last size shown is not small itself.
    """
    kept = _kept_changes(days)
    withheld = [_withheld_of(day, changes) for day, changes in zip(days, kept, strict=True)]

    shown = []
    last_size = 0
    since_then = Withheld()
    still_to_come = sum(withheld, Withheld())
    for day, changes, of_this_day in zip(days, kept, withheld, strict=True):
        since_then += of_this_day
        still_to_come -= of_this_day
        step = abs(day.size - last_size)
        sums_may_be_known = since_then.sum_may_be_known and still_to_come.sum_may_be_known

        size = None
        if sums_may_be_known and not is_small(step):
            size = last_size = day.size
            since_then = Withheld()
        shown.append(_shown(day, size, changes))
    return shown


def _shown(day: Day, size: int | None, changes: "KeptChanges") -> ShownDay:
    """A day with its numbers as counts; an opening day has no changes, since their log is gone."""
    told = Count.kept(size)
    if day.is_opening:
        return ShownDay(day.day, told, None, None)
    return ShownDay(day.day, told, Count.kept(changes.entered), Count.kept(changes.left))


class KeptChanges(NamedTuple):
    """The changes of one day that may be shown, None where withheld."""

    entered: int | None
    left: int | None


def _kept_changes(days: Iterable[Day]) -> list[KeptChanges]:
    """One for each of ``days``, in their order, by the rule of one total
    (``core.disclosure.hide_row``).
    """
    changes = []
    for day in days:
        changes += day.parts

    # In turn, as they were put in: entered, left, entered, left.
    kept = hide_row(changes)
    return list(map(KeptChanges, kept[::2], kept[1::2]))


def _withheld_of(day: Day, kept: KeptChanges) -> Withheld:
    """What a day withholds, given what of it may be shown."""
    entered, left = day.parts
    found = Withheld()
    if kept.entered is None:
        found += Withheld(1, entered)
    if kept.left is None:
        found += Withheld(1, left)
    return found


def history_chart(segment: Segment, campus: int | None = None) -> Chart | None:
    """Members over time from the enter/leave log.

    None before the first refresh that found somebody.
    """
    days = without_small_changes(by_day(segment, campus))
    if not days:
        return None

    members = _("Members")
    labels = [shown.day.isoformat() for shown in days]
    counts = [shown.size for shown in days]
    sentences = list(map(day_in_words, days))
    rows = []
    for label, shown in zip(labels, days, strict=True):
        rows.append((label, shown.size, _recorded(shown.entered), _recorded(shown.left)))

    return Chart(
        id=f"segment-{segment.pk}",
        figure=lines(
            labels, {members: counts}, sentences={members: sentences}, xaxis={"type": "date"}
        ),
        caption=_("Members over time"),
        columns=[_("Day"), members, _("Joined"), _("Dropped out")],
        rows=rows,
        n=segment.persons,
        as_of=segment.refreshed_at,
    )


def day_in_words(shown: ShownDay) -> str:
    """What a point of the history says: members, and who joined and left where that is told."""
    parts = {"day": in_words(shown.day), "n": shown.size}
    changes = (shown.entered, shown.left)
    if not shown.size.is_shown:
        return _("%(day)s: members, %(n)s") % parts
    if None in changes or not all(change.is_shown for change in changes):
        return _("%(day)s: %(n)s members") % parts
    parts |= {"joined": shown.entered, "left": shown.left}
    return _("%(day)s: %(n)s members, %(joined)s joined and %(left)s dropped out") % parts


def history_line(segment: Segment, campus: int | None = None) -> Chart | None:
    """The chart of ``history_chart`` where it has a line; None of one day, which is a point."""
    chart = history_chart(segment, campus)
    if chart is None or len(chart.rows) < 2:
        return None
    return chart


def _recorded(count: Count | None) -> Count | str:
    """What a cell says of changes; a word where their log is gone."""
    if count is None:
        return _("not recorded")
    return count
