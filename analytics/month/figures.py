"""The month page's figures.

Read from facts only, in a number of statements that does not grow with the library.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Sum
from django.db.models.functions import TruncMonth

from analytics.facts.computing import month_start, next_month
from analytics.facts.models import Fact, Target
from core import estimates
from core.disclosure import suppress
from core.estimates import Estimate

#: Metrics that count persons: their small values are withheld.
PERSONS = frozenset(
    {"contributors", "new_contributors", "respondents", "participants", "active_readers"}
)
#: The tiles, in order: contribution is the benefit that counts most (A6), so it comes first.
TILES = ("contributors", "active_readers", "participants", "respondents")
MONTHS_SHOWN = 13
PER_VISITS = 1000


def months_back(month: date, count: int) -> date:
    """First day of the month ``count`` months before ``month``."""
    years, index = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(years, index + 1, 1)


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
        return None if self.value is None or self.last_year is None else self.value - self.last_year

    @property
    def on_target(self) -> bool | None:
        return None if self.value is None or self.target is None else self.value >= self.target


class Month:
    """Facts of ``month`` and the twelve months before it."""

    def __init__(self, month: date):
        self.month = month_start(month)
        self.months = [months_back(self.month, back) for back in reversed(range(MONTHS_SHOWN))]
        self.values: dict[tuple[str, str, date], float] = {}
        self.measured: set[date] = set()
        self._read()

    def _read(self) -> None:
        first, end = self.months[0], next_month(self.month)
        monthly = Fact.objects.filter(grain=Fact.Grain.MONTH, start__gte=first, start__lt=end)
        daily = (
            Fact.objects.filter(
                grain=Fact.Grain.DAY, start__gte=first, start__lt=end, dimension__in=["", "kind"]
            )
            .annotate(month=TruncMonth("start"))
            .values_list("metric", "key", "month")
            .annotate(total=Sum("value"))
        )
        for metric, key, month, value in [
            *monthly.values_list("metric", "key", "start", "value"),
            *daily,
        ]:
            self.values[metric, key, month] = value
            self.measured.add(month)

    def get(self, metric: str, key: str = "", month: date | None = None) -> int | None:
        """A figure as it may be shown.

        A total of a measured month is 0 when nothing was counted, else None.
        """
        raw = self.raw(metric, key, month)
        return suppress(raw) if metric in PERSONS else raw

    def raw(self, metric: str, key: str = "", month: date | None = None) -> int | None:
        month = month or self.month
        value = self.values.get((metric, key, month))
        if value is None:
            return 0 if month in self.measured and not key else None
        return int(value)

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
        totals: dict[str, float] = defaultdict(float)
        for (name, key, _month), value in self.values.items():
            if name == metric and key:
                totals[key] += value
        return sorted(totals, key=lambda key: (-totals[key], key))

    def tiles(self) -> list[Tile]:
        targets = dict(Target.objects.filter(metric__in=TILES).values_list("metric", "value"))
        return [self.tile(metric, targets.get(metric)) for metric in TILES]

    def tile(self, metric: str, target: int | None = None) -> Tile:
        value, raw = self.get(metric), self.raw(metric)
        return Tile(
            metric=metric,
            value=value,
            before=self.get(metric, month=self.previous),
            last_year=self.get(metric, month=self.last_year),
            target=target,
            withheld=value is None and raw is not None,
        )

    def complaints_per_visits(self, month: date | None = None) -> float | None:
        """Complaints per 1,000 visits; None without visits: then nothing can be said."""
        visits = self.raw("activities", "visit", month)
        complaints = self.raw("voices_received", "complaint", month)
        if not visits:
            return None
        return (complaints or 0) / visits * PER_VISITS

    def complaints_ratio(self) -> Estimate:
        """This month's complaint rate ÷ the previous month's, with its interval."""
        now, before = (
            (
                self.raw("voices_received", "complaint", m) or 0,
                self.raw("activities", "visit", m) or 0,
            )
            for m in (self.month, self.previous)
        )
        return estimates.rate_ratio(*now, *before)


def latest_full_month(today: date) -> date:
    """The newest month that is over and has facts; last month when there are none at all."""
    newest = Fact.objects.filter(start__lt=month_start(today)).aggregate(day=Max("start"))["day"]
    return month_start(newest) if newest else months_back(month_start(today), 1)


def computed_at():
    """When the facts were last computed; None when they never were."""
    return Fact.objects.aggregate(at=Max("computed_at"))["at"]
