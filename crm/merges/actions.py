"""Verbs that join two records of one person, take them apart again, or say that they are two."""

import json
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from core.addresses import address_key
from core.refusals import Refused
from crm.imports.turns import take_turn
from crm.merges import deciding, parting, reading
from crm.merges.functions import JOIN, PART
from crm.merges.models import JoinedRecord, MergeReason, NotTwins
from crm.readers import withdrawn
from crm.readers.bearers import numbers_of
from crm.readers.models import ConsentEvent, Reader
from crm.readers.queries import PORTAL, confirmed_address
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: The owner's functions; what they take stands in ``functions.JOIN_ARGUMENTS`` and below it.
CALL_JOIN = f"SELECT {JOIN}(%s, %s, %s, %s, %s, %s, %s, %s)"
CALL_PART = f"SELECT {PART}(%s, %s, %s, %s, %s)"


@transaction.atomic
def merge(
    *,
    kept: Reader,
    gone: Reader,
    by: User,
    taken: Collection[str] | None = None,
    why: str = MergeReason.DESK,
) -> JoinedRecord:
    """Join ``gone`` with ``kept``: what names it belongs to the kept record from now on, its number
    finds that one, and its row is gone until ``part``. The owner's function writes the audit row.

    ``taken`` names what the kept record takes from the other one (``deciding.CHOSEN``); without it
    what the kept one does not say, and of a person who claims it the addresses for which they have
    allowed something. Refused for two accounts, for who has asked to be erased, and for an account
    that has not shown the other record to be its own.
    """
    _hold_imports(kept, gone)
    kept, gone = _locked(kept, gone)
    _refuse_two_people(kept, gone)
    if why != MergeReason.CLAIM:
        _refuse_unproven(kept, gone)
    return _join(kept, gone, by=by, taken=taken, why=why)


def _join(
    kept: Reader, gone: Reader, *, by: User | None, taken: Collection[str] | None, why: str
) -> JoinedRecord:
    """Join two records that are held already, and of which nothing says that they are two people.

    ``taken`` as ``merge`` has it.
    """
    mine, theirs = reading.words_of(kept), reading.words_of(gone)
    if taken is None:
        taken = deciding.suggested(mine.row, theirs.row)
        if why == MergeReason.CLAIM:
            taken |= deciding.spoken_for(theirs.row)
    becomes = deciding.joined(mine.row, theirs.row, taken)
    allowed = deciding.allowed(mine, theirs, becomes)
    becomes["consents"] = allowed.consents
    key = _call(
        CALL_JOIN,
        kept.pk,
        gone.pk,
        getattr(by, "pk", None),
        str(why),
        json.dumps(becomes),
        json.dumps(reading.entries_of(allowed)),
        json.dumps(reading.stops_of(allowed, becomes)),
        json.dumps(sorted(taken)),
    )
    return JoinedRecord.objects.get(pk=key)


@transaction.atomic
def part(*, merge: JoinedRecord, by: User | None) -> Reader:
    """Take two records apart again; returns the one that is there again.

    Every row goes back to where it was; what was written since stays with the kept record, and a no
    that was said since holds for both. What was joined later with either is taken apart before it
    and joined again after it, so that it stands as if these two had never been one. Refused where
    that cannot be: somebody has asked to be erased, or two accounts would meet. The owner's
    functions write the audit rows.
    """
    # What was handed in may name a record that has gone into a third since.
    merge = JoinedRecord.objects.select_related("kept").get(pk=merge.pk)
    _hold_imports(merge.kept)
    Reader.objects.select_for_update(of=("self",)).get(pk=merge.kept_id)
    # Read once more under the lock: somebody may have taken the two apart while this waited.
    merge.refresh_from_db()
    if merge.parted_at is not None:
        raise Refused(_("The two were taken apart already."))
    between = []
    for later in _joined_later(merge):
        between.append((later, _taken_by(later)))
        _part_newest(later, by)
    again = _part_newest(merge, by)
    for later, taken in reversed(between):
        _join_again(later, taken, by)
    again.refresh_from_db()
    return again


def _joined_later(merge: JoinedRecord) -> Iterator[JoinedRecord]:
    """What stands in the way, the newest first, each to be taken apart before the next is asked
    for: then a record that had gone into a third is there again, and only its own joinings count.
    """
    while True:
        kept_by = JoinedRecord.objects.filter(pk=merge.pk).values("kept")
        newest = JoinedRecord.objects.standing().filter(kept__in=kept_by).order_by("-pk").first()
        if newest is None or newest == merge:
            return
        yield newest


def _taken_by(merge: JoinedRecord) -> set[str]:
    """Names of what the kept record took of the other one, but what was written since."""
    now = reading.row_of(merge.kept_id)
    return parting.still_taken(merge.gone, merge.before, merge.after, now)


def _part_newest(merge: JoinedRecord, by: User | None) -> Reader:
    """Take the newest joining of a record apart; returns the record that is there again.

    Its no's since the joining are noted for it outside of the database as well, and so is a stop in
    the trail.
    """
    merge.refresh_from_db()
    said = reading.words_since(merge)
    since = reading.since_of(merge, said)
    row = reading.row_of(merge.kept_id)
    apart = parting.apart(merge.gone, merge.before, merge.after, row, since)
    for_both = [one for one in said if _is_for_both(one, apart)]
    values = (apart.kept, apart.gone, [one.pk for one in for_both])
    key = _call(CALL_PART, merge.pk, getattr(by, "pk", None), *map(json.dumps, values))
    if key is None:
        raise Refused(_("Another record was joined with this one later. Take that apart first."))
    again = Reader.objects.get(pk=key)
    _note_refusals(again, for_both)
    if since.is_stopped:
        audit.record(action=AuditAction.READER_STOP, by=by, on=again)
    return again


def _note_refusals(reader: Reader, events: Iterable[ConsentEvent]) -> None:
    """Note the no's among the events for this reader outside of the database; one of 0.1 that names
    no purpose is none that could be noted.
    """
    for event in events:
        if not event.granted and event.purpose:
            withdrawn.note([reader], event.channel, event.purpose, granted=False)


def _is_for_both(event: ConsentEvent, apart: parting.Apart) -> bool:
    """Whether the record that comes back gets an entry of the ledger, too: each no, and a yes for
    its address.
    """
    return not event.granted or not apart.given.isdisjoint(reading.permissions_of(event))


def _join_again(merge: JoinedRecord, taken: Collection[str], by: User | None) -> None:
    """Join what was taken apart only for the sake of an older joining.

    Refused in words of its own where the two cannot be joined any more.
    """
    kept, gone = _locked(Reader(pk=merge.kept_key), Reader(pk=merge.gone_key))
    try:
        _refuse_two_people(kept, gone)
    except Refused as refusal:
        raise Refused(
            _(
                "Another record was joined with this one later, and could not be joined again."
                " Take that apart first."
            )
        ) from refusal
    mine, theirs = reading.row_of(kept.pk), reading.row_of(gone.pk)
    # What only the record that is gone now said, the other one may say.
    chosen = {*taken, *deciding.suggested(mine, theirs)}
    _join(kept, gone, by=by, taken=chosen, why=merge.why)


@transaction.atomic
def part_all(*, reader: Reader, by: User | None) -> list[Reader]:
    """Take apart everything that was joined with this reader, the newest first.

    Returns the records that are there again, those too that had gone into one of them; empty where
    nothing is joined. One that cannot be taken apart refuses them all.
    """
    found = []
    for merge in reader.merges.standing().filter(kept_key=reader.pk).order_by("-pk"):
        again = part(merge=merge, by=by)
        found += [again, *part_all(reader=again, by=by)]
    return found


@transaction.atomic
def say_two_people(*, one: Reader, other: Reader, by: User) -> None:
    """The two look like one person and are two: they are not suggested any more.

    Said once more, or with the two in the other order, it writes nothing. Neither record is
    changed.
    """
    # A pair is stored in one order only, so that the other order finds it as well.
    first, second = sorted([one, other], key=lambda reader: reader.pk)
    _pair, is_new = NotTwins.objects.get_or_create(one=first, other=second, defaults={"by": by})
    if is_new:
        audit.record(action=AuditAction.READER_NOT_TWINS, by=by, on=first, reader=second.pk)


def _call(statement: str, *arguments: Any) -> int | None:
    """What the owner's function returns. Rows and lists are handed over as texts of JSON."""
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchone()[0]


def _hold_imports(*readers: Reader) -> None:
    """Until the transaction ends no import of a system begins that one of them has a number of.

    Waits for an import that is running; one statement for each system.
    """
    numbers = chain.from_iterable(map(numbers_of, readers))
    take_turn(*(system for system, _number in numbers))


def _locked(kept: Reader, gone: Reader) -> tuple[Reader, Reader]:
    """Both rows as they stand now, held until the end, in the order they were handed in.

    Refused for a record and itself, and where one is not there any more.
    """
    if kept.pk == gone.pk:
        raise Refused(_("This is one and the same record."))
    # Rows are held in the order of their keys, or two joinings could wait for each other.
    held = Reader.objects.select_for_update(of=("self",)).order_by("pk")
    rows = held.filter(pk__in=[kept.pk, gone.pk]).in_bulk()
    if len(rows) < 2:
        raise Refused(_("One of the two is not there any more."))
    return rows[kept.pk], rows[gone.pk]


def _refuse_two_people(kept: Reader, gone: Reader) -> None:
    """Raises Refused for two accounts, and where either has asked to be erased."""
    if None not in (kept.user_id, gone.user_id):
        raise Refused(_("Each of the two has an account. Two accounts are two people."))
    if kept.is_leaving() or gone.is_leaving():
        raise Refused(
            _("One of the two has asked to be erased. Nothing is joined until that is settled.")
        )


def _refuse_unproven(kept: Reader, gone: Reader) -> None:
    """Nobody's account gets a record at the desk by looking alike, whoever stands there: neither
    one that made a record of itself, nor one that has claimed another record.

    The account must have confirmed the address that the record holds; one that an import made up
    shows nothing. Raises Refused.
    """
    for own, record in ((kept, gone), (gone, kept)):
        is_accounts = own.user_id is not None or own.source == PORTAL
        if is_accounts and not _has_shown(own, record):
            raise Refused(
                _(
                    "This account has not shown that the record is its own. Print an invitation:"
                    " with its code the reader joins the two."
                )
            )


def _has_shown(own: Reader, record: Reader) -> bool:
    """Whether the account of ``own`` has confirmed the address that ``record`` holds. Never where
    there is none, or an import made it up.
    """
    shown = address_key(confirmed_address(own))
    if not shown or record.email_made:
        return False
    return shown == address_key(record.email)
