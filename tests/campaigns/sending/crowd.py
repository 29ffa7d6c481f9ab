"""A campaign to very many readers, made in little time."""

from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.plan.models import Campaign, Channel
from campaigns.sending.actions import launch_content
from crm.readers.models import Reader
from crm.segments.models import Segment
from crm.staff.models import User

BODY = '<p>{name}</p><p>图书馆的秋天 <a href="https://example.org/autumn">看看</a></p>'


def launch(mails: int) -> Content:
    """A content to ``mails`` readers, m0@example.org and so on, launched by a librarian."""
    by, _made = User.objects.get_or_create(username="crowd", defaults={"role": "librarian"})
    readers = [
        Reader(
            source="crowd",
            number=str(n),
            kind="teacher",
            name=f"读者{n}",
            email=f"m{n}@example.org",
            consents=["email:notices"],
        )
        for n in range(mails)
    ]
    Reader.objects.bulk_create(readers, batch_size=5000)

    now = timezone.now()
    campaign = Campaign.objects.create(
        title="crowd",
        owner=by,
        phase=Campaign.Phase.PERFORMANCE,
        locked_at=now,
        locked_by=by,
        holdout_percent=0,
        starts_on=now.date(),
    )
    campaign.segments.add(Segment.objects.create(name="crowd", rule={}))
    content = Content.objects.create(
        campaign=campaign,
        channel=Channel.objects.get(code="email"),
        title="crowd",
        purpose="notices",
        subject="秋天的信 {name}",
        body=BODY,
    )
    launch_content(content=content, by=by)
    return content
