"""Places of which a source says the same stand in one line of the board, and persons apart from
numbers.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.sources.actions import add_source
from crm.sources.board import board_on
from crm.sources.lines import groups_shown
from crm.sources.models import DataSource
from crm.sources.months import months_up_to
from crm.sources.recording import record_days
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    return [CampusFactory(name_zh=name, name_en=name) for name in ("东馆", "南馆", "西馆")]


@pytest.fixture
def gate(places):
    """East and west are recorded alike, south lacks three days of the last month."""
    today = timezone.localdate()
    begin = months_up_to(today, 3)[0]
    gate = add_source(name="闸机", kinds=["visit"], by=None, rhythm="daily", due_after=1)
    east, south, west = (place.pk for place in places)
    yesterday = today - timedelta(days=1)
    record_days(gate, [east, west], begin, yesterday)
    record_days(gate, [south], begin, begin + timedelta(days=9))
    record_days(gate, [south], begin + timedelta(days=13), yesterday)
    return gate


def everything(_line) -> bool:
    return True


def test_places_that_say_the_same_stand_in_one_line(gate):
    (group,) = groups_shown(board_on(timezone.localdate()), everything)

    assert [row.beside for row in group.rows] == ["东馆、西馆", "南馆"]
    assert [row.line.source for row in group.rows] == [gate, gate]


def test_another_source_that_says_the_same_has_a_line_of_its_own(gate, places):
    other = add_source(name="闸机二", kinds=["visit"], by=None, rhythm="daily", due_after=1)
    begin = months_up_to(timezone.localdate(), 3)[0]
    record_days(other, [places[0].pk], begin, timezone.localdate() - timedelta(days=1))

    (group,) = groups_shown(board_on(timezone.localdate()), everything)

    assert [row.line.source.name for row in group.rows] == ["闸机", "闸机", "闸机二"]


def test_sources_that_only_count_stand_apart(gate):
    counter = DataSource.objects.create(code="counter", name="客流", kinds=[], measures=["visits"])
    record_days(counter, [None], months_up_to(timezone.localdate(), 3)[0], timezone.localdate())

    groups = groups_shown(board_on(timezone.localdate()), everything)

    assert [[row.line.source.name for row in group.rows] for group in groups] == [
        ["闸机", "闸机"],
        ["客流"],
    ]
    assert len({group.name for group in groups}) == 2


@pytest.mark.parametrize("place", [0, 2])
def test_month_that_is_looked_at_is_marked_whichever_place_of_its_line_is_asked(
    client, gate, places, place
):
    client.force_login(UserFactory(role="librarian"))
    month = months_up_to(timezone.localdate(), 2)[0]
    asked = {"source": gate.pk, "place": places[place].pk, "month": f"{month:%Y-%m}"}

    page = client.get(reverse("crm:coverage"), asked).content.decode()

    assert page.count('class="month on"') == 1
