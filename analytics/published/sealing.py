"""Adding what was just published to its chain. Called inside the verb that publishes."""

import json

from django.db import connection, transaction

from analytics.published.chains import Chain, moving_columns, registered
from analytics.published.digests import Parts, content_digest, seal_digest
from analytics.published.marks import mark_of_seal
from analytics.published.models import Seal
from analytics.published.queries import LOCK, parts_statement


@transaction.atomic
def seal(
    *,
    chain: str,
    object_id: int,
    inputs_sha256: str = "",
    corrects: int | None = None,
    reason: str = Seal.Reason.FIRST,
    chained_later: bool = False,
) -> Seal:
    """Seal one thing, whole in the database by now. ``corrects``: id of the thing it replaces.

    ``chained_later``: it was published before there were chains.
    """
    known = registered()[chain]
    (parts,) = parts_of(known, object_id).values()
    replaced = Seal.objects.filter(chain=chain, object_id=corrects).first()
    made = Seal(
        chain=chain,
        object_id=object_id,
        corrects=getattr(replaced, "number", None),
        reason=reason,
        inputs_sha256=inputs_sha256,
        parts=parts,
        chained_later=chained_later,
    )
    return append(made)


def append(made: Seal) -> Seal:
    """Number it from 1, chain it to the one before, mark and store it. Two at once wait for each
    other.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [made.chain])
    # Of its own class: a migration seals with the model of its time.
    before = type(made).objects.filter(chain=made.chain).order_by("-number").first()
    made.number = 1
    if before is not None:
        made.number = before.number + 1
        made.previous_sha256 = before.sha256
    made.content_sha256 = content_digest(made.parts)
    made.sha256 = seal_digest(made)
    made.mac = mark_of_seal(made)
    made.save(force_insert=True)
    return made


def parts_of(chain: Chain, object_id: int | None = None) -> dict[int, Parts]:
    """{id of a thing: its parts} as they are now, in one statement.

    Of one thing, or without ``object_id`` of all things of the chain.
    """
    with connection.cursor() as cursor:
        cursor.execute(parts_statement(chain, moving_columns), {"one": object_id})
        found = cursor.fetchall()
    parts = {}
    for owner, text in found:
        parts[owner] = json.loads(text)
    return parts
