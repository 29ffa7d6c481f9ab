"""What is said of the use of e-resources, in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.numbers import number
from crm.eresources.models import UsageReport
from crm.eresources.queries import UsageLine, Weighing


@dataclass(frozen=True)
class UsageCell:
    """A month of a line: the number or what stands in its place; ``is_break``: another release."""

    text: str
    is_known: bool
    is_break: bool


@dataclass(frozen=True)
class UsageRow:
    """A line of the page: platform and kind of report, what is counted, its months."""

    platform: str
    report: str
    metric: str
    cells: list[UsageCell]


def report_lead(report: UsageReport) -> str:
    """What the page of a report is about, and whether its figures count by now.

    Of a report that has been read.
    """
    if report.state == UsageReport.State.SEEN:
        return _(
            "What this report says, and what it would change. Nothing of it counts before it is"
            " taken in."
        )
    return _("What this report says. It was taken in, and its figures count.")


def report_heading(report: UsageReport) -> str:
    """The heading above what a report says, or would change."""
    if report.state == UsageReport.State.SEEN:
        return _("What it would change")
    return _("What it says")


def metric_in_words(metric: str) -> str:
    """What a metric of COUNTER counts, in the current language; an unknown one by its code."""
    said = {
        "Searches_Platform": _("searches"),
        "Total_Item_Requests": _("texts opened"),
        "Unique_Item_Requests": _("different texts opened in a session"),
        "Unique_Title_Requests": _("different titles opened in a session"),
        "Total_Item_Investigations": _("texts looked at or opened"),
        "Unique_Item_Investigations": _("different texts looked at in a session"),
        "Unique_Title_Investigations": _("different titles looked at in a session"),
        "Searches_Regular": _("searches in a chosen database"),
        "Searches_Automated": _("searches by the provider's own search"),
        "Searches_Federated": _("searches through another system"),
        "No_License": _("turned away without a licence"),
        "Limit_Exceeded": _("turned away because too many were reading"),
    }
    return said.get(metric, metric)


def lines_shown(lines: list[UsageLine]) -> list[UsageRow]:
    """All lines of the page in words of the current language.

    A month without a figure reads “not recorded”, and never 0.
    """
    found = []
    for line in lines:
        cells = [cell_shown(n, place in line.breaks) for place, n in enumerate(line.counts)]
        found.append(UsageRow(line.platform, line.report, metric_in_words(line.metric), cells))
    return found


def cell_shown(n: int | None, is_break: bool) -> UsageCell:
    """One month of a line; None where no report says its number."""
    if n is None:
        return UsageCell(_("not recorded"), False, is_break)
    return UsageCell(number(n), True, is_break)


def months_in_words(first: date, last: date) -> str:
    """ "January 2026" or "January 2026 – March 2026", as the current language writes months."""
    begins = date_format(first, "YEAR_MONTH_FORMAT")
    if first == last:
        return begins
    ends = date_format(last, "YEAR_MONTH_FORMAT")
    return _("%(first)s – %(last)s") % {"first": begins, "last": ends}


@dataclass(frozen=True)
class ReportShown:
    """A report in the list of the page, and its months in words."""

    report: UsageReport
    months: str


def reports_shown(reports: Iterable[UsageReport]) -> list[ReportShown]:
    """Reports that were read, in their order, with their months in words."""
    return [ReportShown(one, months_in_words(one.first, one.last)) for one in reports]


def weighed_in_words(report: UsageReport, found: Weighing) -> list[str]:
    """What a report is about, and what it would do to the figures that are shown, in sentences."""
    said = [
        _("Report %(report)s of release %(release)s, %(months)s.")
        % {
            "report": report.report,
            "release": report.release,
            "months": months_in_words(report.first, report.last),
        }
    ]
    if report.partial:
        said.append(_("The report does not tell of all use: what is missing is no zero."))
    return said + counts_in_words(found)


def counts_in_words(found: Weighing) -> list[str]:
    """How many figures are new, changed, alike and told of later; of none of them no sentence."""
    counted = (
        (_("Figures that are new: %(n)s"), found.new),
        (_("Figures that are another number: %(n)s"), found.changed),
        (_("Figures that are known already: %(n)s"), found.same),
        (_("Figures of which a later report speaks: %(n)s"), found.later),
    )
    return [words % {"n": number(count)} for words, count in counted if count]


@dataclass(frozen=True)
class ChangedFigure:
    """A figure that a report would change, as its page prints it."""

    platform: str
    metric: str
    month: str
    before: str
    after: str


def changes_shown(found: Weighing) -> list[ChangedFigure]:
    """The first figures that would change, in words of the current language."""
    shown = []
    for figure, before in found.changes:
        month = months_in_words(figure.month, figure.month)
        metric = metric_in_words(figure.metric)
        shown.append(
            ChangedFigure(figure.platform, metric, month, number(before), number(figure.n))
        )
    return shown


def taken_in_words(report: UsageReport) -> str:
    """What was taken in, said when it was; of a partial report that some figures are missing.

    Counts the figures that are stored: zeros that the report implied are among them.
    """
    said = {
        "report": report.report,
        "release": report.release,
        "months": months_in_words(report.first, report.last),
        "n": number(report.figures.count()),
    }
    if report.partial:
        return (
            _(
                "Report %(report)s of release %(release)s, %(months)s: %(n)s figures. It"
                " does not tell of all use; what is missing is not recorded, and no zero."
            )
            % said
        )
    return _("Report %(report)s of release %(release)s, %(months)s: %(n)s figures.") % said
