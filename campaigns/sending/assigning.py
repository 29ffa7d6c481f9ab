"""The places of readers in a campaign's experiment: drawn once, by the first launch that could have
written to them, and kept.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from campaigns.experiments.models import Arm, Experiment, Role
from campaigns.sending.draw import ARM, HELD_OUT, ROLE

#: {spent} are the mailboxes to which no more may go; {members} and {mailable} say whose place is
#: drawn, {left_out} is empty for who is left out by nothing.
ASSIGN = """
WITH {spent}, placed AS (
    INSERT INTO campaigns_assignment
        (experiment_id, reader_id, arm_id, role, at, identity, campus_id)
    SELECT %(experiment)s,
           r.id,
           CASE WHEN {held_out} THEN NULL ELSE {arm} END,
           CASE WHEN {held_out} THEN '{out}' ELSE {role} END,
           %(now)s,
           r.kind,
           r.campus_id
    {members}
    WHERE {mailable} AND {left_out} = ''
    ON CONFLICT (experiment_id, reader_id) DO NOTHING
    RETURNING arm_id, role
)
INSERT INTO campaigns_drawnarm (experiment_id, arm_id, role, n, at)
SELECT %(experiment)s, arm_id, role, count(*), %(now)s
FROM placed
GROUP BY arm_id, role
"""


def assign_statement(**parts: str) -> str:
    """ASSIGN with the fragments by which an audience is found. ``parts``: SQL for {spent},
    {members}, {mailable} and {left_out}.
    """
    return ASSIGN.format(held_out=HELD_OUT, arm=ARM, role=ROLE, out=Role.HELD_OUT, **parts)


def assign(statement: str, values: dict, at: datetime) -> None:
    """Draw a place for everybody whom this launch could write to and who has none yet, and note how
    many came into each arm, drawn ``at``. Two statements' work in one; nothing without an
    experiment.
    """
    if values["experiment"] is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, values | {"now": at})


def hours_of_arms(experiment: Experiment | None, due_at: datetime) -> dict[str, list]:
    """When each arm with an hour of its own gets the mail: the parameters ``hour_arms`` and
    ``hour_dues``; both empty where no arm has one.
    """
    arms: list[Arm] = []
    if experiment is not None:
        arms = list(experiment.arms.filter(send_hour__isnull=False))
    return {
        "hour_arms": [arm.pk for arm in arms],
        "hour_dues": [next_at(arm.send_hour, due_at) for arm in arms],
    }


def next_at(hour: int, moment: datetime) -> datetime:
    """The first time from ``moment`` on at which the library's clock says ``hour``."""
    local = timezone.localtime(moment)
    found = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    # That hour has passed today: the mail waits for it, rather than go at another one.
    if found < local:
        found += timedelta(days=1)
    return found
