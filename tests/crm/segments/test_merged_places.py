"""Members at campuses that were merged: under the successor, or as it was called (C2)."""

from datetime import date

import pytest
from django.urls import reverse

from core.disclosure import Count
from crm.registers.actions import merge_places
from crm.segments.figures import composition
from crm.segments.models import Segment
from crm.segments.refresh import refresh_segment
from crm.staff.succession import Called
from tests.factories import CampusFactory, ReaderFactory, SegmentFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return UserFactory(role="administrator")


def members(admin, **campuses: int) -> Segment:
    """A segment of all readers, so many at each campus; 东馆 and 西馆 went on as 总馆."""
    made = {name: CampusFactory(name_zh=name, name_en="") for name in campuses}
    for name, n in campuses.items():
        ReaderFactory.create_batch(n, campus=made[name])
    merge_places(
        parts=[made["东馆"], made["西馆"]], into=made["总馆"], last_day=date(2020, 1, 1), by=admin
    )
    segment = SegmentFactory(rule={})
    refresh_segment(segment)
    segment.refresh_from_db()
    return segment


def told(cells) -> dict[str, int | None]:
    return {cell.label: cell.count.public_number for cell in cells}


def test_c2_members_of_merged_campuses_stand_under_the_successor_or_as_they_were(admin, client):
    segment = members(admin, 东馆=10, 西馆=20, 总馆=30, 分馆=40)
    found = composition(segment)
    assert told(found.campuses_called(Called.TODAY)) == {"总馆": 60, "分馆": 40}
    assert told(found.campuses_called(Called.THEN)) == {
        "东馆": 10,
        "西馆": 20,
        "总馆": 30,
        "分馆": 40,
    }

    client.force_login(admin)
    client.cookies["django_language"] = "en"
    html = client.get(segment.get_absolute_url()).content.decode()
    assert "Campuses are told as today, what was merged under its successor." in html
    assert "东馆" not in html
    then = client.get(segment.get_absolute_url(), {"places": "then"}).content.decode()
    assert "Campuses are told as they were called then." in then
    assert "东馆" in then


def test_of_a_sum_that_is_told_no_small_part_follows(admin):
    found = composition(members(admin, 东馆=2, 西馆=20, 总馆=30, 分馆=40))
    assert told(found.campuses) == {"总馆": 52, "分馆": 40}
    then = told(found.campuses_then)
    assert then["东馆"] is None
    # One more is hidden, or the small one would be the rest.
    assert [then["西馆"], then["总馆"]].count(None) == 1
    assert then["分馆"] == 40


def test_the_parts_of_a_sum_that_is_withheld_are_withheld(admin):
    found = composition(members(admin, 东馆=1, 西馆=1, 总馆=1, 分馆=40))
    assert told(found.campuses)["总馆"] is None
    assert [told(found.campuses_then)[name] for name in ("东馆", "西馆", "总馆")] == [None] * 3


def test_without_a_merger_nothing_is_asked(client, admin):
    ReaderFactory.create_batch(10, campus=CampusFactory(name_zh="东馆"))
    segment = SegmentFactory(rule={})
    refresh_segment(segment)
    segment.refresh_from_db()
    assert composition(segment).campuses_then == []
    client.force_login(admin)
    html = client.get(segment.get_absolute_url(), {"places": "then"}).content.decode()
    assert 'id="called"' not in html
    assert composition(segment).campuses_called(Called.THEN)[0].count == Count.of(10)
    assert reverse("crm:segment-list") in html
