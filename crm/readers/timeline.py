"""What happened between a reader and the library, month by month.

A month says how often each kind happened. What readers wrote and what they were sent is told one
by one; visits, loans and the like are counted, and told one by one where the page is asked for that
kind alone.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from operator import attrgetter
from typing import NamedTuple

from django.db.models import Count, DateField, Max
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.readers.folding import months_counted
from crm.readers.models import Activity, Reader
from crm.readers.parts import Interaction, InteractionKind, interaction_kinds
from crm.readers.words import (
    kind_in_month,
    kind_labels,
    kinds_in_words,
    sorted_kinds,
    times_in_words,
)

#: Months on a page that have something in them, and single entries at most.
MONTHS_SHOWN = 6
ENTRIES_SHOWN = 200
#: What no room tells in its own words, and yet is told one by one without being asked for.
TOLD_SINGLY = (Activity.Kind.EVENT,)

#: How often each kind happened, by the first day of a month.
ByMonth = dict[date, Counter[str]]


@dataclass(frozen=True)
class Happened:
    """How often what happened in each month, and how much of that is known by its month alone:
    folded rows and counts of months have no day. ``last``: the newest moment of each kind that is
    known.
    """

    months: ByMonth = field(default_factory=dict)
    without_day: ByMonth = field(default_factory=dict)
    last: dict[str, datetime] = field(default_factory=dict)

    def of(self, month: date) -> Counter[str]:
        """How often each kind happened in a month, from its first day."""
        return self.months.get(month, Counter())

    def dayless(self, month: date, kind: str) -> int:
        """How much of a kind in a month has no day."""
        return self.without_day.get(month, Counter())[kind]

    def happened_at(self, kind: str, moment: datetime) -> None:
        """Something of a kind happened at a moment; the newest one is kept."""
        self.last[kind] = max(moment, self.last.get(kind, moment))

    @property
    def newest(self) -> date | None:
        """The first day of the newest month in which anything happened; None without any."""
        return max(self.months, default=None)


@dataclass(frozen=True)
class KindShown:
    """A filter of the timeline: its code in the address ("" for all), and what it says."""

    code: str
    said: str
    is_chosen: bool


@dataclass(frozen=True)
class MonthTold:
    """One month: how often what, in words, and what is told one by one, newest first."""

    first: date
    told: str
    entries: list[Interaction]


@dataclass(frozen=True)
class Timeline:
    """The part of the timeline that is shown, newest first.

    ``before``: the month before which it goes on; None where it ends here. ``chosen``: the kind
    that is shown alone, "" for all. ``has_dayless``: some of all that happened is known by its
    month alone.
    """

    months: list[MonthTold]
    kinds: list[KindShown]
    chosen: str
    before: date | None
    #: Whether it begins with the newest month.
    is_first: bool
    has_dayless: bool

    @property
    def ends_without_days(self) -> bool:
        """Whether it ends here, of everything, and not all of that has its day. Of one kind alone
        each month says so itself.
        """
        return self.has_dayless and self.before is None and not self.chosen

    @property
    def is_narrowed(self) -> bool:
        """Whether one kind alone, or older months alone, are shown."""
        return bool(self.chosen) or not self.is_first

    @property
    def nothing_found(self) -> str:
        """Why no month stands here although something did happen."""
        if not self.chosen:
            return _("Nothing is recorded of these months.")
        if self.is_first:
            return _("Nothing of this kind is recorded so far.")
        return _("Nothing of this kind in these months.")

    @property
    def before_code(self) -> str:
        """The month before which it goes on, as an address names it: "2026-05"."""
        return f"{self.before:%Y-%m}"


def counted_by_month(reader: Reader, viewer) -> Happened:
    """How often each kind happened, in all months in which anything did: single rows, folded ones,
    counts of months, and what rooms tell one by one.

    Where a room tells of a kind that activities are noted of, too, the larger number holds: who
    switched analytics off has no activities, and has written all the same. The same number of
    statements however much there is.
    """
    found = _activities_by_month(reader)
    told: Counter[tuple[date, str]] = Counter()
    for row in _interactions_by_month(reader, viewer):
        told[row.month, row.kind] += row.n
        found.happened_at(row.kind, row.last)
    for (month, kind), n in told.items():
        of_month = found.months.setdefault(month, Counter())
        of_month[kind] = max(of_month[kind], n)
    return found


def _activities_by_month(reader: Reader) -> Happened:
    """Of activities alone. Three statements."""
    found = Happened()
    in_month = TruncMonth("at", output_field=DateField())
    singles = reader.activities.annotate(month=in_month).values("month", "kind")
    # Rooms know the day of what they tell themselves.
    told_by_rooms = _kinds_of_rooms()
    for row in singles.annotate(n=Count("pk"), last=Max("at")).order_by():
        _add(found.months, row["month"], row["kind"], row["n"])
        if row["kind"] not in told_by_rooms:
            found.happened_at(row["kind"], row["last"])
    for month, kind, n in _without_day(reader):
        _add(found.months, month, kind, n)
        if kind not in told_by_rooms:
            _add(found.without_day, month, kind, n)
    return found


def _without_day(reader: Reader) -> Iterable[tuple[date, str, int]]:
    """What is known by its month alone, as (first day, kind, how often). Two statements."""
    yield from reader.folded_months.values_list("month", "kind", "n")
    for one in months_counted(reader.pk):
        yield one.month, one.kind, one.n


def _add(by_month: ByMonth, month: date, kind: str, n: int) -> None:
    """So many more of a kind in a month."""
    by_month.setdefault(month, Counter())[kind] += n


def _kinds_of_rooms() -> set[str]:
    """Kinds that rooms tell one by one, in their own words."""
    return {kind.code for kind in interaction_kinds()}


class MonthOfKind(NamedTuple):
    """How often something of a kind happened in a month, and when for the last time."""

    month: date
    kind: str
    n: int
    last: datetime


def _interactions_by_month(reader: Reader, viewer) -> Iterable[MonthOfKind]:
    """Of what rooms tell one by one, by room; two of them may tell of one kind. A statement for
    each of them.
    """
    for kind in interaction_kinds():
        in_month = TruncMonth(kind.at, output_field=DateField())
        # The moment of the library: a row of the first hour of a month belongs to that month.
        rows = kind.rows(reader, viewer).annotate(month=in_month).values("month")
        for row in rows.annotate(n=Count("pk"), last=Max(kind.at)).order_by():
            yield MonthOfKind(row["month"], kind.code, row["n"], row["last"])


def timeline_of(
    reader: Reader, viewer, counted: Happened, *, kind: str = "", before: date | None = None
) -> Timeline:
    """The newest MONTHS_SHOWN months in which something happened, of all that are ``counted``.

    ``kind``: of this one alone; an unknown one is passed over. ``before``: the first day of a month
    that is not shown any more.
    """
    labels = kind_labels()
    chosen = ""
    if kind in labels:
        chosen = kind
    newest_first = sorted(counted.months, reverse=True)
    shown = [month for month in newest_first if _is_told(counted.of(month), chosen)]
    older = [month for month in shown if before is None or month < before]
    months = older[:MONTHS_SHOWN]
    entries = _entries(reader, viewer, months, chosen)
    following = None
    # Nothing is counted anew for the next page: its months are known already.
    if len(older) > MONTHS_SHOWN:
        following = months[-1]
    return Timeline(
        months=[_month(first, counted, entries, chosen) for first in months],
        kinds=kinds_shown(counted, chosen),
        chosen=chosen,
        before=following,
        is_first=before is None,
        has_dayless=bool(counted.without_day),
    )


def _is_told(counts: Counter[str], chosen: str) -> bool:
    """Whether a month has anything of the kind that is chosen, or anything at all."""
    return not chosen or counts[chosen] > 0


def _month(first: date, counted: Happened, entries: Mapping, chosen: str) -> MonthTold:
    """One month with what is told of it; of a chosen kind no other one is counted."""
    counts = counted.of(first)
    told = kinds_in_words(counts)
    if chosen:
        told = kind_in_month(chosen, counts[chosen], counted.dayless(first, chosen))
    return MonthTold(first, told, entries.get(first, []))


def kinds_shown(counted: Happened, chosen: str) -> list[KindShown]:
    """The filters: all, then each kind that ever happened, the most frequent first; the chosen one
    also where it never did.
    """
    together: Counter[str] = Counter()
    for counts in counted.months.values():
        together.update(counts)
    found = [KindShown("", _("Everything"), not chosen)]
    for kind, n in sorted_kinds(together):
        found.append(KindShown(kind, times_in_words(kind, n), kind == chosen))
    if chosen and not together[chosen]:
        found.append(KindShown(chosen, kind_labels()[chosen], is_chosen=True))
    return found


# --- one by one -----------------------------------------------------------------------------------
def _entries(
    reader: Reader, viewer, months: list[date], chosen: str
) -> dict[date, list[Interaction]]:
    """What is told one by one of these months, by the month, newest first. The newest
    ENTRIES_SHOWN of each source are told.
    """
    # Without a month there is no time to ask about.
    if not months:
        return {}
    window = start_of_month(months[-1]), start_of_month(following_month(months[0]))
    told = _told_by_rooms(reader, viewer, window, chosen)
    told += _told_activities(reader, window, chosen)
    found: dict[date, list[Interaction]] = {}
    for entry in sorted(told, key=attrgetter("at"), reverse=True):
        month = timezone.localdate(entry.at).replace(day=1)
        found.setdefault(month, []).append(entry)
    return found


def _told_by_rooms(
    reader: Reader, viewer, window: tuple[datetime, datetime], chosen: str
) -> list[Interaction]:
    """What rooms tell one by one of a time, from its first moment to before its last."""
    told = []
    for kind in interaction_kinds():
        if chosen in ("", kind.code):
            told += map(kind.say, _rows_within(kind, reader, viewer, window))
    return told


def _rows_within(kind: InteractionKind, reader: Reader, viewer, window) -> Iterable:
    """The newest rows of a kind within a time."""
    first, end = window
    within = {f"{kind.at}__gte": first, f"{kind.at}__lt": end}
    rows = kind.rows(reader, viewer).filter(**within)
    return rows.order_by(f"-{kind.at}", "-pk")[:ENTRIES_SHOWN]


def _told_activities(
    reader: Reader, window: tuple[datetime, datetime], chosen: str
) -> list[Interaction]:
    """Single activities of a time: those of the chosen kind, else the few kinds of TOLD_SINGLY.
    None of a kind that rooms tell in their own words.
    """
    first, end = window
    kinds = set(TOLD_SINGLY)
    if chosen:
        kinds = {chosen}
    # Rooms say more of them than that they happened.
    kinds -= _kinds_of_rooms()
    rows = reader.activities.filter(kind__in=kinds, at__gte=first, at__lt=end)
    rows = rows.select_related("campus").order_by("-at", "-pk")
    return list(map(_activity_told, rows[:ENTRIES_SHOWN]))


def _activity_told(activity: Activity) -> Interaction:
    """One activity: its kind, and the campus where it is known."""
    text = activity.get_kind_display()
    if activity.campus:
        text = _("%(what)s, %(campus)s") % {"what": text, "campus": activity.campus}
    return Interaction(at=activity.at, text=text)


def start_of_month(first: date) -> datetime:
    """The moment at which a month begins, by the library's clock."""
    return timezone.make_aware(datetime.combine(first, time.min))


def following_month(first: date) -> date:
    """The first day of the month after the one that begins on ``first``."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def month_asked(text: str) -> date | None:
    """The month that an address names, "2026-05", as its first day; None for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return None
