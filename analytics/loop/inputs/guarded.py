"""The statements that count what was not to get worse: withdrawals, reports of spam, hours."""

from datetime import timedelta

from analytics.loop.inputs.experiment import Guarded
from analytics.loop.inputs.statements import rows_asked
from campaigns.experiments.models import Guardrail
from campaigns.plan.models import Campaign, Cost
from campaigns.returns.doors import measured_since
from campaigns.returns.models import ReturnKind
from crm.readers.models import ContactChannel

#: Under which source a withdrawal by the link of a mail is written down.
BY_THE_LINK = "unsubscribe page"
#: A withdrawal within so long after the first mail is taken for an answer to it.
AFTER_MAIL = timedelta(days=28)

# How many readers were mailed, and how many of them withdrew by the link of a mail soon after?
WITHDRAWN = """
WITH mailed AS (
    SELECT d.reader_id, min(d.sent_at) AS at
    FROM campaigns_delivery d
    JOIN campaigns_content t ON t.id = d.content_id
    WHERE t.campaign_id = %(campaign)s
      AND d.state = %(sent)s
      AND d.sent_at < %(until)s
      AND d.reader_id IS NOT NULL
    GROUP BY 1
)
SELECT
    count(*),
    count(*) FILTER (
        WHERE EXISTS (
            SELECT FROM crm_consentevent e
            WHERE e.reader_id = m.reader_id
              AND e.channel = %(email)s
              AND NOT e.granted
              AND e.source = %(by_the_link)s
              AND e.at >= m.at
              AND e.at < least(m.at + %(after_mail)s, %(until)s)
        )
    )
FROM mailed m
"""

# Of how many mails is it known what came back, and how many were reported as spam?
REPORTED = """
SELECT count(*), count(r.id)
FROM campaigns_delivery d
JOIN campaigns_content t ON t.id = d.content_id
LEFT JOIN campaigns_returnedmail r ON r.delivery_id = d.id AND r.kind = %(complaint)s
WHERE t.campaign_id = %(campaign)s
  AND d.state = %(sent)s
  AND d.sent_at >= %(measured)s
  AND d.sent_at < %(until)s
"""


def guarded(campaign: Campaign, cursor, params: dict) -> tuple[Guarded, ...]:
    """What became of everything that may have a guardrail. Three statements at most."""
    asked = params | {
        "email": ContactChannel.EMAIL.value,
        "by_the_link": BY_THE_LINK,
        "after_mail": AFTER_MAIL,
        "complaint": ReturnKind.COMPLAINT.value,
        "measured": measured_since(),
    }
    # Each number with of how many it is: a large campaign must not look worse for its size.
    (mailed, withdrawn) = rows_asked(cursor, WITHDRAWN, asked)[0]
    # Where no returned mail is taken in, nobody knows of complaints: that is not none.
    known, reported = 0, 0
    if asked["measured"] is not None:
        (known, reported) = rows_asked(cursor, REPORTED, asked)[0]
    kinds = Guardrail.Kind
    return (
        Guarded(kinds.UNSUBSCRIBES.value, mailed, withdrawn),
        Guarded(kinds.COMPLAINTS.value, known, reported),
        Guarded(kinds.STAFF_HOURS.value, *_hours(campaign)),
    )


def _hours(campaign: Campaign) -> tuple[int, float]:
    """(number of bookings, hours of staff): without a booking nobody knows. One statement."""
    booked = campaign.costs.filter(kind=Cost.Kind.HOURS).values_list("amount", flat=True)
    return len(booked), float(sum(booked))
