"""What the synthetic readers did with a campaign: mails opened, links followed, surveys answered,
visits made.

The probabilities below are the demonstration's known truth; the loop sees only the rows they leave
behind.
"""

from datetime import datetime, timedelta

import numpy
from django.db import connection
from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.plan.models import Campaign
from campaigns.sending.models import Click, Delivery
from crm.readers.models import Activity
from crm.segments.models import SegmentMember
from feedback.surveys.actions import IncomingAnswer, take_in
from feedback.surveys.models import Survey

#: Chance that a mailed reader follows a link, by kind, before hour and campaign.
FOLLOWS = {
    "undergraduate": 0.085,
    "master": 0.15,
    "doctoral": 0.17,
    "teacher": 0.065,
    "staff": 0.05,
    "alumnus": 0.02,
}
#: The same mail at another hour.
HOUR = {10: 1.0, 16: 0.8, 20: 1.6}
#: Whoever borrows a lot follows more often.
KEEN_SEGMENT, KEEN = "近90天借阅3次以上", 1.7
#: Anonymous visitors per 100 CNY of a channel without personal addresses.
VISITORS = {"wechat": 21, "poster": 3.4, "stall": 12.5, "website": 9}
ANSWERS_OF_FOLLOWERS = 0.42
#: Chance of coming to the event: for everybody, and what the mail adds.
COMES, MAIL_ADDS = 0.052, 0.047
WISHES = [
    "希望多办几场，周末最好。",
    "能不能把诗做成书签？",
    "现场座位太少了。",
    "灯光再暗一点更有味道。",
    "很喜欢，谢谢。",
    "",
]


def send_in_the_past(content: Content, day, hours: dict[int, float], rng) -> None:
    """Mark the frozen audience as sent on ``day`` at the given hours (hour → share).

    Holdout rows stay.
    """
    choices, shares = list(hours), numpy.array(list(hours.values()))
    pks = list(
        content.deliveries.filter(state="pending").order_by("pk").values_list("pk", flat=True)
    )
    drawn = rng.choice(len(choices), size=len(pks), p=shares / shares.sum())
    for index, hour in enumerate(choices):
        at = local(day, hour)
        chosen = [pk for pk, which in zip(pks, drawn, strict=True) if which == index]
        Delivery.objects.filter(pk__in=chosen).update(
            state="sent", sent_at=at, due_at=at, attempts=1
        )
    first = local(day, min(choices))
    Content.objects.filter(pk=content.pk).update(
        state="sent",
        launched_at=first,
        finished_at=first + timedelta(hours=12),
        created_at=first - timedelta(days=4),
    )


def local(day, hour: int, minute: int = 0) -> datetime:
    return datetime(
        day.year, day.month, day.day, hour, minute, tzinfo=timezone.get_default_timezone()
    )


def follow_links(content: Content, rng) -> list[Delivery]:
    """Draw who followed a link of the mail; returns their deliveries."""
    keen = set(
        SegmentMember.objects.filter(segment__name=KEEN_SEGMENT).values_list("reader_id", flat=True)
    )
    links = list(content.links.order_by("pk"))
    sent = content.deliveries.filter(state="sent").select_related("reader").order_by("pk")
    followers, clicks = [], []
    for delivery in sent:
        hour = timezone.localtime(delivery.sent_at).hour
        liking = KEEN if delivery.reader_id in keen else 1
        if rng.random() >= FOLLOWS[delivery.reader.kind] * HOUR[hour] * liking:
            continue
        delivery.clicked_at = delivery.sent_at + timedelta(minutes=float(rng.gamma(1.2, 300)))
        followers.append(delivery)
        link = links[int(rng.integers(len(links)))]
        clicks.append(
            Click(link=link, delivery=delivery, at=delivery.clicked_at, ref=f"demo-{delivery.pk}")
        )
    Click.objects.bulk_create(clicks, batch_size=2000)
    Delivery.objects.bulk_update(followers, ["clicked_at"], batch_size=1000)
    Activity.objects.log(
        [
            (d.reader_id, Activity.Kind.CLICK, d.clicked_at, "click", f"demo-{d.pk}")
            for d in followers
        ]
    )
    return followers


def visit_by_poster(campaign: Campaign, rng) -> None:
    """Anonymous visitors of the campaign's links outside mails, in proportion to what the channel
    cost.
    """
    start, days = campaign.starts_on, (campaign.ends_on - campaign.starts_on).days
    costs = {
        plan.channel.code: float(plan.planned_cost)
        for plan in campaign.channel_plans.select_related("channel")
    }
    clicks = []
    for link in campaign.links.filter(content__isnull=True).select_related("channel"):
        rate = VISITORS.get(link.channel.code, 0) * costs.get(link.channel.code, 0) / 100
        for visitor in range(int(rng.poisson(rate))):
            day = start + timedelta(days=int(rng.integers(days)))
            at = local(day, int(rng.integers(8, 22)), int(rng.integers(60)))
            clicks.append(Click(link=link, at=at, ref=f"demo-{link.pk}-{visitor}"))
    Click.objects.bulk_create(clicks, batch_size=2000)


def come_to_the_event(content: Content, rng, *, day) -> int:
    """Attendance of both arms: the mail adds to what would have happened anyway."""
    rows = []
    for pk, reader, state in content.deliveries.order_by("pk").values_list(
        "pk", "reader_id", "state"
    ):
        chance = COMES + (MAIL_ADDS if state == "sent" else 0)
        if state in {"sent", "holdout"} and rng.random() < chance:
            rows.append(
                (
                    reader,
                    Activity.Kind.EVENT,
                    local(day, 19, int(rng.integers(40))),
                    "event",
                    f"demo-{pk}",
                )
            )
    return Activity.objects.log(rows)


def answer_survey(survey: Survey, followers: list[Delivery], rng, *, mood: float) -> int:
    """Answers of those who followed the link: satisfaction around ``mood`` (1 to 5)."""
    rows = []
    for delivery in followers:
        if rng.random() >= ANSWERS_OF_FOLLOWERS:
            continue
        liking = float(rng.normal(mood, 0.75))
        answers = {
            "1": int(rng.choice([1, 2, 3, 4], p=[0.55, 0.25, 0.08, 0.12])),
            "2": sorted({int(code) for code in rng.choice([1, 2, 3, 4, 5], size=2)}),
            "3": _on_scale(liking, rng),
            "4": _on_scale(liking + 0.1, rng),
            "5": int(numpy.clip(round(liking * 2 + rng.normal(0, 1)), 0, 10)),
        }
        if wish := WISHES[int(rng.integers(len(WISHES)))]:
            answers["6"] = wish
        rows.append(
            IncomingAnswer(
                answers=answers,
                at=delivery.clicked_at + timedelta(minutes=4),
                reader_id=delivery.reader_id,
                delivery_id=delivery.pk,
                channel_id=delivery.content.channel_id,
                segment_ids=delivery.segment_ids,
            )
        )
    return take_in(survey=survey, rows=rows, by=survey.created_by)


def _on_scale(liking: float, rng) -> int:
    return int(numpy.clip(round(liking + rng.normal(0, 0.4)), 1, 5))


def count_clicks(campaign: Campaign) -> None:
    """The counters that pages show, from the rows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_trackedlink l SET clicks ="
            " (SELECT count(*) FROM campaigns_click k WHERE k.link_id = l.id) WHERE l.campaign_id = %s",
            [campaign.pk],
        )
