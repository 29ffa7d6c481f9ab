"""The month page's figures.

Read from facts only, in a number of statements that does not grow with the library.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Sum
from django.db.models.functions import TruncMonth

from analytics.facts.models import Fact, Target
from analytics.facts.periods import month_start, months_back, next_month
from core import estimates
from core.disclosure import suppress
from core.estimates import Estimate
from crm.readers.models import Activity
from feedback.voices.models import Voice

#: Metrics that count persons: their small values are withheld.
PERSONS = frozenset(
    {"contributors", "new_contributors", "respondents", "participants", "active_readers"}
)
#: The tiles, in order: contribution is the benefit that counts most (A6), so it comes first.
TILES = ("contributors", "active_readers", "participants", "respondents")
MONTHS_SHOWN = 13
PER_VISITS = 1000


@dataclass(frozen=True)
class Tile:
    """One figure with what it is compared with.

    None: not measured, or withheld because it counts one to four.
    """

    metric: str
    value: int | None
    before: int | None
    last_year: int | None
    target: int | None
    withheld: bool

    @property
    def change(self) -> int | None:
        """Difference to the same month last year."""
        if self.value is None or self.last_year is None:
            return None
        return self.value - self.last_year

    @property
    def on_target(self) -> bool | None:
        if self.value is None or self.target is None:
            return None
        return self.value >= self.target


class Month:
    """Facts of ``month`` and the twelve months before it."""

    def __init__(self, month: date):
        self.month = month_start(month)
        self.months = [months_back(self.month, back) for back in reversed(range(MONTHS_SHOWN))]
        self.values: dict[tuple[str, str, date], float] = {}
        self.measured: set[date] = set()
        self._load()

    def _load(self) -> None:
        """Counts per month as they are, daily ones summed, in two statements."""
        facts = Fact.objects.filter(start__gte=self.months[0], start__lt=next_month(self.month))
        monthly = facts.filter(grain=Fact.Grain.MONTH)
        daily = facts.filter(grain=Fact.Grain.DAY, dimension__in=["", "kind"])
        by_month = daily.annotate(month=TruncMonth("start")).values_list("metric", "key", "month")

        self._note(monthly.values_list("metric", "key", "start", "value"))
        self._note(by_month.annotate(total=Sum("value")))

    def _note(self, facts) -> None:
        for metric, key, month, value in facts:
            self.values[metric, key, month] = value
            self.measured.add(month)

    def get(self, metric: str, key: str = "", month: date | None = None) -> int | None:
        """A figure as it may be shown.

        A total of a measured month is 0 when nothing was counted, else None.
        """
        raw = self.raw(metric, key, month)
        if metric in PERSONS:
            return suppress(raw)
        return raw

    def raw(self, metric: str, key: str = "", month: date | None = None) -> int | None:
        """The figure before anything is withheld."""
        month = month or self.month
        value = self.values.get((metric, key, month))
        if value is not None:
            return int(value)
        # That a kind has no fact may mean that its source was not kept, so only totals are zero.
        is_total = not key
        if is_total and month in self.measured:
            return 0
        return None

    @property
    def last_year(self) -> date:
        return self.months[0]

    @property
    def previous(self) -> date:
        return self.months[-2]

    def series(self, metric: str, key: str = "") -> list[int | None]:
        return [self.get(metric, key, month) for month in self.months]

    def kinds(self, metric: str) -> list[str]:
        """Keys of a metric that occur in these months, the most frequent first."""
        totals: Counter = Counter()
        for (name, key, _month), value in self.values.items():
            if name == metric and key:
                totals[key] += value
        return sorted(totals, key=lambda key: (-totals[key], key))

    def tiles(self) -> list[Tile]:
        targets = dict(Target.objects.filter(metric__in=TILES).values_list("metric", "value"))
        return [self.tile(metric, targets.get(metric)) for metric in TILES]

    def tile(self, metric: str, target: int | None = None) -> Tile:
        value = self.get(metric)
        return Tile(
            metric=metric,
            value=value,
            before=self.get(metric, month=self.previous),
            last_year=self.get(metric, month=self.last_year),
            target=target,
            withheld=value is None and self.raw(metric) is not None,
        )

    def complaints_per_visits(self, month: date | None = None) -> float | None:
        """Complaints per 1,000 visits; None without visits: then nothing can be said."""
        visits = self._visits(month)
        if not visits:
            return None
        return self._complaints(month) / visits * PER_VISITS

    def complaints_ratio(self) -> Estimate:
        """This month's complaint rate ÷ the previous month's, with its interval."""
        return estimates.rate_ratio(
            self._complaints(self.month),
            self._visits(self.month),
            self._complaints(self.previous),
            self._visits(self.previous),
        )

    def _complaints(self, month: date | None) -> int:
        return self.raw("voices_received", Voice.Kind.COMPLAINT, month) or 0

    def _visits(self, month: date | None) -> int:
        return self.raw("activities", Activity.Kind.VISIT, month) or 0


def latest_full_month(today: date) -> date:
    """The newest month that is over and has facts; last month when there are none at all."""
    this_month = month_start(today)
    newest = Fact.objects.filter(start__lt=this_month).aggregate(day=Max("start"))["day"]
    if newest is None:
        return months_back(this_month, 1)
    return month_start(newest)


def computed_at() -> datetime | None:
    """When the facts were last computed; None when they never were."""
    return Fact.objects.aggregate(at=Max("computed_at"))["at"]
