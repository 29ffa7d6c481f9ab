"""The rows and words of two records, as the rules in ``deciding`` want them."""

import json
from typing import Any

from django.db import connection

from core.addresses import address_digest
from crm.merges.deciding import Allowed, Words
from crm.readers.models import (
    ADDRESS_FIELDS,
    BETWEEN,
    ConsentEvent,
    ContactChannel,
    Purpose,
    Reader,
    permission,
)
from crm.readers.profile import stopped_permissions
from crm.readers.words import JOINED

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
    entries = ConsentEvent.objects.filter(reader=reader).order_by("at", "pk")
    for channel, purpose, granted in entries.values_list("channel", "purpose", "granted"):
        # An entry of 0.1 spoke of the whole channel.
        for one in [purpose] if purpose else Purpose.values:
            newest[permission(channel, one)] = granted
    return Words(row_of(reader.pk), newest, frozenset(stopped_permissions(reader)))


def entries_of(allowed: Allowed) -> list[dict[str, Any]]:
    """What the ledger gets: {channel, purpose, granted, source}, a no for each that has ended.

    A yes is written again only where the other record's newer no would speak otherwise.
    """
    said = [(one, False, source) for one, source in allowed.ended.items()]
    said += [(one, True, JOINED) for one in allowed.again]
    entries = []
    for one, granted, source in said:
        channel, _between, purpose = one.partition(BETWEEN)
        entries.append(
            {"channel": channel, "purpose": purpose, "granted": granted, "source": source}
        )
    return entries


def stops_of(allowed: Allowed, becomes: dict[str, Any]) -> list[dict[str, str]]:
    """What the suppression list gets: {channel, purpose, digest in hex}.

    ``becomes`` is the joined row, whose address the digest is of.
    """
    stops = []
    for one in allowed.stopped:
        channel, _between, purpose = one.partition(BETWEEN)
        address = becomes[ADDRESS_FIELDS[ContactChannel(channel)]]
        digest = address_digest(address).hex()
        stops.append({"channel": channel, "purpose": purpose, "digest": digest})
    return stops
