"""Verbs of COUNTER reports: take one in, take it back. The file itself is not kept."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.eresources.counter import Place
from crm.eresources.models import PlatformUsage, UsageReport
from crm.eresources.reading import read_report
from crm.imports.opening import Unreadable
from crm.staff import audit
from crm.staff.models import User
from crm.staff.scopes import refuse_elsewhere
from crm.staff.words import AuditAction


@transaction.atomic
def take_report(*, file: UploadedFile, by: User | None) -> UsageReport:
    """Store the figures of a report by platform, metric and month, and nothing else of it.

    Raises Unreadable for what is no report of release 5 or 5.1, and Refused for the same file
    again. Nothing is stored then.
    """
    with NamedTemporaryFile(prefix="counter-") as copy:
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
            copy.write(chunk)
        # The report is read by its path, which shows only what was written out.
        copy.flush()
        same = UsageReport.objects.filter(sha256=digest.hexdigest()).first()
        if same:
            raise Refused(
                _("This report was taken in already, from %(file)s. Nothing is counted twice.")
                % {"file": same.filename}
            )
        header, figures = read_report(Path(copy.name))

    known = figures.known(header)
    # Figures may have been found and yet each of their sums be unknown.
    if not known:
        raise Unreadable(_("No figure was found in this report. Nothing is stored."))
    report = UsageReport.objects.create(
        report=header.report,
        release=header.release,
        provider=header.provider,
        first=header.first,
        last=header.last,
        partial=header.is_partial,
        made_at=header.created,
        filename=Path(file.name).name[-200:],
        sha256=digest.hexdigest(),
        taken_by=by,
    )
    PlatformUsage.objects.bulk_create(_rows_of(report, known), batch_size=2000)
    audit.record(action=AuditAction.USAGE_TAKE, by=by, on=report, figures=len(known))
    return report


def _rows_of(report: UsageReport, known: dict[Place, int]) -> Iterator[PlatformUsage]:
    """A row for each figure."""
    for (platform, metric, month), n in known.items():
        yield PlatformUsage(report=report, platform=platform, metric=metric, month=month, n=n)


@transaction.atomic
def drop_report(*, report: UsageReport, by: User) -> None:
    """Take a report back with its figures; what an earlier one said speaks again.

    The same file may be taken in again afterwards. The trail keeps that it was here. Refused for
    staff of one campus unless they brought it themselves: it is the whole library's.
    """
    if report.taken_by_id != by.pk:
        refuse_elsewhere(by)
    # Before the deletion, after which the report has no key to be named by.
    audit.record(action=AuditAction.USAGE_DROP, by=by, on=report)
    report.delete()
