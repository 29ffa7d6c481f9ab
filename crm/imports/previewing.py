"""What an import would do, told before it does anything: sets of rows, counted and shown in part.

Counted in the transaction that weighs the staged rows, and nothing but that is written.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict

from crm.imports import queries
from crm.imports.found import FilePreview
from crm.imports.merging import Merge
from crm.imports.models import ImportBatch, ImportRefusal
from crm.readers.models import Reader
from crm.readers.words import permissions_in_words
from crm.standings.taking import COUNT

#: Rows that are shown: as they would be stored, as they would change, that look like somebody else,
#: as refused.
SHOWN, SHOWN_OTHERS, SHOWN_REFUSED = 8, 200, 20
#: Of those that would change so many for each column that changes, and how many in all.
SHOWN_OF_COLUMN, SHOWN_CHANGES = 3, 20
FIRST_TAKEN = f"""
    SELECT s.*, COALESCE(told.kind, s.kind) AS kind FROM {{table}} s {{told}}
    WHERE s.reason IS NULL
    ORDER BY s.line
    LIMIT {SHOWN}"""
FIRST_REFUSED = f"""
    SELECT line, field, reason, raw FROM {{table}}
    WHERE reason IS NOT NULL
    ORDER BY line
    LIMIT {SHOWN_REFUSED}"""
REFUSED_BY_REASON = """
    SELECT reason, count(*) AS n FROM {table}
    WHERE reason IS NOT NULL
    GROUP BY reason
    ORDER BY n DESC, reason"""
#: The columns are those of the kind of file; two that are told as one stand in it under one name.
CHANGED_BY_COLUMN = "SELECT {counted} FROM crm_changed m WHERE NOT ({another_person})"
FIRST_CHANGED = f"""
    SELECT m.line, r.number, m.reader_id, m.before, to_jsonb(m) AS after, s.campus, s.college
    FROM crm_changed m
    JOIN crm_reader r ON r.id = m.reader_id
    JOIN {{{{table}}}} s ON s.line = m.line
    WHERE {{differs}} AND NOT ({{{{another_person}}}})
    ORDER BY m.line
    LIMIT {SHOWN_OF_COLUMN}"""
DIFFERS = "m.old_{0} IS DISTINCT FROM m.{0}"
FIRST_OTHERS = f"""
    SELECT m.line, s.number, m.reader_id, m.before, to_jsonb(m) AS after, s.campus, s.college,
        jsonb_build_object(
            'name', s.name, 'kind', s.kind, 'cohort', s.cohort, 'phone', s.phone,
            'email', CASE WHEN s.email_made THEN NULL ELSE s.email END) AS said
    FROM crm_changed m
    JOIN {{table}} s ON s.line = m.line
    WHERE {{another_person}}
    ORDER BY m.line
    LIMIT {SHOWN_OTHERS}"""
#: How many readers lose what they allowed, since the file gives them another address.
LOSING = f"""
    SELECT count(*) FROM crm_changed m
    WHERE m.old_consents && {queries.ENDED} AND NOT m.consents && {queries.ENDED}
      AND NOT m.other"""


@dataclass(frozen=True)
class ChangedRow:
    """A row of the file that changes a reader: ``fields`` are (column, before, after), as stored;
    campuses and colleges by name.
    """

    line: int
    number: str
    name: str
    fields: list[tuple[str, object, object]]


@dataclass(frozen=True)
class OtherPerson:
    """A row that finds a reader by number and looks like somebody else: the reader as stored, and
    what the row itself says of who it is, None where its cell is empty.
    """

    line: int
    number: str
    before: dict[str, object]
    said: dict[str, object]


class SampleRow(TypedDict, total=False):
    """A row as it would be stored, by the columns of the staging table; those that are no text."""

    registered_on: date | None
    last_seen_on: date | None


@dataclass(frozen=True, kw_only=True)
class ImportPreview(FilePreview):
    """What an import would do with the rows of a file of readers.

    ``counts`` leaves out of "changed" the ``others``: rows that look like another person, which
    wait for somebody's word. It holds for the rows whose digest is ``seen``. ``sample``: the first
    rows as they would be stored. ``suppressed``: addresses that would not come in. ``losing``:
    readers whose consents end with their address. ``dated``: how many rows say from when or until
    when (``standings.taking.COUNT``), nothing where the file has no such column. ``warnings``: what
    rows would come without.
    """

    sample: list[SampleRow]
    suppressed: int
    seen: str = ""
    losing: int = 0
    changed_columns: list[tuple[str, int]] = field(default_factory=list)
    changes: list[ChangedRow] = field(default_factory=list)
    other_rows: list[OtherPerson] = field(default_factory=list)
    dated: dict[str, int] = field(default_factory=dict)
    warnings: list[dict] = field(default_factory=list)


# --- counting -------------------------------------------------------------------------------------
def weighed(merge: Merge, batch: ImportBatch) -> ImportPreview:
    """What the merge found, before it has written anything.

    Nothing is written. Raises Unreadable, since the file's first rows are read again.
    """
    staged = merge.staged
    counts = merge.count()
    columns = changed_columns(merge)
    return ImportPreview(
        counts=counts,
        rows=staged.rows,
        sample=first_taken(merge),
        refusals=first_refusals(merge),
        places=merge.places,
        suppressed=staged.plan.suppressions,
        others=merge.others,
        seen=merge.found.digest,
        losing=merge.number(LOSING),
        changed_columns=columns,
        changes=changes_of_each(merge, columns),
        other_rows=[other_person(merge, row) for row in merge.rows(FIRST_OTHERS)],
        reasons=reasons_of(merge),
        dated=days_said(merge),
        warnings=staged.plan.warnings.to_json(),
    )


def days_said(merge: Merge) -> dict[str, int]:
    """How many rows say from when or until when, and what that makes of them today.

    One statement; none, and an empty dict, for a file without such a column.
    """
    if not merge.is_dated:
        return {}
    (counted,) = merge.rows(COUNT)
    return counted


def reasons_of(merge: Merge) -> list[tuple[str, int]]:
    """(code of the reason, how many rows were refused for it), the most frequent first; empty where
    none was. One statement.
    """
    return [(row["reason"], row["n"]) for row in merge.rows(REFUSED_BY_REASON)]


def first_refusals(merge: Merge) -> list[ImportRefusal]:
    """The first refused rows, as they would be stored; not stored.

    Twenty at most, in the order of the file.
    """
    found = []
    for row in merge.rows(FIRST_REFUSED):
        # A row refused while staging has no field where it is no row at all.
        row["field"] = row["field"] or ""
        row["raw"] = json.loads(row["raw"] or "[]")
        found.append(ImportRefusal(**row))
    return found


def first_taken(merge: Merge) -> list[dict]:
    """The first rows as they would be stored, with the names of places.

    Eight at most: {column of the staging table: value}, with the labels of kinds, permissions and
    places in the language of the moment.
    """
    plan = merge.staged.plan
    kinds = dict(Reader.Kind.choices)

    found = merge.rows(FIRST_TAKEN)
    for row in found:
        kind = row["kind"] or merge.params["kind"]
        row["kind_label"] = str(kinds.get(kind, ""))
        row["allows"] = permissions_in_words(row["consents"] or ())
        row["traits"] = json.loads(row["traits"] or "{}")
        row["campus"] = str(plan.campuses.row_at(row["campus"]) or "")
        row["college"] = str(plan.colleges.row_at(row["college"]) or "")
    return found


def changed_columns(merge: Merge) -> list[tuple[str, int]]:
    """(column, how many readers it changes in), the most frequent first.

    Columns that change in nobody are left out, and rows that look like another person. One
    statement.
    """
    (counted,) = merge.rows(CHANGED_BY_COLUMN)
    found = [(column, n) for column, n in counted.items() if n]
    return sorted(found, key=lambda one: -one[1])


def changes_of_each(merge: Merge, columns: list[tuple[str, int]]) -> list[ChangedRow]:
    """The first rows that change each column, in the order of the file: what changes in few readers
    is seen as well as what changes in all.

    Three of each column at most, and twenty in all. A statement for each column.
    """
    found: dict[int, dict] = {}
    for column, _n in columns:
        sql = FIRST_CHANGED.format(differs=DIFFERS.format(column))
        for row in merge.rows(sql):
            found[row["line"]] = row
    lines = sorted(found)[:SHOWN_CHANGES]
    return [changed_row(merge, found[line]) for line in lines]


def changed_row(merge: Merge, row: dict) -> ChangedRow:
    """A row of ``FIRST_CHANGED`` with those of its columns that differ.

    The name is the stored one: by it the person at the desk knows who is meant.
    """
    before, after = told(merge, row)
    differing = []
    for column, old in before.items():
        if old != after[column]:
            differing.append((column, old, after[column]))
    return ChangedRow(row["line"], row["number"], before["name"] or after["name"], differing)


def other_person(merge: Merge, row: dict) -> OtherPerson:
    """A row of ``FIRST_OTHERS``, as it is stored and as the file says.

    What does not differ is shown as well: by it people are told apart. What the row leaves empty
    would stay as it is stored, and is not lent to it here.
    """
    before, _after = told(merge, row)
    return OtherPerson(row["line"], row["number"], before, json.loads(row["said"]))


def told(merge: Merge, row: dict) -> tuple[dict, dict]:
    """(before, after) of a row of crm_changed, by column, with the names of places.

    A place is an empty text where there is none, or where it has been deleted since.
    """
    plan = merge.staged.plan
    stored, wanted = json.loads(row["before"]), json.loads(row["after"])
    before, after = {}, {}
    for name in merge.written_columns:
        before[name] = stored[name]
        after[name] = wanted[name]
    for name in queries.DAYS:
        before[name] = wanted[f"old_{name}"]
        after[name] = wanted[name]

    for column, register in (("campus", plan.campuses), ("college", plan.colleges)):
        key = f"{column}_id"
        by_key = {place.pk: place for place in register.rows if place.pk}
        before[key] = str(by_key.get(before[key], ""))
        after[key] = str(register.row_at(row[column]) or by_key.get(after[key], ""))
    return before, after
