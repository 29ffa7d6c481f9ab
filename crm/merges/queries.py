"""Pairs of records that look like one person: suggested, and never joined by themselves."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Count, Model
from django.db.models.fields.json import KT

from core.addresses import telephone_key
from crm.imports.writings import BORNE, BORNE_OTHERWISE
from crm.merges.models import MergedRow
from crm.readers.bearers import numbered, numbers_of
from crm.readers.models import Reader, last_digits
from crm.readers.queries import holders_of, may_open_every_reader, same_telephone, shared_mailboxes

#: What statements of other apps may name.
READABLE = ("crm_joinedrecord",)
#: So many pairs are shown at once; the next come when these are settled.
MOST = 50
#: A mailbox or a name that more records share is an office's, or says nothing.
MOST_ALIKE = 5
#: What files call the year of birth, as the attribute is named when they come in.
BIRTH = ("birth_year", "birthyear", "year_of_birth", "yearofbirth", "出生年", "出生年份")

#: Groups of records alike in one of four ways, each paired with the first of them. ``campus``:
#: only those of one campus, NULL for all; ``only``: those that may be like one reader, NULL for
#: all. What shares a mailbox or a telephone number is handed over as (record, one spelling of it):
#: SQL cannot tell two writings of one.
PAIRS = """
WITH seen AS (
    SELECT id, name, college_id, email_made,
        coalesce(birth_year::text, {birth}, '') AS born
    FROM crm_reader
    WHERE (%(campus)s::bigint IS NULL OR campus_id = %(campus)s)
        AND (%(only)s::bigint[] IS NULL OR id = ANY(%(only)s))
), otherwise AS (
    SELECT b.system, b.key, b.reader FROM {otherwise} b
), numbers AS (
    SELECT system, key, reader FROM otherwise
    UNION ALL
    SELECT b.system, b.number, b.reader
    FROM otherwise o
    JOIN {borne} b ON b.system = o.system AND b.number = o.key
), alike AS (
    SELECT 'address' AS why, array_agg(id ORDER BY id) AS ids
    FROM seen JOIN unnest(%(mailed)s::bigint[], %(mailboxes)s::text[]) AS m (reader, key)
        ON m.reader = id
    WHERE NOT email_made GROUP BY key
    HAVING count(*) BETWEEN 2 AND %(most_alike)s
    UNION ALL
    SELECT 'telephone', array_agg(id ORDER BY id)
    FROM seen JOIN unnest(%(called)s::bigint[], %(telephones)s::text[]) AS t (reader, key)
        ON t.reader = id
    GROUP BY key
    HAVING count(*) BETWEEN 2 AND %(most_alike)s
    UNION ALL
    SELECT 'person', array_agg(id ORDER BY id)
    FROM seen WHERE name <> '' AND born <> '' AND college_id IS NOT NULL
    GROUP BY lower(name), born, college_id
    HAVING count(*) BETWEEN 2 AND %(most_alike)s
    UNION ALL
    SELECT 'number', array_agg(id ORDER BY id)
    FROM (
        SELECT DISTINCT n.system, n.key, seen.id
        FROM numbers n JOIN seen ON seen.id = n.reader) written
    GROUP BY system, key
    HAVING count(*) BETWEEN 2 AND %(most_alike)s
), pairs AS (
    SELECT ids[1] AS one, other, array_agg(DISTINCT why ORDER BY why) AS why
    FROM alike, unnest(ids[2:]) AS other
    GROUP BY 1, 2
)
SELECT one, other, why
FROM pairs p
JOIN crm_reader r ON r.id = p.one
JOIN crm_reader o ON o.id = p.other
WHERE (r.user_id IS NULL OR o.user_id IS NULL)
    AND NOT EXISTS (SELECT FROM crm_nottwins n
        WHERE (n.one_id = p.one AND n.other_id = p.other)
            OR (n.one_id = p.other AND n.other_id = p.one))
ORDER BY cardinality(why) DESC, one, other
LIMIT %(most)s
""".format(
    birth=", ".join(f"traits ->> '{name}'" for name in BIRTH),
    borne=BORNE,
    otherwise=BORNE_OTHERWISE,
)


@dataclass(frozen=True)
class Pair:
    """Two records that look like one person; ``why``: codes, see ``words``."""

    one: Reader
    other: Reader
    why: list[str]


def left_without(row: Model) -> Reader | None:
    """Into whose record the reader went whom this row has lost by a joining: the kept one has a row
    of the same kind, so this one stays in the figures. None for a row that lost nobody.
    """
    noted = MergedRow.objects.alias(key=KT("was__id")).filter(
        model=f"{row._meta.label}.reader", how=MergedRow.How.LOOSE, key=str(row.pk)
    )
    return Reader.objects.filter(merges__rows__in=noted).first()


def suspected(user, *, of: Reader | None = None) -> list[Pair]:
    """At most ``MOST`` pairs that this user may open both of, the most alike first.

    ``of``: only those of this reader, found by the indexes of addresses, telephones and
    colleges. Two accounts are no pair, nor are two that somebody said are two people. A handful of
    statements; the older record of a pair is ``one``.
    """
    if of is None:
        found = _alike(user, None, shared_mailboxes(), shared_telephones())
        return _pairs_of(found, user)

    mailboxes, telephones = _as_one(holders_of([of.email])), _as_one(same_telephone(of))
    only = [of.pk, *mailboxes, *telephones, *_born_alike(of), *_numbered_alike(of)]
    pairs = _pairs_of(_alike(user, only, mailboxes, telephones), user)
    return [pair for pair in pairs if of in (pair.one, pair.other)]


def _alike(
    user, only: list[int] | None, mailboxes: dict[int, str], telephones: dict[int, str]
) -> list[tuple[int, int, list[str]]]:
    """(key, key, why) of the pairs that ``PAIRS`` finds among the readers ``only``, None for all.
    What they share is {key of a reader: one spelling of it}. One statement.
    """
    asked: dict[str, Any] = {
        "campus": None if may_open_every_reader(user) else user.campus_id,
        "only": only,
        "mailed": list(mailboxes),
        "mailboxes": list(map(str, mailboxes.values())),
        "called": list(telephones),
        "telephones": list(map(str, telephones.values())),
        "most_alike": MOST_ALIKE,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, asked)
        return cursor.fetchall()


def shared_telephones() -> dict[int, str]:
    """{reader: the one spelling of the number} of every telephone number that stands in several
    rows, in whichever writing. One statement.
    """
    addressed_rows = Reader.objects.exclude(phone="").annotate(end=last_digits())
    ends = addressed_rows.values("end").order_by().annotate(rows=Count("pk")).filter(rows__gt=1)
    readers_of = defaultdict(list)
    alike = addressed_rows.filter(end__in=ends.values("end"))
    for pk, phone in alike.values_list("pk", "phone"):
        readers_of[telephone_key(phone)].append(pk)
    # What is no number at all is nobody's.
    readers_of.pop("", None)
    found = {}
    for key, readers in readers_of.items():
        if len(readers) > 1:
            found |= dict.fromkeys(readers, key)
    return found


def _as_one(readers: Iterable[Reader]) -> dict[int, str]:
    """{key of a reader: one and the same text}: what they share needs no name."""
    return {reader.pk: "shared" for reader in readers}


def _born_alike(reader: Reader) -> list[int]:
    """Keys of the readers of the same college and name, by the index of colleges; their years of
    birth are compared later.
    """
    if not reader.name or reader.college_id is None:
        return []
    alike = Reader.objects.filter(college=reader.college_id, name__iexact=reader.name)
    return list(alike.values_list("pk", flat=True))


def _numbered_alike(reader: Reader) -> set[int]:
    """Keys of the readers who bear one of the reader's numbers in another writing, and the
    reader's own. Two statements for each number.
    """
    found: set[int] = set()
    for system, number in numbers_of(reader):
        found |= numbered(system, [number])
    return found


def _pairs_of(found: list[tuple[int, int, list[str]]], user) -> list[Pair]:
    """The records behind the keys that were found, with what a list says of them.

    One statement. Raises KeyError for a record that this user may not open.
    """
    keys = set(chain.from_iterable((one, other) for one, other, _why in found))
    readers = Reader.objects.visible_to(user).select_related("campus", "college").in_bulk(keys)
    return [Pair(readers[one], readers[other], why) for one, other, why in found]


def keys_in(pairs: list[Pair]) -> list[int]:
    """The keys of all records in the pairs, in their order; one that is in several pairs stands
    there several times.
    """
    return list(chain.from_iterable((pair.one.pk, pair.other.pk) for pair in pairs))
