"""Taking a file of counts back: what other files said of the same days holds again."""

from django.db import connection, transaction
from django.utils import timezone

from crm.imports.counts import UndoneImport
from crm.imports.models import ImportBatch
from crm.imports.queries import ONE_AT_A_TIME
from crm.imports.undoing_places import remove_left_places, remove_places
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from crm.tallies.covering import cover_anew
from crm.tallies.loading import source_of
from crm.tallies.models import Tally


@transaction.atomic
def undo(batch: ImportBatch, *, by: User | None) -> UndoneImport:
    """Take the batch back, for ``by``: its numbers go, what is covered is written anew, and
    campuses that only this file named are removed. What was corrected by hand stays.

    Returns how many numbers went. Running it again changes nothing, counts nothing and writes no
    audit row.
    """
    # Locked before its state is looked at: of two workers the second finds it undone.
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != ImportBatch.State.DONE:
        return UndoneImport(deleted=0, restored=0, kept=0)

    source = source_of(batch)
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME, {"source": source.code})
    deleted, _by_model = Tally.objects.filter(batch=batch).delete()
    cover_anew(source)

    done = UndoneImport(deleted, 0, 0)
    batch.state = ImportBatch.State.UNDONE
    batch.report |= {
        "undone": {"deleted": deleted, "restored": 0, "kept": 0},
        "undone_at": timezone.now().isoformat(),
        "places_removed": remove_places(batch),
    }
    batch.save()
    remove_left_places()
    audit.record(action=AuditAction.IMPORT_UNDONE, by=by, on=batch, deleted=deleted)
    return done
