"""Looking through the chains: is everything still what it was when it was published?"""

from collections.abc import Iterator
from datetime import datetime
from itertools import filterfalse
from operator import attrgetter
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from analytics.published import breaks, heads
from analytics.published.beside import broken_marks, rows_spoken_of
from analytics.published.breaks import Break
from analytics.published.chains import Chain, registered, registered_checks
from analytics.published.digests import Parts, content_digest, seal_digest, well_formed
from analytics.published.marks import word_of_look
from analytics.published.models import Seal, Verification
from analytics.published.sealing import parts_of
from core.vouching import Word


def look_through() -> Verification:
    """All chains against the rows there are; the result is not stored yet.

    Besides the chains it asks the looks themselves, the checks of every room, and the list of heads
    that is kept outside of the database.
    """
    looked = Verification(seals=0, heads={}, breaks=[], rows={})
    looked.breaks += foreign_looks()
    for chain in registered().values():
        look_through_one(chain, looked)
    for check in registered_checks():
        looked.breaks += check()
    looked.breaks += lost_noted_heads(Path(settings.HEADS_LIST))
    return looked


def look_through_one(chain: Chain, looked: Verification) -> None:
    """Add to ``looked`` how many seals the chain has, its head, and what is broken of it.

    A seal that was rewritten is told once, not for its mark as well.
    """
    chained = list(Seal.objects.filter(chain=chain.code).order_by("number"))
    looked.seals += len(chained)
    if chained:
        looked.heads[chain.code] = [chained[-1].number, chained[-1].sha256]
        looked.rows |= rows_spoken_of(chained)
    looked.breaks += broken_links(chained)
    looked.breaks += broken_marks(list(filterfalse(is_rewritten, chained)))
    looked.breaks += changed_things(chain, chained)
    looked.breaks += lost_heads(chain, chained)


# --- the chain itself -----------------------------------------------------------------------------
def broken_links(chained: list[Seal]) -> Iterator[Break]:
    """Seals that are missing, out of their place, or were rewritten.

    ``chained`` are all seals of one chain by number. Each is compared with the one before it, so
    that one gap is told once.
    """
    number, before = 0, ""
    for seal in chained:
        yield from misplaced(seal, number, before)
        if is_rewritten(seal):
            yield breaks.of_seal("rewritten", seal)
        number, before = seal.number, seal.sha256


def misplaced(seal: Seal, number: int, before: str) -> Iterator[Break]:
    """At most one break: a number is left out, or the seal names another one before it.

    ``number`` and ``before``: number and hash of the seal that should come before it; 0 and empty
    for the first.
    """
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
    """Rows and fields that are not what their seal says, and things without a seal.

    Of a thing that is gone altogether every row is missing. One statement for all things of the
    chain.
    """
    now = parts_of(chain)
    for seal in chained:
        yield from changed_parts(seal, now.pop(seal.object_id, {}))
    # Each seal has taken its own thing out: what is left was published without one.
    for object_id in now:
        yield breaks.not_sealed(chain, object_id)


def changed_parts(seal: Seal, now: Parts) -> Iterator[Break]:
    """Rows that went, rows that came, and fields that changed.

    ``now`` is {row: {field: hash}} as the tables say, empty where the thing is gone.
    """
    was = well_formed(seal.parts)
    for row in was.keys() - now.keys():
        yield breaks.of_seal("row_is_missing", seal, row=row)
    for row in now.keys() - was.keys():
        yield breaks.of_seal("row_was_added", seal, row=row)
    for row in sorted(was.keys() & now.keys()):
        yield from changed_fields(seal, row, now[row])


def changed_fields(seal: Seal, row: str, now: dict) -> Iterator[Break]:
    """One break for each field whose hash is not the sealed one, in the order of their names.

    Only fields the seal speaks of: a column that came later was never published.
    """
    for field, was in sorted(seal.parts[row].items()):
        if now.get(field) != was:
            yield breaks.of_seal("field_differs", seal, row=row, field=field)


# --- the end of a chain ---------------------------------------------------------------------------
def lost_heads(chain: Chain, chained: list[Seal]) -> Iterator[Break]:
    """What an earlier look saw as the last seal must still be there: a chain cut short is found.

    What a look says that the portal did not write is no proof.
    """
    known = {(seal.number, seal.sha256) for seal in chained}
    seen = Verification.objects.filter(heads__has_key=chain.code).order_by("at", "pk")
    for look in seen.iterator():
        if word_of_look(look) == Word.NOBODYS:
            continue
        match look.heads:
            case {chain.code: [int() as number, str() as sha256]}:
                pass
            case _:
                # Not as the portal writes them: named among the looks (``foreign_looks``).
                continue
        if (number, sha256) not in known:
            yield breaks.head_is_gone(chain, look.at, number)
            return


def lost_noted_heads(path: Path) -> Iterator[Break]:
    """The first head of each chain that a list outside of the database knows, and this one not.

    Later ones of the same chain follow from it and are not told; none where there is no list.
    """
    known = set(Seal.objects.values_list("chain", "number", "sha256"))
    told = set()
    for head in heads.noted(path):
        is_known = (head.chain, head.number, head.sha256) in known
        if not is_known and head.chain not in told:
            told.add(head.chain)
            yield breaks.noted_is_gone(head.chain, head.number, path.name)


# --- the looks ---------------------------------------------------------------------------
def foreign_looks() -> Iterator[Break]:
    """Looks that the portal did not write, one break each.

    Those of a key that is not known are told in one line: after a change of the key there are many.
    """
    nobodys, others = [], []
    for look in Verification.objects.order_by("pk").iterator():
        word = word_of_look(look)
        if word == Word.NOBODYS:
            nobodys.append(look)
        elif word == Word.ANOTHER_KEY:
            others.append(look)
    yield from breaks.of_looks(nobodys)
    yield from breaks.of_looks_by_another_key(others)


def is_same(last: Verification, found: Verification) -> bool:
    """Whether the last look was of today and found the same heads, breaks and numbers of rows: then
    no new row is written.
    """
    said = attrgetter("heads", "breaks", "rows")
    is_of_today = timezone.localdate(last.at) == timezone.localdate(found.at)
    return is_of_today and said(last) == said(found)


def database_time() -> datetime:
    """The database refuses a look that is dated ahead of its own clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def next_number() -> int:
    """A number for the look to come, which its mark speaks of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('analytics_verification', 'id'))")
        return cursor.fetchone()[0]
