"""What was put in beside the portal since the last look: found by a page, in two statements.

A whole look computes every hash anew and takes its time. Whoever may only add rows cannot change
what that look found; so what they added is a seal or a look without the portal's mark, or a row of
which no seal speaks, and of rows there is then one more than the marked seals say.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator

from django.db import connection
from django.utils import timezone

from analytics.published import breaks
from analytics.published.breaks import Break
from analytics.published.chains import registered
from analytics.published.digests import well_formed
from analytics.published.marks import word_of_look, word_of_seal
from analytics.published.models import Seal, Verification
from analytics.published.queries import rows_statement
from core.vouching import Word

#: Looks among which the last one of the portal's own is looked for.
NEWEST = 20


def last_look(seal: Seal | None = None, also: Iterable[Break] = ()) -> Verification | None:
    """The last look that the portal wrote, with what newer rows among the looks are not the
    portal's, ``seal`` if it is not, and what a page has found ``also``; None where nobody has
    looked so far.

    One statement. What it finds is in ``breaks`` and is not stored.
    """
    last, forged, others = None, [], []
    for look in Verification.objects.all()[:NEWEST]:
        word = word_of_look(look)
        if word == Word.OURS:
            last = look
            break
        if word == Word.ANOTHER_KEY:
            others.append(look)
        else:
            forged.append(look)
    found = [*also, *breaks.of_looks(forged), *breaks.of_looks_by_another_key(others)]
    if seal is not None:
        found += broken_marks([seal])
    if last is None and found:
        last = Verification(at=timezone.now(), seals=0, heads={}, breaks=[])
    if last is not None:
        last.breaks = [*last.breaks, *found]
    return last


def look_of_now() -> Verification | None:
    """The last look, with what was put in beside the portal since it.

    None where nobody has looked yet and nothing was put in. What is added is not stored: the next
    look through finds it itself.
    """
    last = last_look()
    # Before the first look everything that stands there has come since.
    base = last or Verification(at=timezone.now(), seals=0, heads={}, breaks=[])
    found = [*marks_since(base), *rows_beside(base)]
    if not found:
        return last
    base.breaks = [*base.breaks, *(one for one in found if one not in base.breaks)]
    return base


def marks_since(last: Verification) -> Iterator[Break]:
    """Breaks of seals after those of the last look that are not the portal's.

    A chain that the look does not know is read from its beginning.
    """
    newer = Seal.objects.all()
    # The seals of a chain that the look did not know are all newer.
    for chain, (number, _sha256) in last.heads.items():
        newer = newer.exclude(chain=chain, number__lte=number)
    chained: dict[str, list[Seal]] = {}
    for seal in newer.order_by("chain", "number"):
        chained.setdefault(seal.chain, []).append(seal)
    for seals in chained.values():
        yield from broken_marks(seals)


def broken_marks(chained: list[Seal]) -> list[Break]:
    """Seals of one chain that are not the portal's: each by its number, those of a key that is not
    known in one line.
    """
    found, others = [], []
    for seal in chained:
        word = word_of_seal(seal)
        if word == Word.ANOTHER_KEY:
            others.append(seal)
        elif word == Word.NOBODYS:
            found.append(breaks.of_seal("seal_of_nobody", seal))
    if others:
        found.append(breaks.of_seal("seals_of_another_key", others[0], n=len(others)))
    return found


# --- rows of which no seal speaks -----------------------------------------------------------------
def rows_spoken_of(chained: list[Seal]) -> dict[str, int]:
    """{table: how many rows of it} the seals speak of; a seal with spoilt parts speaks of none."""
    counted: Counter[str] = Counter()
    for seal in chained:
        counted.update(row.partition("/")[0] for row in well_formed(seal.parts))
    return dict(counted)


def rows_beside(last: Verification) -> Iterator[Break]:
    """Tables that have more rows, or fewer, than the last look and the seals since it say.

    Counted and added up in one statement, so that what is published meanwhile is in both or in
    neither.
    """
    numbers = {}
    if last.rows is not None:
        numbers = {chain: number for chain, (number, _sha256) in last.heads.items()}
    said = {"rows": json.dumps(last.rows or {}), "numbers": json.dumps(numbers)}
    with connection.cursor() as cursor:
        cursor.execute(rows_statement(registered().values()), said)
        found = cursor.fetchall()
    for table, there, spoken_of in found:
        if there != spoken_of:
            yield breaks.found("rows_unspoken", table=table, n=there - spoken_of)
