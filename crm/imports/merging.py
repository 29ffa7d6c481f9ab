"""From the staging table into the readers: a handful of set-based statements in one transaction.

An empty cell leaves what is known. What a person withdrew, no import grants again; what only an
import had granted, an import may take back.
"""

from datetime import datetime

from django.db import connection
from django.utils import timezone
from django.utils.translation import ngettext

from core.addresses import address_key
from core.columns import first_column, keys_of
from core.numbers import number
from core.refusals import Refused
from crm.imports import further, others, queries
from crm.imports.counts import ImportCounts
from crm.imports.models import ImportBatch
from crm.imports.options import LEAVE, ImportOptions, SeenRows
from crm.imports.places import PlaceRegister
from crm.imports.staging import StagedFile
from crm.imports.turns import take_turn
from crm.imports.writings import OF_FILE, settle_further, settle_new
from crm.readers.kinds import NONE_THE_SAME
from crm.readers.models.look import midnight
from crm.readers.queries import holders_of
from crm.staff.models import User
from crm.standings import taking


def is_same(one: str, other: str) -> bool:
    """Whether two writings are one address, or none.

    The database compares small letters only: it knows neither domains in two forms nor the signs
    people set into telephone numbers.

    False where only one of them is an address.
    """
    return address_key(one) == address_key(other)


def same_in(rows: list[dict], column: str) -> list[int]:
    """Keys of the readers in these rows of ``queries.MAYBE_SAME`` whose address in ``column`` is
    the same in two writings.
    """
    found = []
    for row in rows:
        if is_same(row[f"old_{column}"], row[column]):
            found.append(row["reader_id"])
    return found


def others_in_words(n: int) -> str:
    """Why an import stops before it has written anything.

    ``n``: how many rows, one at least.
    """
    return ngettext(
        "One row gives a number that somebody bears, and looks like somebody else. Look at the"
        " preview and say what is to become of it.",
        "%(n)s rows give numbers that somebody bears, and look like other people. Look at the"
        " preview and say what is to become of them.",
        n,
    ) % {"n": number(n)}


class Merge:
    """One staged file on its way into the readers. Use inside one transaction."""

    def __init__(self, staged: StagedFile, batch: ImportBatch, now: datetime):
        """``staged``: rows of the batch's file; ``now``: the moment that every row written bears.

        Runs no statement: what has to be asked under a lock is asked as the context is entered.
        """
        by = batch.created_by
        options = ImportOptions.from_json(batch.options)
        self.staged = staged
        self.batch = batch
        self.chosen = options.another_person
        #: Rows that look like another person than the reader they lead to, and wait for a word;
        #: and all of them, as somebody may have seen them.
        self.others = 0
        self.found = SeenRows()
        self.written_columns = queries.column_names(batch.kind)
        #: Names of campuses and colleges that are new.
        self.places: list[str] = []
        #: Keys of those that were stored, by the column of the reader that holds them.
        self.place_keys: dict[str, list[int]] = {}
        #: When readers were changed by the database's clock; former addresses are kept with it.
        self.left_at: datetime | None = None
        self.kind = batch.kind
        #: Systems of which the file has further numbers, and how many of those others bear.
        self.systems = further.systems_in(batch.mapping)
        self.taken_numbers = 0
        self.numbers_again: list[int] = []
        #: Of a file of numbers alone: how many readers got one.
        self.readers = 0
        #: Whether readers of the system bear further numbers of it.
        self.further = False
        #: Whether the file says from when or until when somebody is a reader.
        self.is_dated = taking.is_dated(batch.mapping)
        self.days = taking.names(batch.mapping, self.is_dated)
        self.params = taking.values(batch.source, timezone.localdate(now)) | {
            "source": batch.source,
            "batch": batch.pk,
            "now": now,
            "by": getattr(by, "pk", None),
            "only_campus": getattr(by, "campus_id", None),
            "kind": options.kind or None,
            "language": options.language or "zh-hans",
            "wording": batch.filename[:200],
            # Statements name these parameters before anybody has looked for same addresses.
            **NONE_THE_SAME,
        }

    def __enter__(self):
        """Waits until no other import writes readers or numbers of the same systems, and writes the
        numbers of the rows as they are stored. Four statements at least.
        """
        self.cursor = connection.cursor()
        take_turn(self.params["source"], *self.systems)
        # Asked under the lock: an import that is just ending may have added further numbers.
        self.cursor.execute(queries.HAS_FURTHER, {"source": self.params["source"]})
        (self.further,) = self.cursor.fetchone()
        table = self.staged.table
        self.names = queries.names_in_statements(
            table, self.kind, further=self.further, days=self.days
        )
        # Numbers that count the rows have one writing.
        if not self.staged.plan.by_row:
            settle_new(self, OF_FILE)
        settle_further(self, self.systems)
        return self

    def __exit__(self, *_error):
        """Closes the cursor; what was written stays or goes with the transaction."""
        self.cursor.close()

    # --- statements -------------------------------------------------------------------------------
    def run(self, sql: str) -> int:
        """Run a statement with names and parameters filled in; returns how many rows it was about.

        A literal brace in ``sql`` is written twice, a literal per cent sign too.
        """
        self.cursor.execute(sql.format(**self.names), self.params)
        return self.cursor.rowcount

    def number(self, sql: str):
        """The one number that a statement gives, or the one list of them."""
        self.run(sql)
        return self.cursor.fetchone()[0]

    def rows(self, sql: str) -> list[dict]:
        """The rows that a statement gives, as {column: value}.

        All of them at once: only for statements that give few.
        """
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

        One statement, in the order of the keys: two imports do not wait for each other crosswise.
        """
        self.run(queries.LOCK_FURTHER if self.further else queries.LOCK)

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
        if self.is_dated:
            self.run(taking.TELL)
        self.compare()
        # It sets parameters by which readers are compared, so that comes a second time.
        if self.find_same_addresses():
            self.compare()
        self.settle_others()

    def compare(self) -> None:
        """Fill crm_changed with the readers whom the file changes.

        One that stands there from before is dropped.
        """
        self.run("DROP TABLE IF EXISTS crm_changed")
        self.run(queries.CHANGED)

    def settle_others(self) -> None:
        """Rows that look like another person: refused where somebody chose so, else counted.

        Where exactly these were said to be the same people they are changes, with which consents
        end. Three statements at most.
        """
        self.run(others.MARK)
        self.run(others.SEEN)
        self.found = SeenRows(*self.cursor.fetchone())
        if self.found.rows == 0:
            return
        if self.chosen.said == LEAVE:
            self.run(others.REFUSE)
            self.run(others.LEAVE_OUT)
        elif self.chosen.covers(self.found):
            self.run(others.END_CONSENTS)
        else:
            self.others = self.found.rows

    def find_same_addresses(self) -> bool:
        """Note whose address the file only writes otherwise: their consents were given for it.

        True where there is somebody.

        Their keys are the parameters ``same_email`` and ``same_phone`` from then on: the statements
        that follow end nothing for them. One statement.
        """
        rows = self.rows(queries.MAYBE_SAME)
        found = {f"same_{column}": same_in(rows, column) for column in ("email", "phone")}
        self.params |= found
        return any(found.values())

    def refuse(self, *, store_places: bool) -> None:
        """Refuse rows that are wrong beside the others or beside the stored readers.

        Reason and field are written into the staged rows. Five statements at most, and those of
        ``settle_places``.
        """
        # Numbers that count the rows cannot come twice.
        if not self.staged.plan.by_row:
            self.run(queries.REFUSE_ROUNDED)
            self.run(queries.REFUSE_DUPLICATES)
        if self.further:
            self.run(queries.REFUSE_SAME_READER)
        if not self.params["kind"]:
            self.run(queries.REFUSE_KINDLESS)
        # Of a row that is refused by now no campus is added; the last statement compares keys.
        self.settle_places(store=store_places)
        if self.params["only_campus"]:
            self.run(queries.REFUSE_OTHER_CAMPUS)

    def settle_places(self, *, store: bool) -> None:
        """Keys of campuses and colleges for the statements that follow.

        ``places`` names those that are new.

        The keys are the parameters ``campuses`` and ``colleges``, in the order of the registers.
        With ``store`` the new ones are created.
        """
        plan = self.staged.plan
        self.params["campuses"] = self.settle("campus", plan.campuses, store=store)
        self.params["colleges"] = self.settle("college", plan.colleges, store=store)

    def settle(self, column: str, register: PlaceRegister, *, store: bool) -> list[int]:
        """Keys of one of the two in the order of their places; see ``PlaceRegister.ids``.

        The names of new ones are added to ``places``, with ``store`` their keys to ``place_keys``.
        One statement, and one for each row that is stored.
        """
        # A place that only refused rows name is not created.
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
        """Take out of the staged rows what no file may say against a person's own word.

        The last words stand in the temporary table crm_last_words afterwards.
        """
        self.run("DROP TABLE IF EXISTS crm_last_words")
        self.run(queries.LAST_WORDS)
        self.run(queries.KEEP_WITHDRAWN)
        self.run(queries.KEEP_GIVEN)

    def count(self) -> ImportCounts:
        """What the merge would do; call after ``weigh`` and before anything is written.

        Rows that look like another person are neither changed nor unchanged. Three statements.
        """
        refused = self.number("SELECT count(*) FROM {table} WHERE reason IS NOT NULL")
        new = self.number(
            "SELECT count(*) FROM {table} s WHERE s.reason IS NULL AND " + queries.STRANGE
        )
        differing = self.number("SELECT count(*) FROM crm_changed")
        # Rows that wait for somebody's word stand among those that differ.
        changed = differing - self.others
        unchanged = self.staged.rows - refused - new - differing
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
        """Write everything; the counts are those of the rows really written.

        Refused as long as rows look like another person and nobody has said what they are.

        Refused rows are kept with the batch, and what readers were with their change.
        """
        if self.others:
            raise Refused(others_in_words(self.others))
        # What readers were, before they become something else.
        self.run(queries.KEEP_BEFORE)
        self.run(queries.UPDATE)
        changed, self.left_at = self.cursor.fetchone()
        created = self.run(queries.INSERT)
        if self.is_dated:
            taking.take_standings(
                run=self.run, by=self.batch.created_by, on=self.batch, source=self.params["source"]
            )
        self.write_consents(are_changed=changed > 0)
        self.write_numbers()
        refused = self.run(queries.KEEP_REFUSALS)
        self.forget()
        unchanged = self.staged.rows - created - changed - refused
        return ImportCounts(created, changed, unchanged, refused)

    def write_consents(self, *, are_changed: bool) -> None:
        """Write into the ledger what the rows allow and end; call after the readers are written.

        ``are_changed``: whether the file changed any reader. What readers who are not new allowed
        may end with their address also where the file says nothing of consent.
        """
        if self.staged.plan.consents:
            self.run(queries.FIRST_CONSENTS)
        if are_changed:
            self.run(queries.ENDED_CONSENTS)
            self.run(queries.NEW_CONSENTS)
            self.run(queries.LOST_CONSENTS)

    def write_numbers(self) -> None:
        """Write the further numbers of the rows; call after the readers are written.

        ``numbers_again`` are the keys of those that an earlier import wrote and this file says once
        more, ``taken_numbers`` how many others bear.
        """
        # A number can only be said again where somebody bears one besides the reader's own.
        if self.further or self.systems:
            self.numbers_again = self.number(further.SAID_AGAIN)
        if self.systems:
            self.run(further.WRITE)
            self.taken_numbers = self.number(further.TAKEN)

    def forget(self) -> None:
        """The temporary tables would stay as long as the connection."""
        self.run("DROP TABLE IF EXISTS crm_last_words, crm_changed")
        self.run(taking.FORGET)
