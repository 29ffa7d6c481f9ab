"""From the staging table into the activities: a handful of set-based statements in one transaction.

A row that is there already, as a row or counted in a folded month, is left alone; of readers who
want nothing kept of what they do nothing comes in.
"""

from collections.abc import Iterable
from dataclasses import replace

from django.db import connection
from django.utils import timezone

from core.columns import first_column, keys_of
from crm.activities import known, queries
from crm.activities.happenings import words_again
from crm.activities.kept_cells import HAS_REFUSED, KEEP_NUMBERS
from crm.activities.plan import ActivityPlan
from crm.activities.telling import DayRows, FileTold, Telling
from crm.imports.counts import ImportCounts
from crm.imports.models import ImportBatch
from crm.imports.queries import FURTHER, HAS_FURTHER, NOTE_WEIGHED, PLAIN
from crm.imports.staging import StagedFile
from crm.imports.turns import take_turn
from crm.imports.writings import OF_FILE, settle
from crm.readers.models.activity import LATE_AFTER, REFERENCES
from crm.readers.models.look import midnight
from crm.sources.models import DataSource
from crm.sources.recording import compared_before, told_before, told_together
from crm.staff.models import User

#: Fields by which a row says what happened.
SAYS_WHAT = frozenset({"action", "outcome"})


class ActivityMerge:
    """One staged file on its way into the activities. Use inside one transaction."""

    #: How its rows name their readers, and where their numbers stand.
    of_systems = queries.OF_ONE_SYSTEM
    numbers_told = OF_FILE

    def __init__(self, staged: StagedFile, batch: ImportBatch, source: DataSource):
        """``staged``: the file in its table; ``batch``: the import that its rows are of;
        ``source``: where they were recorded. Runs no statement.
        """
        self.staged = staged
        self.batch = batch
        self.plan: ActivityPlan = staged.plan
        #: Campuses that are new, by name, and the keys of those that were stored.
        self.places: list[str] = []
        #: Keys of listed collections of which it is known who borrowed from them by this file.
        self.compared: set[int] = set()
        self.place_keys: dict[str, list[int]] = {}
        former, said = known.FORMER, known.SAID
        # Rows with numbers of their own, and of sessions, need no other sign.
        if self.plan.by_ref:
            former = said = "NULL"
        self.names = {
            "ref": queries.STORED_REF if self.is_numbered else queries.STORED,
            "was": self.known_by(),
            "former": former,
            "said": said,
            "place": known.PLACE,
            "raw": queries.raw_of(staged.header, batch.mapping, words_again()),
            **self.of_systems,
            "table": staged.table,
        }
        self.params = {
            "source": batch.source,
            "into": source.code,
            "into_key": source.pk,
            "batch": batch.pk,
            "zone": queries.ZONE,
            "usual": self.plan.usual,
            "only_campus": batch.own_campus,
            "own_place": batch.own_campus or self.plan.options.campus,
            "number_place": staged.header.index(batch.mapping["number"]),
            "young_from": timezone.now() - LATE_AFTER,
            "today": timezone.localdate(),
            **REFERENCES.params,
        }

        self.left_out = 0

    def __enter__(self):
        """Wait for other imports of the source, and learn from the database what the statements
        have to say. Three statements.
        """
        self.cursor = connection.cursor()
        take_turn(self.params["into"])
        self.find_readers()
        self.names["not_folded"] = queries.not_folded()
        return self

    def __exit__(self, *_error):
        """Close the cursor, whether anything was raised or not."""
        self.cursor.close()

    def find_readers(self) -> None:
        """How numbers lead to readers, from now on: where nobody bears a further number of the
        system, their own suffice. One statement.
        """
        self.cursor.execute(HAS_FURTHER, self.params)
        (further,) = self.cursor.fetchone()
        found = (FURTHER if further else PLAIN) | self.of_systems
        self.names |= {"readers": found["readers"], "led": found["led"]}
        if self.params["only_campus"]:
            # Readers of another campus, and of none, are nobody to who may open none of them.
            self.names["led"] += queries.OF_THE_CAMPUS

    @property
    def is_numbered(self) -> bool:
        """Whether the rows have numbers of their own, which are known again in any file."""
        return self.plan.by_ref and not self.plan.file_kind.by_session

    def known_by(self) -> str:
        """SQL of what a row is known again by, before it is put under the key: its own number where
        it has one, else a digest of who, when, what and the how-manieth of these it is.
        """
        if self.plan.file_kind.by_session:
            return queries.BY_SESSION
        return queries.BY_REF if self.is_numbered else known.BY_DIGEST

    # --- statements -------------------------------------------------------------------------------
    def run(self, sql: str) -> int:
        """Run a statement with names and parameters filled in; returns how many rows it was about.

        The names come from here, never from a file or a person.
        """
        # One after the other: what is set for {ref} holds {system}, which is filled in later.
        for name, value in self.names.items():
            sql = sql.replace("{" + name + "}", value)
        self.cursor.execute(sql, self.params)
        return self.cursor.rowcount

    def number(self, sql: str) -> int:
        """The one number that a statement gives, in the first column of its only row."""
        self.run(sql)
        return self.cursor.fetchone()[0]

    def rows(self, sql: str) -> list[dict]:
        """The rows that a statement gives, as {column: value}."""
        self.run(sql)
        names = [column.name for column in self.cursor.description]
        return [dict(zip(names, row, strict=True)) for row in self.cursor.fetchall()]

    # --- in this order ----------------------------------------------------------------------------
    def weigh(self, *, store_places: bool) -> None:
        """Refuse what the readers tell to be wrong, and find what each row would become; that
        stands in the temporary table crm_weighed until ``forget``. Of the activities nothing is
        written; ``store_places``: they are about to be, so that the readers are held, and new
        campuses are stored, see ``settle_places``.
        """
        # Sorting and hashing of a whole file stay in memory; only for this transaction.
        self.run("SET LOCAL work_mem = '256MB'")
        self.settle(store_places=store_places)
        self.run(queries.WEIGH)
        # A fresh table has no statistics, and the statements that follow join it.
        self.run("ANALYZE crm_weighed")
        if "ref" in self.plan.mapping:
            self.refuse_other_rows()
        elif not self.plan.by_ref:
            self.find_known()

    def refuse_strangers(self) -> None:
        """Refuse rows whose number is no reader's, in whichever writing."""
        settle(self, self.numbers_told)
        self.run(queries.REFUSE_STRANGERS)

    def leave_little(self) -> None:
        """Leave of refused rows no number that looks like none, and no place that is none. Call it
        once the places are settled. One statement, and two more where a row is refused.
        """
        if self.number(HAS_REFUSED):
            self.run(queries.KEEP_STRANGERS)
            self.run(KEEP_NUMBERS)

    def keep_refusals(self) -> None:
        """Store the refused rows, for the list that is sent back mended."""
        self.run(queries.KEEP_REFUSALS)

    def settle(self, *, store_places: bool) -> None:
        """Say of every row whether it is refused, and where it was, before anything is weighed; see
        ``weigh`` for ``store_places``.
        """
        self.weigh_form()
        if store_places:
            self.hold_readers()
        self.refuse_strangers()
        self.settle_places(store=store_places)
        self.leave_little()
        self.run("DROP TABLE IF EXISTS crm_weighed")

    def hold_readers(self) -> None:
        """Hold the readers of the rows until the transaction ends. One statement, and two more
        whenever a reader went while it waited: the number of one who was joined with another is a
        further number of that one.
        """
        while not self.number(queries.HOLD_READERS):
            self.find_readers()

    def refuse_other_rows(self) -> None:
        """Refuse rows whose number is that of another row, stored or of this file: what is new is
        never known already. They are weighed no more, and the uppermost of the file stays.
        """
        for sql in (known.REFUSE_OTHER_ROWS, known.REFUSE_DOUBLES):
            if self.run(sql):
                self.run(known.DROP_REFUSED)

    def find_known(self) -> None:
        """Rows that are stored under another digest (0.1 knew no places) get that one. Where all
        are new, or stored under their own, one statement looks for them, and nothing is changed.
        """
        self.run("DROP TABLE IF EXISTS crm_held")
        if self.run(known.HOLD):
            for sql in known.PAIRINGS:
                self.run(sql)
                self.run(known.LET_GO)
        self.run("DROP TABLE crm_held")

    def weigh_form(self) -> None:
        """Refuse what is wrong whoever the readers are, beside what the rows say by themselves:
        rows of another campus where the librarian has one; a new campus is another.
        """
        if self.params["only_campus"]:
            self.params["campuses"] = self.plan.campuses.ids(set(), store=False)
            self.run(queries.REFUSE_OTHER_PLACE)

    def settle_places(self, *, store: bool) -> None:
        """Keys of campuses for the statements that follow; ``store`` creates the new ones that a
        row names which is not refused, and which have the key 0 otherwise. Their names are kept in
        ``places``.
        """
        self.run(queries.USED_PLACES)
        used = set(first_column(self.cursor))
        new = self.plan.campuses.new(used)
        self.places = list(map(str, new))
        self.params["campuses"] = self.plan.campuses.ids(used, store=store)
        self.params["campus_names"] = self.plan.campuses.names_of(used)
        if store:
            self.place_keys = {"campus": keys_of(new)}

    def note_weighed(self, by: User | None) -> None:
        """Write down that ``by``, None where nobody is signed in, is told which numbers of the file
        are known.
        """
        self.params |= {"holders": [], "seen_by": getattr(by, "pk", None), "midnight": midnight()}
        self.run(NOTE_WEIGHED)

    def count(self) -> ImportCounts:
        """What the merge would do: activities that are new, rows there already or not counted, and
        rows refused; ``left_out`` are the latter of those in between. Call after ``weigh`` and
        before anything is written. Three statements.
        """
        self.left_out = self.number(queries.COUNT_LEFT_OUT)
        refused = self.number(queries.COUNT_REFUSED)
        new = self.number(queries.COUNT_NEW)
        return ImportCounts(new, 0, self.staged.rows - refused - new, refused)

    def write(self) -> ImportCounts:
        """Write activities and refusals, in which further files the rows stand, and forget what was
        weighed; the counts are those of the rows really written. Call once, after ``weigh``.
        """
        weighed = self.number("SELECT count(*) FROM crm_weighed")
        created = self.run(queries.INSERT)
        # Where every row was new, no other file can have one of them.
        if created < weighed:
            self.run(queries.ALSO_IN)
        if self.plan.lists:
            self.compared = self.lists_compared()
            self.run(queries.INSERT_LISTED)
        self.keep_refusals()
        refused = self.number(queries.COUNT_REFUSED)
        self.left_out = self.number(queries.COUNT_LEFT_OUT)
        self.forget()
        return ImportCounts(created, 0, self.staged.rows - created - refused, refused)

    def listed(self) -> list[tuple[str, bool]]:
        """(name of a collection that the file has loans of, whether they are all kept); call after
        ``weigh``.
        """
        return [(name, kept) for _key, name, kept in self.lists_met()]

    def lists_met(self) -> list[tuple[int, str, bool]]:
        """The same with the keys of the collections before them; empty, without a statement, where
        items are compared with no collection.
        """
        if not self.plan.lists:
            return []
        self.run(queries.LISTED)
        return self.cursor.fetchall()

    def lists_compared(self) -> set[int]:
        """Keys of the collections of which the file's loans are known: those of which it has some
        and all are kept, and those that an earlier file of the source knew, of which this one has
        none. A list of barcodes and a file of ISBNs never meet, which is no zero. Nothing is known
        by a file that names no item. Two statements.
        """
        if not self.plan.never:
            return set()
        met = {key: kept for key, _name, kept in self.lists_met()}
        kept = {key for key in met if met[key]}
        return kept | (compared_before(self.params["into_key"]) - met.keys())

    def forget(self) -> None:
        """Drop what was weighed; the temporary table would stay as long as the connection."""
        self.run("DROP TABLE IF EXISTS crm_weighed")

    def told(self) -> FileTold:
        """Which days of which places the file tells of, and of what: the days that somebody stated,
        else its own without long silences. Places are keys of campuses. Call after the rows are
        weighed, since what is refused then tells that something is lacking.
        """
        telling = self.telling()
        spans = telling.spans(self.kinds_told(telling.rows))
        return FileTold(spans).at(self.keys_of_places())

    def telling(self) -> Telling:
        """The rows as far as they tell of days and places, and what somebody stated of both; of
        another campus than the librarian's they tell nothing. Two statements.
        """
        rows = self.of_own_place(self.rows_of_days())
        named = {row.place for row in rows if row.taken} - {None}
        return Telling(
            self.params["into_key"],
            rows,
            stated=self.plan.options.stated,
            places=self.places_said(named),
            today=self.params["today"],
        )

    def rows_of_days(self) -> list[DayRows]:
        """All rows of the file, counted by day and place: those that were staged, those that were
        refused as they were read, and those that were no rows at all, of which neither is known.
        Staged rows of a day to come are left out. One statement.
        """
        self.run(queries.ROWS_OF_DAYS)
        found = []
        for day, place, taken, refused, kinds in self.cursor.fetchall():
            found.append(DayRows(day, place, taken, refused, frozenset(kinds or ())))
        unread = self.plan.unread
        for (day, place), refused in unread.items():
            found.append(DayRows(day, place, 0, refused))
        # Rows that are no rows at all were never read.
        broken = self.staged.refused - unread.total()
        if broken > 0:
            found.append(DayRows(None, None, 0, broken))
        return found

    def of_own_place(self, rows: list[DayRows]) -> list[DayRows]:
        """The rows as they are of the librarian's own campus, those that name no place among them;
        all of them where staff of all bring them.
        """
        if not self.params["only_campus"]:
            return rows
        (own,) = self.places_of([self.params["only_campus"]])
        return [replace(row, place=own) for row in rows if row.place in (None, own)]

    def places_said(self, named: set[int]) -> list[int]:
        """Places (as staged) that the file tells of, be there a row of them or not: those that
        somebody chose, else those of the last file of the source that told of all that are
        ``named`` by its rows. None in a file that names no place.
        """
        if self.params["only_campus"]:
            return []
        if self.plan.options.places is not None:
            return self.places_of(self.plan.options.places)
        keys = self.keys_of_places()
        return self.places_of(told_together(self.params["into_key"], {keys[one] for one in named}))

    def places_of(self, campuses: Iterable[int]) -> list[int]:
        """Places as they are staged, counted from 1, by the keys of campuses and in their order;
        one that is gone is passed over.
        """
        staged = {row.pk: place for place, row in enumerate(self.plan.campuses.rows, start=1)}
        return [staged[key] for key in campuses if key in staged]

    def kinds_told(self, rows: Iterable[DayRows]) -> frozenset[str]:
        """Kinds of which the file tells: without a column that says what happened the usual one
        alone; with one those of its rows, and further ones of which its source told before.
        """
        usual, *further = map(str, self.plan.does)
        if not SAYS_WHAT & set(self.plan.mapping):
            return frozenset({usual})
        found = set().union(*(row.kinds for row in rows))
        return frozenset(found | told_before(self.params["into_key"]) & set(further))

    def keys_of_places(self) -> dict[int | None, int | None]:
        """{place as it is staged: key of the campus}, None where no place is named: that is the
        librarian's own campus, the one that somebody said, or the whole library.
        """
        # Staged places count from 1, as the arrays of PostgreSQL do.
        keys: dict[int | None, int | None] = dict(enumerate(self.params["campuses"], start=1))
        return keys | {None: self.params["own_place"]}
