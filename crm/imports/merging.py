"""From the staging table into the readers: a handful of set-based statements in one transaction.

An empty cell leaves what is known. What a person withdrew, no import grants again; what only an
import had granted, an import may take back.
"""

from dataclasses import dataclass

from django.db import connection

from crm.imports.models import ImportBatch
from crm.imports.staging import Staged

#: Columns of crm_reader an import may write, with the value they get from the staged row ``s`` and
#: the reader ``r``.
WRITTEN = {
    "name": "COALESCE(s.name, r.name)",
    "kind": "COALESCE(s.kind, r.kind)",
    "campus_id": "COALESCE((%(campuses)s::bigint[])[s.campus], r.campus_id)",
    "college_id": "COALESCE((%(colleges)s::bigint[])[s.college], r.college_id)",
    "cohort": "COALESCE(s.cohort, r.cohort)",
    # An address made up by an import never replaces a real one.
    "email": "CASE WHEN s.email IS NULL OR (s.email_made AND r.email <> '' AND NOT r.email_made)"
    " THEN r.email ELSE s.email END",
    "email_made": "CASE WHEN s.email IS NULL OR (s.email_made AND r.email <> '' AND NOT r.email_made)"
    " THEN r.email_made ELSE s.email_made END",
    "phone": "COALESCE(s.phone, r.phone)",
    "wechat": "COALESCE(s.wechat, r.wechat)",
    "language": "COALESCE(s.language, r.language)",
    "consents": """CASE WHEN COALESCE(s.consents <@ r.consents, true) AND NOT COALESCE(s.denials && r.consents, false)
        THEN r.consents ELSE ARRAY(SELECT DISTINCT c FROM unnest(r.consents || s.consents) c
                                   WHERE c <> ALL (COALESCE(s.denials, '{{}}')) ORDER BY c) END""",
    "traits": "CASE WHEN COALESCE(r.traits @> s.traits, true) THEN r.traits ELSE r.traits || s.traits END",
    "registered_on": "COALESCE(s.registered_on, r.registered_on)",
    "last_seen_on": "COALESCE(s.last_seen_on, r.last_seen_on)",
    "state": "COALESCE(s.state, r.state)",
}
NAMES = ", ".join(WRITTEN)
BEFORE = ", ".join(f"'{name}', r.{name}" for name in [*WRITTEN, "updated_at"])
KNOWN = "{table} s JOIN crm_reader r ON r.source = %(source)s AND r.number = s.number"
STRANGE = (
    "NOT EXISTS (SELECT 1 FROM crm_reader r WHERE r.source = %(source)s AND r.number = s.number)"
)

#: In order of the key, so that whoever locks several readers does not wait crosswise.
LOCK = (
    "SELECT count(*) FROM (SELECT r.id FROM " + KNOWN + " WHERE s.reason IS NULL ORDER BY r.id"
    " FOR NO KEY UPDATE OF r) locked"
)
REFUSE_DUPLICATES = """
    UPDATE {table} s SET reason = 'duplicate', field = 'number', raw = jsonb_build_array(s.number)
    FROM (SELECT line, row_number() OVER (PARTITION BY number ORDER BY line) AS place FROM {table}
          WHERE number IN (SELECT number FROM {table} WHERE reason IS NULL GROUP BY number HAVING count(*) > 1)) d
    WHERE d.line = s.line AND d.place > 1 AND s.reason IS NULL"""
REFUSE_KINDLESS = (
    "UPDATE {table} s SET reason = 'missing-kind', field = 'kind', raw = jsonb_build_array(s.number)"
    " WHERE s.reason IS NULL AND s.kind IS NULL AND " + STRANGE
)
REFUSE_OTHER_CAMPUS = """
    UPDATE {table} t SET reason = 'other-campus', field = 'campus', raw = jsonb_build_array(t.number)
    WHERE t.reason IS NULL AND (
        COALESCE((%(campuses)s::bigint[])[t.campus], %(only_campus)s) <> %(only_campus)s
        OR EXISTS (SELECT 1 FROM crm_reader r WHERE r.source = %(source)s AND r.number = t.number
                   AND r.campus_id IS DISTINCT FROM %(only_campus)s))"""
#: The last word on each channel of the readers who ever said no.
LAST_WORDS = """
    CREATE TEMP TABLE crm_last_words AS
    SELECT DISTINCT ON (e.reader_id, e.channel) e.reader_id, e.channel, e.granted, e.source
    FROM crm_consentevent e
    JOIN (SELECT r.id FROM {known} WHERE s.reason IS NULL AND (
              s.denials && r.consents OR EXISTS (
                  SELECT 1 FROM crm_consentevent n WHERE n.reader_id = r.id AND NOT n.granted))) w ON w.id = e.reader_id
    ORDER BY e.reader_id, e.channel, e.at DESC, e.id DESC"""
KEEP_WITHDRAWN = """
    UPDATE {table} s SET consents = ARRAY(SELECT unnest(s.consents) EXCEPT SELECT w.channel FROM crm_last_words w
        WHERE w.reader_id = r.id AND NOT w.granted AND w.source NOT LIKE 'import%%')
    FROM crm_reader r WHERE r.source = %(source)s AND r.number = s.number AND s.consents <> '{{}}' AND EXISTS (
        SELECT 1 FROM crm_last_words w WHERE w.reader_id = r.id AND NOT w.granted AND w.source NOT LIKE 'import%%')"""
KEEP_GIVEN = """
    UPDATE {table} s SET denials = ARRAY(SELECT unnest(s.denials) INTERSECT SELECT w.channel FROM crm_last_words w
        WHERE w.reader_id = r.id AND w.granted AND w.source LIKE 'import%%')
    FROM crm_reader r WHERE r.source = %(source)s AND r.number = s.number AND s.denials && r.consents"""
CHANGED = f"""
    CREATE TEMP TABLE crm_changed AS SELECT * FROM (
        SELECT r.id AS reader_id, jsonb_build_object({BEFORE}) AS before,
               {", ".join(f"r.{name} AS old_{name}" for name in WRITTEN)},
               {", ".join(f"{value} AS {name}" for name, value in WRITTEN.items())}
        FROM {{known}} WHERE s.reason IS NULL) m
    WHERE ({", ".join(f"old_{name}" for name in WRITTEN)}) IS DISTINCT FROM ({NAMES})"""
KEEP_BEFORE = """
    INSERT INTO crm_importchange (batch_id, reader_id, before)
    SELECT %(batch)s, reader_id, before FROM crm_changed ON CONFLICT DO NOTHING"""
UPDATE = f"""
    UPDATE crm_reader r SET {", ".join(f"{name} = c.{name}" for name in WRITTEN)}, updated_at = %(now)s
    FROM crm_changed c WHERE c.reader_id = r.id"""
INSERT = (
    """
    INSERT INTO crm_reader (source, number, name, kind, campus_id, college_id, cohort, email, email_made, phone, wechat,
        language, consents, traits, registered_on, last_seen_on, state, import_batch_id, created_at, updated_at)
    SELECT %(source)s, s.number, COALESCE(s.name, ''), COALESCE(s.kind, %(kind)s),
        COALESCE((%(campuses)s::bigint[])[s.campus], %(only_campus)s), (%(colleges)s::bigint[])[s.college], s.cohort,
        COALESCE(s.email, ''), COALESCE(s.email_made, false), COALESCE(s.phone, ''), COALESCE(s.wechat, ''),
        COALESCE(s.language, %(language)s), COALESCE(s.consents, '{{}}'), COALESCE(s.traits, '{{}}'),
        s.registered_on, s.last_seen_on, COALESCE(s.state, 'active'), %(batch)s, %(now)s, %(now)s
    FROM {table} s WHERE s.reason IS NULL AND """
    + STRANGE
    + " ORDER BY s.line ON CONFLICT (source, number) DO NOTHING"
)
EVENT = (
    "INSERT INTO crm_consentevent (reader_id, channel, granted, source, wording, at, by_id) SELECT "
)
FIRST_CONSENTS = (
    EVENT
    + "r.id, c, true, 'import', %(wording)s, %(now)s, %(by)s FROM crm_reader r, unnest(r.consents) c"
    " WHERE r.import_batch_id = %(batch)s"
)
NEW_CONSENTS = (
    EVENT
    + "m.reader_id, c, true, 'import', %(wording)s, %(now)s, %(by)s FROM crm_changed m, unnest(m.consents) c"
    " WHERE c <> ALL (m.old_consents)"
)
LOST_CONSENTS = (
    EVENT
    + "m.reader_id, c, false, 'import', %(wording)s, %(now)s, %(by)s FROM crm_changed m, unnest(m.old_consents) c"
    " WHERE c <> ALL (m.consents)"
)
KEEP_REFUSALS = """
    INSERT INTO crm_importrefusal (batch_id, line, field, reason, raw)
    SELECT %(batch)s, line, COALESCE(field, ''), reason, COALESCE(raw, '[]') FROM {table} WHERE reason IS NOT NULL
    ON CONFLICT DO NOTHING"""


@dataclass(frozen=True)
class Counts:
    """How many rows of a file were new, changed something, changed nothing, were refused."""

    created: int
    changed: int
    unchanged: int
    refused: int


class Merge:
    """One staged file on its way into the readers. Use inside one transaction."""

    def __init__(self, staged: Staged, batch: ImportBatch, now):
        by = batch.created_by
        self.staged, self.places = staged, []
        self.names = {"table": staged.table, "known": KNOWN.format(table=staged.table)}
        constants = batch.options.get("constants", {})
        self.params = {
            "source": batch.source,
            "batch": batch.pk,
            "now": now,
            "by": by.pk if by else None,
            "only_campus": by.campus_id if by else None,
            "kind": constants.get("kind") or None,
            "language": constants.get("language") or "zh-hans",
            "wording": f"{batch.filename}"[:200],
        }

    def run(self, sql: str) -> int:
        self.cursor.execute(sql.format(**self.names), self.params)
        return self.cursor.rowcount

    def lock(self) -> None:
        """Hold the readers of the file.

        Who withdraws a consent from now on waits, and has the last word.
        """
        self.run(LOCK)

    def weigh(self, *, store_places: bool) -> None:
        """Refuse what only the whole file or the readers tell, and find who would change (temp
        table crm_changed).
        """
        self.run("SET LOCAL work_mem = '128MB'")
        if not self.staged.plan.by_row:
            self.run(REFUSE_DUPLICATES)
        if not self.params["kind"]:
            self.run(REFUSE_KINDLESS)
        self.settle_places(store=store_places)
        if self.params["only_campus"]:
            self.run(REFUSE_OTHER_CAMPUS)
        if self.staged.plan.consent:
            self.run("DROP TABLE IF EXISTS crm_last_words")
            self.run(LAST_WORDS)
            self.run(KEEP_WITHDRAWN)
            self.run(KEEP_GIVEN)
        self.run("DROP TABLE IF EXISTS crm_changed")
        self.run(CHANGED)

    def settle_places(self, *, store: bool) -> None:
        """Keys of campuses and colleges for the statements that follow.

        ``places`` names those that are new.
        """
        plan = self.staged.plan
        for column, name, register in (
            ("campus", "campuses", plan.campuses),
            ("college", "colleges", plan.colleges),
        ):
            self.run(
                f"SELECT DISTINCT {column} FROM {{table}} WHERE reason IS NULL AND {column} IS NOT NULL"
            )
            used = {place for (place,) in self.cursor.fetchall()}
            self.places += [str(row) for row in register.new(used)]
            self.params[name] = register.ids(used, store=store)

    def count(self) -> Counts:
        """What the merge would do; call after ``weigh`` and before anything is written."""
        refused = self.number("SELECT count(*) FROM {table} WHERE reason IS NOT NULL")
        new = self.number("SELECT count(*) FROM {table} s WHERE s.reason IS NULL AND " + STRANGE)
        changed = self.number("SELECT count(*) FROM crm_changed")
        return Counts(new, changed, self.staged.rows - refused - new - changed, refused)

    def number(self, sql: str) -> int:
        self.run(sql)
        return self.cursor.fetchone()[0]

    def write(self) -> Counts:
        """Write everything; the counts are those of the rows really written."""
        self.run(KEEP_BEFORE)
        changed = self.run(UPDATE)
        created = self.run(INSERT)
        if self.staged.plan.consent:
            self.run(FIRST_CONSENTS)
            self.run(NEW_CONSENTS)
            self.run(LOST_CONSENTS)
        refused = self.run(KEEP_REFUSALS)
        self.run("DROP TABLE IF EXISTS crm_last_words, crm_changed")
        return Counts(created, changed, self.staged.rows - created - changed - refused, refused)

    def __enter__(self):
        self.cursor = connection.cursor()
        # Two imports of one source wait for each other; other sources do not.
        self.cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('crm.import'), hashtext(%s))",
            [self.params["source"]],
        )
        return self

    def __exit__(self, *_error):
        self.cursor.close()
