"""The statements that count an experiment: who was drawn into which arm, and what came of it.

They stand on the table of ``mails`` and take the parameters of ``statements``. Every reader counts
once, in the arm they were drawn into, whether or not a mail arrived. Readers held out of one
content and sent another by campaigns of before 0.4 are in neither arm.
"""

from datetime import datetime, timedelta
from itertools import starmap

from analytics.loop.inputs.assigned import drawn_into, promised_by
from analytics.loop.inputs.experiment import (
    ADDRESSED,
    HELD_OUT,
    AnsweredCell,
    ArmCell,
    ArmDrawn,
    Drawn,
    Promised,
    WindowProgress,
)
from analytics.loop.inputs.mails import FIRST_MAILS
from analytics.loop.inputs.statements import ACTED, rows_as, rows_asked
from analytics.loop.inputs.window import Window
from campaigns.experiments.models import Experiment

#: A campaign without a last day is taken to count so long.
UNENDING = timedelta(days=28)

# In which arm is each reader, of which stratum, and did the outcome come? Whoever was erased has
# left no outcome behind, and is counted among the losses.
ARMS = f"""
WITH drawn AS (
    SELECT
        reader_id,
        CASE WHEN bool_or(state = %(holdout)s) THEN %(held_arm)s ELSE %(addressed_arm)s END AS arm
    FROM analytics_mails
    WHERE reader_id > 0
    GROUP BY reader_id
    HAVING bool_or(state = %(holdout)s) <> bool_or(state <> %(holdout)s)
)
SELECT
    d.arm,
    p.kind || '@' || coalesce(p.campus_id::text, ''),
    count(*),
    count(*) FILTER (WHERE {ACTED})
FROM drawn d
JOIN crm_reader p ON p.id = d.reader_id
GROUP BY 1, 2
ORDER BY 1, 2
"""

# How many were drawn into each arm, and how many of them can no longer be followed: erased since,
# or out of all evaluations by their own wish?
LOSSES = """
WITH drawn AS (
    SELECT
        coalesce(d.reader_id, -d.id) AS reader_id,
        bool_or(d.state = %(holdout)s) AS held,
        bool_or(d.state <> %(holdout)s) AS treated,
        bool_or(d.reader_id IS NULL OR NOT p.analytics) AS lost
    FROM campaigns_delivery d
    JOIN campaigns_content t ON t.id = d.content_id
    LEFT JOIN crm_reader p ON p.id = d.reader_id
    WHERE t.campaign_id = %(campaign)s
      AND d.reason <> ALL(%(in_no_arm)s::text[])
    GROUP BY 1
)
SELECT
    CASE WHEN held THEN %(held_arm)s ELSE %(addressed_arm)s END,
    count(*),
    count(*) FILTER (WHERE lost)
FROM drawn
WHERE held <> treated
GROUP BY 1
ORDER BY 1
"""

# How did everybody who was sent a mail respond, by what they have in common? The hour and the
# content are those of the first mail.
ANSWERED = f"""{FIRST_MAILS}
SELECT
    f.segment_ids,
    coalesce(p.kind, ''),
    %(addressed_arm)s,
    f.content_id,
    f.hour,
    f.responded,
    count(*)
FROM first f
LEFT JOIN crm_reader p ON p.id = f.reader_id
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY 1, 2, 3, 4, 5, 6
"""


def promised_in(experiment: Experiment | None) -> Promised:
    """What was named before the launch; of a campaign without an experiment nothing was. Frozen
    with the inputs, so that a report is judged by what was locked with its plan.
    """
    if experiment is None:
        return Promised()
    return promised_by(experiment)


def drawn_in(
    experiment: Experiment | None, cursor, params: dict, window: Window, as_of: datetime
) -> Drawn:
    """Everything that was counted of who was drawn."""
    if experiment is not None:
        return drawn_into(experiment, cursor, params, as_of)
    return drawn(cursor, params, window)


def drawn(cursor, params: dict, window: Window) -> Drawn:
    """The same of a campaign without an experiment: its holdout alone. Three statements."""
    # The same codes as an experiment's arms have, so that everything after this asks only of arms.
    asked = params | {"held_arm": HELD_OUT, "addressed_arm": ADDRESSED}
    answered = []
    # In one order: the same reader must not come into another cell because of how a list was
    # stored.
    for segments, *rest in rows_asked(cursor, ANSWERED, asked):
        answered.append(AnsweredCell(tuple(sorted(segments)), *rest))
    return Drawn(
        cells=tuple(starmap(_arm_cell, rows_asked(cursor, ARMS, asked))),
        arms=rows_as(ArmDrawn, cursor, LOSSES, asked),
        answered=tuple(answered),
        progress=progress_of(window),
    )


def _arm_cell(arm: str, stratum: str, n: int, y: int) -> ArmCell:
    """One row of ``ARMS``: of an outcome that came or did not, the squares add up to as many."""
    return ArmCell(arm, stratum, n, y, y)


def progress_of(window: Window) -> WindowProgress:
    """How many days of the window have passed, of how many; at least one of each. A window without
    an end is never over.
    """
    start = window.period.start
    # A campaign without an end that runs longer than is usual is always on its last day: what is
    # said of it stays provisional.
    end = window.period.end or max(window.until, start + UNENDING)
    days = max(-(-(end - start) // timedelta(days=1)), 1)
    # A window that is cut off within its last day is over with it.
    if window.is_over:
        return WindowProgress(days, days)
    passed = (window.until - start) // timedelta(days=1)
    # On its last day it is not over yet, and the first look is that of the first day.
    return WindowProgress(max(min(passed, days - 1), 1), max(days, 2))
