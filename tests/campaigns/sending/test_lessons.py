"""Classes that follow a link together, and people who open links in tabs, are no machines."""

import random

import pytest

from campaigns.links.models import LeftOut
from campaigns.sending.models import Click
from tests.campaigns.sending.machine_world import live, mail

pytestmark = pytest.mark.django_db
CLASS, HOUR = 28, 3_600


def lesson(sent, people, draw, after: float) -> None:
    """A class at computers of one image behind one address follows a link within a minute, when
    the teacher says so.
    """
    room = f"{draw.getrandbits(64):016x}"
    begun = sent.deliveries[0].sent_at
    for person in people:
        waited = after - (person.sent_at - begun).total_seconds()
        link = draw.randrange(len(sent.links))
        sent.open(person, waited + draw.triangular(0, 55, 15), link, visitor=room)


def tabs(sent, person, draw, after: float) -> None:
    """Every link of the mail in a tab of its own, one click after the other."""
    for link in range(len(sent.links)):
        sent.open(person, after, link)
        after += draw.uniform(0.7, 1.5)


@pytest.mark.parametrize("links", [1, 3, 4])
@pytest.mark.parametrize("seed", [11, 12])
def test_j3_of_a_thousand_people_with_lessons_and_tabs_at_most_ten_are_machines(seed, links):
    """Three classes, hours after the mail, and one in ten who opens all links in tabs."""
    draw = random.Random(seed)
    sent = mail(links, 1_000)
    classes = [range(start, start + CLASS) for start in (100, 400, 700)]
    in_class = {place for one in classes for place in one}
    for hours, places in enumerate(classes, start=1):
        lesson(sent, [sent.deliveries[place] for place in places], draw, hours * HOUR)
    for place, person in enumerate(sent.deliveries):
        if place in in_class:
            continue
        if links > 1 and draw.random() < 0.1:
            tabs(sent, person, draw, 600 + draw.expovariate(1 / HOUR))
        else:
            live(sent, person, draw)
    sent.flush()
    assert len(sent.followers()) >= 990
    told = Click.objects.filter(left_out__in=LeftOut.machines())
    assert not told.filter(left_out=LeftOut.SWARM).exists()


@pytest.mark.parametrize("links", [3, 4])
def test_links_opened_in_tabs_ten_minutes_after_are_a_persons(links):
    sent = mail(links, 1)
    for link in range(links):
        sent.open(sent.deliveries[0], 600 + 0.8 * link, link)
    sent.flush()
    assert sent.followers() == {sent.deliveries[0].pk}
    assert not Click.objects.exclude(left_out=LeftOut.NOT).exists()


def test_filter_that_lets_mails_go_hours_later_is_found_by_its_haste():
    """No class is as fast as that, whatever the teacher says."""
    draw = random.Random(3)
    sent = mail(1, 120, per_second=1_000)
    for person in sent.deliveries:
        sent.open(person, 3 * HOUR - draw.uniform(0, 2), visitor="5ca2" * 4)
    sent.flush()
    assert sent.followers() == set()
