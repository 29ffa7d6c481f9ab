"""The way of files whose rows say nobody's name."""

from crm.activities.merging import ActivityMerge
from crm.imports.counts import ImportCounts
from crm.imports.models import ImportBatch
from crm.imports.parts import place_of
from crm.staff.models import User

# --- rows of which nobody knows whose they are ----------------------------------------------------
WEIGH_NAMELESS = """
    CREATE TEMP TABLE crm_weighed AS
    SELECT DISTINCT ON (s.ref)
        substring(s.number FROM 2)::uuid AS visitor,
        s.at::date AS day,
        {place} AS campus_id
    FROM {table} s
    WHERE s.reason IS NULL AND s.kind IS NOT NULL
    ORDER BY s.ref, s.line"""
COUNT_WEIGHED = "SELECT count(*) FROM crm_weighed"
#: Rows of two files are never laid beside each other: who brings a row would be told whether the
#: same one is there. Which file speaks of a day is asked when visits are counted.
INSERT_NAMELESS = """
    INSERT INTO crm_namelessvisit (source_id, campus_id, day, visitor, import_run)
    SELECT %(into_key)s, w.campus_id, w.day, w.visitor, %(batch)s
    FROM crm_weighed w"""


class NamelessMerge(ActivityMerge):
    """One staged file whose rows say nobody's name: no reader is looked up, and no row of another
    file. That a row is there already is told of a file that came in byte for byte, and of nothing
    less: whoever brought rows of one person would be told when that person was there.
    """

    def weigh(self, *, store_places: bool) -> None:
        """Refuse what is wrong in form, and put the rest into crm_weighed; no row is refused for
        whose it is.
        """
        self.weigh_form()
        self.settle_places(store=store_places)
        self.run("DROP TABLE IF EXISTS crm_weighed")
        self.run(WEIGH_NAMELESS)

    def note_weighed(self, by: User | None) -> None:
        """Nothing is told of anybody."""

    def count(self) -> ImportCounts:
        """As for rows with names, but that either every row is new or none is: none of a file
        whose bytes are in already. Two or three statements.
        """
        refused = self.number("SELECT count(*) FROM {table} WHERE reason IS NOT NULL")
        new = 0 if came_before(self.batch) else self.number(COUNT_WEIGHED)
        return ImportCounts(new, 0, self.staged.rows - refused - new, refused)

    def write(self) -> ImportCounts:
        """Write the visits and the refusals, and forget what was weighed. A file that came before
        is written again under its own import, and counts as nothing new.
        """
        counts = self.count()
        self.run(INSERT_NAMELESS)
        self.keep_refusals()
        self.forget()
        return counts


def came_before(batch: ImportBatch) -> bool:
    """Whether the same table of the same bytes, read in the same way, is in already and was not
    taken back. One statement.
    """
    same = ImportBatch.objects.filter(
        takes=batch.takes,
        sha256=batch.sha256,
        mapping=batch.mapping,
        options__data_source=batch.options.get("data_source"),
        state=ImportBatch.State.DONE,
    )
    own = place_of(batch)
    return any(place_of(one) == own for one in same.exclude(pk=batch.pk))
