"""What a COUNTER report is: which release, which report, and its figures by platform and month.

Releases 5 and 5.1 of the Code of Practice write the same figures in two shapes. Whoever reads one
as the other finds no figure at all, which would be a zero. So the release is read from the header
first, and a report in which no figure is found is refused.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import filterfalse, product
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from crm.imports.opening import Unreadable
from crm.sources.months import end_of_month

#: What stands in a header as Release, and the release that is meant.
RELEASES = {"5": "5.0", "5.0": "5.0", "5.1": "5.1"}
#: Of platforms, and of titles, whose figures are summed by platform while they are read.
PLATFORM_REPORTS = ("PR", "PR_P1")
TITLE_REPORTS = ("TR", "TR_J1", "TR_J2", "TR_J3", "TR_J4", "TR_B1", "TR_B2", "TR_B3")
#: Of an exception whose code cannot be read, which may be any of those below.
NOT_UNDERSTOOD = -1
#: Exceptions after which a month without a figure is no zero: not ready, no longer there, in part.
NOT_ALL_THERE = {3031, 3032, 3040, NOT_UNDERSTOOD}
#: Of databases, whose figures are kept for each: a search in three of them counts in each, so that
#: their sum would be no number of searches.
DATABASE_REPORTS = ("DR", "DR_D1", "DR_D2")
#: The longest time one report may be about, in months.
MOST_MONTHS = 120
#: Figures of one report once all its months are filled in: two hundred platforms with ten metrics,
#: for ten years.
MOST_FIGURES = 240_000
#: The largest count: more than anybody opened, and what the database can store.
MOST = 10**15
#: As a header says it: Begin_Date=2022-01-01; End_Date=2022-12-31.
PERIOD = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")
#: What the previous release wrote into its first cell: Journal Report 1 (R4).
OLDER = re.compile(r"\(R([1-4])\)")
#: How a metric is written: Total_Item_Requests, Unique_Title_Investigations.
METRIC = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_:.-][A-Za-z0-9]+)*")
#: A code of an exception, at the beginning or before its words: 3031, 3031: …, {3031}{…}.
CODE = re.compile(r"(?:^|[,{(\[])\s*[{(\[]?(\d{1,4})\b")
BEGINS_WITH_CODE = re.compile(r"\s*[{(\[]?\d{1,4}\b")
#: How a cell says that there was none.
NO_EXCEPTION = frozenset(["", "none", "n/a", "na", "-", "no", "no exceptions"])
#: Filters that leave use out, and what they may say all the same: in any report, and in the views
#: that are defined so.
NARROWING = frozenset(
    ["Data_Type", "Access_Type", "Access_Method", "Section_Type", "YOP", "Database", "Item_ID"]
    + ["Title", "Author", "Publisher", "Article_Version", "Country_Name", "Country_Code"]
    + ["Subdivision_Name", "Subdivision_Code", "Attributed"]
)
OF_ALL = {"Access_Method": {"regular"}, "YOP": {"0001-9999"}}
OF_VIEWS = {
    "TR_J": {"Data_Type": {"journal"}, "Access_Type": {"controlled"}},
    "TR_B": {"Data_Type": {"book", "reference_work"}, "Access_Type": {"controlled"}},
}
#: Characters for which the columns of PlatformUsage have room.
LONGEST_METRIC, LONGEST_PLATFORM = 60, 200

#: (platform, metric, first day of the month)
Place = tuple[str, str, date]


@dataclass(frozen=True)
class ReportHeader:
    """What a report says of itself. ``first`` and ``last``: first days of the months of which it
    tells the whole; ``period``: of those that its header names, some perhaps in part.

    ``created`` is empty where the header does not say when; ``exceptions`` are codes. ``narrowed``:
    it tells of some kinds of use only.
    """

    report: str
    release: str
    provider: str
    first: date
    last: date
    created: datetime | None
    exceptions: frozenset[int]
    period: tuple[date, date]
    narrowed: bool = False

    @property
    def is_partial(self) -> bool:
        """Whether months without a figure are unknown, by the codes of ``NOT_ALL_THERE`` or as
        filters leave use out.
        """
        return self.narrowed or bool(self.exceptions & NOT_ALL_THERE)

    def tells_of(self, month: date) -> bool:
        """Whether the report tells the whole of a month, given by its first day."""
        return self.first <= month <= self.last


@dataclass
class Figures:
    """The figures of a report, summed by platform, metric and month: no title is kept.

    ``unknown``: places of which some part was not said, so that their sum would be too low.
    """

    totals: dict[Place, int] = field(default_factory=dict)
    unknown: set[Place] = field(default_factory=set)
    counted: set[tuple[str, str]] = field(default_factory=set)

    def add(self, place: Place, number: int | None) -> None:
        """Count a figure in. None is one that was not said: its sum is unknown from then on.

        Raises Unreadable for more figures than a report of platforms has, and for a sum that nobody
        can have counted.
        """
        platform, metric, _month = place
        self.counted.add((platform, metric))
        if number is None:
            self.unknown.add(place)
        else:
            self.totals[place] = self.totals.get(place, 0) + number
        if max(len(self.totals), len(self.unknown)) > MOST_FIGURES:
            raise too_many_figures()
        if self.totals.get(place, 0) > MOST:
            raise Unreadable(_("A figure of the report is larger than anybody can have counted."))

    def known(self, header: ReportHeader) -> dict[Place, int]:
        """{place: number}. A month without a figure is zero, unless the report is partial.

        Places whose sum is unknown are left out, and months that the report tells in part. Raises
        Unreadable where there is no figure at all, and for one outside of the report's own months.
        """
        if not self.totals:
            raise Unreadable(_("No figure was found in this report. Nothing is stored."))
        self._refuse_other_months(header)
        found = self.totals
        if not header.is_partial:
            found = self._with_zeros(months_between(header.first, header.last))
        # After the zeros, or a month that is unknown would come out as one.
        known = filterfalse(self.unknown.__contains__, found)
        return {place: found[place] for place in known if header.tells_of(place[2])}

    def _refuse_other_months(self, header: ReportHeader) -> None:
        """Raises Unreadable for a figure of a month that the header does not name."""
        begins, ends = header.period
        for _platform, _metric, month in self.totals:
            if not begins <= month <= ends:
                raise Unreadable(
                    _("A figure of %(month)s is in the report, whose header names other months.")
                    % {"month": f"{month:%Y-%m}"}
                )

    def _with_zeros(self, months: list[date]) -> dict[Place, int]:
        """The totals, and zero for each metric of a platform in those months in which it has none.

        A metric that a platform has in no month at all gets no zeros: nothing says it is counted.
        Raises Unreadable where that would be more figures than a report of platforms has.
        """
        # Asked before they are made: a small file may name thousands of metrics once each.
        if len(self.counted) * len(months) > MOST_FIGURES:
            raise too_many_figures()
        found = dict(self.totals)
        counted = {(platform, metric) for platform, metric, _month in self.totals}
        for (platform, metric), month in product(counted, months):
            found.setdefault((platform, metric, month), 0)
        return found


def header_of(
    said: dict[str, str], days: tuple[date, date], exceptions: Iterable[int], filters: dict
) -> ReportHeader:
    """The header from its named texts, as both kinds of file have them.

    ``days``: the first and the last that the report is about; ``filters``: {name: value or
    values}. Raises Unreadable for a report or release that is not read, where it ends before it
    begins, and where none of its months was over.
    """
    release = release_of(said.get("Release", ""))
    report = report_taken(said.get("Report_ID", ""))
    first, last = period_taken(days)
    provider = said.get("Created_By", "").strip()[:LONGEST_PLATFORM]
    created = moment_in(said.get("Created", ""))
    whole = whole_months(days, made_on(said.get("Created", "")))
    return ReportHeader(
        *(report, release, provider, *whole, created, frozenset(exceptions), (first, last)),
        narrowed=is_narrowed(report, filters),
    )


def report_taken(said: str) -> str:
    """The name of a report in capitals, as TR_J1. Raises Unreadable for one that is not taken."""
    report = said.strip().upper()
    if report not in (*PLATFORM_REPORTS, *TITLE_REPORTS, *DATABASE_REPORTS):
        raise Unreadable(
            _(
                "Report “%(report)s” is not taken. Ask the provider for PR_P1 or PR, for a report"
                " of databases (DR), or of titles (TR), of which only sums are kept."
            )
            % {"report": report[:40]}
        )
    return report


def period_taken(days: tuple[date, date]) -> tuple[date, date]:
    """First days of the first and the last month of ``days``, some of which may be told in part.
    Raises Unreadable where they run backwards, and for more than MOST_MONTHS.
    """
    first, last = (day.replace(day=1) for day in days)
    if first > last:
        raise Unreadable(_("The report ends before it begins."))
    if len(months_between(first, last, MOST_MONTHS + 1)) > MOST_MONTHS:
        raise Unreadable(
            _("The report is about more than %(n)d months. Ask for fewer.") % {"n": MOST_MONTHS}
        )
    return first, last


def whole_months(days: tuple[date, date], made: date) -> tuple[date, date]:
    """First days of the first and last month that lie within ``days`` and were over on the day on
    which the report was made. Raises Unreadable where none was.
    """
    begins, ends = days
    first = begins if begins.day == 1 else end_of_month(begins) + timedelta(days=1)
    last = min(ends, made - timedelta(days=1))
    if last != end_of_month(last):
        last = last.replace(day=1) - timedelta(days=1)
    if first > last:
        raise Unreadable(
            _("No month of this report was over when it was made. Ask for whole months.")
        )
    return first, last.replace(day=1)


def made_on(said: str) -> date:
    """The day on which a report was made, here; today where it does not say, and at the latest."""
    today = timezone.localdate()
    moment = moment_in(said)
    if moment:
        return min(today, timezone.localdate(moment))
    try:
        return min(today, date.fromisoformat(said.strip()[:10]))
    except ValueError:
        return today


def is_narrowed(report: str, filters: dict) -> bool:
    """Whether filters leave use out that the report is otherwise about. ``filters``: {name: value
    or values}; those that a report has by its definition leave nothing out.
    """
    usual = OF_ALL | OF_VIEWS.get(report[:4], {})
    for name in filters.keys() & NARROWING:
        if not values_asked(filters[name]) <= usual.get(name, set()) | {"all"}:
            return True
    return False


def values_asked(value: Any) -> set[str]:
    """The values of a filter, in small letters: a list of them, or a text that parts them by bars
    or commas. Empty where it asks for nothing.
    """
    if isinstance(value, list):
        value = "|".join(map(str, value))
    parts = re.split(r"[|,]", str(value).casefold())
    return set(map(str.strip, parts)) - {""}


def release_of(said: str) -> str:
    """The release as ``RELEASES`` writes it: "5" is 5.0.

    Raises Unreadable, with words, for a release that is not read.
    """
    release = said.strip()
    if release in RELEASES:
        return RELEASES[release]
    if not release:
        raise Unreadable(_("The report does not say which release of COUNTER it follows."))
    raise Unreadable(
        _("This report follows release %(release)s of COUNTER. Releases 5 and 5.1 are read.")
        % {"release": release[:20]}
    )


def days_of_period(texts: Iterable[str]) -> tuple[date, date]:
    """The first and the last day named in the texts, in the order they stand there; a month alone
    is named from its first day to its last.

    Raises Unreadable where fewer than two are named, and for a day that is none.
    """
    found = PERIOD.findall(" ".join(texts))
    if len(found) < 2:
        raise Unreadable(_("The report does not say which months it is about."))
    (*begins, first), (*ends, last) = found[0], found[-1]
    month = month_from(*ends)
    return day_in(month_from(*begins), first), day_in(month, last or str(end_of_month(month).day))


def day_in(month: date, said: str) -> date:
    """The day of a month by its digits; its first where there are none. Raises Unreadable."""
    try:
        return month.replace(day=int(said or 1))
    except ValueError as error:
        raise no_month(f"{month:%Y-%m}-{said}") from error


def month_from(year: str, month: str) -> date:
    """The first day of a month, both given in digits. Raises Unreadable for none."""
    try:
        return date(int(year), int(month), 1)
    except ValueError as error:
        raise no_month(f"{year}-{month}") from error


def no_month(said: str) -> Unreadable:
    """Why a figure that is no month's cannot be taken; to be raised by the caller."""
    return Unreadable(
        _(
            "“%(said)s” is no month. A figure of several months is not spread over them: ask for"
            " the report by month."
        )
        % {"said": said[:40]}
    )


def months_between(first: date, last: date, most: int = MOST_MONTHS) -> list[date]:
    """First days of all months from ``first`` to ``last``, both among them.

    At most ``most``, however late ``last`` is: a header is only what somebody sent.
    """
    found = []
    month = first
    while month <= last and len(found) < most:
        found.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return found


def too_many_figures() -> Unreadable:
    """The refusal of a report that would fill the memory; to be raised by the caller."""
    return Unreadable(
        _("This report has more figures than %(n)d. Ask for PR_P1, or for fewer months.")
        % {"n": MOST_FIGURES}
    )


def moment_in(said: str) -> datetime | None:
    """When a report was made; None where the text is no moment with a zone.

    Which of two reports is newer is asked of this, so a time of an unknown zone says nothing.
    """
    try:
        moment = datetime.fromisoformat(said.strip())
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return moment


def place_of(platform: str, metric: str, month: date, database: str = "") -> Place:
    """Where a figure belongs; blanks around the names are left out. ``database``: of a report of
    databases, and then a part of the name under which the figure is kept.

    Raises Unreadable for a metric that is written as none of COUNTER is, and for a platform without
    a name or with one that is too long to be stored.
    """
    metric = metric.strip()
    if not METRIC.fullmatch(metric) or len(metric) > LONGEST_METRIC:
        raise Unreadable(_("“%(said)s” is no metric of COUNTER.") % {"said": metric[:40]})
    return platform_named(platform.strip(), database.strip()), metric, month


def platform_named(platform: str, database: str) -> str:
    """The name under which figures of a platform are kept, with that of the database where they are
    of one. Raises Unreadable as ``place_of`` does.
    """
    named = platform
    if platform and database:
        named = f"{platform} · {database}"
    if not 1 <= len(named) <= LONGEST_PLATFORM:
        raise Unreadable(_("A figure of the report names no platform."))
    return named


def codes_in(said: str) -> list[int]:
    """Codes of exceptions, as a table writes them: 3031: Usage Not Ready …; 3040: …

    Empty for none. A part that does not begin with a code is NOT_UNDERSTOOD.
    """
    codes = []
    for part in re.split(r"[;|\n]", said):
        if part.strip().casefold() in NO_EXCEPTION:
            continue
        codes += map(int, CODE.findall(part))
        if not BEGINS_WITH_CODE.match(part):
            codes.append(NOT_UNDERSTOOD)
    return codes
