"""What the synthetic readers did with a campaign: mails opened, links followed, surveys answered,
visits made.

The probabilities below are the demonstration's known truth; the loop sees only the rows they leave
behind.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy
from django.db import connection
from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.experiments.models import Assignment
from campaigns.plan.models import Campaign
from campaigns.sending.models import Click, Delivery
from crm.readers.models import Activity, Reader
from crm.segments.models import SegmentMember
from demo import files
from demo.people import OPENS, SOURCE, busyness, past_days
from demo.promises import SeededPromise
from demo.segments import KEEN_SEGMENT
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
KEEN = 1.7
#: Anonymous visitors per 100 CNY of a channel without personal addresses.
VISITORS = {"wechat": 21, "poster": 3.4, "stall": 12.5, "website": 9}
ANSWERS_OF_FOLLOWERS = 0.42
#: Chance that a reader comes to any event of the library within a year, campaigns apart.
EVENTS_IN_A_YEAR = 0.15
#: The counters that pages show, from the rows.
COUNT_CLICKS = """
    UPDATE campaigns_trackedlink l
    SET clicks = (SELECT count(*) FROM campaigns_click k WHERE k.link_id = l.id)
    WHERE l.campaign_id = %s"""


def send_in_the_past(content: Content, day: date, hours: dict[int, float], rng) -> None:
    """Mark the frozen audience as sent on ``day`` at the given hours (hour → share).

    Holdout rows stay.
    """
    choices = list(hours)
    shares = numpy.array(list(hours.values()))

    pending = content.deliveries.filter(state=Delivery.State.PENDING).order_by("pk")
    pks = numpy.array(pending.values_list("pk", flat=True), dtype=int)
    drawn = rng.choice(len(choices), size=len(pks), p=shares / shares.sum())
    for index, hour in enumerate(choices):
        at = local(day, hour)
        chosen = pks[drawn == index].tolist()
        Delivery.objects.filter(pk__in=chosen).update(
            state=Delivery.State.SENT, sent_at=at, due_at=at, attempts=1
        )

    first = local(day, min(choices))
    Content.objects.filter(pk=content.pk).update(
        state=Content.State.SENT,
        launched_at=first,
        finished_at=first + timedelta(hours=12),
        created_at=first - timedelta(days=4),
    )


def local(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of ``day`` on the library's clock, aware."""
    zone = timezone.get_default_timezone()
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)


def follow_links(content: Content, rng) -> list[Delivery]:
    """Draw who followed a link of the mail, and write clicks and activities; returns their
    deliveries, with the moment on them.
    """
    members = SegmentMember.objects.filter(segment__name=KEEN_SEGMENT)
    keen = set(members.values_list("reader_id", flat=True))
    links = list(content.links.order_by("pk"))
    sent = content.deliveries.filter(state=Delivery.State.SENT)

    followers, clicks, traces = [], [], []
    for delivery in sent.select_related("reader").order_by("pk"):
        if rng.random() >= chance_to_follow(delivery, keen):
            continue
        at = delivery.sent_at + timedelta(minutes=float(rng.gamma(1.2, 300)))
        ref = f"demo-{delivery.pk}"
        link = links[int(rng.integers(len(links)))]
        delivery.clicked_at = at
        followers.append(delivery)
        clicks.append(Click(link=link, delivery=delivery, at=at, ref=ref))
        traces.append((delivery.reader_id, Activity.Kind.CLICK, at, "click", ref))

    Click.objects.bulk_create(clicks, batch_size=2000)
    Delivery.objects.bulk_update(followers, ["clicked_at"], batch_size=1000)
    Activity.objects.log(traces)
    return followers


def chance_to_follow(delivery: Delivery, keen: set[int]) -> float:
    """0 to 1; ``keen`` are the ids of the readers who borrow a lot."""
    hour = timezone.localtime(delivery.sent_at).hour
    chance = FOLLOWS[delivery.reader.kind] * HOUR[hour]
    if delivery.reader_id in keen:
        chance *= KEEN
    return chance


def visit_by_poster(campaign: Campaign, rng) -> None:
    """Anonymous visitors of the campaign's links outside mails, in proportion to what the channel
    cost.
    """
    start = campaign.starts_on
    days = (campaign.ends_on - start).days
    costs = {}
    for plan in campaign.channel_plans.select_related("channel"):
        costs[plan.channel.code] = float(plan.planned_cost)

    clicks = []
    posters = campaign.links.filter(content__isnull=True)
    for link in posters.select_related("channel"):
        code = link.channel.code
        visitors = rng.poisson(VISITORS.get(code, 0) * costs.get(code, 0) / 100)
        for visitor in range(int(visitors)):
            day = start + timedelta(days=int(rng.integers(days)))
            at = local(day, int(rng.integers(8, 22)), int(rng.integers(60)))
            clicks.append(Click(link=link, at=at, ref=f"demo-{link.pk}-{visitor}"))
    Click.objects.bulk_create(clicks, batch_size=2000)


@dataclass(frozen=True)
class Evening:
    """An event to which a ``share`` of the members of ``segments`` came, 0 to 1."""

    day: date
    segments: tuple[str, ...]
    share: float


def come_to_events(evenings: Iterable[Evening], rng) -> int:
    """Two years of events that no campaign asked anybody to, and the ``evenings`` among them;
    returns how many rows came of it.
    """
    readers = list(Reader.objects.filter(source=SOURCE).select_related("campus").order_by("number"))
    days = past_days()
    weights = numpy.array(list(map(busyness, days)))
    count = round(len(readers) * EVENTS_IN_A_YEAR * len(days) / 365)
    who = rng.integers(len(readers), size=count)
    when = rng.choice(len(days), size=count, p=weights / weights.sum())
    minutes = rng.integers(OPENS, 20 * 60, size=count)
    rows = []
    for index, place, minute in zip(who, when, minutes, strict=True):
        at = datetime.combine(days[place], time(int(minute) // 60, int(minute) % 60))
        rows.append((readers[index], at))
    for evening in evenings:
        rows += came_on(evening, rng)
    return files.bring(files.EVENTS, rows, days).created


def came_on(evening: Evening, rng) -> list[tuple[Reader, datetime]]:
    """Who came on an evening, and when."""
    members = Reader.objects.filter(memberships__segment__name__in=evening.segments)
    readers = list(members.distinct().select_related("campus").order_by("number"))
    return drawn_on(evening.day, readers, evening.share, rng)


def drawn_on(day: date, readers: list[Reader], share: float, rng) -> list[tuple[Reader, datetime]]:
    """Exactly this ``share`` of the readers, 0 to 1, and when each of them came on the day."""
    coming = rng.choice(len(readers), size=round(share * len(readers)), replace=False)
    rows = []
    for index in sorted(coming.tolist()):
        rows.append((readers[index], local(day, 19, int(rng.integers(40)))))
    return rows


def come_to_the_event(campaign: Campaign, promise: SeededPromise, rng, *, day: date) -> int:
    """Attendance of every arm: its letter adds to what would have happened anyway. Exactly the
    planted share of each arm comes.

    Brought in as a file of the events; returns how many rows it made.
    """
    shares = {"": promise.comes}
    for arm in promise.arms:
        shares[arm.code] = promise.comes + arm.adds
    rows = []
    for code, readers in drawn_by_arm(campaign).items():
        rows += drawn_on(day, readers, shares[code], rng)
    # The list of one evening stands for all that were kept in these two years.
    return files.bring(files.EVENTS, rows, past_days()).created


def drawn_by_arm(campaign: Campaign) -> dict[str, list[Reader]]:
    """{letter of the arm, "" for those held out: the readers drawn into it, by number}."""
    places = Assignment.objects.filter(experiment__campaign=campaign).order_by("reader__number")
    drawn: dict[str, list[Reader]] = {}
    for place in places.select_related("arm", "reader__campus"):
        code = place.arm.code if place.arm else ""
        drawn.setdefault(code, []).append(place.reader)
    return drawn


def answer_survey(
    survey: Survey, followers: list[Delivery], rng, *, mood: float, wishes: Sequence[str]
) -> int:
    """Answers of those who followed the link: satisfaction around ``mood`` (1 to 5), and one of the
    ``wishes`` in the end.

    Returns how many answered.
    """
    rows = []
    for delivery in followers:
        if rng.random() >= ANSWERS_OF_FOLLOWERS:
            continue
        answer = IncomingAnswer(
            answers=draw_answers(rng, mood, wishes),
            at=delivery.clicked_at + timedelta(minutes=4),
            reader_id=delivery.reader_id,
            delivery_id=delivery.pk,
            channel_id=delivery.content.channel_id,
            segment_ids=delivery.segment_ids,
        )
        rows.append(answer)
    return take_in(survey=survey, rows=rows, by=survey.created_by)


def draw_answers(rng, mood: float, wishes: Sequence[str]) -> dict:
    """Answers to the six questions of a brief (``demo.briefs``), by ordinal.

    The order of the draws is part of the data.
    """
    liking = float(rng.normal(mood, 0.75))
    heard = int(rng.choice([1, 2, 3, 4], p=[0.55, 0.25, 0.08, 0.12]))
    # Drawn with replacement: who is drawn the same twice likes one thing only.
    liked = set(rng.choice([1, 2, 3, 4, 5], size=2).tolist())
    answers = {
        "1": heard,
        "2": sorted(liked),
        "3": on_scale(liking, rng),
        "4": on_scale(liking + 0.1, rng),
        "5": int(numpy.clip(round(liking * 2 + rng.normal(0, 1)), 0, 10)),
    }
    wish = wishes[int(rng.integers(len(wishes)))]
    if wish:
        answers["6"] = wish
    return answers


def on_scale(liking: float, rng) -> int:
    """A whole answer of 1 to 5, a little beside what is felt."""
    return int(numpy.clip(round(liking + rng.normal(0, 0.4)), 1, 5))


def count_clicks(campaign: Campaign) -> None:
    """Bring the counters of the campaign's links to the rows that were made in
    bulk; one statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNT_CLICKS, [campaign.pk])
