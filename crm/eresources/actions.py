"""Verbs of COUNTER reports: bring one, take its figures in, take it back."""

from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.refusals import Refused
from crm.eresources.covering import cover_anew
from crm.eresources.listing import note_dropped, note_taken
from crm.eresources.models import UsageReport
from crm.eresources.queries import weigh
from crm.imports.receiving import digest_of
from crm.jobs.actions import start_job
from crm.sources.actions import add_source
from crm.sources.models import USE_OF_ERESOURCES, DataSource
from crm.sources.recording import note_emptied
from crm.staff import audit
from crm.staff.models import User
from crm.staff.scopes import refuse_elsewhere
from crm.staff.words import AuditAction

READ = "crm.read_usage"
State = UsageReport.State
#: Days after the end of a month until its report is missed: the Code of Practice gives providers
#: four weeks.
DUE_AFTER = 28
LONGEST_NAME = 120


@transaction.atomic
def bring_report(*, file: UploadedFile, by: User | None) -> UsageReport:
    """Keep the file until a job has read it; returns the report, which is READING. Nothing of it
    counts before it is taken in.

    Refused for a file that is here already. A job writes the audit row.
    """
    digest = digest_of(file)
    _refuse_known(digest)
    report = UsageReport(
        state=State.READING,
        filename=Path(file.name).name[-200:],
        sha256=digest,
        taken_by=by,
    )
    # The name on disk is ours, and tells nothing of the content.
    report.file.save(f"{digest[:24]}.counter", file, save=False)
    try:
        report.save()
        report.job = start_job(
            kind=READ,
            title=gettext_noop("Reading %(file)s"),
            title_values={"file": report.filename},
            by=by,
            params={"report": report.pk},
        )
        report.save(update_fields=["job"])
    except BaseException:
        # The transaction takes back the row, and knows nothing of the file.
        report.file.delete(save=False)
        raise
    return report


def _refuse_known(digest: str) -> None:
    """Raises Refused where a file of these bytes is here, by what became of it. One statement."""
    same = UsageReport.objects.filter(sha256=digest).first()
    if same is None:
        return
    said = {"file": same.filename}
    if same.state == State.TAKEN:
        raise Refused(
            _("This report was taken in already, from %(file)s. Nothing is counted twice.") % said
        )
    raise Refused(_("This report is here already, from %(file)s, and not taken in yet.") % said)


@transaction.atomic
def take_report(*, report: UsageReport, by: User | None) -> UsageReport:
    """Let the figures of a report that was read speak, and write down the months it tells of.

    Refused for one that is being read. One that was taken in already is left as it is; else one
    audit row is written.
    """
    report = UsageReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.state == State.READING:
        raise Refused(_("This report is still being read."))
    if report.state == State.TAKEN:
        return report
    found = weigh(report)
    report.state = State.TAKEN
    report.counts_since = timezone.now()
    report.source = _source_of(report, by)
    report.save(update_fields=["state", "counts_since", "source"])
    cover_anew(report.source)
    note_taken(report, found)
    audit.record(action=AuditAction.USAGE_TAKE, by=by, on=report, figures=report.figures.count())
    return report


def _source_of(report: UsageReport, by: User | None) -> DataSource:
    """The source of whoever made the report, whatever kind it is; one that is new is added, with an
    audit row of its own.
    """
    name = f"COUNTER: {_provider_of(report)}"[:LONGEST_NAME]
    known = DataSource.objects.filter(measures=[USE_OF_ERESOURCES], name=name).first()
    if known:
        return known
    rhythm = DataSource.Rhythm.MONTHLY
    source = add_source(name=name, kinds=[], by=by, rhythm=rhythm, due_after=DUE_AFTER)
    source.measures = [USE_OF_ERESOURCES]
    source.save(update_fields=["measures"])
    return source


def _provider_of(report: UsageReport) -> str:
    """Whoever made the report; where it does not say who that is its first platform speaks. Reports
    that were read have a figure at least.
    """
    if report.provider:
        return report.provider
    return report.figures.order_by("platform").values_list("platform", flat=True)[0]


@transaction.atomic
def drop_report(*, report: UsageReport, by: User) -> None:
    """Take a report back with its figures and the months it told of; what an earlier one said
    speaks again.

    The same file may be brought again afterwards. The trail keeps that it was here. Refused for
    staff of one campus unless they brought it themselves: it is the whole library's.
    """
    if report.taken_by_id != by.pk:
        refuse_elsewhere(by)
    # Before the deletion, after which the report has no key to be named by.
    audit.record(action=AuditAction.USAGE_DROP, by=by, on=report)
    note_dropped(report)
    source, file = report.source, report.file
    report.delete()
    if file:
        transaction.on_commit(lambda: file.storage.delete(file.name))
    if source:
        cover_anew(source)
        note_emptied(source)
