"""Verbs of counts: say what the columns of a file are, correct a number."""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.imports.actions import map_import
from crm.imports.models import ImportBatch
from crm.sources.actions import add_source
from crm.sources.models import DataSource
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from crm.tallies.covering import cover_anew
from crm.tallies.likely import measures_of
from crm.tallies.models import Tally
from crm.tallies.options import CountOptions


@transaction.atomic
def map_counts(
    *,
    batch: ImportBatch,
    mapping: dict[str, str],
    options: CountOptions,
    by: User | None,
    new_source: str = "",
    save_as: str = "",
) -> None:
    """Say what the columns are, and who counted: a source there is, or one that is added under the
    name ``new_source``. Nothing is counted yet; what a preview had found is dropped.

    ``mapping`` is {field: column}. With ``save_as`` the mapping is kept as a profile of that name.
    Refused and Unreadable as in ``map_import``; a new source is not kept then either.
    """
    if new_source:
        options = replace(options, data_source=_new_source(new_source, mapping, options, by).pk)
    map_import(
        batch=batch,
        source=batch.source,
        mapping=mapping,
        options=options.to_json(),
        save_as=save_as,
        by=by,
    )


def _new_source(name: str, mapping: dict, options: CountOptions, by: User | None) -> DataSource:
    """A stored source of no kinds whose measures are what the columns say they count. Writes one
    audit row, as ``add_source`` does.
    """
    source = add_source(name=name, kinds=[], by=by)
    source.measures = sorted(measures_of(mapping, options))
    source.save(update_fields=["measures"])
    return source


@transaction.atomic
def correct_tally(*, tally: Tally, value: int | None, note: str, by: User | None) -> Tally:
    """Store another number for what ``tally`` counts, and return the new row; None says that nobody
    knows the number. It holds beside whatever files say, until it is released.

    Corrections of the same thing that were there before are removed, and what its source covers is
    written anew. Refused without a reason in ``note``. Writes one audit row.
    """
    if not note.strip():
        raise Refused(_("Please say why the number is another."))
    _release(tally)
    made = Tally(labels=tally.labels, **tally.what)
    made.value, made.note, made.by_hand = value, note.strip(), True
    made.unknown, made.whole = int(value is None), value is not None
    made.save()
    cover_anew(made.source)
    audit.record(action=AuditAction.COUNT_CORRECT, by=by, on=made, note=made.note)
    return made


@transaction.atomic
def release_tally(*, tally: Tally, by: User | None) -> None:
    """Remove the correction: what files say of it holds again, and what the source covers is
    written anew. Refused where the number was not corrected by hand. Writes one audit row.
    """
    if not _release(tally):
        raise Refused(_("This number was not corrected by hand."))
    cover_anew(tally.source)
    audit.record(action=AuditAction.COUNT_RELEASE, by=by, on=tally)


def _release(tally: Tally) -> bool:
    """Remove all corrections of what the tally counts, whichever of its rows is given; returns
    whether there was one. What files say stays stored; the caller writes what is covered anew.
    """
    # Without a campus Django asks for rows that have none.
    same = Tally.objects.filter(by_hand=True, **tally.what)
    removed, _by_model = same.delete()
    return removed > 0
