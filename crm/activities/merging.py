"""From the staging table into the activities: a handful of set-based statements in one transaction.

A row that is there already, as a row or counted in a folded month, is left alone; of readers who
want nothing kept of what they do nothing comes in.
"""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils import timezone

from core.columns import first_column, keys_of
from crm.activities import known, queries
from crm.activities.plan import ActivityPlan
from crm.imports.counts import ImportCounts
from crm.imports.models import ImportBatch
from crm.imports.queries import FURTHER, HAS_FURTHER, NOTE_WEIGHED, ONE_AT_A_TIME, PLAIN
from crm.imports.staging import StagedFile
from crm.readers.models.activity import LATE_AFTER
from crm.readers.models.look import midnight
from crm.sources.models import DataSource
from crm.sources.periods import Stretch, stretches
from crm.staff.models import User

#: Where more than one row in twenty was refused, the days are recorded in part.
PART_FROM = 0.05


@dataclass(frozen=True)
class FileTold:
    """Days and places that a file tells of; ``whole`` unless too many rows were refused."""

    stretches: list[Stretch]
    places: list[int | None]
    whole: bool

    @property
    def first(self) -> date | None:
        """The first day that the file tells of; None where it tells of none."""
        return min((one.first for one in self.stretches), default=None)

    @property
    def last(self) -> date | None:
        """The last day that the file tells of; None where it tells of none."""
        return max((one.last for one in self.stretches), default=None)


class ActivityMerge:
    """One staged file on its way into the activities. Use inside one transaction."""

    #: How its rows name their readers.
    of_systems = queries.OF_ONE_SYSTEM

    def __init__(self, staged: StagedFile, batch: ImportBatch, source: DataSource):
        """``staged``: the file in its table; ``batch``: the import that its rows are of;
        ``source``: where they were recorded. Runs no statement.
        """
        self.staged = staged
        self.plan: ActivityPlan = staged.plan
        by = batch.created_by
        #: Campuses that are new, by name, and the keys of those that were stored.
        self.places: list[str] = []
        self.place_keys: dict[str, list[int]] = {}
        self.names = {
            "table": staged.table,
            "ref": queries.BY_REF if self.plan.by_ref else known.BY_DIGEST,
            # Rows with numbers of their own need no other sign.
            "former": "NULL" if self.plan.by_ref else known.FORMER,
            "said": "NULL" if self.plan.by_ref else known.SAID,
            "place": known.PLACE,
            "raw": queries.raw_of(staged.header, batch.mapping),
            **self.of_systems,
        }
        self.params = {
            "source": batch.source,
            "into": source.code,
            "into_key": source.pk,
            "batch": batch.pk,
            "zone": queries.ZONE,
            "usual": self.plan.usual,
            "only_campus": getattr(by, "campus_id", None),
            "own_place": getattr(by, "campus_id", None) or self.plan.options.campus,
            "young_from": timezone.now() - LATE_AFTER,
        }

    def __enter__(self):
        self.cursor = connection.cursor()
        self.cursor.execute(ONE_AT_A_TIME, {"source": self.params["into"]})
        self.cursor.execute(HAS_FURTHER, self.params)
        (further,) = self.cursor.fetchone()
        self.names = (FURTHER if further else PLAIN) | self.names
        return self

    def __exit__(self, *_error):
        self.cursor.close()

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
        """The one number that a statement gives."""
        self.run(sql)
        return self.cursor.fetchone()[0]

    def rows(self, sql: str) -> list[dict]:
        """The rows that a statement gives, as {column: value}."""
        self.run(sql)
        names = [column.name for column in self.cursor.description]
        return [dict(zip(names, row, strict=True)) for row in self.cursor.fetchall()]

    # --- in this order ----------------------------------------------------------------------------
    def weigh(self, *, store_places: bool) -> None:
        """Refuse what the readers tell to be wrong, and find what each row would become."""
        # Sorting and hashing of a whole file stay in memory; only for this transaction.
        self.run("SET LOCAL work_mem = '256MB'")
        self.settle_places(store=store_places)
        if self.params["only_campus"]:
            self.run(queries.REFUSE_OTHER_PLACE)
        self.run(queries.REFUSE_STRANGERS)
        self.run("DROP TABLE IF EXISTS crm_weighed")
        self.run(queries.WEIGH)
        # A fresh table has no statistics, and the statements that follow join it.
        self.run("ANALYZE crm_weighed")
        if "ref" in self.plan.mapping:
            self.refuse_other_rows()
        elif not self.plan.by_ref:
            self.find_known()

    def refuse_other_rows(self) -> None:
        """Refuse rows whose number is that of another row: what is new is never known already."""
        for sql in (known.REFUSE_OTHER_ROWS, known.REFUSE_DOUBLES):
            if self.run(sql):
                self.run(known.DROP_REFUSED)

    def find_known(self) -> None:
        """Rows that are stored under another digest (0.1 knew no places) get that one. Where all
        are new, or stored under their own, it is one statement.
        """
        self.run("DROP TABLE IF EXISTS crm_held")
        if self.run(known.HOLD):
            for sql in known.PAIRINGS:
                self.run(sql)
                self.run(known.LET_GO)
        self.run("DROP TABLE crm_held")

    def settle_places(self, *, store: bool) -> None:
        """Keys of campuses for the statements that follow; ``store`` creates the new ones, which
        have the key 0 otherwise. Names of the new ones are kept in ``places``.
        """
        self.run(queries.USED_PLACES)
        used = set(first_column(self.cursor))
        new = self.plan.campuses.new(used)
        self.places = list(map(str, new))
        self.params["campuses"] = self.plan.campuses.ids(used, store=store)
        if store:
            self.place_keys = {"campus": keys_of(new)}

    def note_weighed(self, by: User | None) -> None:
        """Write down that ``by``, None where nobody is signed in, is told which numbers of the file
        are known.
        """
        self.params |= {"holders": [], "seen_by": getattr(by, "pk", None), "midnight": midnight()}
        self.run(NOTE_WEIGHED)

    def count(self) -> ImportCounts:
        """What the merge would do; call after ``weigh`` and before anything is written."""
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
            self.run(queries.INSERT_LISTED)
        self.run(queries.KEEP_REFUSALS)
        refused = self.number(queries.COUNT_REFUSED)
        self.forget()
        return ImportCounts(created, 0, self.staged.rows - created - refused, refused)

    def listed(self) -> list[tuple[str, int]]:
        """(name of a collection, loans of it in the file); call after ``weigh``."""
        if not self.plan.lists:
            return []
        self.run(queries.COUNT_LISTED)
        return self.cursor.fetchall()

    def forget(self) -> None:
        """The temporary table would stay as long as the connection."""
        self.run("DROP TABLE IF EXISTS crm_weighed")

    def told(self, refused: int) -> FileTold:
        """Which days and places the file tells of: the days that somebody stated, else its own
        without long silences. ``refused``: rows refused, of which more than PART_FROM make it told
        in part.
        """
        self.run(queries.DAYS)
        rows = self.cursor.fetchall()
        options = self.plan.options
        found = stretches((day, n) for day, _places, n in rows)
        if options.first and options.last:
            found = [Stretch(options.first, options.last, self.staged.rows)]
        places: set[int | None] = set()
        for _day, used, _n in rows:
            places.update(used)
        whole = refused <= self.staged.rows * PART_FROM
        return FileTold(found, self.keys_of_places(places), whole)

    def keys_of_places(self, places: set[int | None]) -> list[int | None]:
        """Keys of campuses, in order. A file that names none is of the librarian's own campus, of
        the one that somebody said, or of the whole library (None).
        """
        named = places - {None}
        if not named:
            return [self.params["own_place"]]
        keys = self.params["campuses"]
        # Staged places count from 1, as the arrays of PostgreSQL do.
        return sorted(keys[place - 1] for place in named)


class NamelessMerge(ActivityMerge):
    """One staged file whose rows say nobody's name: no reader is looked up."""

    def weigh(self, *, store_places: bool) -> None:
        self.settle_places(store=store_places)
        if self.params["only_campus"]:
            self.run(queries.REFUSE_OTHER_PLACE)
        self.run("DROP TABLE IF EXISTS crm_weighed")
        self.run(queries.WEIGH_NAMELESS)

    def note_weighed(self, by: User | None) -> None:
        """Nothing is told of anybody."""

    def count(self) -> ImportCounts:
        refused = self.number("SELECT count(*) FROM {table} WHERE reason IS NOT NULL")
        new = self.number(queries.COUNT_NEW_NAMELESS)
        return ImportCounts(new, 0, self.staged.rows - refused - new, refused)

    def write(self) -> ImportCounts:
        # Counted first: once the rows are written, none of them is new.
        counts = self.count()
        self.run(queries.INSERT_NAMELESS)
        self.run(queries.KEEP_REFUSALS)
        self.forget()
        return counts


def merge_of(staged: StagedFile, batch: ImportBatch, source: DataSource) -> ActivityMerge:
    """The way of this file, by whether anybody is to be known by it."""
    kind = NamelessMerge if staged.plan.is_nameless else ActivityMerge
    return kind(staged, batch, source)
