"""The statements that count what an evaluation rests on, one per question.

A *response* is a delivery whose tracked link was followed, or whose reader answered the campaign's
survey or sent work to its call. What a machine followed is left out (docs/machine-clicks.md). The
*outcome* compared with the holdout is any recorded visit, event, loan or contribution after the
launch, except contributions to the campaign's own call: only what both arms can do. ADR 0011 gives
the reasons. A campaign with a listed collection of its own is compared by one outcome alone: a loan
from that list.

Every statement takes the parameters of ``parameters``. Each is followed by the function that asks
it and names its columns. Those that ask of ``analytics_mails`` are asked inside
``mails.mails_kept``.
"""

from datetime import datetime
from itertools import starmap

from django.conf import settings

from analytics.loop.inputs.shapes import (
    AnsweredElsewhere,
    DeliveryCell,
    FollowedElsewhere,
    OpenLinks,
    PersonGroup,
    UnchosenSegment,
)
from analytics.loop.inputs.window import Window
from campaigns.plan.models import Campaign
from campaigns.sending.models import Delivery
from campaigns.sending.queries import IN_NO_ARM
from crm.readers.models import Activity
from feedback.calls.models import Submission
from feedback.surveys.models import Response

#: Answers are left out: readers held out are not invited to the campaign's survey.
OUTCOME_KINDS = [
    Activity.Kind.VISIT,
    Activity.Kind.EVENT,
    Activity.Kind.LOAN,
    Activity.Kind.CONTRIBUTION,
]
#: Under this source feedback.calls notes a work as its author's activity.
WORKS = "submission"


def parameters(campaign: Campaign, window: Window) -> dict[str, str | int | datetime | list[str]]:
    """What the statements are asked with."""
    return {
        "campaign": campaign.pk,
        "start": window.period.start,
        "until": window.until,
        "zone": settings.TIME_ZONE,
        "collection": campaign.collection_id,
        "outcomes": [kind.value for kind in OUTCOME_KINDS if kind != Activity.Kind.CONTRIBUTION],
        "contribution": Activity.Kind.CONTRIBUTION.value,
        "works": WORKS,
        "withdrawn": Submission.State.WITHDRAWN.value,
        "not_handed_in": [state.value for state in Submission.NOT_RECEIVED],
        "pending": Delivery.State.PENDING.value,
        "sent": Delivery.State.SENT.value,
        "holdout": Delivery.State.HOLDOUT.value,
        "in_no_arm": [reason.value for reason in IN_NO_ARM],
        "unflagged": Response.UNFLAGGED,
    }


# How many deliveries agree in channel, segments, state, hour of sending and response?
CELLS = """
SELECT
    channel,
    segment_ids,
    state,
    CASE WHEN state = %(sent)s THEN hour END,
    responded,
    count(*)
FROM analytics_mails
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5
"""


def cells(cursor, params: dict) -> tuple[DeliveryCell, ...]:
    """Deliveries by channel, segments, state, hour, and whether their readers responded.

    The segments of each in ascending order, so that the same inputs have the same digest.
    """
    found = []
    # Two lists of the same segments in another order are two groups to the database.
    for channel, segments, state, hour, responded, n in rows_asked(cursor, CELLS, params):
        found.append(DeliveryCell(channel, tuple(sorted(segments)), state, hour, responded, n))
    return tuple(found)


# What do other pages say of the campaign's mails? Counted as they count: not by the campaign's
# period, and with those who switched analytics about themselves off. The results of each survey
# under names tell its answers by channel, and by the rate those that came by a mail.
ANSWERED_ELSEWHERE = """
SELECT s.id, h.code, count(*), count(r.delivery_id)
FROM feedback_response r
JOIN feedback_survey s ON s.id = r.survey_id
LEFT JOIN campaigns_channel h ON h.id = r.channel_id
WHERE s.campaign_id = %(campaign)s
  AND NOT s.anonymous
  AND r.flagged = %(unflagged)s
GROUP BY 1, 2
ORDER BY 1, 2
"""


def answered_elsewhere(cursor, params: dict) -> tuple[AnsweredElsewhere, ...]:
    """Readers who answered, as other pages count them: a row for each survey and group. One
    statement.
    """
    return rows_as(AnsweredElsewhere, cursor, ANSWERED_ELSEWHERE, params)


# The campaign's room, its links and its letters tell who followed one.
FOLLOWED_ELSEWHERE = """
SELECT h.code, count(*)
FROM campaigns_delivery d
JOIN campaigns_content t ON t.id = d.content_id
JOIN campaigns_channel h ON h.id = t.channel_id
WHERE t.campaign_id = %(campaign)s
  AND d.state = %(sent)s
  AND d.clicked_at IS NOT NULL
GROUP BY 1
ORDER BY 1
"""


def followed_elsewhere(cursor, params: dict) -> tuple[FollowedElsewhere, ...]:
    """Readers who followed links, as other pages count them. One statement."""
    return rows_as(FollowedElsewhere, cursor, FOLLOWED_ELSEWHERE, params)


# Did the reader of a row of ``d`` have the outcome? Works for the campaign's own call are none:
# only those addressed knew of the call. All other kinds are asked of an index alone.
ACTED = """
(
    EXISTS (
        SELECT FROM crm_activity x
        WHERE %(collection)s::bigint IS NULL
          AND x.reader_id = d.reader_id
          AND x.kind = ANY(%(outcomes)s)
          AND x.at >= %(start)s
          AND x.at < %(until)s
    )
    OR EXISTS (
        SELECT FROM crm_activity x
        WHERE %(collection)s::bigint IS NULL
          AND x.reader_id = d.reader_id
          AND x.kind = %(contribution)s
          AND x.at >= %(start)s
          AND x.at < %(until)s
          AND NOT (
              x.source = %(works)s
              AND x.ref IN (
                  SELECT w.id::text
                  FROM feedback_submission w
                  JOIN feedback_call c ON c.id = w.call_id
                  WHERE c.campaign_id = %(campaign)s
              )
          )
    )
    OR EXISTS (
        SELECT FROM crm_listedloan l
        WHERE l.collection_id = %(collection)s
          AND l.reader_id = d.reader_id
          AND l.day >= timezone(%(zone)s, %(start)s)::date
          AND l.day < timezone(%(zone)s, %(until)s)::date
    )
)
"""

# How many persons were drawn, reached, and had the outcome? A person counts once, whatever the
# number of contents.
PERSONS = f"""
WITH persons AS (
    SELECT
        reader_id,
        bool_or(state = %(holdout)s) AS held,
        bool_or(state <> %(holdout)s) AS treated,
        bool_or(state = %(sent)s) AS reached,
        bool_or(responded AND state = %(sent)s) AS responded
    FROM analytics_mails
    GROUP BY reader_id
)
SELECT
    d.held,
    d.treated,
    d.reached,
    d.responded,
    {ACTED},
    count(*)
FROM persons d
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5
"""


def persons(cursor, params: dict) -> tuple[PersonGroup, ...]:
    """Readers by arm, and whether they were reached, responded and did what counts."""
    return rows_as(PersonGroup, cursor, PERSONS, params)


# How did members of segments that the campaign did not address respond? Only segments that have
# been refreshed have members to ask about. A reader with several mails is one reader. Segments are
# looked up reader by reader (OFFSET 0 keeps it so): a join may go through all readers for each
# member of a segment, where nobody has counted the mails for the planner yet.
UNCHOSEN_SEGMENTS = """
WITH sent AS (
    SELECT reader_id, bool_or(responded) AS responded
    FROM analytics_mails
    WHERE state = %(sent)s
    GROUP BY reader_id
), counted AS (
    SELECT m.segment_id, count(*) AS n, count(*) FILTER (WHERE r.responded) AS responded
    FROM sent r
    CROSS JOIN LATERAL (
        SELECT segment_id FROM crm_segmentmember WHERE reader_id = r.reader_id OFFSET 0
    ) m
    GROUP BY 1
), others AS (
    SELECT id, name, coalesce(size, 0) AS size
    FROM crm_segment
    WHERE refreshed_at IS NOT NULL
      AND id NOT IN (
          SELECT segment_id FROM campaigns_campaign_segments WHERE campaign_id = %(campaign)s
      )
)
SELECT o.id, o.name, o.size, c.n, c.responded
FROM counted c
JOIN others o ON o.id = c.segment_id
ORDER BY 1
"""


def unchosen_segments(cursor, params: dict) -> tuple[UnchosenSegment, ...]:
    """Segments that the plan does not name, with the readers of them who responded."""
    return rows_as(UnchosenSegment, cursor, UNCHOSEN_SEGMENTS, params)


# How often were the links of each channel followed by people we do not know?
OPEN_LINKS = """
SELECT h.code, count(DISTINCT l.id), count(k.id)
FROM campaigns_trackedlink l
JOIN campaigns_channel h ON h.id = l.channel_id
LEFT JOIN campaigns_click k
    ON k.link_id = l.id
    AND k.delivery_id IS NULL
    AND k.left_out = ''
    AND k.at >= %(start)s
    AND k.at < %(until)s
WHERE l.campaign_id = %(campaign)s
GROUP BY 1
ORDER BY 1
"""


def open_links(cursor, params: dict) -> tuple[OpenLinks, ...]:
    """Followings of links that are in no mail, by channel."""
    return rows_as(OpenLinks, cursor, OPEN_LINKS, params)


# How many different readers sent a work to the campaign's calls?
CONTRIBUTORS = """
SELECT count(DISTINCT maker)
FROM (
    SELECT w.author_id::text AS maker
    FROM feedback_submission w
    JOIN feedback_call c ON c.id = w.call_id
    WHERE c.campaign_id = %(campaign)s
      AND w.submitted_at >= %(start)s
      AND w.submitted_at < %(until)s
      AND w.state <> ALL(%(not_handed_in)s)
    UNION ALL
    SELECT g.maker::text
    FROM feedback_gonework g
    JOIN feedback_call c ON c.id = g.call_id
    WHERE c.campaign_id = %(campaign)s
      AND g.submitted_at >= %(start)s
      AND g.submitted_at < %(until)s
) makers
"""


def contributors(cursor, params: dict) -> int:
    """Different readers who handed in a work."""
    return _number(cursor, CONTRIBUTORS, params)


# How many calls has the campaign? Without one, contributors are not measured, which is not zero.
CALLS = "SELECT count(*) FROM feedback_call WHERE campaign_id = %(campaign)s"


def calls(cursor, params: dict) -> int:
    """Calls for works that the campaign has."""
    return _number(cursor, CALLS, params)


def rows_asked(cursor, statement: str, params: dict) -> list[tuple]:
    """All rows of a statement, in its order, as tuples of its columns."""
    cursor.execute(statement, params)
    return cursor.fetchall()


def rows_as(kind: type, cursor, statement: str, params: dict) -> tuple:
    """The rows as ``kind``, whose fields stand in the order of the columns."""
    return tuple(starmap(kind, rows_asked(cursor, statement, params)))


def _number(cursor, statement: str, params: dict) -> int:
    """The first column of the first row; for statements that count."""
    cursor.execute(statement, params)
    return cursor.fetchone()[0]
