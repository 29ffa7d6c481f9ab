"""Further numbers of the readers of a file: a file with 学号 and 读者证 in two columns has both.

A column may be mapped to "identity:SYSTEM". The column of the reader number says who a row is
about; what stands in such a column is written down as a further number of that reader. A number
that somebody else bears stays theirs: two records may be of one person, which no file decides.
"""

import json
from collections.abc import Callable, Mapping

from django.db.models import QuerySet

from core.kinds import FileKind
from crm.imports import fields
from crm.imports.copying import CellSource, CellTexts
from crm.imports.guessing import bare_name, layout_of
from crm.imports.models import ImportBatch
from crm.readers.models import NumberSystem
from crm.readers.queries import PORTAL

#: What a field is called that keeps a column as numbers of another system: "identity:student".
IDENTITY = "identity:"

#: Numbers of this file that no reader bears so far. Of two rows with one number the first has it.
#: Parameters: ``source``, and ``now``, by which undoing knows again what an import wrote.
WRITE = """
    INSERT INTO crm_identity (reader_id, system, number, since)
    SELECT DISTINCT ON (i.key, i.value) r.id, i.key, i.value, %(now)s
    FROM {known}, jsonb_each_text(s.identities) i
    WHERE s.reason IS NULL
        AND EXISTS (SELECT FROM crm_numbersystem y WHERE y.code = i.key)
        AND NOT EXISTS (
            SELECT FROM crm_reader t WHERE t.source = i.key AND t.number = i.value)
    ORDER BY i.key, i.value, s.line
    ON CONFLICT DO NOTHING"""
#: Those of them that another reader bears after it.
TAKEN = """
    SELECT count(*)
    FROM {known}, jsonb_each_text(s.identities) i
    WHERE s.reason IS NULL
        AND NOT EXISTS (
            SELECT FROM crm_identity d
            WHERE d.reader_id = r.id AND d.system = i.key AND d.number = i.value)
        AND NOT (r.source = i.key AND r.number = i.value)"""
#: Numbers that an earlier import wrote and that ``{said}`` says once more: when that one is taken
#: back they stay as this one's.
AGAIN = f"""
    SELECT COALESCE(array_agg(DISTINCT d.id), '{{{{}}}}')
    FROM {{said}}
    JOIN crm_identity d ON d.since <> %(now)s
    JOIN crm_importbatch b ON b.merged_at = d.since AND b.state = '{ImportBatch.State.DONE}'
    WHERE d.system = n.system AND d.number = n.number AND d.reader_id = n.reader_id"""
#: What rows of persons say, the number by which a row is led among it.
SAID = """(
        SELECT r.id AS reader_id, i.system, i.number
        FROM {known}, LATERAL (
            SELECT %(source)s::varchar AS system, s.number
            UNION ALL
            SELECT e.key, e.value FROM jsonb_each_text(s.identities) e) i
        WHERE s.reason IS NULL) n"""
SAID_AGAIN = AGAIN.replace("{said}", SAID)
#: Where the report of an import keeps the keys of such numbers.
NUMBERS_AGAIN = "numbers_again"
PASS_ON = f"""
    WITH heirs AS (
        SELECT DISTINCT ON (d.id) d.id, b.merged_at
        FROM crm_importbatch b
        CROSS JOIN LATERAL jsonb_array_elements_text(b.report -> '{NUMBERS_AGAIN}') AS n(id)
        JOIN crm_identity d ON d.id = n.id::bigint
        WHERE b.state = '{ImportBatch.State.DONE}' AND b.id <> %(batch)s
            AND d.since = %(merged_at)s AND d.system = ANY(%(systems)s)
        ORDER BY d.id, b.merged_at)
    UPDATE crm_identity d SET since = h.merged_at FROM heirs h WHERE h.id = d.id"""
#: What an import wrote goes when it is taken back, and before the readers it made are looked at.
FORGET = """
    WITH gone AS (
        DELETE FROM crm_identity
        WHERE since = %(merged_at)s AND system = ANY(%(systems)s)
        RETURNING reader_id)
    SELECT DISTINCT reader_id FROM gone"""


def is_further(field: str) -> bool:
    """Whether the field keeps a column as numbers of another system."""
    return field.startswith(IDENTITY)


def systems_in(mapping: Mapping[str, str]) -> list[str]:
    """Codes of the systems whose numbers stand in further columns, in order."""
    found = [field.removeprefix(IDENTITY) for field in mapping if is_further(field)]
    return sorted(found)


def number_text(system: str) -> Callable[[str], str]:
    """Function from a cell to ``"system":"number"`` in JSON; empty for a cell without a number.

    Refuses the row for a number that a program spoilt.
    """
    label = json.dumps(system)

    def convert(cell: str) -> str:
        """The pair of one cell, or empty. Raises Refusal."""
        if fields.is_blank(fields.clean("number", cell)):
            return ""
        return f"{label}:{json.dumps(fields.number(cell))}"

    return convert


def joined_in(row: list[str], sources: list[CellSource]) -> str:
    """What the sources say of the row as the text of one JSON object, without those whose cell is
    empty: "{}" where all are. Raises Refusal.
    """
    said = [texts[get(row)] for texts, get in sources]
    return "{" + ",".join(filter(None, said)) + "}"


def number_sources(mapping: Mapping[str, str], getter: Callable) -> list[CellSource]:
    """One source for each column with numbers of another system, ready to be joined as JSON.

    ``getter`` makes of a column's name what gives its cell of a row.
    """
    found = []
    for system in systems_in(mapping):
        texts = CellTexts(number_text(system))
        found.append(CellSource(texts, getter(mapping[IDENTITY + system])))
    return found


def guess_further(
    header: list[str], mapping: Mapping[str, str], source: str, kind: FileKind
) -> dict[str, str]:
    """{field: column} of columns that nobody mapped and that hold numbers of another system than
    ``source``: by the layout of a known system that the file has, or by their names. One statement.
    """
    words = words_for_numbers(header, source, kind)
    taken = set(mapping.values())
    found: dict[str, str] = {}
    for name in header:
        code = words.get(bare_name(name))
        if code and name not in taken:
            found.setdefault(IDENTITY + code, name)
    return found


def words_for_numbers(header: list[str], source: str, kind: FileKind) -> dict[str, str]:
    """{bare name of a column: code of the system whose numbers it holds}, of all systems but
    ``source``; what the layout of a known system says goes before the words of the systems, and of
    two systems with one word the first has it. One statement.
    """
    systems = list(other_systems(source))
    found = numbers_in_layout(header, kind, {system.code for system in systems})
    for system in systems:
        for word in system.headers.split():
            found.setdefault(word, system.code)
    return found


def numbers_in_layout(header: list[str], kind: FileKind, codes: set[str]) -> dict[str, str]:
    """{bare name of a column: code of the system of its numbers}, as the known system says whose
    file it is, of systems with these ``codes`` alone; empty for a file of no known system.
    """
    numbers = layout_of(header, kind).numbers
    return {name: code for name, code in numbers.items() if code in codes}


def choices_for(source: str) -> list[tuple[str, str]]:
    """(field, name) of every other system, for the page where columns are mapped. One statement."""
    return [(IDENTITY + system.code, str(system)) for system in other_systems(source)]


def other_systems(source: str) -> QuerySet[NumberSystem]:
    """The systems that give numbers, but ``source`` and the portal itself. Runs no statement."""
    return NumberSystem.objects.exclude(code__in=(PORTAL, source))
