"""The dates move readers, at night and set-based (I1)."""

from datetime import date

import pytest
from django.utils import timezone

from crm.readers.models import Reader
from crm.segments.refresh import refresh_all_segments
from crm.staff.models import AuditEvent
from crm.standings.actions import add_standing, change_standing, remove_standing
from crm.standings.models import Standing
from crm.standings.nightly import run_night
from crm.standings.tasks import move_readers
from tests.factories import ReaderFactory, SegmentFactory, UserFactory

pytestmark = pytest.mark.django_db


def year(offset: int, month: int = 9, day: int = 1) -> date:
    return date(timezone.localdate().year + offset, month, day)


def told(reader) -> tuple[str, str, str]:
    reader.refresh_from_db()
    return reader.kind, reader.stage, reader.state


def members(segment) -> set[int]:
    return set(segment.members.values_list("reader_id", flat=True))


def test_i1_a_student_becomes_a_graduate_on_the_date_and_the_segment_follows_the_same_night():
    """Before, a student stayed one until somebody imported another kind."""
    reader = ReaderFactory(kind="undergraduate")
    students = SegmentFactory(rule={"test": "kind", "in": ["undergraduate"]})
    alumni = SegmentFactory(rule={"test": "kind", "in": ["alumnus"]})
    graduated = SegmentFactory(rule={"test": "stage", "in": ["graduated"]})
    start, end = year(1), year(5, 6, 30)
    by = UserFactory(role="librarian")
    add_standing(reader=reader, kind="undergraduate", starts_on=start, ends_on=end, by=by)

    nights = [
        (year(1, 8, 1), ("undergraduate", "new", "active")),
        (year(2, 8, 31), ("undergraduate", "new", "active")),
        (year(2), ("undergraduate", "enrolled", "active")),
        (year(4, 7, 1), ("undergraduate", "final", "active")),
        (end, ("undergraduate", "final", "active")),
    ]
    for night, expected in nights:
        run_night(day=night)
        assert (night, told(reader)) == (night, expected)
    refresh_all_segments()
    assert (members(students), members(alumni)) == ({reader.pk}, set())

    assert run_night(day=year(5, 7, 1)) == 1
    assert told(reader) == ("alumnus", "graduated", "active")
    refresh_all_segments()
    assert (members(students), members(alumni)) == (set(), {reader.pk})
    assert members(graduated) == {reader.pk}
    # The same night again, and a missed year, change nothing twice.
    assert run_night(day=year(5, 7, 1)) == 0
    assert run_night(day=year(6, 7, 1)) == 1
    assert told(reader) == ("alumnus", "alumnus", "active")
    assert reader.standings.count() == 2
    trail = AuditEvent.objects.filter(action="standing.move").values_list("detail__day", flat=True)
    assert end.isoformat() not in trail
    assert year(5, 7, 1).isoformat() in trail


def test_i1_several_at_once_and_who_leaves_leaves():
    """The first in rank stands in the row; without any left the reader has left, and comes back."""
    by = UserFactory(role="librarian")
    reader = ReaderFactory(kind="teacher")

    # What the row said is not lost by writing down that the teacher studies here as well.
    add_standing(reader=reader, kind="doctoral", starts_on=year(-1), ends_on=year(2), by=by)
    assert told(reader)[0] == "teacher"
    assert set(reader.standings.values_list("kind", "source")) == {
        ("teacher", "known"),
        ("doctoral", "staff"),
    }

    teacher = reader.standings.get(kind="teacher")
    change_standing(standing=teacher, by=by, kind="teacher", starts_on=None, ends_on=year(1))
    run_night(day=year(1))
    assert told(reader)[0] == "teacher"
    run_night(day=year(1, 9, 2))
    assert told(reader) == ("doctoral", "final", "active")

    guest = ReaderFactory(kind="visitor")
    add_standing(reader=guest, kind="visitor", starts_on=None, ends_on=year(1), by=by)
    add_standing(reader=guest, kind="visitor", starts_on=year(3), ends_on=year(4), by=by)
    run_night(day=year(1, 9, 2))
    # Coming again: still a reader, who may be written to before.
    assert told(guest) == ("visitor", "", "active")
    run_night(day=year(4, 9, 2))
    assert told(guest) == ("visitor", "", "left")


def test_what_was_written_in_between_stays_until_the_next_day_that_moves():
    reader = ReaderFactory(kind="master")
    by = UserFactory(role="librarian")
    standing = add_standing(
        reader=reader, kind="master", starts_on=year(-2), ends_on=year(1, 6, 30), by=by
    )

    # Somebody says by hand that they have left: no night makes them a reader again, or an alumnus.
    Reader.objects.filter(pk=reader.pk).update(state="left")
    run_night(day=year(1, 5, 1))
    run_night(day=year(1, 7, 1))
    assert told(reader)[::2] == ("master", "left")

    # A year longer: the alumnus that the night had made goes again.
    Reader.objects.filter(pk=reader.pk).update(state="active")
    Standing.objects.filter(pk=standing.pk).update(moved_on=None)
    run_night(day=year(1, 7, 1))
    assert told(reader)[0] == "alumnus"
    change_standing(
        standing=standing, by=by, kind="master", starts_on=year(-2), ends_on=year(2, 6, 30)
    )
    assert told(reader) == ("master", told(reader)[1], "active")
    assert list(reader.standings.values_list("kind", flat=True)) == ["master"]

    remove_standing(standing=standing, by=by)
    assert (told(reader)[1], reader.standings.count()) == ("", 0)


def test_segments_are_called_when_somebody_moved_and_only_then(django_capture_on_commit_callbacks):
    reader = ReaderFactory(kind="undergraduate")
    Standing.objects.create(
        reader=reader, kind="undergraduate", ends_on=year(-1), then="alumnus", source="ils"
    )
    with django_capture_on_commit_callbacks() as callbacks:
        move_readers()
    assert [callback.args[0] for callback in callbacks] == ["crm.tasks.refresh_segments"]
    assert told(reader)[0] == "alumnus"

    with django_capture_on_commit_callbacks() as callbacks:
        move_readers()
    assert callbacks == []
