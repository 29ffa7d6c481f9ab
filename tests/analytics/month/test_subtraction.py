"""Everything that the month's page says, solved together."""

import random
import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from analytics.facts import computing
from crm.readers.models import Activity
from tests.factories import CampusFactory, ReaderFactory, UserFactory
from tests.subtraction import Published, is_told, number_of

WIDE = 5
AT = datetime(2026, 3, 5, 4, tzinfo=UTC)
BEFORE = datetime(2026, 1, 5, 4, tzinfo=UTC)
TILE = re.compile(
    r'<div class="card kpi"[^>]*>\s*<span class="label">(.*?)</span>\s*<b>\s*(.*?)\s*</b>', re.S
)
FIGURE = re.compile(r'<figure class="chart" id="chart-(\w+)">(.*?)</figure>', re.S)
ROW = re.compile(r"<tr>(.*?)</tr>", re.S)
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.S)
TAG = re.compile(r"<[^>]*>")


class World:
    """Readers of one month: whether they visited, came to an event, answered, contributed."""

    AXES = {"visit": [0, 1], "event": [0, 1], "answer": [0, 1], "made": ["no", "before", "new"]}

    def __init__(self, seed: int, size: int):
        self.draw = random.Random(seed)
        self.here, self.there = CampusFactory(), CampusFactory()
        self.people = [self._person() for _number in range(size)]
        self._live()
        computing.compute(date(2026, 1, 1), date(2026, 3, 31))

    def _person(self) -> dict:
        person = {"campus": self.draw.choice([self.here, self.here, self.there])}
        for kind, share in (("visit", 0.4), ("event", 0.12), ("answer", 0.15)):
            person[kind] = int(self.draw.random() < share)
        person["made"] = self.draw.choices(["no", "before", "new"], [8, 1, 1])[0]
        return person

    def _live(self) -> None:
        rows = []
        for person in self.people:
            reader = ReaderFactory(campus=person["campus"])
            for kind in ("visit", "event", "answer"):
                for _time in range(person[kind] * self.draw.choice([1, 1, 2])):
                    rows.append(self._row(reader, kind, AT))
            if person["made"] != "no":
                rows.append(self._row(reader, "contribution", AT))
            if person["made"] == "before":
                rows.append(self._row(reader, "contribution", BEFORE))
        Activity.objects.bulk_create(rows)

    def _row(self, reader, kind: str, at) -> Activity:
        ref = f"{self.draw.random()}"
        return Activity(reader=reader, kind=kind, at=at, source="x", ref=ref)

    def page(self, user) -> str:
        client = Client(headers={"accept-language": "en"})
        client.force_login(user)
        url = reverse("analytics:month-detail", args=["2026-03"])
        return unescape(client.get(url).content.decode())


def persons(found: Published) -> dict:
    """By name: which cells the different persons of a figure are in."""
    made = found.where(made="new") + found.where(made="before")
    visit, event = found.where(visit=1), found.where(event=1)
    return {
        "Contributors of the month": made,
        "First-time contributors": found.where(made="new"),
        "Active readers": visit + event - visit * event,
        "Readers at events": event,
        "Readers who answered": found.where(answer=1),
        "visit": visit,
        "event": event,
        "answer": found.where(answer=1),
        "contribution": made,
    }


def read_tiles(found: Published, page: str) -> None:
    named = persons(found)
    for name, value in TILE.findall(page):
        text = TAG.sub("", value).strip()
        if is_told(text):
            label = TAG.sub("", name)
            found.say(named[label], number_of(text), number_of(text))


def read_newcomers(found: Published, page: str) -> None:
    (row,) = rows_of(page, "contributors", "2026-03")
    for name, text in zip(
        ("Contributors of the month", "First-time contributors"), row[1:], strict=True
    ):
        if is_told(text):
            found.say(persons(found)[name], number_of(text), number_of(text))


def rows_of(page: str, chart: str, first: str) -> list[list[str]]:
    """Rows of a chart's table by their first cell; the heading with ``first`` = "Month"."""
    figure = dict(FIGURE.findall(page))[chart]
    rows = [
        [TAG.sub("", cell).strip() for cell in CELL.findall(row)] for row in ROW.findall(figure)
    ]
    return [row for row in rows if row[0] == first]


def read_activities(found: Published, page: str) -> None:
    """A row is one person's: so many rows are at most so many persons, and at least one."""
    (heading,) = rows_of(page, "activities", "Month")
    (row,) = rows_of(page, "activities", "2026-03")
    hidden, told_together = [], 0
    with override("en"):
        kinds = {str(kind.label): kind.value for kind in Activity.Kind}
    for label, text in zip(heading[1:], row[1:], strict=True):
        those = persons(found)[kinds[label]]
        if not is_told(text):
            hidden.append(those)
            continue
        rows = number_of(text)
        told_together += rows
        found.say(those, min(rows, 1), rows)

    together = re.search(r"n=([\d,]+)", dict(FIGURE.findall(page))["activities"])
    if together and hidden:
        rest = number_of(together.group(1)) - told_together
        # Each hidden kind was done at least once, or it would read 0.
        for those in hidden:
            found.say(those, 1, rest - len(hidden) + 1)
        found.say(sum(hidden[1:], hidden[0]), len(hidden), rest)


def narrowest(world: World, user, people: list[dict]) -> float:
    """How far the least known of all hidden figures of the page can differ."""
    found = Published(world.AXES)
    page = world.page(user)
    read_tiles(found, page)
    read_newcomers(found, page)
    read_activities(found, page)

    named = persons(found)
    truth = [
        sum(tuple(person[axis] for axis in world.AXES) == cell for person in people)
        for cell in found.cells
    ]
    for row, low, high in zip(found.rows, found.low, found.high, strict=True):
        assert low <= row @ truth <= high, "the page was misread"

    widths = [float("inf")]
    for those in named.values():
        if 1 <= those @ truth < WIDE:
            low, high = found.room_of(those)
            widths.append(high - low)
    return min(widths)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [24, 45])
@pytest.mark.parametrize("seed", range(4))
def test_month_tells_of_no_few(seed, size):
    """Fault 55. Tiles, sentences, newcomers and what readers did, in its charts and their CSV.

    As staff of the whole library sees it, and of one campus.
    """
    world = World(seed, size)
    whole = UserFactory(role="manager")
    of_campus = UserFactory(role="librarian", campus=world.here)
    own = [person for person in world.people if person["campus"] == world.here]

    widths = {
        "whole library": narrowest(world, whole, world.people),
        "one campus": narrowest(world, of_campus, own),
    }
    assert min(widths.values()) >= WIDE, widths
