"""How long uploaded files, refused rows and what stood in a row before are kept."""

from functools import partial

from django.db import transaction
from django.db.models import F, JSONField, Value
from django.db.models.expressions import CombinedExpression
from django.utils.translation import gettext_lazy as _

from core.columns import keys_of
from core.terms import Over, Term, deleting
from crm.imports.models import ImportBatch, ImportChange, ImportRefusal
from crm.jobs.models import Job

#: In the report of an import whose earlier values are gone: it cannot be taken back any more.
TOO_LATE = "too_late"
#: The kind of job that takes an import back.
UNDO = "crm.undo_import"


def files(over: Over):
    """Uploads whose file is still there and that no worker needs."""
    return ImportBatch.objects.filter(created_at__lt=over.before).with_idle_file()


def drop_files(over: Over) -> int:
    """The rows stay and say what was done, or that nothing can be any more; a file goes once it is
    certain that no row names it.

    ``over.most`` at most; returns how many.
    """
    # Held, so that nobody sends one on its way meanwhile.
    batch = list(files(over).select_for_update().order_by("pk")[: over.most])
    for one in batch:
        transaction.on_commit(partial(one.file.storage.delete, one.file.name))
    ImportBatch.objects.filter(pk__in=keys_of(batch)).end_without_files()
    return len(batch)


def refusals(over: Over):
    """Refused rows of files that were uploaded before the term."""
    return ImportRefusal.objects.filter(batch__created_at__lt=over.before)


def changes(over: Over):
    """Earlier values, but of imports that are being taken back: that needs all of them.

    One statement for those, now; the changes are not asked for yet.
    """
    undoing = Job.objects.filter(kind=UNDO).open().values_list("params__batch", flat=True)
    old = ImportChange.objects.filter(batch__merged_at__lt=over.before)
    return old.exclude(batch__in=list(undoing))


def forget_changes(over: Over) -> int:
    """What stood there before goes, and with it the way back: the import says so from then on.

    ``over.most`` at most; returns how many. Call it inside a transaction.
    """
    found = changes(over).order_by("pk").values_list("pk", "batch_id")
    of_batches = set(dict(found[: over.most]).values())
    held = ImportBatch.objects.select_for_update().filter(pk__in=of_batches).order_by("pk")
    list(held)
    # Looked at again: from here on nobody begins to take one of these back.
    taken = dict(found.filter(batch__in=of_batches)[: over.most])
    too_late = CombinedExpression(F("report"), "||", Value({TOO_LATE: True}, JSONField()))
    # Only this is added: what an undoing has written there meanwhile stays.
    held.filter(pk__in=set(taken.values())).order_by().update(report=too_late)
    ImportChange.objects.filter(pk__in=list(taken)).delete()
    return len(taken)


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
