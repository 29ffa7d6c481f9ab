"""The figures that speak: of several reports of one kind the one that was made last.

Reports of different kinds are never added: PR_P1 counts what PR counts, but text mining, and a
report of titles counts a part of both.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from django.db.models import F

from core.days import months_up_to
from crm.eresources.models import PlatformUsage, UsageReport

#: So many that the last month stands on one page with the same month a year before.
MONTHS_SHOWN = 13
#: Changed figures that the page of a report shows.
CHANGES_SHOWN = 8


@dataclass(frozen=True)
class UsageLine:
    """One metric of one platform, as one kind of report counts it.

    ``counts``: by month as asked; None where no report says it. ``breaks``: places of the months
    from which on another release counts, whose figures are no continuation.
    """

    platform: str
    report: str
    metric: str
    counts: list[int | None]
    breaks: set[int]


def speaking(months: list[date], report: str = "") -> Iterator[PlatformUsage]:
    """Figures of these months, one for each platform, report, metric and month. One statement.
    ``report``: of reports of this kind alone ("PR_P1"); empty for all.

    Of several reports the one that was made last; one that does not say when gives way to any that
    does, and of equals the one that was taken in last counts.
    """
    found = PlatformUsage.objects.filter(
        month__in=months, report__state=UsageReport.State.TAKEN
    ).select_related("report")
    if report:
        found = found.filter(report__report=report)
    key = ("platform", "report__report", "metric", "month")
    moments = (F("report__made_at"), F("report__counts_since"))
    newest = [*(moment.desc(nulls_last=True) for moment in moments), "-report_id"]
    yield from found.order_by(*key, *newest).distinct(*key)


@dataclass(frozen=True)
class Weighing:
    """What a report would do to the figures that speak: how many are new, changed and alike, and
    how many stay as a later report says them. ``changes``: (figure, number before) of the first.
    """

    new: int
    changed: int
    same: int
    later: int
    changes: list[tuple[PlatformUsage, int]]

    @property
    def tells(self) -> int:
        """How many figures of the report would be shown anew or with another number."""
        return self.new + self.changed


def weigh(report: UsageReport) -> Weighing:
    """Compare a report that was read with the figures that speak of its months. Two statements."""
    figures = list(report.figures.order_by("platform", "metric", "month"))
    months = sorted({row.month for row in figures})
    before = {place_of(row): row for row in speaking(months, report.report)}
    said = Counter()
    changes = []
    for row in figures:
        known = before.get(place_of(row))
        verdict = judged(report, row, known)
        said[verdict] += 1
        if verdict == "changed":
            changes.append((row, known.n))
    return Weighing(
        said["new"], said["changed"], said["same"], said["later"], changes[:CHANGES_SHOWN]
    )


#: What a figure is of, within one kind of report.
place_of = attrgetter("platform", "metric", "month")


def judged(report: UsageReport, row: PlatformUsage, known: PlatformUsage | None) -> str:
    """What becomes of one figure, the name of a field of ``Weighing``."""
    if known is None:
        return "new"
    if known.n == row.n:
        return "same"
    if made_before(report, known.report):
        return "later"
    return "changed"


def made_before(one: UsageReport, other: UsageReport) -> bool:
    """Whether the other speaks, taken in before: it says when it was made, and the one earlier or
    not at all.
    """
    if other.made_at is None:
        return False
    return one.made_at is None or one.made_at < other.made_at


def usage_lines(today: date) -> tuple[list[date], list[UsageLine]]:
    """(first days of the last thirteen months, what each platform says of them).

    The month of ``today`` is the last. Lines are in the order of platform, report and metric; none
    where nothing was taken in for these months. One statement.
    """
    months = months_up_to(today, MONTHS_SHOWN)
    places = {month: place for place, month in enumerate(months)}
    cells: dict[tuple[str, str, str], list[PlatformUsage | None]] = {}
    for row in speaking(months):
        key = (row.platform, row.report.report, row.metric)
        cells.setdefault(key, [None] * len(months))[places[row.month]] = row
    return months, [line_of(key, rows) for key, rows in cells.items()]


def line_of(key: tuple[str, str, str], rows: list[PlatformUsage | None]) -> UsageLine:
    """A line of the page: ``key`` is (platform, report, metric), ``rows`` its figures by month.

    None stands for a month without one. The first release is no break.
    """
    counts, breaks, before = [], set(), ""
    for place, row in enumerate(rows):
        if row is None:
            counts.append(None)
            continue
        counts.append(row.n)
        if before not in ("", row.report.release):
            breaks.add(place)
        before = row.report.release
    return UsageLine(*key, counts, breaks)
