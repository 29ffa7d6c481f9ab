"""The one question for whoever shows, compares or judges a figure: was it recorded at all?"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from datetime import date
from typing import NamedTuple

from django.db import connection

from crm.readers.models import Activity
from crm.registers.models import SpecialDays
from crm.sources.days import EVERYWHERE, Coverage, Recorded, Shut, Told, days_of, weigh
from crm.sources.models import REGULAR, CoveredSpan, DataSource

#: First and last day.
Days = tuple[date, date]
#: What the portal writes down itself, on every day: of these no day is ever missing.
OWN_KINDS = frozenset(
    {
        Activity.Kind.CLICK,
        Activity.Kind.ANSWER,
        Activity.Kind.VOICE,
        Activity.Kind.CONTRIBUTION,
    }
)


class Records:
    """What is recorded from ``first`` to ``last``, for whoever asks of several kinds.

    ``by_day``: for whoever counts single rows. What was told of a month together then tells of none
    of its days. Two statements for any number of kinds and days.
    """

    def __init__(self, first: date, last: date, *, by_day: bool = False):
        """Both days are counted."""
        self.first, self.last = first, last
        self.said = list(told_by_all())
        self.told: list[Told] = told_until(self.said, last)
        if by_day:
            self.told = [one for one in self.told if one.apart]
        self.shut = shut_between(first, last)
        self._found: dict[tuple, Coverage] = {}

    def of_everybody(self) -> "Records":
        """The same for whoever counts rows that bear no names, too. No statement."""
        found = copy(self)
        found.told = told_until(self.said, self.last, everybody=True)
        found._found = {}
        return found

    def of(self, kinds: str | Iterable[str], campus: int | None = None) -> Coverage:
        """Of which days activities of ``kinds`` are recorded; see ``covered``. What the portal
        writes down itself is recorded on all days, and of several kinds it is not asked about.
        Asked once more, the same answer is given without weighing again.
        """
        from_elsewhere = frozenset(kinds_asked(kinds) - OWN_KINDS)
        if not from_elsewhere:
            return Coverage(dict.fromkeys(days_of(self.first, self.last), Recorded.FULL))
        key = (from_elsewhere, campus)
        if key not in self._found:
            told = [one.about(from_elsewhere) for one in self.told if one.tells & from_elsewhere]
            self._found[key] = weigh(self.first, self.last, told, self.shut, campus)
        return self._found[key]

    def have_one_breadth(self, kinds: str | Iterable[str], one: Days, other: Days) -> bool:
        """Whether in both times the same of ``kinds`` were told of, at the same places; True where
        the portal writes all of them down itself.

        A gate that was put up between them makes more visits, and nobody came more often. What is
        told of the whole library is told of every place. Both times lie within those of the
        records.
        """
        for kind in kinds_asked(kinds) - OWN_KINDS:
            if not same_places(self._places(kind, one), self._places(kind, other)):
                return False
        return True

    def _places(self, kind: str, days: Days) -> set[int | None]:
        """Places (None for the whole library) of which something of ``kind`` was told on one of the
        ``days``.
        """
        places = set()
        for span in self.told:
            if kind in span.tells and span.meets(*days):
                places.add(span.place)
        return places

    def since(self, kinds: Iterable[str]) -> date | None:
        """The first day that any source told of one of ``kinds``, up to the last day of the
        records; None where none did.
        """
        asked = kinds_asked(kinds)
        return min((span.first for span in self.told if span.tells & asked), default=None)


def kinds_asked(kinds: str | Iterable[str]) -> set[str]:
    """Codes of the kinds that somebody asks for, be it one alone or several."""
    if isinstance(kinds, str):
        return {str(kinds)}
    return set(map(str, kinds))


def covered(
    kinds: str | Iterable[str], first: date, last: date, campus: int | None = None
) -> Coverage:
    """Of which days from ``first`` to ``last`` activities of ``kinds`` are recorded.

    Of several kinds those that some source tells of must all be there; one that no source ever told
    of is nothing that the library records, and is missed only where it is asked for alone.
    ``campus``: the key of one; without it every place must be recorded. Two statements, for any
    number of days.
    """
    return Records(first, last).of(kinds, campus)


#: Days that follow each other or overlap are one span where all else of them is alike: a gate of
#: which a file comes every day has one, and not thousands.
TOLD = """
    SELECT c.source_id, c.campus_id, lower(days), upper(days) - 1, c.state, c.apart,
        CASE WHEN c.tells = '{}' THEN s.kinds || s.measures ELSE c.tells END, s.rhythm, s.named,
        s.until
    FROM (
        SELECT source_id, campus_id, state, apart, tells,
            range_agg(daterange(first, last, '[]')) AS together
        FROM crm_coveredspan
        WHERE (%(source)s::bigint IS NULL OR source_id = %(source)s)
            AND (%(without)s::bigint IS NULL OR import_run IS DISTINCT FROM %(without)s)
        GROUP BY 1, 2, 3, 4, 5) c
    JOIN crm_datasource s ON s.id = c.source_id
    CROSS JOIN unnest(c.together) AS days
    ORDER BY lower(days), c.source_id, c.campus_id"""


class SaidBySource(NamedTuple):
    """What was ``told``, whether its source keeps names, and the last day on which that was in
    service, None where it still is.
    """

    told: Told
    is_named: bool
    until: date | None

    def counts(self, last: date, *, everybody: bool) -> bool:
        """Whether it tells of a day up to ``last``, of readers or, for ``everybody``, of anybody.
        Days of which somebody said that nobody recorded them are told of by nothing.
        """
        is_asked = self.is_named or everybody
        return is_asked and not self.told.lost and self.told.first <= last

    def is_over(self, day: date) -> bool:
        """Whether a source that was to tell of every day was out of service before ``day``."""
        return self.told.regular and self.until is not None and self.until < day


def told_by_all() -> Iterator[SaidBySource]:
    """What all sources told, however long ago, and which days nobody recorded; the earliest first.
    One statement.
    """
    return told_where(source=None, without=None)


def told_by(source: DataSource, *, without: int | None = None) -> Iterator[Told]:
    """What one source told, and which days of it nobody recorded; the earliest first. ``without``:
    the key of an import whose word is left out. One statement.
    """
    for one in told_where(source=source.pk, without=without):
        yield one.told


def told_where(**asked: int | None) -> Iterator[SaidBySource]:
    """As ``told_by_all``; ``asked``: the key of a ``source`` alone, and of an import ``without``
    whose word it is, None for all of them.
    """
    with connection.cursor() as cursor:
        cursor.execute(TOLD, asked)
        rows = cursor.fetchall()
    for source, place, first, last, state, apart, tells, rhythm, named, until in rows:
        told = Told(
            source,
            place,
            first,
            last,
            whole=state == CoveredSpan.State.FULL,
            lost=state == CoveredSpan.State.LOST,
            apart=apart,
            tells=frozenset(tells),
            regular=rhythm in REGULAR,
        )
        yield SaidBySource(told, named, until)


def told_until(said: Iterable[SaidBySource], last: date, *, everybody: bool = False) -> list[Told]:
    """What was told by all sources of all days up to ``last``, however long ago; without days that
    were noted as lost. One statement.

    A regular source that was taken out of service counts as telling all that it ever told of, of
    the whole library, from then on. One whose rows bear no names tells nothing of any reader, and
    is left out unless ``everybody`` is asked for.
    """
    found = []
    #: {(source, last day of its service): all that it ever told of}.
    ended: dict[tuple[int, date], frozenset[str]] = defaultdict(frozenset)
    for one in said:
        if not one.counts(last, everybody=everybody):
            continue
        found.append(one.told)
        if one.is_over(last):
            ended[one.told.source, one.until] |= one.told.tells
    for (source, until), tells in ended.items():
        found.append(Told(source, None, until, last, tells=tells))
    return found


def same_places(one: set[int | None], other: set[int | None]) -> bool:
    """Whether two sets of places are as wide: the same, or one of them the whole library. One that
    told of nothing is as wide only as another that told of nothing.
    """
    if one == other:
        return True
    both_told = bool(one and other)
    return both_told and EVERYWHERE in one | other


def shut_between(first: date, last: date) -> list[Shut]:
    """Closed days of all places of which one at least lies from ``first`` to ``last``, both among
    them. One statement.
    """
    rows = SpecialDays.objects.closed().touching(first, last)
    return [Shut(row.campus_id, row.starts_on, row.ends_on, row.weekday) for row in rows]


def kinds_recorded(kinds: Iterable[str]) -> set[str]:
    """Those of ``kinds`` that the portal writes down itself or that some source has told of on any
    day, be it in part. One statement.
    """
    asked = set(map(str, kinds))
    spans = CoveredSpan.objects.filter(source__named=True).exclude(state=CoveredSpan.State.LOST)
    found = asked & OWN_KINDS
    for tells in spans.order_by().values_list("tells", flat=True).distinct():
        found |= asked & set(tells)
    return found
