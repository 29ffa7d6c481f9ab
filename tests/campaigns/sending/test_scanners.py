"""Every way in which a scanner may open mails leaves no response, whatever the mail is made of; and
crowds of people, who come at once as well, are no scanner.
"""

import random

import pytest

from campaigns.links.models import LeftOut
from campaigns.sending import machine_rules
from campaigns.sending.models import Click
from crm.readers.models import Activity
from tests.campaigns.sending.machine_world import live, mail

pytestmark = pytest.mark.django_db
SCANNER = {"visitor": "5ca2" * 4}


def hrefs(sent, delivery, after: float, step: float, order=None, **seen) -> None:
    """Links of the mail, without its page for leaving, one every ``step`` seconds."""
    for number, link in enumerate(order or range(len(sent.links))):
        sent.open(delivery, after + number * step, link, **seen)


def fifteen_seconds_after(sent, delivery) -> None:
    hrefs(sent, delivery, 15, 0.8)


def the_other_way_round(sent, delivery) -> None:
    hrefs(sent, delivery, 40, 0.95, reversed(range(len(sent.links))))


def in_two_passes(sent, delivery) -> None:
    hrefs(sent, delivery, 12, 0.7)
    hrefs(sent, delivery, 3_600, 0.9)


def by_head_and_get(sent, delivery) -> None:
    for link in range(len(sent.links)):
        sent.open(delivery, 30 + link * 2, link, signal="head")
        sent.open(delivery, 30.2 + link * 2, link)


def with_the_way_out(sent, delivery) -> None:
    sent.look_at_way_out(delivery, 500)
    sent.open(delivery, 501.5)


def at_once_and_late(sent, delivery) -> None:
    hrefs(sent, delivery, 4_000, 0.2)


@pytest.mark.parametrize("links", [2, 3])
@pytest.mark.parametrize(
    "scan",
    [
        fifteen_seconds_after,
        the_other_way_round,
        in_two_passes,
        by_head_and_get,
        with_the_way_out,
        at_once_and_late,
    ],
)
def test_scan_of_a_mail_with_few_links_is_no_response(scan, links):
    """Fault 61. All links within one second, soon after sending, and no page for leaving."""
    sent = mail(links, 1)
    scan(sent, sent.deliveries[0])
    sent.flush()
    assert sent.followers() == set()
    assert not Activity.objects.exists()


def parallel(sent, draw, after: float, spread: float, share: float = 1, **seen) -> set[int]:
    """Opens one link of each mail that comes to its users, several mails at a time."""
    scanned = [one for one in sent.deliveries if draw.random() < share]
    for delivery in scanned:
        sent.open(delivery, after + draw.uniform(0, spread), **seen)
    return {one.pk for one in scanned}


@pytest.mark.parametrize(
    ("after", "spread", "share"), [(30, 2, 1), (30, 25, 1), (12, 40, 0.4), (900, 5, 0.6)]
)
def test_parallel_scan_of_mails_with_one_link_is_found(after, spread, share):
    """Fault 61. In no order, seconds to minutes after sending, also where mails go past it."""
    draw = random.Random(int(after * spread))
    sent = mail(1, 120)
    scanned = parallel(sent, draw, after, spread, share, **SCANNER)
    sent.flush()
    assert sent.followers() == set()
    assert set(Click.objects.values_list("left_out", flat=True)) <= {
        LeftOut.SWARM,
        LeftOut.SERIES,
        LeftOut.CROWD,
    }
    assert Click.objects.filter(rules=machine_rules.VERSION).count() == len(scanned)


def test_crowd_of_people_with_one_link_is_no_swarm():
    """A large launch to telephones of few models behind one address: hundreds in a minute."""
    draw = random.Random(7)
    sent = mail(1, 1_000, per_second=40)
    for delivery in sent.deliveries:
        live(sent, delivery, draw)
    sent.flush()
    told = Click.objects.filter(left_out__in=LeftOut.machines())
    assert told.count() <= len(sent.deliveries) / 100
    assert not told.filter(left_out=LeftOut.SWARM).exists()
