"""Verbs of activities: say what the columns of a file are, take in what a program sends."""

from dataclasses import replace

from django.db import transaction

from crm.activities.models import MONTH_COUNTS
from crm.activities.options import ActivityOptions
from crm.activities.posting import Posted, TakenRows, batch_of, take_posted, weigh_posted
from crm.imports.actions import map_import
from crm.imports.models import ImportBatch
from crm.sources.actions import add_source, keep_no_names
from crm.sources.models import DataSource
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction


@transaction.atomic
def map_activities(
    *,
    batch: ImportBatch,
    system: str,
    mapping: dict[str, str],
    options: ActivityOptions,
    by: User | None,
    new_source: str = "",
    save_as: str = "",
) -> None:
    """Say what the columns are, in which system the reader numbers are, and where the rows were
    recorded: at a source there is, or at one that is added under the name ``new_source``.

    Which columns are never read is no choice. Refused and Unreadable as in ``map_import``.
    """
    never = ActivityOptions.from_json(batch.options).never
    if new_source:
        kinds = _told_kinds(batch, mapping)
        source = add_source(name=new_source, kinds=kinds, by=by)
        options = replace(options, data_source=source.pk)
    options = replace(_as_the_source_keeps(batch, options, by), never=never)
    map_import(
        batch=batch,
        source=system,
        mapping=mapping,
        options=options.to_json(),
        save_as=save_as,
        by=by,
    )


@transaction.atomic
def post_activities(*, posted: Posted, by: User) -> TakenRows:
    """Take in the activities that a program sent, whole or not at all, as an import that is done.
    Rows that are refused are kept as such and said in what comes back. Writes an audit row for what
    was sent, and one for what became of it.
    """
    batch = batch_of(posted, by)
    batch.save()
    audit.record(action=AuditAction.IMPORT_UPLOAD, by=by, on=batch, size=batch.size, by_api=True)
    return take_posted(posted, batch)


@transaction.atomic
def ask_activities(*, posted: Posted, by: User, little: bool) -> TakenRows:
    """What a request would do, told to ``by``; ``little``: to a key that reads nothing. Writes one
    audit row, since who asks often enough knows who is a reader.
    """
    taken = weigh_posted(posted, by=by, little=little)
    asked = {"rows": len(posted.rows), "strangers": taken.strangers, "by_api": True}
    audit.record(action=AuditAction.IMPORT_PREVIEW, by=by, on=posted.source, **asked)
    return taken


def _told_kinds(batch: ImportBatch, mapping: dict[str, str]) -> list[str]:
    """What the rows of such a file tell of: without a column that says what happened it is the
    usual alone, and of all else nothing is recorded.
    """
    if batch.kind.by_month:
        return [str(kind) for name, kind in MONTH_COUNTS.items() if name in mapping]
    says_what = not mapping.keys().isdisjoint(["action", "outcome"])
    if says_what:
        return list(map(str, batch.kind.does))
    return [str(batch.kind.does[0])]


def _as_the_source_keeps(
    batch: ImportBatch, options: ActivityOptions, by: User | None
) -> ActivityOptions:
    """The options with what was said of their source once: of rows without names nobody makes such
    with names, nor the other way round. Raises Refused.
    """
    source = DataSource.objects.filter(pk=options.data_source).first()
    if source is None or not batch.kind.may_be_nameless:
        return replace(options, nameless=False)
    if options.nameless:
        keep_no_names(source=source, by=by)
    return replace(options, nameless=not source.named)
