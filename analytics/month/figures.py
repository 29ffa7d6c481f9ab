"""The month page's figures.

Read from facts only, in a number of statements that does not grow with the library.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import partial

from django.db import connection
from django.db.models import Q, Sum, Value
from django.db.models.functions import TruncMonth
from django.utils import timezone

from analytics.facts.models import Fact, Target
from analytics.facts.periods import month_start, months_back, next_month
from analytics.facts.queries import ACTIVITIES, UNNAMED
from analytics.month.recorded import RecordedMonths, kinds_of_metric
from analytics.month.tiles import Tile, difference
from analytics.month.visits import MonthVisits, VisitRows, told_done, visits_of
from core import estimates
from core.disclosure import Count, CountRow, Missing
from core.estimates import Estimate
from crm.readers.models import Activity
from crm.tallies.visits import VisitCounts
from feedback.voices.models import Voice

#: The tiles, in order: contribution is the benefit that counts most (A6), so it comes first.
TILES = ("contributors", "active_readers", "participants", "respondents")
#: What is counted by the campus of the readers as well: different persons, and what they did.
BY_CAMPUS = frozenset({*TILES, "new_contributors", ACTIVITIES})
#: So that the same month of the year before stands at the other end of each chart.
MONTHS_SHOWN = 13
#: A library has few complaints; a rate per visit would be all zeros.
PER_VISITS = 1000
NOBODY = Count.of(0)
#: One row at least: of each metric that was recorded its first day, and beside it when facts were
#: last computed. Its parts are those of the indexes of ``Fact``.
RECORDED = """
    SELECT recorded.metric, recorded.first, newest.at
    FROM (SELECT max(computed_at) AS at FROM analytics_fact) newest
    LEFT JOIN (
        SELECT metric, min(start) AS first
        FROM analytics_fact
        WHERE dimension = '' AND value > 0
        GROUP BY metric
    ) recorded ON true"""


class Month:
    """Facts of ``month`` and the twelve months before it.

    With a ``campus`` the persons are those of its readers, for its staff, and what is not counted
    by campus (mails, answers, voices) is not told: of a number of the whole library they could take
    off those of their own. What readers did is counted for these readers alone.

    ``months``: first days, the oldest first. ``values``: by metric, key ("" for the total) and
    month. ``measured``: months of which anything at all was counted. ``begun``: by metric the first
    month in which any of it was recorded, of the whole library. ``computed_at``: when facts were
    last computed; None when they never were.
    """

    def __init__(self, month: date, campus: int | None = None):
        """``month``: any of its days; ``campus``: its key, None for the whole library."""
        self.month = month_start(month)
        self.campus = campus
        self.months = [months_back(self.month, back) for back in reversed(range(MONTHS_SHOWN))]
        self.values: dict[tuple[str, str, date], int] = {}
        self.measured: set[date] = set()
        self.begun: dict[str, date] = {}
        self.computed_at: datetime | None = None
        self._kinds: dict[str, list[str]] = {}
        self.recorded = RecordedMonths(self.months)
        self.counters = VisitCounts(self.months, campus)
        self._load_begun()
        self._load()

    def _load_begun(self) -> None:
        """When each metric was first recorded, and when facts were computed last; one statement."""
        with connection.cursor() as cursor:
            cursor.execute(RECORDED)
            for metric, day, computed_at in cursor:
                self.computed_at = computed_at
                if metric is not None:
                    self.begun[metric] = month_start(day)

    def _load(self) -> None:
        """Counts per month as they are, daily ones summed, in two statements."""
        facts = Fact.objects.filter(start__gte=self.months[0], start__lt=next_month(self.month))

        monthly = facts.filter(grain=Fact.Grain.MONTH).exclude(metric=ACTIVITIES)
        # What readers did is added up of days, and of what was counted of a month without days.
        adding_up = Q(grain=Fact.Grain.DAY) | Q(metric=ACTIVITIES)
        daily = facts.filter(adding_up).annotate(month=TruncMonth("start"))
        if self.campus is None:
            persons = monthly.filter(dimension="").values_list("metric", "key", "start", "value")
            # Totals and kinds only: a key of another dimension may read like a kind.
            daily = daily.filter(dimension__in=["", "kind"])
        else:
            own = monthly.filter(dimension="campus", key=str(self.campus))
            persons = own.values_list("metric", Value(""), "start", "value")
            daily = daily.filter(dimension="readers_kind", key__startswith=f"{self.campus}:")

        self._note(persons)
        by_month = daily.values_list("metric", "key", "month").annotate(total=Sum("value"))
        self._note_days(by_month)

    def _note_days(self, facts) -> None:
        """Take in sums of daily facts; of a campus by kind, whose total is the sum of its kinds."""
        if self.campus is None:
            self._note(facts)
            return
        for metric, key, month, value in facts:
            _campus, _colon, kind = key.partition(":")
            self.values[metric, kind, month] = int(value)
            total = self.values.get((metric, "", month), 0)
            self.values[metric, "", month] = total + int(value)

    def _note(self, facts) -> None:
        """Take in ``facts``, rows of metric, key, month, value; a month with any of them is
        measured.
        """
        for metric, key, month, value in facts:
            # Facts are stored as they are measured; of what stands here each is a number of rows.
            self.values[metric, key, month] = int(value)
            self.measured.add(month)

    def count(self, metric: str, month: date | None = None) -> Count:
        """Persons, or voices, answers and mails, each of which is one person's, in ``month`` or
        that of the page. WITHHELD where the viewer is of one campus and the metric is not counted
        by campus.
        """
        if self._is_withheld(metric):
            return Count.without(Missing.WITHHELD)
        return Count.of(self._persons(metric, month or self.month))

    def _persons(self, metric: str, month: date) -> int | None:
        """None in a month of which nobody counted the persons (``rows``), or of which nothing that
        they could be counted by was recorded.
        """
        if self.recorded.of_metric(metric, month).is_none:
            return None
        return self.rows(metric, month=month)

    def _is_withheld(self, metric: str) -> bool:
        """Whether the viewer is of one campus and the metric known of the whole library only."""
        return self.campus is not None and metric not in BY_CAMPUS

    def newcomers(self, month: date | None = None) -> Count:
        """First-time contributors, a part of all of them: not told where the rest would be few."""
        month = month or self.month
        newcomers = self._persons("new_contributors", month)
        everyone = self._persons("contributors", month)
        # A whole that nobody counted is not printed either, so it gives no rest away.
        if None in (newcomers, everyone):
            return Count.of(newcomers)
        return Count.part_of(newcomers, everyone)

    def rows(self, metric: str, key: str = "", month: date | None = None) -> int | None:
        """How many rows were counted, before anything is withheld.

        ``key``: one kind; without it the total. None where nobody counted, or nothing was recorded.
        """
        month = month or self.month
        if metric == ACTIVITIES and key and self.recorded.of(key, month).is_none:
            return None
        value = self.values.get((metric, key, month))
        if value is None and self._is_total(key):
            value = 0
        if value == 0 and not self._is_kept(metric, month):
            return None
        return value

    def _is_total(self, key: str) -> bool:
        """Whether a number without a fact is a zero. That a kind has no fact may mean that its
        source was not kept; and that a campus has none, that nobody counted by campus then.
        """
        return not key and self.campus is None

    def _is_kept(self, metric: str, month: date) -> bool:
        """Whether ``metric`` was kept in ``month``, so that no fact of it says that there was
        nothing.

        Only where anything was counted in that month, and the metric had been recorded by then:
        before its first row nobody kept it.
        """
        return month in self.measured and self.begun.get(metric, date.max) <= month

    def change(self, metric: str) -> int | None:
        """Difference to the same month a year before.

        None where either was not measured or may not be told, and while the month is running: a
        part of a month is not compared with a whole one, nor one of which days are missing.
        """
        if self.is_running or not self._may_be_compared(metric):
            return None
        return difference(self.count(metric), self.count(metric, self.last_year))

    def _may_be_compared(self, metric: str) -> bool:
        """Whether both months are recorded on all their days, at the same places."""
        kinds = kinds_of_metric(metric)
        return self.recorded.may_be_compared(kinds, self.month, self.last_year)

    def compared(self, metric: str, month: date) -> Count:
        """What this month stands beside: nothing can be said of a month that lacks days."""
        count = self.count(metric, month)
        if count.is_known and not self.recorded.of_metric(metric, month).is_whole:
            return Count.without(Missing.CANNOT_SAY)
        return count

    def is_whole(self, kind: str, month: date) -> bool:
        """Whether every day of a month is recorded of a kind; what is not is drawn as a gap."""
        return self.recorded.of(kind, month).is_whole

    @property
    def is_running(self) -> bool:
        """Whether the month is not over yet."""
        return next_month(self.month) > timezone.localdate()

    @property
    def last_year(self) -> date:
        """First day of the same month a year before."""
        return self.months[0]

    @property
    def previous(self) -> date:
        """First day of the month before."""
        return self.months[-2]

    def done(self) -> Count:
        """How often readers did something in this month; few times are few readers, and are
        WITHHELD.

        No kind covers another, since of most kinds it is told how many readers did it at least
        once; so there is no sum where one is withheld. CANNOT_SAY where a kind lacks days.
        """
        if any(cell.is_withheld for cell in self._done_in(self.month).values()):
            return Count.without(Missing.WITHHELD)
        # A sum without the kinds that lack days would be read as all that readers did.
        if not all(self.is_whole(kind, self.month) for kind in self.kinds(ACTIVITIES)):
            return Count.without(Missing.CANNOT_SAY)
        return told_done(self.rows(ACTIVITIES))

    def done_by_kind(self) -> dict[str, list[Count]]:
        """{kind: how often readers did it in each of the months, the oldest first}."""
        return _by_kind(map(self._done_in, self.months))

    def _done_in(self, month: date) -> dict[str, Count]:
        """What readers did in one month, by kind.

        So many times are at least one reader and at most so many: beside a number of readers that
        is withheld, few times would say how few.
        """
        cells = {}
        for kind in self.kinds(ACTIVITIES):
            cells[kind] = told_done(self.rows(ACTIVITIES, kind, month))
        return cells

    def counts(self, metric: str) -> list[Count]:
        """The total of every month, the oldest first."""
        return [self.count(metric, month) for month in self.months]

    def counts_by_kind(self, metric: str) -> dict[str, list[Count]]:
        """{kind: its count in each of the months, the oldest first}."""
        return _by_kind(map(partial(self._kinds_of, metric), self.months))

    def _kinds_of(self, metric: str, month: date) -> dict[str, Count]:
        """The kinds of one month, hidden together: they add up to its total, which is shown."""
        kinds = self.kinds(metric)
        if self._is_withheld(metric):
            return dict.fromkeys(kinds, Count.without(Missing.WITHHELD))

        numbers = {kind: self.rows(metric, kind, month) for kind in kinds}
        # What was not measured adds nothing to the total, so it covers none of the others.
        row = CountRow.of([number or 0 for number in numbers.values()])

        cells = dict(zip(kinds, row, strict=True))
        for kind, number in numbers.items():
            if number is None:
                cells[kind] = Count.without(Missing.NOT_MEASURED)
        return cells

    def kinds(self, metric: str) -> list[str]:
        """Keys of a metric that occur in these months, the most frequent first; rare ones alike.

        Where a viewer is told no number, all that there are: which of them occur is one, too.
        """
        if self._is_withheld(metric):
            return sorted(Voice.Kind.values)
        # Every month of every chart asks for them.
        if metric not in self._kinds:
            self._kinds[metric] = self._counted_kinds(metric)
        return self._kinds[metric]

    def _counted_kinds(self, metric: str) -> list[str]:
        """By how many are told of each in all these months together, then by their codes."""
        totals: Counter = Counter()
        for (name, key, _month), value in self.values.items():
            if name == metric and key:
                totals[key] += value

        # What may not be told is not told by an order either.
        return sorted(totals, key=lambda key: (-Count.of(totals[key]).place, key))

    def tiles(self) -> list[Tile]:
        """The tiles of the page in the order of TILES; targets are the library's, a campus has
        none.
        """
        targets = {}
        # A target is the whole library's.
        if self.campus is None:
            stored = Target.objects.filter(metric__in=TILES)
            targets = dict(stored.values_list("metric", "value"))
        return [self.tile(metric, targets.get(metric)) for metric in TILES]

    def tile(self, metric: str, target: int | None = None) -> Tile:
        """One tile. ``target``: None where the library has set none."""
        return Tile(
            metric=metric,
            value=self.count(metric),
            before=self.compared(metric, self.previous),
            last_year=self.compared(metric, self.last_year),
            change=self.change(metric),
            target=target,
            recorded=self.recorded.of_metric(metric, self.month),
        )

    def visits(self, month: date | None = None) -> MonthVisits:
        """Visits by one way of counting: counters, or the rows of gates; never both together."""
        month = month or self.month
        return visits_of(self.counters.of(month), self.visit_rows(month), as_of=self.computed_at)

    def visit_rows(self, month: date) -> VisitRows:
        """Visits through gates as rows. For staff of one campus those of its own readers alone:
        whose the others are nobody knows.
        """
        unnamed = None
        if self.campus is None:
            unnamed = self.values.get((UNNAMED, "", month))
        return VisitRows(
            named=self.rows(ACTIVITIES, Activity.Kind.VISIT, month),
            unnamed=unnamed and int(unnamed),
            is_whole=self.recorded.of_visits(month).is_whole,
        )

    def complaints_per_visits(self, month: date | None = None) -> float | Missing:
        """Complaints per 1,000 visits in ``month`` or that of the page. CANNOT_SAY without visits
        and where these are not of all days; WITHHELD where complaints or visits are.
        """
        month = month or self.month
        if self._is_withheld("voices_received"):
            return Missing.WITHHELD
        visits = self.visits(month)
        # Of some days' visits and all days' complaints no rate is made.
        if not visits.number or not visits.is_whole:
            return Missing.CANNOT_SAY
        # Either stands beside it where it is told: the rate would tell the one that is hidden.
        if self._complaints_hidden(month) or visits.count.is_withheld:
            return Missing.WITHHELD
        return self._complaints(month) / visits.number * PER_VISITS

    def _complaints_hidden(self, month: date) -> bool:
        """Whether the number of complaints is withheld on the page, be it to cover another."""
        # In thirteen months without any complaint they are no column, and none is hidden.
        voices = self._kinds_of("voices_received", month)
        return voices.get(Voice.Kind.COMPLAINT, NOBODY).is_withheld

    def complaints_ratio(self) -> Estimate:
        """This month's complaint rate ÷ the previous month's, with its interval.

        Without a value where one of the two is not told: which is larger would tell of it; and
        where the two were not counted alike: a new counter is no change in how people behave.
        """
        rates = [self.complaints_per_visits(), self.complaints_per_visits(self.previous)]
        visits, before = self.visits(), self.visits(self.previous)
        if Missing.WITHHELD in rates or not visits.is_counted_like(before):
            return Estimate(None, None, None, 0)
        return estimates.rate_ratio(
            self._complaints(self.month),
            visits.number or 0,
            self._complaints(self.previous),
            before.number or 0,
        )

    def _complaints(self, month: date) -> int:
        """Complaints received in a month; 0 also where nobody counted them."""
        return self.rows("voices_received", Voice.Kind.COMPLAINT, month) or 0


def _by_kind(months: Iterable[dict[str, Count]]) -> dict[str, list[Count]]:
    """The counts of each kind one month after the other; every month has the same kinds."""
    columns = defaultdict(list)
    for cells in months:
        for kind, cell in cells.items():
            columns[kind].append(cell)
    return dict(columns)
