"""Reading a COUNTER report as a job: what ``crm.jobs.running.run_job`` is given."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.refusals import Refused
from crm.eresources.counter import Place, ReportHeader
from crm.eresources.listing import list_as_import
from crm.eresources.models import PlatformUsage, UsageReport
from crm.eresources.reading import read_report
from crm.imports.opening import Unreadable
from crm.jobs.models import Job
from crm.jobs.running import keep_alive, report_progress

#: Whoever looks at the job reads it in a language of their own.
READING, STORING = gettext_noop("Reading rows"), gettext_noop("Keeping figures")
#: Figures that are written at once.
TOGETHER = 5000
State = UsageReport.State


def read_job(job: Job) -> tuple[dict, str]:
    """Read the file of ``job`` and keep its figures, which no page counts yet; returns how many,
    and the address of the page on which they are taken in.

    Refused for what is no report of release 5 or 5.1; nothing of it is kept then. A second run of a
    job that is done finds nothing to do.
    """
    report = UsageReport.objects.filter(pk=job.params["report"]).first()
    if report is None:
        raise Refused(_("This report was taken back."))
    if report.state == State.READING:
        take_figures(job, report)
    return {"created": report.figures.count()}, report.get_absolute_url()


def take_figures(job: Job, report: UsageReport) -> None:
    """Read the kept file of a report and store its figures; ``job`` says how far it is. Refused for
    what is no report, which is removed then.
    """
    report_progress(job, 0, message=READING)
    try:
        header, known = figures_of(Path(report.file.path))
    except Unreadable as error:
        forget(report)
        raise Refused(str(error)) from error
    report_progress(job, 0, total=len(known), message=STORING)
    keep(report, header, known, lambda: keep_alive(job))
    report_progress(job, len(known))


def figures_of(path: Path) -> tuple[ReportHeader, dict[Place, int]]:
    """(header, {place: number}) of a file. Raises Unreadable, also where no figure is known."""
    header, figures = read_report(path)
    known = figures.known(header)
    # Figures may have been found and yet each of their sums be unknown.
    if not known:
        raise Unreadable(_("No figure was found in this report. Nothing is stored."))
    return header, known


@transaction.atomic
def keep(report: UsageReport, header: ReportHeader, known: dict[Place, int], beat) -> None:
    """Store what the file says; the file itself, which may name titles, is removed. ``beat`` is
    called before each ``TOGETHER`` figures and may raise to stop: then nothing is stored.
    """
    report.state = State.SEEN
    report.report, report.release = header.report, header.release
    report.provider, report.made_at = header.provider, header.created
    report.first, report.last = header.first, header.last
    report.partial = header.is_partial
    name, storage = report.file.name, report.file.storage
    report.file = ""
    report.save()
    rows = rows_of(report, known)
    while batch := list(islice(rows, TOGETHER)):
        beat()
        PlatformUsage.objects.bulk_create(batch)
    list_as_import(report)
    report.save(update_fields=["batch"])
    transaction.on_commit(lambda: storage.delete(name))


def rows_of(report: UsageReport, known: dict[Place, int]) -> Iterator[PlatformUsage]:
    """A row for each figure."""
    for (platform, metric, month), n in known.items():
        yield PlatformUsage(report=report, platform=platform, metric=metric, month=month, n=n)


def forget(report: UsageReport) -> None:
    """Remove a report that was not read, and its file."""
    report.file.delete(save=False)
    report.delete()


def settle_readings() -> int:
    """Remove the reports whose job was cancelled, or lost its workers, with their files, which may
    name titles; returns how many. Safe to run at any time.
    """
    ended = Q(job=None) | Q(job__state__in=[Job.State.CANCELLED, Job.State.FAILED])
    left = list(UsageReport.objects.filter(ended, state=State.READING))
    for report in left:
        forget(report)
    return len(left)
