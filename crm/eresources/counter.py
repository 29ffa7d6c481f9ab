"""What a COUNTER report is: which release, which report, and its figures by platform and month.

Releases 5 and 5.1 of the Code of Practice write the same figures in two shapes. Whoever reads one
as the other finds no figure at all, which would be a zero. So the release is read from the header
first, and a report in which no figure is found is refused.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product

from django.utils.translation import gettext as _

from crm.imports.opening import Unreadable

#: What stands in a header as Release, and the release that is meant.
RELEASES = {"5": "5.0", "5.0": "5.0", "5.1": "5.1"}
#: Of platforms, and of titles, whose figures are summed by platform while they are read.
PLATFORM_REPORTS = ("PR", "PR_P1")
TITLE_REPORTS = ("TR", "TR_J1", "TR_J2", "TR_J3", "TR_J4", "TR_B1", "TR_B2", "TR_B3")
#: Exceptions after which a month without a figure is no zero: not ready, no longer there, in part.
NOT_ALL_THERE = {3031, 3032, 3040}
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
PERIOD = re.compile(r"(\d{4})-(\d\d)(?:-\d\d)?")
#: What the previous release wrote into its first cell: Journal Report 1 (R4).
OLDER = re.compile(r"\(R([1-4])\)")
#: How a metric is written: Total_Item_Requests, Unique_Title_Investigations.
METRIC = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_:.-][A-Za-z0-9]+)*")
#: Characters for which the columns of PlatformUsage have room.
LONGEST_METRIC, LONGEST_PLATFORM = 60, 200

#: (platform, metric, first day of the month)
Place = tuple[str, str, date]


@dataclass(frozen=True)
class ReportHeader:
    """What a report says of itself. ``first`` and ``last``: first days of its months.

    ``created`` is empty where the header does not say when; ``exceptions`` are codes.
    """

    report: str
    release: str
    provider: str
    first: date
    last: date
    created: datetime | None
    exceptions: frozenset[int]

    @property
    def is_partial(self) -> bool:
        """Whether months without a figure are unknown, by the codes of ``NOT_ALL_THERE``."""
        return bool(self.exceptions & NOT_ALL_THERE)


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

        Places whose sum is unknown are left out. Raises Unreadable where there is no figure at all.
        """
        if not self.totals:
            raise Unreadable(_("No figure was found in this report. Nothing is stored."))
        found = dict(self.totals)
        if not header.is_partial:
            months = months_between(header.first, header.last)
            # Asked before they are made: a small file may name thousands of metrics once each.
            if len(self.counted) * len(months) > MOST_FIGURES:
                raise too_many_figures()
            found = self._with_zeros(months)
        # After the zeros, or a month that is unknown would come out as one.
        for place in self.unknown:
            found.pop(place, None)
        return found

    def _with_zeros(self, months: list[date]) -> dict[Place, int]:
        """The totals, and zero for each metric of a platform in those months in which it has none.

        A metric that a platform has in no month at all gets no zeros: nothing says it is counted.
        """
        found = dict(self.totals)
        counted = {(platform, metric) for platform, metric, _month in self.totals}
        for (platform, metric), month in product(counted, months):
            found.setdefault((platform, metric, month), 0)
        return found


def header_of(
    said: dict[str, str], first: date, last: date, exceptions: Iterable[int]
) -> ReportHeader:
    """The header from its named texts, as both kinds of file have them.

    ``first`` and ``last`` are first days of months. Raises Unreadable for a report or release that
    is not read, and where it ends before it begins.
    """
    report = said.get("Report_ID", "").strip().upper()
    release = release_of(said.get("Release", ""))
    if report not in (*PLATFORM_REPORTS, *TITLE_REPORTS, *DATABASE_REPORTS):
        raise Unreadable(
            _(
                "Report “%(report)s” is not taken. Ask the provider for PR_P1 or PR, for a report"
                " of databases (DR), or of titles (TR), of which only sums are kept."
            )
            % {"report": report[:40]}
        )
    if first > last:
        raise Unreadable(_("The report ends before it begins."))
    if len(months_between(first, last, MOST_MONTHS + 1)) > MOST_MONTHS:
        raise Unreadable(
            _("The report is about more than %(n)d months. Ask for fewer.") % {"n": MOST_MONTHS}
        )
    provider = said.get("Created_By", "").strip()[:LONGEST_PLATFORM]
    created = moment_in(said.get("Created", ""))
    return ReportHeader(report, release, provider, first, last, created, frozenset(exceptions))


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


def months_of_period(texts: Iterable[str]) -> tuple[date, date]:
    """First days of the first and last month named in the texts, in the order they stand there.

    Raises Unreadable where fewer than two are named, and for a month that is none.
    """
    found = PERIOD.findall(" ".join(texts))
    if len(found) < 2:
        raise Unreadable(_("The report does not say which months it is about."))
    return month_from(*found[0]), month_from(*found[-1])


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
    platform, metric = platform.strip(), metric.strip()
    if platform and database.strip():
        platform = f"{platform} · {database.strip()}"
    if not METRIC.fullmatch(metric) or len(metric) > LONGEST_METRIC:
        raise Unreadable(_("“%(said)s” is no metric of COUNTER.") % {"said": metric[:40]})
    if not 1 <= len(platform) <= LONGEST_PLATFORM:
        raise Unreadable(_("A figure of the report names no platform."))
    return platform, metric, month


def codes_in(said: str) -> list[int]:
    """Codes of exceptions, as a table writes them: 3031: Usage Not Ready …; 3040: …

    Empty for none; a part that does not begin with four digits is left out.
    """
    return list(map(int, re.findall(r"(?:^|;\s*)(\d{4})\b", said)))
