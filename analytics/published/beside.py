"""What was put in beside the portal since the last look: found by a page, in two statements.

A whole look computes every hash anew and takes its time. Whoever may only add rows cannot change
what that look found; so what they added is a seal or a look without the portal's mark, or a row of
which no seal speaks, and of rows there is then one more than the marked seals say.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, filterfalse, takewhile
from operator import attrgetter

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
    last, newer = looks_since_our_last()
    found = [*also, *broken_looks(newer)]
    if seal is not None:
        found += broken_marks([seal])
    if not found:
        return last
    return with_breaks(last or nothing_looked_at(), found)


def look_of_now() -> Verification | None:
    """The last look, with what was put in beside the portal since it.

    None where nobody has looked yet and nothing was put in. What is added is not stored: the next
    look through finds it itself.
    """
    last = last_look()
    # Before the first look everything that stands there has come since.
    base = last or nothing_looked_at()
    found = [*marks_since(base), *rows_beside(base)]
    return with_breaks(base, found) if found else last


def looks_since_our_last() -> tuple[Verification | None, list[Verification]]:
    """(the last look that the portal wrote, the newer ones, which it did not write); None where
    there is none of its own among the newest. One statement.
    """
    looks = list(Verification.objects.all()[:NEWEST])
    newer = list(takewhile(lambda look: word_of_look(look) != Word.OURS, looks))
    return next(iter(looks[len(newer) :]), None), newer


def nothing_looked_at() -> Verification:
    """A look that is not stored and has seen no seal."""
    return Verification(at=timezone.now(), seals=0, heads={}, breaks=[])


def with_breaks(look: Verification, found: Iterable[Break]) -> Verification:
    """The look itself, with what was found besides; nothing stands in it twice."""
    look.breaks = list(look.breaks)
    look.breaks += filterfalse(look.breaks.__contains__, list(found))
    return look


def broken_looks(looks: Iterable[Verification]) -> list[Break]:
    """Breaks of looks that are not the portal's, those of a key that is not known apart."""
    by_word = sorted_by(word_of_look, looks)
    strange = by_word.pop(Word.ANOTHER_KEY, [])
    forged = list(chain.from_iterable(by_word.values()))
    return [*breaks.of_looks(forged), *breaks.of_looks_by_another_key(strange)]


def marks_since(last: Verification) -> Iterator[Break]:
    """Breaks of seals after those of the last look that are not the portal's.

    A chain that the look does not know is read from its beginning.
    """
    newer = Seal.objects.all()
    # The seals of a chain that the look did not know are all newer.
    for chain_name, (number, _sha256) in last.heads.items():
        newer = newer.exclude(chain=chain_name, number__lte=number)
    chained = sorted_by(attrgetter("chain"), newer.order_by("chain", "number"))
    return chain.from_iterable(map(broken_marks, chained.values()))


def broken_marks(chained: list[Seal]) -> list[Break]:
    """Seals of one chain that are not the portal's: each by its number, those of a key that is not
    known in one line.
    """
    by_word = sorted_by(word_of_seal, chained)
    found = [breaks.of_seal("seal_of_nobody", seal) for seal in by_word.get(Word.NOBODYS, [])]
    strange = by_word.get(Word.ANOTHER_KEY)
    if strange:
        found.append(breaks.of_seal("seals_of_another_key", strange[0], n=len(strange)))
    return found


def sorted_by(key: Callable, rows: Iterable) -> dict:
    """{what the key says: its rows}, in the order in which they come."""
    found: dict = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
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
        numbers = {name: number for name, (number, _sha256) in last.heads.items()}
    said = {"rows": json.dumps(last.rows or {}), "numbers": json.dumps(numbers)}
    with connection.cursor() as cursor:
        cursor.execute(rows_statement(registered().values()), said)
        found = cursor.fetchall()
    for table, there, spoken_of in found:
        if there != spoken_of:
            yield breaks.found("rows_unspoken", table=table, n=there - spoken_of)
