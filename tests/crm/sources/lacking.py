"""Two worlds in which something was not recorded, for all who show, compare or judge a figure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from analytics.facts import computing
from analytics.loop.evaluate import evaluate
from crm.readers.models import Activity, Reader
from crm.rfc.measuring import measure
from crm.sources.actions import add_source
from crm.sources.models import DataSource
from crm.sources.months import months_up_to
from crm.sources.recording import record_days
from tests import recorded
from tests.analytics import building as make
from tests.factories import CampusFactory, ContentFactory, SegmentFactory, UserFactory

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
LAST_YEAR = datetime(2025, 3, 10, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EVER = recorded.EVER


@dataclass(frozen=True)
class Lacking:
    """Keys of what a world holds; the gate lacks March 2026 and the last whole month."""

    gate: int
    place: int | None
    evaluation: int
    segment: int
    reader: int
    account: int
    content: int


def stretches() -> list[tuple[date, date]]:
    """The days of which the gate told: all but March 2026 and the last whole month."""
    last, running = months_up_to(timezone.localdate(), 2)
    return [(EVER[0], MARCH - DAY), (APRIL, last - DAY), (running, EVER[1])]


def no_visits() -> Lacking:
    """Of the visits of these months no file came; of everything else all did."""
    gate = add_source(name="Gate", kinds=["visit"], by=None, rhythm="monthly")
    for first, last in stretches():
        record_days(gate, [None], first, last)
    return filled(gate, None)


def half_of_the_places() -> Lacking:
    """The gate of the main library told of every day, that of the east one not of these months."""
    gate = add_source(name="Gate", kinds=["visit"], by=None, rhythm="monthly")
    main, east = CampusFactory(name_en="Main"), CampusFactory(name_en="East")
    record_days(gate, [main.pk], *EVER)
    for first, last in stretches():
        record_days(gate, [east.pk], first, last)
    return filled(gate, east.pk)


WORLDS = {"no visits": no_visits, "half of the places": half_of_the_places}


def filled(gate: DataSource, place: int | None) -> Lacking:
    """Visits in all months, those of the main gate among them where its east one was still; a
    campaign of March with a holdout, a segment of who stayed away.
    """
    recorded.always(["loan", "renewal", "seat", "event"])
    campaign = make.telling_campaign()
    people = list(Reader.objects.order_by("pk")[:60])
    make.visit(people, LAST_YEAR)
    make.visit(people, make.LAUNCH - timedelta(days=20))
    make.visit(people[:40], make.AFTER + DAY)
    if place is None:
        Activity.objects.filter(kind="visit", at__date__gte=MARCH, at__date__lt=APRIL).delete()
    computing.compute(date(2025, 3, 1), date(2026, 4, 30))
    measure(as_of=timezone.now())
    away = {"test": "activity", "kind": "visit", "cmp": "le", "n": 0, "days": since(MARCH)}
    segment = SegmentFactory(name="Silent", rule=away, refreshed_at=timezone.now(), size=900)
    campaign.segments.add(segment)
    account = UserFactory(role="reader")
    Reader.objects.filter(pk=people[-1].pk).update(user=account)
    return Lacking(
        gate=gate.pk,
        place=place,
        evaluation=evaluate(campaign, make.AFTER).pk,
        segment=segment.pk,
        reader=people[0].pk,
        account=account.pk,
        content=ContentFactory(campaign=campaign).pk,
    )


def since(day: date) -> int:
    """How many days ago it was."""
    return (timezone.localdate() - day).days
