"""From the staging table into the readers: a handful of set-based statements in one transaction.

An empty cell leaves what is known. What a person withdrew, no import grants again; what only an
import had granted, an import may take back.
"""

from datetime import datetime

from django.db import connection

from core.columns import first_column, keys_of
from crm.imports import queries
from crm.imports.counts import ImportCounts
from crm.imports.models import ImportBatch
from crm.imports.options import ImportOptions
from crm.imports.places import PlaceRegister
from crm.imports.staging import StagedFile
from crm.readers.models.look import midnight
from crm.readers.queries import holders_of
from crm.staff.models import User


class Merge:
    """One staged file on its way into the readers. Use inside one transaction."""

    def __init__(self, staged: StagedFile, batch: ImportBatch, now: datetime):
        """``now``: the moment that every row written bears."""
        by = batch.created_by
        options = ImportOptions.from_json(batch.options)
        self.staged = staged
        #: Names of campuses and colleges that are new.
        self.places: list[str] = []
        #: Keys of those that were stored, by the column of the reader that holds them.
        self.place_keys: dict[str, list[int]] = {}
        self.names = queries.names_in_statements(staged.table, batch.kind)
        self.params = {
            "source": batch.source,
            "batch": batch.pk,
            "now": now,
            "by": getattr(by, "pk", None),
            "only_campus": getattr(by, "campus_id", None),
            "kind": options.kind or None,
            "language": options.language or "zh-hans",
            "wording": batch.filename[:200],
        }

    def __enter__(self):
        self.cursor = connection.cursor()
        self.cursor.execute(queries.ONE_AT_A_TIME, {"source": self.params["source"]})
        return self

    def __exit__(self, *_error):
        self.cursor.close()

    # --- statements -------------------------------------------------------------------------------
    def run(self, sql: str) -> int:
        """Run a statement with names and parameters filled in; returns how many rows it was about.

        A literal brace in ``sql`` is written twice, a literal per cent sign too.
        """
        self.cursor.execute(sql.format(**self.names), self.params)
        return self.cursor.rowcount

    def number(self, sql: str) -> int:
        """The one number that a statement gives."""
        self.run(sql)
        return self.cursor.fetchone()[0]

    def rows(self, sql: str) -> list[dict]:
        """The rows that a statement gives, as {column: value}."""
        self.run(sql)
        names = [column.name for column in self.cursor.description]
        found = []
        for row in self.cursor.fetchall():
            found.append(dict(zip(names, row, strict=True)))
        return found

    # --- in this order ----------------------------------------------------------------------------
    def lock(self) -> None:
        """Hold the readers of the file.

        Who withdraws a consent from now on waits, and has the last word.
        """
        self.run(queries.LOCK)

    def weigh(self, *, store_places: bool) -> None:
        """Refuse what only the whole file or the readers tell, and find who would change.

        Those stand in the temporary table crm_changed afterwards. ``store_places`` adds campuses
        and colleges that are new; without it they are only named.
        """
        # Sorting and hashing of a whole file stay in memory; only for this transaction.
        self.run("SET LOCAL work_mem = '256MB'")
        self.refuse(store_places=store_places)
        if self.staged.plan.consents:
            self.settle_consents()
        self.run("DROP TABLE IF EXISTS crm_changed")
        self.run(queries.CHANGED)

    def refuse(self, *, store_places: bool) -> None:
        """Refuse rows that are wrong beside the others or beside the stored readers."""
        # Numbers that count the rows cannot come twice.
        if not self.staged.plan.by_row:
            self.run(queries.REFUSE_DUPLICATES)
        if not self.params["kind"]:
            self.run(queries.REFUSE_KINDLESS)
        # Of a row that is refused by now no campus is added; the last statement compares keys.
        self.settle_places(store=store_places)
        if self.params["only_campus"]:
            self.run(queries.REFUSE_OTHER_CAMPUS)

    def settle_places(self, *, store: bool) -> None:
        """Keys of campuses and colleges for the statements that follow.

        ``places`` names those that are new.
        """
        plan = self.staged.plan
        self.params["campuses"] = self.settle("campus", plan.campuses, store=store)
        self.params["colleges"] = self.settle("college", plan.colleges, store=store)

    def settle(self, column: str, register: PlaceRegister, *, store: bool) -> list[int]:
        """Keys of one of the two in the order of their places; see ``PlaceRegister.ids``."""
        self.run(
            f"SELECT DISTINCT {column} FROM {{table}} WHERE reason IS NULL AND {column} IS NOT NULL"
        )
        used = set(first_column(self.cursor))
        new = register.new(used)
        self.places += map(str, new)
        keys = register.ids(used, store=store)
        if store:
            self.place_keys[column] = keys_of(new)
        return keys

    def settle_consents(self) -> None:
        """Take out of the staged rows what no file may say against a person's own word."""
        self.run("DROP TABLE IF EXISTS crm_last_words")
        self.run(queries.LAST_WORDS)
        self.run(queries.KEEP_WITHDRAWN)
        self.run(queries.KEEP_GIVEN)

    def count(self) -> ImportCounts:
        """What the merge would do; call after ``weigh`` and before anything is written."""
        refused = self.number("SELECT count(*) FROM {table} WHERE reason IS NOT NULL")
        new = self.number(
            "SELECT count(*) FROM {table} s WHERE s.reason IS NULL AND " + queries.STRANGE
        )
        changed = self.number("SELECT count(*) FROM crm_changed")
        unchanged = self.staged.rows - refused - new - changed
        return ImportCounts(new, changed, unchanged, refused)

    def note_weighed(self, by: User | None) -> None:
        """Write down that ``by`` is told how many rows differ from which readers; call after
        ``weigh`` and before anything is written.
        """
        # That an address is stopped is told by a count as well.
        stopped = holders_of(self.staged.plan.stopped_addresses)
        self.params["holders"] = list(stopped.values_list("pk", flat=True))
        self.params["seen_by"] = getattr(by, "pk", None)
        self.params["midnight"] = midnight()
        self.run(queries.NOTE_WEIGHED)

    def write(self) -> ImportCounts:
        """Write everything; the counts are those of the rows really written."""
        # What readers were, before they become something else.
        self.run(queries.KEEP_BEFORE)
        changed = self.run(queries.UPDATE)
        created = self.run(queries.INSERT)
        if self.staged.plan.consents:
            self.run(queries.FIRST_CONSENTS)
            self.run(queries.NEW_CONSENTS)
            self.run(queries.LOST_CONSENTS)
        refused = self.run(queries.KEEP_REFUSALS)
        self.forget()
        unchanged = self.staged.rows - created - changed - refused
        return ImportCounts(created, changed, unchanged, refused)

    def forget(self) -> None:
        """The temporary tables would stay as long as the connection."""
        self.run("DROP TABLE IF EXISTS crm_last_words, crm_changed")
