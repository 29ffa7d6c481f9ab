"""Files of numbers alone: 学号 beside 读者证. A row adds numbers to a reader who is there.

It finds the reader by whichever of its numbers somebody bears already, makes nobody and renames
nobody. Numbers of two readers in one row may mean one person, which no file decides.
"""

from core.kinds import FileKind
from crm.imports import queries
from crm.imports.counts import ImportCounts
from crm.imports.further import AGAIN, IDENTITY, is_further
from crm.imports.merging import Merge
from crm.imports.models import ImportBatch
from crm.imports.previewing import (
    SHOWN_CHANGES,
    ChangedRow,
    ImportPreview,
    first_refusals,
    reasons_of,
)
from crm.readers.kinds import IDENTITIES

#: More arguments a function of PostgreSQL's does not take.
MOST_CELLS = 99
#: Each number of each row, within its system.
TELL = """
    CREATE TEMP TABLE crm_told AS
    SELECT s.line, n.system, n.number
    FROM {table} s
    CROSS JOIN LATERAL (
        SELECT %(source)s::varchar AS system, s.number
        UNION
        SELECT i.key, i.value FROM jsonb_each_text(s.identities) i) n
    WHERE s.reason IS NULL"""
#: Who bears one of them: ``id`` is the reader's key, so that statements of readers fit.
BEAR = """
    CREATE TEMP TABLE crm_borne AS
    SELECT DISTINCT t.line, r.id, r.campus_id, r.name
    FROM crm_told t
    JOIN (
        SELECT o.source AS system, o.number, o.id FROM crm_reader o
        UNION ALL
        SELECT i.system, i.number, i.reader_id FROM crm_identity i) b
      ON b.system = t.system AND b.number = t.number
    JOIN crm_reader r ON r.id = b.id"""
#: By these names statements of readers (``queries``) find the reader of a row.
BORNE = {"readers": "crm_borne r", "led": "r.line = s.line"}
REFUSE_STRANGERS = """
    UPDATE {table} s
    SET reason = 'unknown-reader', field = 'number', raw = {raw}
    WHERE s.reason IS NULL AND NOT EXISTS (SELECT 1 FROM {readers} WHERE {led})"""
REFUSE_TWO_READERS = """
    UPDATE {table} s
    SET reason = 'number-taken', field = 'number', raw = {raw}
    WHERE s.reason IS NULL AND (SELECT count(*) FROM {readers} WHERE {led}) > 1"""
#: The numbers that nobody bears, each of its first row; of a system that the library has.
ADD = """
    CREATE TEMP TABLE crm_added AS
    SELECT DISTINCT ON (t.system, t.number) t.line, t.system, t.number, r.id AS reader_id, r.name
    FROM crm_told t
    JOIN {table} s ON s.line = t.line AND s.reason IS NULL
    JOIN {readers} ON {led}
    WHERE EXISTS (SELECT 1 FROM crm_numbersystem y WHERE y.code = t.system)
      AND NOT EXISTS (
        SELECT 1 FROM crm_reader o WHERE o.source = t.system AND o.number = t.number)
      AND NOT EXISTS (
        SELECT 1 FROM crm_identity i WHERE i.system = t.system AND i.number = t.number)
    ORDER BY t.system, t.number, t.line"""
#: A number that an earlier row of the file gives to somebody else.
REFUSE_TWICE_GIVEN = """
    UPDATE {table} s
    SET reason = 'number-taken', field = 'number', raw = {raw}
    FROM crm_told t
    JOIN crm_added a ON a.system = t.system AND a.number = t.number
    JOIN crm_borne r ON r.line = t.line AND r.id <> a.reader_id
    WHERE t.line = s.line AND s.reason IS NULL"""
DROP_REFUSED = """
    DELETE FROM crm_added a USING {table} s WHERE s.line = a.line AND s.reason IS NOT NULL"""
COUNT_CHANGED = "SELECT count(DISTINCT line) FROM crm_added"
COUNT_READERS = "SELECT count(DISTINCT reader_id) FROM crm_added"
ADDED_BY_SYSTEM = "SELECT system, count(*) AS n FROM crm_added GROUP BY 1 ORDER BY n DESC, system"
FIRST_ADDED = f"""
    SELECT a.line, s.number AS known_as, a.name, a.system, a.number
    FROM crm_added a JOIN {{table}} s ON s.line = a.line
    ORDER BY a.line, a.system
    LIMIT {SHOWN_CHANGES}"""
WRITE = """
    INSERT INTO crm_identity (reader_id, system, number, since)
    SELECT reader_id, system, number, %(now)s FROM crm_added
    ORDER BY reader_id, system, number
    ON CONFLICT DO NOTHING"""
SAID_AGAIN = AGAIN.replace(
    "{said}",
    """(
        SELECT r.id AS reader_id, t.system, t.number
        FROM crm_told t
        JOIN {table} s ON s.line = t.line AND s.reason IS NULL
        JOIN {readers} ON {led}) n""",
)
FORGET = "DROP TABLE IF EXISTS crm_told, crm_borne, crm_added"


def is_of_numbers(kind: FileKind) -> bool:
    """Whether rows of such files only add numbers to readers who are there, and make nobody."""
    return kind.code == IDENTITIES


class NumbersMerge(Merge):
    """One staged file of numbers on its way to the readers. Use inside one transaction."""

    def __enter__(self):
        """As of readers; statements find the reader of a row by whichever number somebody bears."""
        super().__enter__()
        self.names |= BORNE | {"raw": self.raw()}
        return self

    def raw(self) -> str:
        """SQL of a refused row as the file has it, of what was staged: to be mended and sent
        again.
        """
        header = self.staged.header
        if len(header) > MOST_CELLS:
            return "jsonb_build_array(s.number)"
        fields = {name: field for field, name in self.staged.plan.mapping.items()}
        cells = []
        for place, name in enumerate(header):
            cells.append(self.raw_cell(fields.get(name, ""), f"system_{place}"))
        return f"jsonb_build_array({', '.join(cells)})"

    def raw_cell(self, field: str, parameter: str) -> str:
        """SQL of one cell of a refused row, of a column that is taken for ``field``; empty text for
        one that is left out. ``parameter``: the name under which it may keep a value.
        """
        if is_further(field):
            self.params[parameter] = field.removeprefix(IDENTITY)
            return f"COALESCE(s.identities ->> %({parameter})s, '')"
        if field == "number":
            return "s.number"
        return "''"

    def lock(self) -> None:
        """Nothing of a reader's own row is written, and numbers are held by their systems."""

    def weigh(self, *, store_places: bool) -> None:
        """Refuse rows whose reader is nobody, or two people, and find the numbers that are new.

        Those stand in the temporary table crm_added afterwards, the readers of rows in crm_borne.
        """
        self.run("SET LOCAL work_mem = '256MB'")
        self.forget()
        for sql in (TELL, BEAR, "ANALYZE crm_borne", REFUSE_STRANGERS, REFUSE_TWO_READERS):
            self.run(sql)
        if self.params["only_campus"]:
            self.params["campuses"] = []
            self.run(queries.REFUSE_OTHER_CAMPUS)
        self.run(ADD)
        if self.run(REFUSE_TWICE_GIVEN):
            self.run(DROP_REFUSED)

    def count(self) -> ImportCounts:
        """What the merge would do; call after ``weigh``. Nobody is new."""
        refused = self.number("SELECT count(*) FROM {table} WHERE reason IS NOT NULL")
        changed = self.number(COUNT_CHANGED)
        return ImportCounts(0, changed, self.staged.rows - refused - changed, refused)

    def write(self) -> ImportCounts:
        """Write the numbers and the refused rows, and forget what was weighed. The counts are those
        of rows; ``readers`` says of how many readers they are.
        """
        counts = self.count()
        self.readers = self.number(COUNT_READERS)
        self.numbers_again = self.number(SAID_AGAIN)
        self.run(WRITE)
        self.run(queries.KEEP_REFUSALS)
        self.forget()
        return counts

    def forget(self) -> None:
        """The temporary tables would stay as long as the connection."""
        self.run(FORGET)


def weighed_numbers(merge: NumbersMerge, _batch: ImportBatch) -> ImportPreview:
    """What the merge found, before it has written anything: how many numbers of which system, and
    the first readers who would get one. No row of such a file makes a reader, so none is shown.
    """
    columns = [(IDENTITY + row["system"], row["n"]) for row in merge.rows(ADDED_BY_SYSTEM)]
    changes = []
    for row in merge.rows(FIRST_ADDED):
        fields = [(IDENTITY + row["system"], "", row["number"])]
        changes.append(ChangedRow(row["line"], row["known_as"], row["name"], fields))
    return ImportPreview(
        counts=merge.count(),
        rows=merge.staged.rows,
        sample=[],
        refusals=first_refusals(merge),
        places=[],
        suppressed=0,
        changed_columns=columns,
        changes=changes,
        reasons=reasons_of(merge),
        warnings=merge.staged.plan.warnings.to_json(),
    )
