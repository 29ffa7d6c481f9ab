"""Verbs on what one reader is: write it down, correct it, take it back; files have ``taking``."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.columns import set_differing
from core.refusals import Refused
from crm.readers.models import Reader
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from crm.standings.models import Standing, then_of
from crm.standings.moving import NIGHT, keep_known, move

#: What staff wrote down.
BY_HAND = "staff"


@transaction.atomic
def add_standing(
    *,
    reader: Reader,
    kind: str,
    by: User,
    starts_on: date | None = None,
    ends_on: date | None = None,
    then: str = "",
) -> Standing:
    """Write down what ``reader`` is as well, and return it; their own row follows at once. What
    that row said so far is kept as a standing of its own where the reader had none.

    ``then``: what follows, as a code of ``Then``; empty for what is usual of the kind. Refused
    where the same stands there already, or the days run backwards. Writes one audit row.
    """
    standing = Standing(
        reader=reader,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        then=then or then_of(kind),
        source=BY_HAND,
        by=by,
    )
    # Before the new row is stored: only of readers without any is the old one kept.
    keep_known([(reader.pk, kind)], timezone.localdate())
    _save(standing)
    audit.record(action=AuditAction.STANDING_ADD, by=by, on=reader, kind=kind)
    _settle(reader)
    return standing


@transaction.atomic
def change_standing(
    *,
    standing: Standing,
    by: User,
    kind: str,
    starts_on: date | None,
    ends_on: date | None,
    then: str = "",
) -> list[str]:
    """Correct the kind and the days; returns the names of the fields that changed, none where
    nothing did, and then nothing is written.

    What the night made of the old days is taken back and made anew of the new ones. Refused where
    the same stands there already, or the days run backwards.
    """
    # Compared with what is stored now, which may be newer than the page that was open.
    stored = Standing.objects.select_for_update().get(pk=standing.pk)
    wanted = {
        "kind": kind,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "then": then or then_of(kind),
    }
    changed = set_differing(stored, wanted)
    if not changed:
        return []

    # The new days have moved nobody yet.
    stored.moved_on = None
    stored.source, stored.by = BY_HAND, by
    _save(stored)
    audit.record(action=AuditAction.STANDING_CHANGE, by=by, on=stored.reader, fields=changed)
    _settle(stored.reader)
    return changed


@transaction.atomic
def remove_standing(*, standing: Standing, by: User) -> None:
    """Take back what was never so; the reader's own row follows what is left. What the night had
    made of the days is made anew. Writes one audit row.
    """
    reader = standing.reader
    audit.record(action=AuditAction.STANDING_REMOVE, by=by, on=reader, kind=standing.kind)
    standing.delete()
    # What is left is looked at as if none of it had moved anybody yet.
    Standing.objects.filter(reader=reader).update(moved_on=None)
    _settle(reader)


def _save(standing: Standing) -> None:
    """Store it. Refused in words where the database refuses it: the same stands there already, or
    the days run backwards. The caller's transaction can go on.
    """
    try:
        with transaction.atomic():
            standing.save()
    except IntegrityError as error:
        raise Refused(
            _("That is written down already, or the last day lies before the first.")
        ) from error


def _settle(reader: Reader) -> None:
    """Make anew what the night had made of the days, and move the reader's own row.

    It was somebody's word: no undoing of an import passes over it.
    """
    Reader.objects.filter(pk=reader.pk).update(updated_at=timezone.now())
    Standing.objects.filter(reader=reader, source=NIGHT).delete()
    move([reader.pk], timezone.localdate())
    reader.refresh_from_db()
