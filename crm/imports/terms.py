"""How long uploaded files, refused rows and what stood in a row before are kept."""

from functools import partial

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.terms import Over, Term, deleting
from crm.imports.models import ImportBatch, ImportChange, ImportRefusal
from crm.jobs.models import Job

#: In the report of an import whose earlier values are gone: it cannot be taken back any more.
TOO_LATE = "too_late"


def files(over: Over):
    """Uploads whose file is still there and that no worker needs."""
    old = ImportBatch.objects.filter(created_at__lt=over.before).exclude(file="")
    working = Q(state=ImportBatch.State.RUNNING)
    working |= Q(job__state__in=[Job.State.QUEUED, Job.State.RUNNING])
    return old.exclude(pk__in=ImportBatch.objects.filter(working))


def drop_files(over: Over) -> int:
    """The rows stay and say what was done; a file goes once it is certain that no row names it."""
    batch = list(files(over).order_by("pk")[: over.most])
    for one in batch:
        transaction.on_commit(partial(one.file.storage.delete, one.file.name))
    ImportBatch.objects.filter(pk__in=[one.pk for one in batch]).update(file="")
    return len(batch)


def refusals(over: Over):
    return ImportRefusal.objects.filter(batch__created_at__lt=over.before)


def changes(over: Over):
    return ImportChange.objects.filter(batch__merged_at__lt=over.before)


def forget_changes(over: Over) -> int:
    """What stood there before goes, and with it the way back: the import says so from then on."""
    found = list(changes(over).order_by("pk").values_list("pk", "batch_id")[: over.most])
    for batch in ImportBatch.objects.filter(pk__in={batch for _pk, batch in found}):
        batch.report[TOO_LATE] = True
        batch.save(update_fields=["report"])
    ImportChange.objects.filter(pk__in=[pk for pk, _batch in found]).delete()
    return len(found)


TERMS = [
    Term(
        code="uploads",
        title=_("Uploaded files with readers"),
        models=("crm.ImportBatch",),
        becomes=_("the file is deleted; what it did stays written down"),
        default=30,
        least=1,
        most=365,
        due=lambda over: files(over).count(),
        remove=drop_files,
    ),
    Term(
        code="refused-rows",
        title=_("Rows of files that were refused"),
        models=("crm.ImportRefusal",),
        becomes=_("removed; how many they were stays"),
        default=30,
        least=1,
        most=365,
        **deleting(refusals),
    ),
    Term(
        code="earlier-values",
        title=_("What stood there before a file changed it"),
        models=("crm.ImportChange",),
        becomes=_("removed; the import cannot be taken back any more"),
        default=90,
        least=7,
        most=365,
        due=lambda over: changes(over).count(),
        remove=forget_changes,
    ),
]
