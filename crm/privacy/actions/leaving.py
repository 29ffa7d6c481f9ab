"""Verbs of leaving: asking for it, staying, and being erased."""

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.columns import keys_of
from core.refusals import Refused
from crm.merges.actions import part_all
from crm.merges.models import JoinedRecord
from crm.privacy import gone, traces
from crm.privacy.erasing import NAME
from crm.privacy.models import Departure
from crm.privacy.reasons import AGAIN, OWN_WISH
from crm.readers.actions import OWN_PAGE, set_consent
from crm.readers.models import ContactChannel, Purpose, Reader
from crm.readers.queries import twins_within_reach
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

log = logging.getLogger(__name__)

ERASE = f"SELECT {NAME}(%s, %s, %s, %s, %s)"


@transaction.atomic
def ask_to_leave(*, reader: Reader, by: User) -> Departure:
    """The reader wants to be erased. Nothing is sent to them from now on; the rest waits a few
    days, in which they can change their mind.
    """
    # Also what was never allowed: the address is stopped with it, and no later file gives it.
    for channel in ContactChannel.values:
        for purpose in Purpose.values:
            set_consent(
                reader=reader,
                channel=channel,
                purpose=purpose,
                granted=False,
                source=OWN_PAGE,
                by=by,
            )
    due = timezone.now() + timedelta(days=settings.ERASE_AFTER_DAYS)
    # Asked twice, the first day holds: nobody puts off what they wanted.
    departure, _is_new = Departure.objects.get_or_create(reader=reader, defaults={"due_at": due})
    audit.record(action=AuditAction.READER_LEAVE, by=by, on=reader)
    return departure


@transaction.atomic
def stay(*, reader: Reader, by: User) -> None:
    """They changed their mind. Refused where they are erased already.

    Whoever is erasing them just now is waited for, and whoever comes later finds no wish.
    """
    if not Reader.objects.select_for_update().filter(pk=reader.pk).first():
        raise Refused(_("You are erased already: it was too late to stay."))
    deleted, _by_model = Departure.objects.filter(reader=reader).delete()
    if deleted:
        audit.record(action=AuditAction.READER_STAY, by=by, on=reader)
        # A try that a crash ended may stand in the list: a restored backup would erase them.
        transaction.on_commit(gone.settle, robust=True)


@transaction.atomic
def erase(*, reader: Reader, reason: str, by: User | None) -> None:
    """Take a person out of everything, for good, with every row of theirs
    (``queries.twins_of``) that ``by`` may open.

    ``reason`` is one of ``reasons.CODES``. ``by`` is None where the time that the reader was given
    is over. Rows that figures rest on stay without a person (each room's ``holds.py`` says which);
    the keyed hashes of their addresses stay, so that no import mails them again.
    """
    for row in _held(_keys_of(reader.pk, by)):
        _erase_row(row, reason, by)


def _keys_of(pk: int, by: User | None) -> list[int]:
    """The row of that key and its twins within reach; none where it is gone."""
    # As it stands now: what was handed in may have been read before an address changed.
    current = Reader.objects.filter(pk=pk).first()
    if current is None:
        return []
    return keys_of([current, *twins_within_reach(current, by=by)])


def _held(keys: list[int]) -> list[Reader]:
    """Those rows, which nobody else changes or erases from now on."""
    gone.hold()
    rows = Reader.objects.select_for_update(of=("self",)).select_related("user").order_by("pk")
    return list(rows.filter(pk__in=keys))


def _erase_row(reader: Reader, reason: str, by: User | None) -> None:
    """Take one row and what hangs on it out of everything.

    Records that were joined with it are taken apart first, so that each goes under its own number:
    by that a restored backup knows them again.
    """
    for joined in part_all(reader=reader, by=by):
        _erase_row(joined, reason, by)
    reader = Reader.objects.select_related("user").get(pk=reader.pk)
    # All that is read of the person is read before the row is gone.
    digest = traces.identity_digest(reader.source, reader.number)
    uploads = traces.uploads_that_may_hold(reader)
    with gone.noted(digest):
        traces.suppress_for_good(reader)
        traces.delete_refused_rows(reader)
        traces.delete_kept_forms(reader)
        traces.delete_sessions(reader)
        traces.delete_subscriptions(reader)
        addresses = traces.mailboxes(reader)
        # While the rows that it notes are there.
        traces.empty_admin_log(reader)
        traces.empty_unfinished_accounts(reader)
        traces.delete_account(reader.user)

        with connection.cursor() as cursor:
            by_key = getattr(by, "pk", None)
            cursor.execute(ERASE, [reader.pk, digest, addresses, by_key, reason])
            (token,) = cursor.fetchone()
        if token is None:
            raise RuntimeError(f"reader {reader.pk} is held, and was not found by {NAME}")
    transaction.on_commit(partial(traces.drop_uploads, uploads))


def erase_due(*, by: User | None = None, seconds: float = 180) -> int:
    """Erase everybody whose time to change their mind is over; returns how many.

    One transaction for each: whoever cannot be erased holds up nobody, is shown on the desk and
    tried again in the next run, after the others. What is left after so many ``seconds`` waits for
    it, too.
    """
    ends = time.monotonic() + seconds
    waiting = Departure.objects.due().order_by(F("failed_at").asc(nulls_first=True), "due_at")
    n = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        if time.monotonic() > ends:
            break
        n += _try_to_erase(pk, by)
    gone.settle()
    return n


def _try_to_erase(pk: int, by: User | None) -> bool:
    """True where the reader is erased; False where they stay, or where something went wrong."""
    try:
        return _erase_departing(pk, by)
    # Whatever is wrong with one: the log says what, the next run tries again.
    except Exception:
        log.exception("departure %s: the reader could not be erased", pk)
        Departure.objects.filter(pk=pk).update(failed_at=timezone.now())
        return False


@transaction.atomic
def _erase_departing(pk: int, by: User | None) -> bool:
    """Erase whoever asked for it by the departure ``pk``; False where they stay after all."""
    reader = Reader.objects.filter(departure=pk).first()
    if reader is None:
        return False
    rows = _held(_keys_of(reader.pk, by))
    # Again, now that nobody can change it: they may have said so since the run began.
    if Departure.objects.due().select_for_update(of=("self",)).filter(pk=pk).first() is None:
        return False
    for row in rows:
        _erase_row(row, OWN_WISH, by)
    return True


@transaction.atomic
def erase_again(*, until: Mapping[bytes, datetime], by: User | None = None) -> int:
    """Erase every row that a restored backup brought back: {digest: when they were erased}.

    Those rows and no others: each that went had its own digest written down, and in older data
    another person may look like a twin. A row that was made later is of somebody who came back.
    Returns how many were there. For the restore, before the portal opens.
    """
    _part_whom_it_names(until, by)
    keys = []
    for reader in Reader.objects.only("pk", "source", "number", "created_at").iterator():
        erased_at = until.get(traces.identity_digest(reader.source, reader.number))
        if erased_at is not None and reader.created_at <= erased_at:
            keys.append(reader.pk)
    for row in _held(keys):
        _erase_row(row, AGAIN, by)
    return len(keys)


def _part_whom_it_names(until: Mapping[bytes, datetime], by: User | None) -> None:
    """Take joined records apart where one of them was erased: what is one in the backup may have
    been two when that was done.
    """
    for merge in JoinedRecord.objects.standing().select_related("kept"):
        numbers = [
            (merge.kept.source, merge.kept.number),
            (merge.gone["source"], merge.gone["number"]),
        ]
        digests = {traces.identity_digest(source, number) for source, number in numbers}
        if not digests.isdisjoint(until):
            part_all(reader=merge.kept, by=by)


@transaction.atomic
def erase_listed(*, by: User | None = None) -> str:
    """Erase again whom the list of the erased names; the step of a restore (AFTER_RESTORE).

    Returns a line to tell, or nothing.
    """
    n = erase_again(until=gone.believe(), by=by)
    if not n:
        return ""
    return f"{n} erased again."
