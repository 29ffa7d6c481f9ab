"""Looking through the chains: is everything still what it was when it was published?"""

from collections.abc import Iterator

from analytics.published import words
from analytics.published.chains import Chain, registered
from analytics.published.models import Seal, Verification
from analytics.published.sealing import Parts, content_digest, parts_of, seal_digest


def look_through() -> Verification:
    """All chains against the rows there are; the result is not stored yet."""
    seals, heads, breaks = 0, {}, []
    for chain in registered().values():
        chained = list(Seal.objects.filter(chain=chain.code).order_by("number"))
        seals += len(chained)
        if chained:
            heads[chain.code] = [chained[-1].number, chained[-1].sha256]
        breaks += [*broken_links(chained), *changed_things(chain, chained)]
        breaks += lost_heads(chain, chained)
    return Verification(seals=seals, heads=heads, breaks=breaks)


def broken_links(chained: list[Seal]) -> Iterator[str]:
    """Seals that are missing, out of their place, or were rewritten."""
    number, before = 0, ""
    for seal in chained:
        if seal.number != number + 1:
            yield words.missing_between(seal.chain, number, seal.number)
        elif seal.previous_sha256 != before:
            yield words.does_not_follow(seal)
        if is_rewritten(seal):
            yield words.rewritten(seal)
        number, before = seal.number, seal.sha256


def is_rewritten(seal: Seal) -> bool:
    """True where a seal is not the one that its own content and place make."""
    if seal.content_sha256 != content_digest(seal.parts):
        return True
    return seal.sha256 != seal_digest(seal)


def changed_things(chain: Chain, chained: list[Seal]) -> Iterator[str]:
    """Rows and fields that are not what their seal says, and things without a seal."""
    now = parts_of(chain)
    for seal in chained:
        yield from changed_parts(seal, now.pop(seal.object_id, {}))
    for object_id in now:
        yield words.not_sealed(chain, object_id)


def changed_parts(seal: Seal, now: Parts) -> Iterator[str]:
    """Rows that went, rows that came, and fields that changed."""
    for row in seal.parts.keys() - now.keys():
        yield words.row_is_missing(seal, row)
    for row in now.keys() - seal.parts.keys():
        yield words.row_was_added(seal, row)
    for row in sorted(seal.parts.keys() & now.keys()):
        yield from changed_fields(seal, row, now[row])


def changed_fields(seal: Seal, row: str, now: dict) -> Iterator[str]:
    """Only fields the seal speaks of: a column that came later was never published."""
    for field, was in sorted(seal.parts[row].items()):
        if now.get(field) != was:
            yield words.field_differs(seal, row, field)


def lost_heads(chain: Chain, chained: list[Seal]) -> Iterator[str]:
    """What an earlier look saw as the last seal must still be there: a chain cut short is found."""
    known = {(seal.number, seal.sha256) for seal in chained}
    seen = Verification.objects.values_list("at", "heads").order_by("at", "pk")
    for at, heads in seen.iterator():
        head = heads.get(chain.code)
        if head is None:
            continue
        if tuple(head) not in known:
            yield words.head_is_gone(chain, at, head[0])
            return
