"""Campaigns with known answers for the loop's tests.

Rows are made in bulk, every count is chosen by the test.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import count

from campaigns.contents.models import Content
from campaigns.plan.models import Channel, ChannelPlan, Cost, Standard
from campaigns.sending.models import Click, Delivery
from crm.readers.models import Activity, Reader
from crm.segments.models import SegmentMember
from tests import factories

LAUNCH = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
AFTER = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
_numbers = count(1)


def readers(n: int) -> list[Reader]:
    made = [
        Reader(
            number=f"L{next(_numbers):07}",
            kind="undergraduate",
            email="x@example.org",
            consents=["email:notices", "email:surveys"],
        )
        for _ in range(n)
    ]
    return Reader.objects.bulk_create(made)


def segment(name: str, size: int | None = None):
    return factories.SegmentFactory(name=name, size=size, refreshed_at=LAUNCH)


def campaign(*, title="Spring", shares=None, segments=(), standards=(), **fields):
    """A live campaign of March 2026 with its plan; ``standards``: (metric, direction, target)."""
    owner = factories.UserFactory(role="librarian")
    made = factories.CampaignFactory(
        title=title,
        purpose="Readers come back",
        owner=owner,
        **fields,
    )
    made.segments.set(segments)
    for code, share in (shares or {"email": 100}).items():
        ChannelPlan.objects.create(
            campaign=made, channel=Channel.objects.get(code=code), share=share
        )
    for metric, direction, target in standards:
        Standard.objects.create(campaign=made, metric=metric, direction=direction, target=target)
    return go_live(made)


def go_live(made):
    """Lock plan and standards as the phase move does.

    From then on the database refuses new standards.
    """
    made.phase, made.locked_at, made.locked_by = "performance", LAUNCH, made.owner
    made.starts_on, made.ends_on = date(2026, 3, 2), date(2026, 3, 31)
    made.save()
    return made


def content(made, channel="email"):
    return Content.objects.create(
        campaign=made,
        channel=Channel.objects.get(code=channel),
        title="Letter",
        subject="Letter",
        body="<p>Hello</p>",
        state="sent",
        launched_at=LAUNCH,
        launched_by=made.owner,
    )


def deliver(
    letter, n: int, *, responded: int = 0, state="sent", segments=(), hour=10, channel="email"
) -> list[Reader]:
    """``n`` new readers with one delivery each, of whom the first ``responded`` followed a link."""
    people = readers(n)
    sent_at = LAUNCH + timedelta(hours=hour - 10) if state == "sent" else None
    rows = Delivery.objects.bulk_create(
        Delivery(
            content=letter,
            reader=person,
            state=state,
            due_at=LAUNCH,
            sent_at=sent_at,
            segment_ids=[s.pk for s in segments],
        )
        for person in people
    )
    if responded:
        link = follow(letter.campaign, channel, content=letter)
        clicks = [
            Click(link=link, delivery=row, at=LAUNCH + timedelta(days=1), ref=f"t{next(_numbers)}")
            for row in rows[:responded]
        ]
        Click.objects.bulk_create(clicks)
    return people


def follow(made, channel: str, n: int = 0, **fields):
    """A tracked link of a channel, followed ``n`` times by people we do not know."""
    link = factories.TrackedLinkFactory(
        campaign=made, channel=Channel.objects.get(code=channel), **fields
    )
    Click.objects.bulk_create(
        Click(link=link, at=LAUNCH + timedelta(days=2), ref=f"t{next(_numbers)}") for _ in range(n)
    )
    return link


def visit(people, at=LAUNCH + timedelta(days=3), kind="visit") -> None:
    Activity.objects.bulk_create(
        Activity(
            reader=person,
            kind=kind,
            at=at,
            source="test-visit",
            ref=f"{person.pk}-{at:%Y%m%d%H}-{kind}",
        )
        for person in people
    )


def join(part, people) -> None:
    SegmentMember.objects.bulk_create(
        SegmentMember(segment=part, reader=person, since=LAUNCH) for person in people
    )


def pay(made, amount, *, kind="cash", channel=None) -> None:
    target = Channel.objects.get(code=channel) if channel else None
    Cost.objects.create(
        campaign=made, kind=kind, amount=amount, channel=target, on=date(2026, 3, 5)
    )


def telling_campaign(**fields):
    """1,300 readers with clear answers.

    Weak and strong segments, a better hour, a holdout, a loud stall.
    """
    strong, weak, unchosen = segment("Strong", 800), segment("Weak", 400), segment("Unchosen", 3000)
    made = campaign(
        shares={"email": 60, "poster": 30, "stall": 10},
        segments=[strong, weak],
        standards=[("response_rate", "ge", 40), ("reach", "ge", 1000), ("lift", "ge", 2)],
        holdout_percent=10,
        **fields,
    )
    letter = content(made)
    ten = deliver(letter, 400, responded=60, segments=[strong])
    eight = deliver(letter, 400, responded=140, segments=[strong], hour=20)
    few = deliver(letter, 300, responded=6, segments=[weak])
    held = deliver(letter, 200, state="holdout", segments=[strong])
    visit(ten[:100] + eight[:100] + few[:50])
    visit(held[:20])
    join(unchosen, eight[:250])
    follow(made, "poster", 12)
    follow(made, "stall", 90)
    for channel, amount in (("email", 1800), ("poster", 900), ("stall", 300)):
        pay(made, amount, channel=channel)
    return made
