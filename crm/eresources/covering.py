"""Which months a provider has told of, so that the next report is expected and missed."""

from datetime import date

from crm.eresources.counter import months_between
from crm.eresources.models import UsageReport
from crm.sources.models import USE_OF_ERESOURCES, CoveredSpan, DataSource
from crm.sources.months import end_of_month
from crm.sources.recording import keep_spans


def cover_anew(source: DataSource) -> None:
    """Write down the months of all reports of the source that were taken in; in part where each
    report of a month says that something is missing. What a person said of lost days stays.

    Call it in the transaction that took a report in or back.
    """
    source.spans.exclude(state=CoveredSpan.State.LOST).delete()
    spans = []
    for month, whole in sorted(months_told(source).items()):
        span = CoveredSpan(source=source, first=month, last=end_of_month(month), apart=False)
        span.state = CoveredSpan.State.told(whole=whole)
        span.tells = [USE_OF_ERESOURCES]
        spans.append(span)
    keep_spans(source, spans)


def months_told(source: DataSource) -> dict[date, bool]:
    """{first day of a month that a report of the source tells of: whether one tells all of it}. One
    statement.
    """
    told: dict[date, bool] = {}
    for report in UsageReport.objects.filter(source=source, state=UsageReport.State.TAKEN):
        for month in months_between(report.first, report.last):
            told[month] = told.get(month, False) or not report.partial
    return told
