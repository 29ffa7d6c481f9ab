"""Campaigns as large as the benchmarks ask for, their rows made inside the database.

They stand in the library of ``big`` for as long as a transaction lasts that is rolled back. Whoever
is mailed, follows a link or answers follows from the reader's key and the campaign's, never from a
dice.
"""

from datetime import UTC, date, datetime, timedelta

from django.db import connection

from campaigns.contents.models import Content
from campaigns.experiments.models import Arm, Experiment
from campaigns.plan.models import Campaign
from crm.segments.models import Segment
from feedback.surveys.models import Survey
from tests import factories, recorded
from tests.analytics import building as make
from tests.feedback import building as surveys

#: 10:00 in Shanghai; the windows of all readers end 28 days later.
LAUNCH = datetime(2026, 9, 1, 2, tzinfo=UTC)
STARTS, ENDS = date(2026, 9, 1), date(2026, 9, 28)
#: When nothing that counts can come any more.
AFTER = LAUNCH + timedelta(days=40)
#: (letter, role, percent); a tenth of all is held out.
ARMS = (("A", "new", 40), ("B", "new", 40), ("C", "as_before", 20))
ADDRESSED, OTHERS = 3, 6
#: Tables whose rows the planner has to count before it is asked about them.
WRITTEN = (
    "campaigns_delivery",
    "campaigns_click",
    "campaigns_assignment",
    "feedback_response",
    "feedback_responsevector",
    "crm_segmentmember",
    "crm_consentevent",
)

PLACES = """
INSERT INTO campaigns_assignment (experiment_id, reader_id, arm_id, role, at, identity, campus_id)
SELECT %(experiment)s, reader.id, arm.id, coalesce(arm.role, 'held_out'), %(launch)s, reader.kind,
    reader.campus_id
FROM (
    SELECT id, kind, campus_id, hashint8extended(id, %(campaign)s) AS salted
    FROM crm_reader
    ORDER BY salted
    LIMIT %(deliveries)s
) reader
LEFT JOIN (
    SELECT id, role, sum(weight) OVER w - weight AS above, sum(weight) OVER w AS below
    FROM campaigns_arm
    WHERE experiment_id = %(experiment)s
    WINDOW w AS (ORDER BY code)
) arm
    -- A tenth is held out; what is left of the hundred parts belongs to the arms.
    ON reader.id %% 10 > 0
    AND mod(abs(reader.salted), 100) >= arm.above
    AND mod(abs(reader.salted), 100) < arm.below
"""
DRAWN = """
INSERT INTO campaigns_drawnarm (experiment_id, arm_id, role, n, at)
SELECT experiment_id, arm_id, role, count(*), %(launch)s
FROM campaigns_assignment
WHERE experiment_id = %(experiment)s
GROUP BY 1, 2, 3
"""
# Whoever is held out stands under the first letter. Segments overlap; hours differ by reader.
DELIVERIES = """
INSERT INTO campaigns_delivery (content_id, reader_id, state, segment_ids, due_at, claimed_by,
    attempts, reason, sent_at)
SELECT
    coalesce(t.id, %(first)s),
    a.reader_id,
    CASE WHEN a.arm_id IS NULL THEN 'holdout' ELSE 'sent' END,
    array_remove(ARRAY[
        (%(segments)s::int[])[1 + a.reader_id %% 2],
        CASE WHEN a.reader_id %% 3 = 0 THEN (%(segments)s::int[])[3] END
    ], NULL),
    a.at,
    '',
    1,
    '',
    CASE WHEN a.arm_id IS NOT NULL THEN a.at + a.reader_id %% 4 * interval '3 hours' END
FROM campaigns_assignment a
LEFT JOIN campaigns_content t ON t.arm_id = a.arm_id
WHERE a.experiment_id = %(experiment)s
"""
CLICKS = """
INSERT INTO campaigns_click (link_id, delivery_id, at, ref, left_out, rules, signal)
SELECT %(link)s, d.id, d.sent_at + interval '1 day', 'bench-' || d.id, '', 1, ''
FROM campaigns_delivery d
JOIN campaigns_content t ON t.id = d.content_id
WHERE t.campaign_id = %(campaign)s
  AND d.state = 'sent'
ORDER BY hashint8extended(d.reader_id, 1)
LIMIT %(clicks)s
"""
ANSWERS = """
INSERT INTO feedback_response (id, survey_id, version_id, reader_id, delivery_id, channel_id,
    segment_ids, language, answers, digest, flagged, submitted_at)
SELECT gen_random_uuid(), %(survey)s, v.id, d.reader_id, d.id, t.channel_id, d.segment_ids,
    'zh-hans', '{}', '', '', d.sent_at + interval '2 days'
FROM campaigns_delivery d
JOIN campaigns_content t ON t.id = d.content_id
JOIN feedback_surveyversion v ON v.survey_id = %(survey)s
WHERE t.campaign_id = %(campaign)s
  AND d.state = 'sent'
ORDER BY hashint8extended(d.reader_id, 2)
LIMIT %(answers)s
"""
# One choice, a grade of satisfaction and one of recommending: places as the questions' numbers.
VECTORS = """
INSERT INTO feedback_responsevector (response_id, survey_id, codes, nums, weight)
SELECT id, survey_id,
    ARRAY[1 + reader_id %% 3, NULL, 1 + reader_id %% 5, reader_id %% 11, NULL]::smallint[],
    ARRAY[NULL, NULL, NULL, NULL, NULL]::float[], 1
FROM feedback_response
WHERE survey_id = %(survey)s
"""
# The segments that the plan does not name: each a twentieth of all readers.
MEMBERS = """
INSERT INTO crm_segmentmember (segment_id, reader_id, since)
SELECT segment, id, %(launch)s
FROM crm_reader, unnest(%(others)s::int[]) WITH ORDINALITY AS one (segment, place)
WHERE mod(abs(hashint8extended(id, place)), 20) = 0
"""
WITHDRAWALS = """
INSERT INTO crm_consentevent (reader_id, channel, purpose, granted, source, wording, at, erased)
SELECT d.reader_id, 'email', 'notices', false, 'unsubscribe page', '', d.sent_at + interval '1 day',
    ''
FROM campaigns_delivery d
JOIN campaigns_content t ON t.id = d.content_id
WHERE t.campaign_id = %(campaign)s
  AND d.state = 'sent'
  AND d.reader_id %% 200 = 1
"""


def segments(n: int, name: str) -> list[Segment]:
    """``n`` segments that have been refreshed, and have no members yet."""
    return [
        factories.SegmentFactory(name=f"{name} {one}", size=50_000, refreshed_at=LAUNCH)
        for one in range(n)
    ]


def promised(campaign: Campaign) -> Experiment:
    """Its experiment: visits, corrected by those of the 90 days before, in arms of their own."""
    made = factories.ExperimentFactory(campaign=campaign, outcome="visit", smallest_effect=1)
    for code, role, weight in ARMS:
        factories.ArmFactory(experiment=made, code=code, role=role, weight=weight)
    made.guardrails.create(kind="unsubscribes", margin=5)
    return made


def letter(campaign: Campaign, arm: Arm) -> Content:
    """The letter of one arm, gone out at the launch."""
    made = make.content(campaign)
    made.arm, made.launched_at = arm, LAUNCH
    made.save(update_fields=["arm", "launched_at"])
    return made


def planned(title: str) -> tuple[Campaign, list[int]]:
    """A live campaign with its plan and letters and nobody mailed yet, and keys of the segments
    that it addresses.
    """
    campaign = factories.CampaignFactory(title=title, holdout_percent=10)
    addressed = segments(ADDRESSED, f"{title}, addressed")
    campaign.segments.set(addressed)
    for code, share in (("email", 60), ("poster", 40)):
        channel = make.Channel.objects.get(code=code)
        campaign.channel_plans.create(channel=channel, share=share)
    campaign.standards.create(metric="response_rate", direction="ge", target=40)
    experiment = promised(campaign)
    campaign.phase, campaign.locked_at, campaign.locked_by = "performance", LAUNCH, campaign.owner
    campaign.starts_on, campaign.ends_on = STARTS, ENDS
    campaign.save()
    for arm in experiment.arms.all():
        letter(campaign, arm)
    return campaign, [one.pk for one in addressed]


def mailed(campaign: Campaign, addressed: list[int], asked: dict[str, int]) -> Survey:
    """What came of it: places, deliveries, clicks, answers; ``asked`` says how many of the last
    three. Returns its survey. The same readers wherever the same campaign is made.
    """
    survey = surveys.published(slug=f"bench-{campaign.pk}", campaign=campaign)
    first = campaign.contents.order_by("pk").first()
    params = asked | {
        "campaign": campaign.pk,
        "experiment": campaign.experiment.pk,
        "survey": survey.pk,
        "first": first.pk,
        "link": make.follow(campaign, "email", content=first).pk,
        "segments": addressed,
        "launch": LAUNCH,
    }
    with connection.cursor() as cursor:
        for statement in (PLACES, DRAWN, DELIVERIES, CLICKS, ANSWERS, VECTORS, WITHDRAWALS):
            cursor.execute(statement, params)
    make.follow(campaign, "poster", 500)
    make.pay(campaign, 1800, channel="email")
    make.pay(campaign, 30, kind="hours")
    return survey


def campaigns(n: int, deliveries: int, clicks: int, answers: int) -> list[Campaign]:
    """``n`` campaigns of so many rows each, in a library that records everything.

    To be called in a transaction; what the planner knows of the tables is brought up to date.
    """
    recorded.always()
    asked = {"deliveries": deliveries, "clicks": clicks, "answers": answers}
    made = []
    for number in range(n):
        campaign, addressed = planned(f"Bench {number}")
        mailed(campaign, addressed, asked)
        made.append(campaign)
    others = [one.pk for one in segments(OTHERS, "Bench, unchosen")]
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, {"others": others, "launch": LAUNCH})
        for table in WRITTEN:
            cursor.execute(f"ANALYZE {table}")
    # What they refer to is looked up now, and not in the time of whoever asks next.
    connection.check_constraints()
    return made
