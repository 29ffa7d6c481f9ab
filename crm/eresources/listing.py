"""A COUNTER report as one of all imports: what the list of imports says of it."""

from crm.eresources.kinds import COUNTER
from crm.eresources.models import UsageReport
from crm.eresources.queries import Weighing
from crm.imports.models import ImportBatch


def list_as_import(report: UsageReport) -> None:
    """Give the report a line in the list of imports, as a file that is looked at and not run; one
    that has a line keeps it. The report is for the caller to save.
    """
    if report.batch is None:
        report.batch = ImportBatch.objects.create(
            takes=COUNTER,
            filename=report.filename,
            sha256=report.sha256,
            size=0,
            source="",
            state=ImportBatch.State.UPLOADED,
            job=report.job,
            rows=report.figures.count(),
            created_by=report.taken_by,
        )


def note_taken(report: UsageReport, found: Weighing) -> None:
    """Write on its line what taking it in did, with ``found`` as it was weighed before: figures
    that are new and that are another number, and those that are as they were.
    """
    batch = report.batch
    if batch is None:
        return
    batch.state = ImportBatch.State.DONE
    batch.merged_at = report.counts_since
    batch.created, batch.changed = found.new, found.changed
    batch.unchanged = found.same + found.later
    batch.save()


def note_dropped(report: UsageReport) -> None:
    """Write on its line that the report was taken back: undone, or gone before it was taken in."""
    batch = report.batch
    if batch is None:
        return
    was_taken = report.state == UsageReport.State.TAKEN
    batch.state = ImportBatch.State.UNDONE if was_taken else ImportBatch.State.GONE
    batch.save(update_fields=["state"])
