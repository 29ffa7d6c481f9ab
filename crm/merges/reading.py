"""The rows and words of two records, as the rules in ``deciding`` want them."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from core.addresses import address_digest
from crm.merges.deciding import Allowed, Words
from crm.merges.models import JoinedRecord
from crm.merges.parting import Since
from crm.readers.models import (
    ADDRESS_FIELDS,
    ConsentEvent,
    Reader,
    parts_of,
    permissions_for,
)
from crm.readers.profile import stopped_permissions
from crm.readers.words import FROM_A_FILE, JOINED, OTHER_ADDRESS, OTHER_ADDRESS_IN_FILE
from crm.staff.models import AuditEvent
from crm.staff.words import AuditAction

#: Consents that ended with an address: nobody said no.
NO_WORDS = (OTHER_ADDRESS, OTHER_ADDRESS_IN_FILE)
#: Columns come and go with versions, so the row is read whole.
ROW = "SELECT to_jsonb(r)::text FROM crm_reader r WHERE id = %s"


def row_of(pk: int) -> dict[str, Any]:
    """{column: value} of a reader's row, as a merge notes it.

    Raises TypeError where there is none.
    """
    with connection.cursor() as cursor:
        cursor.execute(ROW, [pk])
        return json.loads(cursor.fetchone()[0])


def words_of(reader: Reader) -> Words:
    """What the reader's row, ledger and the suppression list say of consent. Three statements.

    Of several entries of the ledger the newest counts, and of one moment the one written last.
    """
    newest: dict[str, bool] = {}
    moments: dict[tuple[str, bool], datetime] = {}
    for event in ConsentEvent.objects.filter(reader=reader).order_by("at", "pk"):
        newest |= dict.fromkeys(permissions_of(event), event.granted)
        if is_own_word(event.source):
            said = [(one, event.granted) for one in permissions_of(event)]
            moments |= dict.fromkeys(said, event.at)
    return Words(row_of(reader.pk), newest, frozenset(stopped_permissions(reader)), moments)


def is_own_word(source: str) -> bool:
    """Whether a person spoke, or staff wrote down what one said: no file, and nothing that ended by
    itself.
    """
    return source not in (JOINED, *NO_WORDS) and not source.startswith(FROM_A_FILE)


def permissions_of(event: ConsentEvent) -> list[str]:
    """The permissions that an entry of the ledger is about; one of 0.1 without a purpose spoke of
    the whole channel, and so of several.
    """
    return permissions_for(event.channel, event.purpose)


def words_since(merge: JoinedRecord) -> list[ConsentEvent]:
    """What was said of the kept record since, the oldest first: what the joining itself wrote bears
    its moment, and what it brought an earlier one. One statement.
    """
    said = ConsentEvent.objects.filter(reader=merge.kept_id, at__gt=merge.at)
    return list(said.exclude(source__in=NO_WORDS).order_by("at", "pk"))


def since_of(merge: JoinedRecord, words: Iterable[ConsentEvent]) -> Since:
    """The same as the rules want it, with whether staff stopped the record's mail. One statement
    beside that of ``words_since``.
    """
    said: dict[bool, set[str]] = {True: set(), False: set()}
    for event in words:
        said[event.granted].update(permissions_of(event))
    return Since(frozenset(said[False]), frozenset(said[True]), _was_stopped_since(merge))


def _was_stopped_since(merge: JoinedRecord) -> bool:
    """Whether the last word of staff since the joining is a stop, be it the same once more: then
    the row itself looks as it did.
    """
    words = (AuditAction.READER_STOP, AuditAction.READER_STOP_END)
    said = AuditEvent.objects.filter(
        object_type=Reader._meta.label_lower,
        object_id=str(merge.kept_id),
        action__in=words,
        at__gt=merge.at,
    )
    last = said.order_by("-at", "-pk").values_list("action", flat=True).first()
    return last == AuditAction.READER_STOP


def entries_of(allowed: Allowed) -> list[dict[str, Any]]:
    """What the ledger gets: {channel, purpose, granted, source}, a no for each that has ended.

    A yes is written again only where the other record's newer no would speak otherwise.
    """
    said = [(one, False, source) for one, source in allowed.ended.items()]
    said += [(one, True, JOINED) for one in allowed.again]
    entries = []
    for one, granted, source in said:
        channel, purpose = parts_of(one)
        entries.append(
            {"channel": channel, "purpose": purpose, "granted": granted, "source": source}
        )
    return entries


def stops_of(allowed: Allowed, becomes: dict[str, Any]) -> list[dict[str, str]]:
    """What the suppression list gets: {channel, purpose, digest in hex}, one for each permission
    that is stopped.

    ``becomes`` is the joined row, whose address the digest is of.
    """
    stops = []
    for one in allowed.stopped:
        channel, purpose = parts_of(one)
        address = becomes[ADDRESS_FIELDS[channel]]
        digest = address_digest(address).hex()
        stops.append({"channel": channel, "purpose": purpose, "digest": digest})
    return stops
