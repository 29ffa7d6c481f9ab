"""Looking through the chains: is everything still what it was when it was published?"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from analytics.published import breaks, heads
from analytics.published.breaks import Break
from analytics.published.chains import Chain, registered, registered_checks
from analytics.published.models import Seal, Verification
from analytics.published.sealing import Parts, content_digest, parts_of, seal_digest


def look_through() -> Verification:
    """All chains against the rows there are; the result is not stored yet."""
    looked = Verification(seals=0, heads={}, breaks=[])
    for chain in registered().values():
        look_through_one(chain, looked)
    for check in registered_checks():
        looked.breaks += check()
    looked.breaks += lost_noted_heads(Path(settings.HEADS_LIST))
    return looked


def look_through_one(chain: Chain, looked: Verification) -> None:
    """Add to ``looked`` how many seals the chain has, its head, and what is broken of it."""
    chained = list(Seal.objects.filter(chain=chain.code).order_by("number"))
    looked.seals += len(chained)
    if chained:
        looked.heads[chain.code] = [chained[-1].number, chained[-1].sha256]
    looked.breaks += broken_links(chained)
    looked.breaks += changed_things(chain, chained)
    looked.breaks += lost_heads(chain, chained)


# --- the chain itself -----------------------------------------------------------------------------
def broken_links(chained: list[Seal]) -> Iterator[Break]:
    """Seals that are missing, out of their place, or were rewritten."""
    number, before = 0, ""
    for seal in chained:
        yield from misplaced(seal, number, before)
        if is_rewritten(seal):
            yield breaks.of_seal("rewritten", seal)
        number, before = seal.number, seal.sha256


def misplaced(seal: Seal, number: int, before: str) -> Iterator[Break]:
    """``number`` and ``before``: number and hash of the seal that should come before it."""
    if seal.number != number + 1:
        yield breaks.missing_between(seal.chain, number, seal.number)
    elif seal.previous_sha256 != before:
        yield breaks.of_seal("does_not_follow", seal)


def is_rewritten(seal: Seal) -> bool:
    """True where a seal is not the one that its own content and place make."""
    has_other_parts = seal.content_sha256 != content_digest(seal.parts)
    return has_other_parts or seal.sha256 != seal_digest(seal)


# --- what the seals speak of ----------------------------------------------------------------------
def changed_things(chain: Chain, chained: list[Seal]) -> Iterator[Break]:
    """Rows and fields that are not what their seal says, and things without a seal."""
    now = parts_of(chain)
    for seal in chained:
        yield from changed_parts(seal, now.pop(seal.object_id, {}))
    for object_id in now:
        yield breaks.not_sealed(chain, object_id)


def changed_parts(seal: Seal, now: Parts) -> Iterator[Break]:
    """Rows that went, rows that came, and fields that changed."""
    for row in seal.parts.keys() - now.keys():
        yield breaks.of_seal("row_is_missing", seal, row=row)
    for row in now.keys() - seal.parts.keys():
        yield breaks.of_seal("row_was_added", seal, row=row)
    for row in sorted(seal.parts.keys() & now.keys()):
        yield from changed_fields(seal, row, now[row])


def changed_fields(seal: Seal, row: str, now: dict) -> Iterator[Break]:
    """Only fields the seal speaks of: a column that came later was never published."""
    for field, was in sorted(seal.parts[row].items()):
        if now.get(field) != was:
            yield breaks.of_seal("field_differs", seal, row=row, field=field)


# --- the end of a chain ---------------------------------------------------------------------------
def lost_heads(chain: Chain, chained: list[Seal]) -> Iterator[Break]:
    """What an earlier look saw as the last seal must still be there: a chain cut short is found."""
    known = {(seal.number, seal.sha256) for seal in chained}
    seen = Verification.objects.filter(heads__has_key=chain.code).order_by("at", "pk")
    for at, all_heads in seen.values_list("at", "heads").iterator():
        number, sha256 = all_heads[chain.code]
        if (number, sha256) not in known:
            yield breaks.head_is_gone(chain, at, number)
            return


def lost_noted_heads(path: Path) -> Iterator[Break]:
    """The first head of each chain that a list outside of the database knows, and this one not."""
    known = set(Seal.objects.values_list("chain", "number", "sha256"))
    told = set()
    for head in heads.noted(path):
        is_known = (head.chain, head.number, head.sha256) in known
        if not is_known and head.chain not in told:
            told.add(head.chain)
            yield breaks.noted_is_gone(head.chain, head.number, path.name)


# --- when it was looked ---------------------------------------------------------------------------
def is_same(last: Verification, found: Verification) -> bool:
    """Whether the last look was of today and found the same."""
    is_of_today = timezone.localdate(last.at) == timezone.localdate(found.at)
    return is_of_today and last.heads == found.heads and last.breaks == found.breaks


def database_time() -> datetime:
    """The database refuses a look that is dated ahead of its own clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
