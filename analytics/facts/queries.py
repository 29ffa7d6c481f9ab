"""The statements that compute facts: daily counts per source, distinct persons per month.

States and kinds are parameters; ``STATES`` names them once for all statements.
"""

from dataclasses import dataclass, field

from analytics.facts.models import Fact
from campaigns.sending.models import Delivery
from crm.activities.queries import UNNAMED_VISITS
from crm.readers.folding import COUNTED_MONTHS
from crm.readers.models import Activity
from crm.rfc.queries import Part, kinds_of
from feedback.calls.models import Submission
from feedback.surveys.models import Response
from feedback.voices.models import Voice

#: Whoever uses the library in one of these ways is an active reader of that month.
ACTIVE_KINDS = kinds_of(Part.USE)

STATES = {
    "grain_day": Fact.Grain.DAY.value,
    "grain_month": Fact.Grain.MONTH.value,
    "kinds": list(Activity.Kind.values),
    "active": ACTIVE_KINDS,
    "contribution": Activity.Kind.CONTRIBUTION.value,
    "answer": Activity.Kind.ANSWER.value,
    "event": Activity.Kind.EVENT.value,
    "sent": Delivery.State.SENT.value,
    "published": Submission.State.PUBLISHED.value,
    "not_handed_in": [state.value for state in Submission.NOT_RECEIVED],
    "unflagged": Response.UNFLAGGED,
    "set_apart": [state.value for state in Voice.SET_APART],
}


@dataclass(frozen=True)
class Source:
    """Where a metric's rows are.

    ``at``: the SQL of their time. ``keys``: the SQL of their dimensions, each also counted in
    total. ``first``: what is done by the statement that counts, before it.
    """

    metric: str
    rows: str
    at: str
    keys: dict[str, str] = field(default_factory=dict)
    where: str = "TRUE"
    first: str = ""

    @property
    def statement(self) -> str:
        """SQL that counts the rows of %(start)s … %(end)s and writes them over
        the facts there are.
        """
        return self._written(self.first + DAILY, self.where)

    @property
    def late_statement(self) -> str:
        """SQL that counts those of them that came late and adds them to the facts there are.

        Only a source whose rows have a column ``late`` can be asked.
        """
        return self._written(ADDED, f"{self.where} AND t.late")

    def _written(self, statement: str, where: str) -> str:
        """The statement with this source's SQL in its places; ``where`` chooses the rows."""
        columns, cuts = [], []
        for name, value in self.keys.items():
            columns.append(f"{value} AS {name}")
            cuts.append(f", ('{name}', counted.{name})")

        return statement.format(
            at=self.at,
            rows=self.rows,
            where=where,
            # A SELECT needs a second column where there is no dimension.
            keys=", ".join(columns) or "NULL",
            dimensions="".join(cuts),
        )


# How many rows fall on each day, in total (dimension '') and by the value of each dimension?
DAILY = """
INSERT INTO analytics_fact (metric, grain, start, dimension, key, value, n, computed_at)
SELECT %(metric)s, %(grain_day)s, day, dimension, key, count(*), count(*), %(now)s
FROM (
    SELECT ({at} AT TIME ZONE %(zone)s)::date AS day, {keys}
    FROM {rows}
    WHERE {where}
      AND {at} >= %(start)s
      AND {at} < %(end)s
) AS counted
CROSS JOIN LATERAL (VALUES ('', ''){dimensions}) AS cut (dimension, key)
GROUP BY day, dimension, key
ON CONFLICT (metric, grain, start, dimension, key)
DO UPDATE SET value = excluded.value, n = excluded.n, computed_at = excluded.computed_at
"""

# Rows that came late are counted from now on. In the statement that counts them: one that comes
# meanwhile is neither seen by this nor counted.
SEEN = """
WITH seen AS (
    UPDATE crm_activity
    SET late = FALSE
    WHERE late
      AND at >= %(start)s
      AND at < %(end)s
)
"""
# Days of which single rows are folded keep the count they have, and what came late is added to it.
ADDED = (
    SEEN
    + DAILY.partition("DO UPDATE")[0]
    + """DO UPDATE SET
    value = analytics_fact.value + excluded.value,
    n = analytics_fact.n + excluded.n,
    computed_at = excluded.computed_at
"""
)

#: The metric that counts single activities, which are folded into months after a time.
ACTIVITIES = "activities"
#: Visits through gates that keep nobody's name: nobody's activities, and visits all the same.
UNNAMED = "visits_unnamed"
SOURCES = [
    Source(
        metric=ACTIVITIES,
        rows="""crm_activity t
            LEFT JOIN crm_campus p ON p.id = t.campus_id
            JOIN crm_reader r ON r.id = t.reader_id""",
        at="t.at",
        keys={
            "kind": "t.kind",
            "campus": "coalesce(p.code, '')",
            # Of the campus's own readers, wherever they did it: what its staff are told.
            "readers_kind": "coalesce(r.campus_id::text, '') || ':' || t.kind",
        },
        # Named so that the index (kind, at) can be used.
        where="t.kind = ANY(%(kinds)s)",
        first=SEEN,
    ),
    Source(
        metric=UNNAMED,
        rows=f"""(
            SELECT told.day::timestamp AT TIME ZONE %(zone)s AS at FROM {UNNAMED_VISITS} told) t""",
        at="t.at",
    ),
    Source(
        metric="deliveries_sent",
        rows="""campaigns_delivery t
            JOIN campaigns_content c ON c.id = t.content_id
            JOIN campaigns_channel h ON h.id = c.channel_id""",
        at="t.sent_at",
        keys={"channel": "h.code"},
        where="t.state = %(sent)s",
    ),
    Source(
        metric="clicks",
        rows="""campaigns_click t
            JOIN campaigns_trackedlink l ON l.id = t.link_id
            JOIN campaigns_channel h ON h.id = l.channel_id""",
        at="t.at",
        keys={"channel": "h.code"},
        # By machines, or again on the same day.
        where="t.left_out = ''",
    ),
    Source(
        metric="answers",
        rows="feedback_response t",
        at="t.submitted_at",
        where="t.flagged = %(unflagged)s",
    ),
    Source(
        metric="voices_received",
        rows="feedback_voice t",
        at="t.received_at",
        keys={"kind": "t.kind", "category": "t.category"},
        where="t.state <> ALL(%(set_apart)s)",
    ),
    Source(
        metric="voices_answered",
        rows="feedback_voice t",
        at="t.answered_at",
        keys={"kind": "t.kind"},
    ),
    Source(metric="submissions", rows="feedback_submission t", at="t.submitted_at"),
    Source(
        metric="published",
        rows="feedback_submission t",
        at="t.published_at",
        where="t.state = %(published)s",
    ),
]

# Which days have rows that came late, by their months: the first and the last of each.
LATE = """
SELECT min(day), max(day)
FROM (SELECT (at AT TIME ZONE %(zone)s)::date AS day FROM crm_activity WHERE late) AS found
GROUP BY date_trunc('month', day)
ORDER BY 1
"""

# Who made something, and when: a work sent in or shown, or a contribution from elsewhere.
MAKERS = """
    SELECT reader_id, at
    FROM crm_activity
    WHERE kind = %(contribution)s
    UNION ALL
    -- Of a folded month the first moment is known, which is in it and before all others of it.
    SELECT reader_id, first
    FROM crm_foldedmonth
    WHERE kind = %(contribution)s
    UNION ALL
    SELECT author_id, submitted_at
    FROM feedback_submission
    WHERE submitted_at IS NOT NULL
      AND state <> ALL(%(not_handed_in)s)
"""
CONTRIBUTORS = f"""
    SELECT DISTINCT reader_id
    FROM ({MAKERS}) m
    WHERE at >= %(start)s
      AND at < %(end)s
"""
# Whose first work ever falls into the month?
NEW_CONTRIBUTORS = f"""
    SELECT reader_id
    FROM (SELECT reader_id, min(at) AS first FROM ({MAKERS}) m GROUP BY reader_id) f
    WHERE first >= %(start)s
      AND first < %(end)s
"""
# Which readers did something of these kinds in the month %(day)s?
READERS_WHO = """
    SELECT reader_id
    FROM crm_activity
    WHERE kind {kinds}
      AND at >= %(start)s
      AND at < %(end)s
    UNION
    SELECT reader_id
    FROM crm_foldedmonth
    WHERE kind {kinds}
      AND month = %(day)s
    UNION
    SELECT reader_id
    FROM {by_month} AS told
    WHERE kind {kinds}
      AND month = %(day)s
"""
#: The different persons of the month, by metric.
PERSONS = {
    "contributors": CONTRIBUTORS,
    "new_contributors": NEW_CONTRIBUTORS,
    "respondents": READERS_WHO.format(kinds="= %(answer)s", by_month=COUNTED_MONTHS),
    "participants": READERS_WHO.format(kinds="= %(event)s", by_month=COUNTED_MONTHS),
    "active_readers": READERS_WHO.format(kinds="= ANY(%(active)s)", by_month=COUNTED_MONTHS),
}
# Writes how many they are over the fact there is, and how many of each campus for its own staff.
MONTHLY = """
INSERT INTO analytics_fact (metric, grain, start, dimension, key, value, n, computed_at)
SELECT %(metric)s, %(grain_month)s, %(day)s, dimension, key, n, n, %(now)s
FROM (
    WITH found AS ({persons})
    SELECT '' AS dimension, '' AS key, count(*) AS n
    FROM found
    UNION ALL
    SELECT 'campus', p.id::text, count(r.id)
    FROM crm_campus p
    LEFT JOIN (found JOIN crm_reader r ON r.id = found.reader_id) ON r.campus_id = p.id
    GROUP BY p.id
) AS counted
ON CONFLICT (metric, grain, start, dimension, key)
DO UPDATE SET value = excluded.value, n = excluded.n, computed_at = excluded.computed_at
"""

# What counts of the month add to the days: in total, by kind, by the readers' campus for its staff.
BY_MONTH = f"""
INSERT INTO analytics_fact (metric, grain, start, dimension, key, value, n, computed_at)
SELECT %(metric)s, %(grain_month)s, %(day)s, dimension, key, sum(n), sum(n), %(now)s
FROM (
    SELECT told.n, told.kind, coalesce(r.campus_id::text, '') || ':' || told.kind AS readers_kind
    FROM {COUNTED_MONTHS} AS told
    JOIN crm_reader r ON r.id = told.reader_id
    WHERE told.month = %(day)s
) AS counted
CROSS JOIN LATERAL
    (VALUES ('', ''), ('kind', kind), ('readers_kind', readers_kind)) AS cut (dimension, key)
GROUP BY dimension, key
ON CONFLICT (metric, grain, start, dimension, key)
DO UPDATE SET value = excluded.value, n = excluded.n, computed_at = excluded.computed_at
"""

# Was anything at all recorded in the month? If not, nothing was measured, and that is no zero.
MEASURED = """
SELECT
    EXISTS (
        SELECT 1
        FROM crm_activity
        WHERE kind = ANY(%(kinds)s)
          AND at >= %(start)s
          AND at < %(end)s
    )
    OR EXISTS (
        SELECT 1
        FROM crm_foldedmonth
        WHERE kind = ANY(%(kinds)s)
          AND month = %(day)s
    )
    OR EXISTS (
        SELECT 1
        FROM crm_monthcount
        WHERE kind = ANY(%(kinds)s)
          AND month = %(day)s
    )
    OR EXISTS (
        SELECT 1
        FROM feedback_submission
        WHERE submitted_at >= %(start)s
          AND submitted_at < %(end)s
    )
"""

# Removes what the computation of %(now)s has not written: its rows are gone (a batch undone). Days
# whose rows were folded, or are over their term, keep the counts they had; months are counted anew
# always.
FORGET = """
DELETE FROM analytics_fact
WHERE grain = %(grain)s
  AND start >= %(day)s
  AND start < %(until)s
  AND computed_at < %(now)s
  AND NOT (metric = %(folded)s AND grain = %(grain_day)s AND start < %(single_from)s)
  AND NOT (metric = %(unnamed)s AND start < %(unnamed_from)s)
"""

# When was the first thing recorded?
FIRST = """
SELECT least((SELECT min(at) FROM crm_activity), (SELECT min(first) FROM crm_foldedmonth),
    (SELECT min(begins) FROM crm_monthcount))
"""

# What do the facts of %(first)s … %(until)s say of each month? By figure its value, the n behind it
# and a hash of the single facts, of which days have many.
FIGURES = """
SELECT month, jsonb_object_agg(name, jsonb_build_array(value, n, facts))
FROM (
    SELECT
        date_trunc('month', start)::date AS month,
        concat_ws('/', metric, grain, nullif(dimension, ''), nullif(key, '')) AS name,
        sum(value) AS value,
        sum(n) AS n,
        encode(
            sha256(
                convert_to(
                    string_agg(start || ' ' || value || ' ' || n, ',' ORDER BY start), 'UTF8')),
            'hex') AS facts
    FROM analytics_fact
    WHERE start >= %(first)s
      AND start < %(until)s
    GROUP BY 1, metric, grain, dimension, key
) figures
GROUP BY month
ORDER BY month
"""

# Which months of %(first)s … %(until)s are told otherwise now than they were published last? Sums
# alone: pages show no single fact, and hashing them takes several times as long.
CHANGED = """
WITH published AS (
    -- One without a seal was not published by the portal.
    SELECT DISTINCT ON (month) month, figures
    FROM analytics_publishedmonth p
    JOIN analytics_seal s ON s.chain = %(chain)s AND s.object_id = p.id
    WHERE month >= %(first)s
      AND month < %(until)s
    ORDER BY month, p.number DESC
),
told AS (
    SELECT month, key AS name, value
    FROM published, jsonb_each(figures)
),
now AS (
    SELECT
        date_trunc('month', start)::date AS month,
        concat_ws('/', metric, grain, nullif(dimension, ''), nullif(key, '')) AS name,
        jsonb_build_array(sum(value), sum(n)) AS value
    FROM analytics_fact
    WHERE start >= %(first)s
      AND start < %(until)s
    GROUP BY 1, metric, grain, dimension, key
)
SELECT DISTINCT month
FROM told
FULL JOIN now USING (month, name)
WHERE now.value IS DISTINCT FROM told.value - 2
  AND month IN (SELECT month FROM published)
ORDER BY month
"""
