"""One number in several writings: b1001x in one file, B1001X in another, 3201 01 in a third.

Numbers are compared without capitals and blanks (``core.addresses.number_key``) and stored as they
were given first. So before rows are laid beside readers, each number of a file becomes what is
stored of it already; a number that nobody bears becomes what its first row in the file says.
Records that 0.1 made of two writings are two people to every file, each under its own writing: a
row with a third writing is refused, and the queue of duplicates shows them (``crm.merges``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from core.addresses import number_key_sql


class Merging(Protocol):
    """A staged file on its way, as far as its numbers are concerned: ``run`` fills in the names in
    braces and gives how many rows a statement was about, ``number`` the number it gives.
    """

    params: dict[str, Any]

    def run(self, sql: str) -> int: ...
    def number(self, sql: str) -> Any: ...


@dataclass(frozen=True)
class NumberPlace:
    """Where numbers stand in the staged row ``s``, as SQL: of which ``system`` they are, the
    ``number`` itself, and how another writing ``w.number`` is put in its place.
    """

    system: str
    number: str
    put: str

    def sql(self, statement: str) -> str:
        """The statement with these names filled in; ``{table}`` is left to whoever runs it."""
        names = {
            "{system}": self.system,
            "{number}": self.number,
            "{key}": number_key_sql(self.number),
            "{put}": self.put,
        }
        for name, value in names.items():
            statement = statement.replace(name, value)
        return statement


#: The numbers by which the rows of a file of one system are led, and those of a request, each row
#: of which names its system.
OF_FILE = NumberPlace("%(source)s::text", "s.number", "number = w.number")
OF_ROW = NumberPlace("s.system", "s.number", "number = w.number")
#: Further numbers, of the system that the parameter ``further_system`` names.
FURTHER = NumberPlace(
    "%(further_system)s::text",
    "(s.identities ->> %(further_system)s)",
    "identities = s.identities || jsonb_build_object(%(further_system)s::text, w.number)",
)
#: All numbers that somebody bears.
BORNE = """(
        SELECT source AS system, number, id AS reader FROM crm_reader
        UNION ALL
        SELECT system, number, reader_id FROM crm_identity)"""
#: Those that are not their own key, as the indexes ``…_other_writing`` hold them.
BORNE_OTHERWISE = f"""(
        SELECT source AS system, number, id AS reader, {number_key_sql("number")} AS key
        FROM crm_reader
        WHERE number <> {number_key_sql("number")}
        UNION ALL
        SELECT system, number, reader_id, {number_key_sql("number")}
        FROM crm_identity
        WHERE number <> {number_key_sql("number")})"""
IS_BORNE = f"EXISTS (SELECT 1 FROM {BORNE} x WHERE x.system = {{system}} AND x.number = {{number}})"
#: In most libraries every number is its own key: then nothing is laid beside anything.
IN_FILE = "SELECT EXISTS (SELECT 1 FROM {table} s WHERE s.reason IS NULL AND {number} <> {key})"
STORED = f"""
    SELECT EXISTS (
        SELECT 1 FROM {BORNE_OTHERWISE} b
        WHERE b.system IN (SELECT DISTINCT {{system}} FROM {{table}} s))"""
#: Rows whose number somebody bears in another writing, with that writing, and how many readers do.
FIND = f"""
    CREATE TEMP TABLE crm_writings AS
    SELECT f.line, min(f.number) AS number, count(DISTINCT f.reader) AS readers
    FROM (
        SELECT s.line, {{number}} AS said, b.number, b.reader
        FROM {{table}} s
        JOIN {BORNE_OTHERWISE} b ON b.system = {{system}} AND b.key = {{key}}
        WHERE s.reason IS NULL
        UNION ALL
        SELECT s.line, {{number}}, b.number, b.reader
        FROM {{table}} s
        JOIN {BORNE} b ON b.system = {{system}} AND b.number = {{key}}
        WHERE s.reason IS NULL AND {{number}} <> {{key}}) f
    GROUP BY f.line
    HAVING NOT bool_or(f.number = f.said)"""
#: What somebody bears just as the row says it is that one's.
KEEP_BORNE = f"""
    DELETE FROM crm_writings w USING {{table}} s WHERE s.line = w.line AND {IS_BORNE}"""
PUT = """
    UPDATE {table} s SET {put} FROM crm_writings w WHERE w.line = s.line AND w.readers = 1"""
#: The number of two records leads to neither.
REFUSE = """
    UPDATE {table} s
    SET reason = 'number-taken', field = 'number', raw = jsonb_build_array({number})
    FROM crm_writings w
    WHERE w.line = s.line AND w.readers > 1"""
#: Of numbers that nobody bears the first writing of the file counts.
FIND_IN_FILE = f"""
    CREATE TEMP TABLE crm_writings AS
    SELECT f.line, f.number, 1 AS readers
    FROM (
        SELECT s.line, {{number}} AS said,
            first_value({{number}}) OVER (PARTITION BY {{system}}, {{key}} ORDER BY s.line)
                AS number
        FROM {{table}} s
        WHERE s.reason IS NULL
          AND {{key}} IN (
            SELECT {{key}} FROM {{table}} s WHERE s.reason IS NULL AND {{number}} <> {{key}})
          AND NOT {IS_BORNE}) f
    WHERE f.number <> f.said"""
FORGET = "DROP TABLE IF EXISTS crm_writings"


def settle(merge: Merging, told: NumberPlace) -> None:
    """Write the numbers of a staged file as they are stored.

    Call under the turn of their systems: what an import that is just ending adds counts as well. A
    number that two records have in other writings stays as it is, and leads to neither. Two
    statements where every number is its own key.
    """
    if merge.number(told.sql(IN_FILE)) or merge.number(told.sql(STORED)):
        _put(merge, told, FIND)


def settle_new(merge: Merging, told: NumberPlace) -> None:
    """The same of a file that brings numbers: those that nobody bears become what the file has
    first, and rows with a number that two records have in other writings are refused.
    """
    is_in_file = merge.number(told.sql(IN_FILE))
    if not is_in_file and not merge.number(told.sql(STORED)):
        return
    _put(merge, told, FIND, REFUSE)
    if is_in_file:
        _put(merge, told, FIND_IN_FILE)


def _put(merge: Merging, told: NumberPlace, find: str, *also: str) -> None:
    """Put the writings that ``find`` finds in the place of others; ``also``: statements that need
    them, too.
    """
    merge.run(FORGET)
    if merge.run(told.sql(find)):
        for sql in (KEEP_BORNE, PUT, *also):
            merge.run(told.sql(sql))
    merge.run(FORGET)


def settle_further(merge: Merging, systems: Iterable[str]) -> None:
    """The same of the further numbers of these systems, in the same file."""
    for system in systems:
        merge.params["further_system"] = system
        settle_new(merge, FURTHER)
