"""A small file of a new source without a place: days that are recorded stay so for everybody who
asks, unless somebody says that its files come at set times. One test for each consumer, in both
worlds.
"""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import translation

from analytics.loop import storage
from analytics.loop.models import Evaluation
from analytics.month import charts
from analytics.month.figures import Month
from analytics.month.words import rests_on
from crm.sources.actions import add_source
from crm.sources.board import board_on
from crm.sources.recording import record_days
from tests.crm.sources.lacking import APRIL, EVER, MARCH, Lacking, filled
from tests.factories import CampusFactory, UserFactory
from tests.shared import kept

pytestmark = pytest.mark.django_db
STALL = (date(2026, 3, 5), date(2026, 3, 6))


def a_gate_and_a_stall(rhythm: str) -> Lacking:
    """A gate that told of every day of the whole library, and the list of a stall of two days."""
    gate = add_source(name="Gate", kinds=["visit"], by=None, rhythm="monthly")
    record_days(gate, [None], *EVER)
    stall = add_source(name="Stall", kinds=["visit"], by=None, rhythm=rhythm)
    record_days(stall, [None], *STALL)
    return filled(gate, CampusFactory().pk)


#: By whether what was recorded stays so.
WORLDS = {"": True, "monthly": False}


@pytest.fixture(scope="module", params=WORLDS, ids=["nobody has said", "every month"])
def world_once(request, django_db_setup, django_db_blocker):
    for built in kept(django_db_blocker, lambda: a_gate_and_a_stall(request.param)):
        yield built, WORLDS[request.param]


@pytest.fixture
def world(db, world_once):
    with translation.override("en"):
        yield world_once


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="manager"))
    client.cookies["django_language"] = "en"
    return client


def evaluation_of(built: Lacking) -> Evaluation:
    return Evaluation.objects.get(pk=built.evaluation)


def test_tile_and_comparison(world):
    _built, stays = world
    assert (rests_on(Month(MARCH).tile("active_readers")) == "") is stays
    assert (Month(MARCH).change("active_readers") is not None) is stays


def test_chart(world):
    _built, stays = world
    chart = charts.activities(Month(APRIL), None)
    (visits,) = [line for line in chart.figure["data"] if line["name"] == "Visit"]
    drawn = dict(zip(visits["x"], visits["y"], strict=True))
    assert (drawn["2026-03"] is not None) is stays


def test_segment_warning(world, desk):
    built, stays = world
    html = desk.get(reverse("crm:segment-detail", args=[built.segment])).content.decode()
    assert ("Visit: not recorded wholly for " not in html) is stays


def test_effect_and_proposal(world):
    built, stays = world
    results = storage.results_as_told(evaluation_of(built).results)
    assert (results.lift.value is not None) is stays


def test_api(world, desk):
    built, stays = world
    campaign = evaluation_of(built).campaign_id
    told = desk.get(reverse("api:campaign-results", args=[campaign])).json()
    assert (told["figures"]["lift"]["value"] is not None) is stays
    detail = desk.get(reverse("api:segment-detail", args=[built.segment])).json()
    assert (detail["unrecorded"] == []) is stays
    asked = {"first": "2026-03-01", "last": "2026-03-31"}
    rows = desk.get(reverse("api:coverage"), asked).json()
    (stall,) = [row for row in rows if row["source"] == "stall"]
    assert (stall["rhythm"], stall["is_late"]) == (("", False) if stays else ("monthly", True))


def test_page_asks_for_no_file_of_it(world, desk):
    _built, stays = world
    board = board_on(date(2026, 5, 20))
    (line,) = [line for line in board.lines if line.source.name == "Stall"]
    (march,) = [cell for cell in line.cells if cell.month == MARCH]
    states = [run.state for run in march.stretches]
    assert states == (["before", "full", "unasked"] if stays else ["before", "full", "none"])
    assert (march.missing, len(board.missing), board.late > 0) == (
        (0, 0, False) if stays else (25, 0, True)
    )
