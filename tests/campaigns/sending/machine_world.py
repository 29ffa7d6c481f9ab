"""A mail of some links, its readers, and whoever opens it, as lines of a click journal."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from campaigns.links.models import TrackedLink
from campaigns.sending.clicks import JournalledClick, write_rows
from campaigns.sending.models import Delivery
from tests import factories

_refs = count(1)
#: A working day's morning in Shanghai, so that what follows lies in no night.
SENT = datetime.fromisoformat("2026-11-24T02:00:00+00:00")


@dataclass
class Mail:
    """One mail: its links in order, and its deliveries in the order of sending."""

    links: list[TrackedLink]
    deliveries: list[Delivery]
    lines: list[JournalledClick] = field(default_factory=list)

    def open(self, delivery: Delivery, after: float, link: int = 0, **seen) -> None:
        """Somebody follows a link so many seconds after the mail was sent."""
        self.at(delivery.sent_at + timedelta(seconds=after), delivery.pk, self.links[link].pk, seen)

    def look_at_way_out(self, delivery: Delivery, after: float) -> None:
        self.at(delivery.sent_at + timedelta(seconds=after), delivery.pk, 0, {})

    def at(self, moment: datetime, delivery: int, link: int, seen: dict) -> None:
        ref = f"w:{next(_refs)}"
        self.lines.append(JournalledClick(link, delivery, moment.timestamp(), ref, **seen))

    def flush(self) -> None:
        """What happened so far goes into the database, in the order of time."""
        write_rows(sorted(self.lines, key=lambda line: line.at))
        self.lines.clear()

    def followers(self) -> set[int]:
        """Deliveries that a person followed."""
        found = Delivery.objects.filter(clicked_at__isnull=False)
        return set(found.values_list("pk", flat=True))


def mail(links: int, readers: int, *, per_second: float = 20, sent: datetime = SENT) -> Mail:
    """A mail sent to so many readers one after the other."""
    content = factories.ContentFactory()
    content.state, content.launched_at, content.launched_by = "sent", sent, content.campaign.owner
    content.save()
    tracked = factories.TrackedLinkFactory.create_batch(
        links, content=content, campaign=content.campaign
    )
    reader = factories.ReaderFactory()
    people = [reader]
    model = type(reader)
    people += model.objects.bulk_create(
        model(number=f"w{next(_refs):06}", name="W") for _number in range(readers - 1)
    )
    deliveries = Delivery.objects.bulk_create(
        Delivery(
            content=content,
            reader=person,
            state="sent",
            due_at=sent,
            sent_at=sent + timedelta(seconds=number / per_second),
        )
        for number, person in enumerate(people)
    )
    return Mail(tracked, deliveries)


#: Browsers of a campus: a few are very frequent.
BROWSERS = [f"{number:016x}" for number in range(40)]


def live(sent: Mail, delivery: Delivery, draw: random.Random) -> None:
    """One person: opens the mail after seconds to days, reads, follows one link or some of them."""
    first = draw.choices(
        [draw.uniform(6, 60), draw.expovariate(1 / 400) + 12, draw.lognormvariate(9.5, 1.5) + 20],
        [5, 45, 50],
    )[0]
    # A telephone behind the one address of a campus or a carrier: many have the same model.
    seen = {"visitor": draw.choices(BROWSERS, [1 / (n + 1) for n in range(len(BROWSERS))])[0]}
    order = list(range(len(sent.links)))
    wanted = draw.choices([1, 2, 3, len(order)], [70, 18, 8, 4])[0]
    if draw.random() < 0.8:
        draw.shuffle(order)
    at = first
    for link in order[:wanted]:
        sent.open(delivery, at, link, **seen)
        # Two tabs quickly, or reading on; some come back to the same link.
        at += draw.choices([draw.uniform(0.6, 4), draw.uniform(5, 400)], [35, 65])[0]
    if draw.random() < 0.1:
        sent.open(delivery, at + draw.uniform(0.5, 90_000), order[0], **seen)
    if draw.random() < 0.02:
        sent.look_at_way_out(delivery, at + draw.uniform(4, 200))
