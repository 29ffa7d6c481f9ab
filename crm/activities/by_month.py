"""Files that say how often each reader did something in a month: how rows are read and stored.

The days are not known and are never made up: what is stored is a count of the month
(``MonthCount``). A row whose date names a day counts for the month of that day, and rows of one
reader, month and place are added up within the file.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import partial
from operator import itemgetter

from django.utils import timezone

from core.days import FIRST_DAY
from core.keying import sql as keyed
from crm.activities import known
from crm.activities.merging import ActivityMerge
from crm.activities.models import MONTH_COUNTS
from crm.activities.moments import day_of
from crm.activities.plan import ActivityPlan
from crm.activities.telling import DayRows, FileTold, Telling
from crm.imports.copying import CellSource, CellTexts
from crm.imports.counts import ImportCounts
from crm.imports.dates import in_style
from crm.imports.fields import Refusal, clean
from crm.imports.letters import in_one_line
from crm.sources.days import Told
from crm.sources.months import end_of_month
from crm.tallies.cells import FULL_WIDTH, count_of
from crm.tallies.spans import year_and_month

#: Nobody borrows more in a month: such a number is another column's.
MOST_OF_A_MONTH = 100_000
#: What a number is known again by, whatever it counts: who, when and where.
SAME = "concat_ws(E'\\n', {system}, s.number, s.at::date, '@' || {place})"
WEIGH = f"""
    CREATE TEMP TABLE crm_weighed AS
    SELECT
        r.id AS reader_id,
        told.kind,
        s.at::date AS month,
        s.at AT TIME ZONE %(zone)s AS begins,
        (s.at + interval '1 month') AT TIME ZONE %(zone)s AS ends,
        {{place}} AS campus_id,
        left({keyed(known.DIGEST.format(SAME))}, 40) AS ref,
        sum(told.n) AS n,
        min(s.line) AS line
    FROM {{table}} s
    JOIN {{readers}} ON {{led}}
    CROSS JOIN LATERAL (VALUES {{counts}}) AS told (kind, n)
    WHERE s.reason IS NULL AND told.n IS NOT NULL AND r.analytics
    GROUP BY 1, 2, 3, 4, 5, 6, 7"""
#: A row of the file is new where one of its numbers is, else changed where one of them differs from
#: what the newest import of the source says.
COUNT = """
    SELECT
        count(*) FILTER (WHERE new),
        count(*) FILTER (WHERE differs AND NOT new)
    FROM (
        SELECT w.line, bool_or(held.n IS NULL) AS new, bool_or(held.n <> w.n) AS differs
        FROM crm_weighed w
        LEFT JOIN LATERAL (
            SELECT c.n
            FROM crm_monthcount c
            WHERE c.kind = w.kind AND c.month = w.month AND c.source = %(into)s AND c.ref = w.ref
            ORDER BY c.import_run DESC
            LIMIT 1
        ) held ON true
        GROUP BY w.line
    ) rows"""
#: Numbers that are there already, too: when the other file is taken back, this one still has them.
INSERT = """
    INSERT INTO crm_monthcount
        (reader_id, kind, month, begins, ends, n, campus_id, source, ref, import_run)
    SELECT reader_id, kind, month, begins, ends, n, campus_id, %(into)s, ref, %(batch)s
    FROM crm_weighed"""
#: Rows whose cells say no number: nobody knows how often, or nothing is said.
COUNT_WITHOUT_NUMBER = """
    SELECT count(*) FROM {table} s WHERE s.reason IS NULL AND num_nonnulls({numbers}) = 0"""
FIRST_LINES = """
    SELECT s.line, s.number, s.at, s.campus, {numbers} FROM {table} s
    WHERE s.reason IS NULL
    ORDER BY s.line
    LIMIT 8"""


def month_of(order: str = "") -> Callable[[str], datetime]:
    """Cell → midnight of the first day of the month that it names, or in which its day lies.

    ``order``: of day and month in the column. Raises Refusal for what is neither, for a month that
    has not begun, and for one before FIRST_DAY.
    """
    day = day_of(order)

    def convert(raw: str) -> datetime:
        """The month of one cell. Raises Refusal."""
        found = year_and_month(in_one_line(clean("at", raw)).translate(FULL_WIDTH))
        if found is None:
            return day(raw).replace(day=1)
        year, month = found
        if not 1 <= month <= 12:
            raise Refusal("at", "bad-month")
        begun = datetime(year, month, 1)
        if begun.date() > timezone.localdate():
            raise Refusal("at", "future-date")
        if begun.date() < FIRST_DAY:
            raise Refusal("at", "bad-date")
        return begun

    return convert


def number_in(field: str, raw: str) -> int | None:
    """How often, as a cell says it; None where it says that nobody knows, or nothing. Raises
    Refusal in ``field``.
    """
    number = count_of(field, raw)
    if number is not None and number > MOST_OF_A_MONTH:
        raise Refusal(field, "bad-count")
    return number


class MonthPlan(ActivityPlan):
    """Which cell of a row goes where. Behind the columns of all activities stand the counts."""

    further = "".join(f", {name} integer" for name in MONTH_COUNTS)

    def sources(self) -> dict[str, CellSource]:
        """As of any file of activities, and the counts that a column holds."""
        found = super().sources()
        for name in self.counted:
            found[name] = self.cell(name, partial(number_in, name))
        return found

    @property
    def counted(self) -> dict[str, str]:
        """{field: kind of activity} of the counts that a column holds."""
        return {name: str(kind) for name, kind in MONTH_COUNTS.items() if name in self.mapping}

    def moments(self) -> CellSource:
        """How the month of a row is read."""
        order = in_style(self.options.date_order, self.dates.get(self.mapping["at"], ""))
        return CellSource(CellTexts(month_of(order)), itemgetter(self.place_of("at")))

    def references(self) -> None:
        """Who, when and where must do; a row has no number of its own."""


class MonthMerge(ActivityMerge):
    """One staged file of counts on its way; of several files of a source the newest speaks."""

    def weigh(self, *, store_places: bool) -> None:
        """Refuse what the readers tell to be wrong, and put the numbers of the rest, added up, into
        crm_weighed.
        """
        pairs = [f"('{kind}', s.{name})" for name, kind in self.plan.counted.items()]
        self.names["counts"] = ", ".join(pairs)
        self.names["numbers"] = ", ".join(f"s.{name}" for name in self.plan.counted)
        # A refused row says its month again, and no day of it.
        self.names["raw"] = self.names["raw"].replace("s.at::text", "to_char(s.at, 'YYYY-MM')")
        self.settle(store_places=store_places)
        self.run(WEIGH)
        self.run("ANALYZE crm_weighed")

    def count(self) -> ImportCounts:
        """Rows with a number that was not there, rows that say another number, the rest, and rows
        refused; ``left_out`` are those of the rest that say no number. Three statements.
        """
        self.left_out = self.number(COUNT_WITHOUT_NUMBER)
        self.run(COUNT)
        new, changed = self.cursor.fetchone()
        refused = self.number("SELECT count(*) FROM {table} WHERE reason IS NOT NULL")
        return ImportCounts(new, changed, self.staged.rows - refused - new - changed, refused)

    def write(self) -> ImportCounts:
        """Write the numbers and the refusals, and forget what was weighed."""
        counts = self.count()
        self.run(INSERT)
        self.keep_refusals()
        self.forget()
        return counts

    def told(self) -> FileTold:
        """The months of which the file has a row at a place, each as one: which of its days are
        whole nobody knows. A month that is not over, and a file of which too much was refused, tell
        in part. Call after the rows are weighed.
        """
        telling = self.telling()
        tells = self.kinds_told(telling.rows)
        spans = []
        for place in telling.places():
            for month in months_at(telling, place):
                spans.append(self.told_of(telling, place, month, tells))
        return FileTold(spans).at(self.keys_of_places())

    def told_of(
        self, telling: Telling, place: int | None, month: date, tells: frozenset[str]
    ) -> Told:
        """What the file tells of a month (its first day) at a place."""
        last = end_of_month(month)
        lacks = telling.heaps[place].lacks or telling.undated.lacks
        is_over = last < self.params["today"]
        return Told(
            telling.source,
            place,
            month,
            last,
            whole=is_over and not lacks,
            apart=False,
            tells=tells,
        )

    def kinds_told(self, _rows: Iterable[DayRows]) -> frozenset[str]:
        """What a column counts; of a month of which all cells are empty it says nothing either."""
        return frozenset(self.plan.counted.values())

    def first_lines(self) -> list[tuple]:
        """(line, number, month, campus as staged, {kind: how often}) of the first rows that would
        be taken, at most eight. What a row does not say is left out. One statement.
        """
        self.run(FIRST_LINES)
        found = []
        for line, number, at, campus, *numbers in self.cursor.fetchall():
            said = dict(zip(self.plan.counted.values(), numbers, strict=True))
            known_of = Counter({kind: n for kind, n in said.items() if n is not None})
            found.append((line, number, at, campus, known_of))
        return found


def months_at(telling: Telling, place: int | None) -> list[date]:
    """First days of the months of which a row was taken at a place, in order; where rows say no
    places, those of the whole file.
    """
    found = set()
    for one in telling.rows:
        is_here = not telling.has_places or one.place == place
        if one.tells and is_here:
            found.add(one.day.replace(day=1))
    return sorted(found)
