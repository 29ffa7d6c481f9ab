"""Members over time, once the retention clock has removed the beginning of the log."""

from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone, translation

from crm.clock.nightly import run_night
from crm.segments.figures import history_chart
from crm.segments.growth import Day, by_day
from crm.segments.models import Segment, SegmentLog, SegmentMember
from tests import factories

pytestmark = pytest.mark.django_db


def days_ago(days: int):
    """Noon of the library, so many days ago."""
    day = timezone.localdate() - timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(12)))


def enter(segment, readers, days: int) -> None:
    for reader in readers:
        SegmentLog.objects.create(segment=segment, reader=reader, entered=True, at=days_ago(days))
        SegmentMember.objects.create(segment=segment, reader=reader, since=days_ago(days))


def leave(segment, readers, days: int) -> None:
    for reader in readers:
        SegmentLog.objects.create(segment=segment, reader=reader, entered=False, at=days_ago(days))
        SegmentMember.objects.filter(segment=segment, reader=reader).delete()


@pytest.fixture
def segment():
    """Two years old."""
    segment = factories.SegmentFactory()
    Segment.objects.filter(pk=segment.pk).update(created_at=days_ago(730))
    return Segment.objects.get(pk=segment.pk)


@pytest.fixture
def aged(segment):
    """A hundred came long ago, twenty of them left lately, ten came lately."""
    old = factories.ReaderFactory.create_batch(100)
    enter(segment, old, 500)
    leave(segment, old[:20], 20)
    enter(segment, factories.ReaderFactory.create_batch(10), 10)
    return segment


def on(days: int):
    return days_ago(days).date()


def night() -> None:
    assert run_night(night=timezone.localdate())


def test_sizes_after_the_night_are_those_of_before_it(aged):
    """In 0.1 they were added up from nothing: below 0, and the page was a server error."""
    before = by_day(aged)
    assert before == [Day(on(500), 100, 100, 0), Day(on(20), 80, 0, 20), Day(on(10), 90, 10, 0)]

    night()

    # The term is 365 days: what the day before it ended with is known, how it came is not.
    assert by_day(aged) == [Day(on(366), 100, None, None), *before[1:]]


def test_page_after_the_night_says_what_is_not_recorded(aged, client):
    night()
    client.force_login(factories.UserFactory(role="manager"))
    client.cookies["django_language"] = "en"
    page = client.get(aged.get_absolute_url())
    assert page.status_code == 200
    assert "not recorded" in page.content.decode()

    with translation.override("en"):
        chart = history_chart(aged)
    assert chart.cells == [
        [on(366).isoformat(), "100", "not recorded", "not recorded"],
        [on(20).isoformat(), "80", "0", "20"],
        [on(10).isoformat(), "90", "10", "0"],
    ]
    assert chart.figure["data"][0]["y"] == [100, 80, 90]


def test_segment_in_which_nothing_changed_for_a_year_shows_its_members(segment):
    enter(segment, factories.ReaderFactory.create_batch(60), 500)
    night()
    assert by_day(segment) == [Day(on(366), 60, None, None)]


def test_batch_that_is_being_removed_changes_no_size(aged):
    """A night that is stopped in the middle leaves a day of which half is gone."""
    before = by_day(aged)[1:]
    night()
    enter(aged, [], 0)
    left = factories.ReaderFactory.create_batch(7)
    for reader in left:
        SegmentLog.objects.create(segment=aged, reader=reader, entered=False, at=days_ago(400))
    assert by_day(aged)[1:] == before


def test_one_campus_alone_is_counted_from_its_own_members(segment):
    here, there = factories.CampusFactory(), factories.CampusFactory()
    own = factories.ReaderFactory.create_batch(30, campus=here)
    enter(segment, own, 500)
    enter(segment, factories.ReaderFactory.create_batch(9, campus=there), 500)
    leave(segment, own[:10], 20)
    night()
    assert by_day(segment, here.pk) == [Day(on(366), 30, None, None), Day(on(20), 20, 0, 10)]


def test_few_who_came_before_the_term_are_not_told(segment):
    """Three from before, fifty since: no number is told from which the three would follow."""
    enter(segment, factories.ReaderFactory.create_batch(3), 500)
    enter(segment, factories.ReaderFactory.create_batch(50), 20)
    night()
    told = []
    for row in history_chart(segment).rows:
        told.append([getattr(cell, "public_number", None) for cell in row[1:]])
    assert told == [[None, None, None], [53, None, 0]]


def test_segment_younger_than_the_last_night_has_all_its_days(segment):
    enter(segment, factories.ReaderFactory.create_batch(6), 500)
    night()
    young = factories.SegmentFactory()
    enter(young, factories.ReaderFactory.create_batch(6), 0)
    assert by_day(young) == [Day(on(0), 6, 6, 0)]
