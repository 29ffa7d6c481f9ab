"""The statements that count a campaign with an experiment: by the places that were drawn at the
launch, each with a window of its own.

Everybody drawn counts in their arm. Whoever was erased counts with the outcome they had by then;
who cannot be followed (erased without a record, or out of all evaluations by their own wish) is a
loss of the arm, and counted as one.
"""

from datetime import datetime, timedelta
from itertools import starmap

from django.utils import translation

from analytics.loop.inputs.experiment import (
    HELD_OUT,
    AnsweredCell,
    ArmCell,
    ArmDrawn,
    Drawn,
    PlannedArm,
    PlannedGuardrail,
    Promised,
    SecondaryCells,
    WindowProgress,
)
from analytics.loop.inputs.guarded import guarded
from analytics.loop.inputs.mails import FIRST_MAILS
from analytics.loop.inputs.recorded import outcome_recorded
from analytics.loop.inputs.statements import rows_as, rows_asked
from analytics.loop.inputs.tables import kept
from campaigns.experiments.models import PER_READERS, Experiment, Guardrail, NamedOutcome
from core.localised import CHINESE, ENGLISH

#: What a reader did in so many days before they were drawn explains part of what they do after.
HISTORY = timedelta(days=90)

# Which places were drawn, and when does the window of each end? Of a first visit only readers
# count who had none since the day the plan names.
#
# Whoever counts these places looks up what a reader did reader by reader, by the one index that
# begins with them: a place then costs the same in every library. As a join the planner would be
# free to go through all visits of everybody for each place, and does so where nobody has counted
# the visits for it yet. For the same reason the kind is no condition of these lookups: it would
# offer the index of kinds.
PLACES = """
SELECT
    a.reader_id,
    coalesce(m.code, %(held_arm)s) AS arm,
    a.identity || '@' || coalesce(a.campus_id::text, '') AS stratum,
    a.at,
    least(a.at + %(window)s, %(until)s) AS ends,
    CASE WHEN %(is_named)s THEN a.outcome_so_far END AS outcome_so_far,
    (a.reader_id IS NULL AND (a.outcome_so_far IS NULL OR NOT %(is_named)s))
        OR NOT coalesce(p.analytics, true) AS lost
FROM campaigns_assignment a
LEFT JOIN campaigns_arm m ON m.id = a.arm_id
LEFT JOIN crm_reader p ON p.id = a.reader_id
WHERE a.experiment_id = %(experiment)s
  AND a.at < %(until)s
  AND (
      %(first_since)s::date IS NULL
      OR (
          SELECT count(*) FILTER (WHERE v.kind = %(kind)s)
          FROM crm_activity v
          WHERE v.reader_id = a.reader_id
            AND v.at >= timezone(%(zone)s, %(first_since)s::date::timestamp)
            AND v.at < a.at
      ) = 0
  )
"""

# How often did the reader of a place do it, in the window and in the days before? Works for the
# campaign's own call are no outcome: only those addressed knew of the call.
DID = """
SELECT
    count(*) FILTER (WHERE x.kind = %(kind)s AND x.at >= q.at) AS after,
    count(*) FILTER (WHERE x.kind = %(kind)s AND x.at < q.at) AS before
FROM crm_activity x
WHERE %(collection)s::bigint IS NULL
  AND x.reader_id = q.reader_id
  AND x.at >= q.at - %(history)s
  AND x.at < q.ends
  AND NOT (
      %(kind)s = %(contribution)s
      AND x.source = %(works)s
      AND x.ref IN (
          SELECT w.id::text
          FROM feedback_submission w
          JOIN feedback_call c ON c.id = w.call_id
          WHERE c.campaign_id = %(campaign)s
      )
  )
"""

# The same of loans from the campaign's own list, where those are the outcome.
LENT = """
SELECT
    count(*) FILTER (
        WHERE l.collection_id = %(collection)s
          AND l.day >= timezone(%(zone)s, q.at)::date
          AND l.day < timezone(%(zone)s, q.ends)::date
    ) AS after,
    count(*) FILTER (
        WHERE l.collection_id = %(collection)s
          AND l.day < timezone(%(zone)s, q.at)::date
    ) AS before
FROM crm_listedloan l
WHERE %(collection)s::bigint IS NOT NULL
  AND l.reader_id = q.reader_id
  AND l.day >= timezone(%(zone)s, q.at - %(history)s)::date
"""

# What is over its term stands in months; one that only partly lies in those days is left out.
FOLDED = """
SELECT coalesce(sum(f.n), 0) AS before
FROM crm_foldedmonth f
WHERE %(collection)s::bigint IS NULL
  AND f.reader_id = q.reader_id
  AND f.kind = %(kind)s
  AND f.first >= q.at - %(history)s
  AND f.last < q.at
"""

ARMS = f"""
WITH counted AS (
    SELECT
        q.arm,
        q.stratum,
        coalesce(q.outcome_so_far, d.after + l.after)::numeric AS after,
        (d.before + l.before + f.before)::numeric AS before
    FROM analytics_places q
    CROSS JOIN LATERAL ({DID}) d
    CROSS JOIN LATERAL ({LENT}) l
    CROSS JOIN LATERAL ({FOLDED}) f
    WHERE NOT q.lost
), taken AS (
    SELECT
        arm,
        stratum,
        CASE WHEN %(is_amount)s THEN after ELSE least(after, 1) END AS y,
        CASE WHEN %(is_amount)s THEN before ELSE least(before, 1) END AS x
    FROM counted
)
SELECT
    arm,
    stratum,
    count(*),
    sum(y)::bigint,
    sum(y * y)::bigint,
    sum(x)::bigint,
    sum(x * x)::bigint,
    sum(x * y)::bigint,
    CASE WHEN %(is_amount)s THEN count(*) FILTER (WHERE y > 0) END
FROM taken
GROUP BY 1, 2
ORDER BY 1, 2
"""

# How many of each arm were drawn, lost, and mailed by another campaign in their window?
LOSSES = """
SELECT
    q.arm,
    count(*),
    count(*) FILTER (WHERE q.lost),
    count(*) FILTER (
        WHERE EXISTS (
            SELECT FROM campaigns_delivery d
            WHERE d.reader_id = q.reader_id
              AND d.state = %(sent)s
              AND d.sent_at >= q.at
              AND d.sent_at < q.ends
              AND d.content_id NOT IN (
                  SELECT id FROM campaigns_content WHERE campaign_id = %(campaign)s
              )
        )
    )
FROM analytics_places q
GROUP BY 1
ORDER BY 1
"""

# How did everybody who was sent a mail respond, by what they have in common? The hour and the
# content are those of the first mail. Of a place there is one for each reader.
ANSWERED = f"""{FIRST_MAILS}
SELECT f.segment_ids, a.identity, m.code, f.content_id, f.hour, f.responded, count(*)
FROM first f
CROSS JOIN LATERAL (
    SELECT identity, arm_id
    FROM campaigns_assignment
    WHERE experiment_id = %(experiment)s AND reader_id = f.reader_id
    LIMIT 1
) a
JOIN campaigns_arm m ON m.id = a.arm_id
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY 1, 2, 3, 4, 5, 6
"""

# When did the first and the last window begin?
BEGAN = """
SELECT min(at), max(at) FROM campaigns_assignment WHERE experiment_id = %(experiment)s
"""


def promised_by(experiment: Experiment) -> Promised:
    """What was locked with the standards. Two statements."""
    return Promised(
        outcome=experiment.outcome,
        is_amount=experiment.as_amount,
        window_days=experiment.window_days,
        smallest=float(experiment.smallest_effect) / PER_READERS,
        adjusts=experiment.adjusts,
        arms=tuple(map(_planned_arm, experiment.arms.all())),
        guardrails=tuple(map(_planned_guardrail, experiment.guardrails.all())),
        secondary=tuple(experiment.secondary),
    )


def _planned_arm(arm) -> PlannedArm:
    """An arm by its letter; a name that somebody typed is one text in both languages."""
    names = {}
    for language in (CHINESE, ENGLISH):
        with translation.override(language):
            names[language] = arm.name
    return PlannedArm(arm.code, arm.role, names, arm.send_hour)


def _planned_guardrail(guardrail: Guardrail) -> PlannedGuardrail:
    """A guardrail with the most that is no harm, None where nothing is known to compare with."""
    bound = guardrail.bound
    if bound is not None:
        bound = float(bound)
    return PlannedGuardrail(guardrail.kind, bound)


def parameters(experiment: Experiment, params: dict, as_of: datetime) -> dict:
    """What the statements are asked with. ``params``: those of the campaign. The windows of readers
    may go on after the campaign's own period, up to ``as_of``.
    """
    outcome = NamedOutcome(experiment.outcome)
    collection = params["collection"]
    if outcome != NamedOutcome.LISTED_LOAN:
        collection = None
    return params | {
        "experiment": experiment.pk,
        "held_arm": HELD_OUT,
        "window": timedelta(days=experiment.window_days),
        "history": HISTORY,
        "first_since": experiment.first_since,
        "kind": outcome.kind.value,
        "collection": collection,
        "is_amount": experiment.as_amount,
        "is_named": True,
        "until": as_of,
    }


def _secondary(
    experiment: Experiment, code: str, cursor, params: dict, asked: dict, as_of: datetime
) -> SecondaryCells:
    """Whether everybody drawn did something else that was named beside the outcome. Of whoever was
    erased only the outcome itself was kept, so here they are lost.
    """
    outcome = NamedOutcome(code)
    if not outcome_recorded(experiment, as_of, outcome):
        return SecondaryCells(code, is_recorded=False)
    collection = None
    if outcome == NamedOutcome.LISTED_LOAN:
        collection = params["collection"]
    # Everybody drawn counts, also where the outcome itself is asked only of those who never did it.
    only_whether = {"first_since": None, "is_amount": False, "is_named": False}
    of_it = asked | only_whether | {"kind": outcome.kind.value, "collection": collection}
    with kept(cursor, "analytics_places", PLACES, of_it):
        rows = rows_asked(cursor, ARMS, of_it)
    return SecondaryCells(code, is_recorded=True, cells=tuple(starmap(ArmCell, rows)))


def drawn_into(experiment: Experiment, cursor, params: dict, as_of: datetime) -> Drawn:
    """Everything that was counted of the experiment. Ten statements at most, and a few for each
    secondary outcome.
    """
    asked = parameters(experiment, params, as_of)
    (began, last) = rows_asked(cursor, BEGAN, asked)[0]
    answered, secondary = [], []
    # Who responded is asked of the campaign's own period, as all its other figures are.
    responses = asked | {"until": params["until"]}
    for segments, *rest in rows_asked(cursor, ANSWERED, responses):
        answered.append(AnsweredCell(tuple(sorted(segments)), *rest))
    for code in experiment.secondary:
        secondary.append(_secondary(experiment, code, cursor, params, asked, as_of))
    with kept(cursor, "analytics_places", PLACES, asked):
        cells = tuple(starmap(ArmCell, rows_asked(cursor, ARMS, asked)))
        arms = rows_as(ArmDrawn, cursor, LOSSES, asked)
    return Drawn(
        cells=cells,
        arms=arms,
        answered=tuple(answered),
        progress=_progress(experiment, (began, last), as_of),
        guarded=guarded(experiment.campaign, cursor, asked),
        secondary=tuple(secondary),
    )


def _progress(
    experiment: Experiment, drawn: tuple[datetime | None, datetime | None], as_of: datetime
) -> WindowProgress:
    """How far the windows are: over when that of the reader drawn last is. ``drawn``: when the
    first and the last were.
    """
    (first, last) = drawn
    if first is None:
        return WindowProgress(1, max(experiment.window_days, 2))
    days = (last - first) // timedelta(days=1) + experiment.window_days
    if as_of >= last + timedelta(days=experiment.window_days):
        return WindowProgress(days, days)
    passed = (as_of - first) // timedelta(days=1)
    return WindowProgress(max(min(passed, days - 1), 1), max(days, 2))
