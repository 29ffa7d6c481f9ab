"""Everything that a segment's page and the API say of its members, solved together."""

import random

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from crm.readers.models import Reader
from crm.segments.refresh import refresh_segment
from tests.core.building import client_of
from tests.factories import CampusFactory, ReaderFactory, SegmentFactory, UserFactory
from tests.subtraction import Published, is_told, number_of

WIDE = 5
KINDS = ("teacher", "master", "doctoral")


class World:
    """A segment of readers by kind and campus, some of whom may be mailed."""

    def __init__(self, seed: int, size: int):
        self.draw = random.Random(seed)
        self.campuses = [CampusFactory(name_en=name) for name in ("North", "South", "East")]
        self.people = [self._person() for _number in range(size)]
        for person in self.people:
            consents = ["email"] if person["email"] else []
            ReaderFactory(kind=person["kind"], campus=person["campus"], consents=consents)
        self.segment = SegmentFactory()
        refresh_segment(self.segment)

    def _person(self) -> dict:
        return {
            "kind": self.draw.choices(list(KINDS), [8, 3, 1])[0],
            "campus": self.draw.choices(self.campuses, [8, 3, 1])[0],
            "email": int(self.draw.random() < self.draw.choice([0.1, 0.9])),
        }

    def axes(self, campuses: list) -> dict:
        return {"kind": list(KINDS), "campus": campuses, "email": [0, 1]}


def told_to(user, world: World, campuses: list) -> Published:
    """What the page and the API tell ``user``, who is told of readers of ``campuses``."""
    found = Published(world.axes(campuses))
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    page = client.get(world.segment.get_absolute_url())
    composition = page.context["composition"]
    say(found, found.where(), composition.size)
    labels = {str(Reader.Kind(kind).label): kind for kind in KINDS}
    for cell in composition.kinds:
        say(found, found.where(kind=labels[cell.label]), cell.count)
    by_name = {str(campus): campus for campus in campuses}
    for cell in composition.campuses:
        say(found, found.where(campus=by_name[cell.label]), cell.count)
    say(found, found.where(email=1), composition.channels[0].count)

    answered = client_of(user).get(reverse("api:segment-detail", args=[world.segment.pk])).json()
    if answered["size"] is not None:
        found.say(found.where(), answered["size"], answered["size"])
    return found


def say(found: Published, cells: np.ndarray, printed) -> None:
    text = str(printed)
    if is_told(text):
        found.say(cells, number_of(text), number_of(text))


def narrowest(found: Published, people: list[dict]) -> float:
    """How far the least known of the cells of one to four can differ."""
    held = [tuple(person[axis] for axis in found.axes) for person in people]
    truth = np.array([held.count(cell) for cell in found.cells], dtype=float)
    for row, low, high in zip(found.rows, found.low, found.high, strict=True):
        assert low <= row @ truth <= high, "a page was misread"

    widths = [float("inf")]
    for axis, values in found.axes.items():
        for value in values:
            those = found.where(**{axis: value})
            if 1 <= those @ truth < WIDE:
                low, high = found.room_of(those)
                widths.append(high - low)
    return min(widths)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [14, 30, 60])
@pytest.mark.parametrize("seed", range(3))
def test_a_segments_page_tells_of_no_few(seed, size):
    """Fault 55. Kinds, campuses and channels, to staff of all, of a campus, and programs."""
    world = World(seed, size)
    here = world.campuses[0]
    own = [person for person in world.people if person["campus"] == here]
    whole = told_to(UserFactory(role="manager"), world, world.campuses)
    of_campus = told_to(UserFactory(role="librarian", campus=here), world, [here])

    widths = {
        "whole library": narrowest(whole, world.people),
        "one campus": narrowest(of_campus, own),
    }
    assert min(widths.values()) >= WIDE, widths
