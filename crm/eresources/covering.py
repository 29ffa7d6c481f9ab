"""Which months a provider has told of, so that the next report is expected and missed."""

from crm.eresources.counter import months_between
from crm.eresources.models import UsageReport
from crm.sources.actions import add_source
from crm.sources.models import USE_OF_ERESOURCES, CoveredSpan, DataSource
from crm.sources.months import end_of_month
from crm.staff.models import User

#: Days after the end of a month until its report is missed: the Code of Practice gives providers
#: four weeks.
DUE_AFTER = 28
LONGEST_NAME = 120


def source_of(report: UsageReport, by: User | None) -> DataSource:
    """The source of whoever made the report, whatever kind it is; one that is new is added. Where
    the report does not say who made it, its first platform speaks.
    """
    provider = report.provider
    if not provider:
        provider = report.figures.order_by("platform").values_list("platform", flat=True)[0]
    name = f"COUNTER: {provider}"[:LONGEST_NAME]
    known = DataSource.objects.filter(measures=[USE_OF_ERESOURCES], name=name).first()
    if known:
        return known
    source = add_source(name=name, kinds=[], by=by, due_after=DUE_AFTER)
    source.measures = [USE_OF_ERESOURCES]
    source.save(update_fields=["measures"])
    return source


def cover_anew(source: DataSource) -> None:
    """Write down the months of all reports of the source that were taken in; in part where each
    report of a month says that something is missing. What a person said of lost days stays.

    Call it in the transaction that took a report in or back.
    """
    source.spans.exclude(state=CoveredSpan.State.LOST).delete()
    told: dict = {}
    for report in UsageReport.objects.filter(source=source, state=UsageReport.State.TAKEN):
        for month in months_between(report.first, report.last):
            told[month] = told.get(month, False) or not report.partial
    spans = []
    for month, whole in sorted(told.items()):
        span = CoveredSpan(source=source, first=month, last=end_of_month(month), apart=False)
        span.state = CoveredSpan.State.told(whole=whole)
        span.tells = [USE_OF_ERESOURCES]
        spans.append(span)
    CoveredSpan.objects.bulk_create(spans)
