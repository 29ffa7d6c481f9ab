"""Refreshing: the difference is written once, pins survive, faults leave the old members, cycles
are refused.
"""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.utils import timezone

from crm.readers.models import Reader
from crm.segments import actions
from crm.segments.models import Segment, SegmentLog, SegmentMember, SegmentPin
from crm.segments.nesting import nested_first
from crm.segments.refresh import Diff, refresh_all_segments, refresh_segment
from crm.segments.rule import RuleError
from crm.staff.models import AuditEvent
from tests.factories import (
    ActivityFactory,
    CampaignFactory,
    ReaderFactory,
    SegmentFactory,
    SurveyFactory,
    UserFactory,
)
from tests.owner import as_owner

TEACHERS = {"test": "kind", "in": ["teacher"]}
BORROWERS = {"test": "activity", "kind": "loan", "cmp": "ge", "n": 1, "days": 90}


def members(segment) -> set[int]:
    return set(segment.members.values_list("reader_id", flat=True))


def log(segment) -> list[tuple[int, bool]]:
    return list(segment.log.order_by("pk").values_list("reader_id", "entered"))


@pytest.fixture
def librarian(db):
    return UserFactory(role="librarian")


def test_refresh_writes_joiners_leavers_and_log(db):
    stays, leaves, joins = ReaderFactory.create_batch(3, kind="teacher")
    Reader.objects.filter(pk=joins.pk).update(kind="master")
    segment = SegmentFactory(rule=TEACHERS)
    assert refresh_segment(segment).entered == 2
    Reader.objects.filter(pk=leaves.pk).update(kind="alumnus")
    Reader.objects.filter(pk=joins.pk).update(kind="teacher")

    diff = refresh_segment(segment)

    assert (diff.size, diff.entered, diff.left, diff.error) == (2, 1, 1, "")
    assert members(segment) == {stays.pk, joins.pk}
    assert sorted(log(segment)[2:]) == sorted([(joins.pk, True), (leaves.pk, False)])
    assert (segment.size, segment.refreshed_version, segment.is_stale) == (2, 1, False)


def test_refresh_twice_changes_nothing(db):
    ReaderFactory.create_batch(3, kind="teacher")
    segment = SegmentFactory(rule=TEACHERS)
    refresh_segment(segment)
    before = list(SegmentMember.objects.values_list("reader_id", "since").order_by("reader_id"))

    diff = refresh_segment(segment)

    assert (diff.size, diff.entered, diff.left) == (3, 0, 0)
    assert (
        list(SegmentMember.objects.values_list("reader_id", "since").order_by("reader_id"))
        == before
    )
    assert SegmentLog.objects.count() == 3


def test_refresh_as_of_an_earlier_day_sees_that_day(db):
    loan = ActivityFactory(kind="loan", at=timezone.now() - timedelta(days=100))
    ActivityFactory(kind="loan", at=timezone.now() - timedelta(days=1))
    segment = SegmentFactory(rule=BORROWERS)

    refresh_segment(segment, as_of=timezone.now() - timedelta(days=50))

    assert members(segment) == {loan.reader_id}


def test_pins_survive_refresh_and_the_last_decision_counts(db, librarian):
    teacher, student = ReaderFactory(kind="teacher"), ReaderFactory(kind="master")
    segment = SegmentFactory(rule=TEACHERS)
    actions.pin_reader(segment=segment, reader=student, include=True, reason="guest", by=librarian)
    actions.pin_reader(segment=segment, reader=teacher, include=True, reason="first", by=librarian)
    actions.pin_reader(
        segment=segment, reader=teacher, include=False, reason="asked to", by=librarian
    )

    refresh_segment(segment)
    refresh_segment(segment)

    assert members(segment) == {student.pk}
    assert SegmentPin.objects.get(reader=teacher).reason == "asked to"


def test_failed_refresh_keeps_members_says_why_and_heals(db):
    inner = SegmentFactory(rule=TEACHERS)
    segment = SegmentFactory(rule={"test": "segment", "id": inner.pk})
    ReaderFactory(kind="teacher")
    refresh_segment(segment)
    Segment.objects.filter(pk=segment.pk).update(rule={"test": "segment", "id": 4711})

    failed = refresh_segment(segment)

    assert failed.error
    assert segment.error == failed.error
    assert (segment.size, len(members(segment))) == (1, 1)
    Segment.objects.filter(pk=segment.pk).update(rule=TEACHERS)
    assert refresh_segment(segment).error == segment.error == ""


def test_the_trail_tells_a_refresh_that_failed_from_one_that_changed_nothing(librarian):
    segment = SegmentFactory(rule=TEACHERS)
    actions.refresh_now(segment=segment, by=librarian)
    Segment.objects.filter(pk=segment.pk).update(rule={"test": "segment", "id": 4711})
    actions.refresh_now(segment=segment, by=librarian)

    rows = AuditEvent.objects.filter(action="segment.refresh").order_by("pk")

    unchanged, failed = rows.values_list("detail", flat=True)
    assert unchanged == {"entered": 0, "left": 0}
    assert failed == {"failed": True}


def test_refresh_that_takes_too_long_is_stopped_and_says_so(db):
    ReaderFactory.create_batch(300)
    segment = SegmentFactory(rule={})
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql"
            " AS $$BEGIN PERFORM pg_sleep(1); RETURN NEW; END$$"
        )
        cursor.execute(
            "CREATE TRIGGER slow BEFORE INSERT ON crm_segmentmember"
            " FOR EACH ROW EXECUTE FUNCTION slow()"
        )

    diff = refresh_segment(segment, limit_ms=100)

    assert diff.too_slow
    assert segment.error == diff.error
    assert members(segment) == set()


def test_refresh_all_takes_nested_segments_first_as_of_one_moment(db):
    ReaderFactory.create_batch(2, kind="teacher")
    outer = SegmentFactory()
    inner = SegmentFactory(rule=TEACHERS)
    Segment.objects.filter(pk=outer.pk).update(
        rule={"op": "not", "of": [{"test": "segment", "id": inner.pk}]}
    )
    ReaderFactory(kind="master")

    done = refresh_all_segments()

    assert list(done) == [inner.pk, outer.pk]
    assert {pk: diff.size for pk, diff in done.items()} == {inner.pk: 2, outer.pk: 1}
    assert Segment.objects.values("refreshed_at").distinct().count() == 1


def test_one_bad_segment_does_not_stop_the_others(db):
    bad, good = SegmentFactory(), SegmentFactory()
    Segment.objects.filter(pk=bad.pk).update(rule={"test": "segment", "id": bad.pk})

    done = refresh_all_segments()

    assert (bool(done[bad.pk].error), done[good.pk].error) == (True, "")
    assert nested_first({1: {"test": "segment", "id": 1}, 2: {}}) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_two_refreshes_at_once_write_each_joiner_once():
    ReaderFactory.create_batch(200)
    segment = SegmentFactory(rule={})

    def work():
        try:
            results.append(refresh_segment(Segment.objects.get(pk=segment.pk)))
        finally:
            connection.close()

    results: list[Diff] = []
    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(diff.entered for diff in results) == [0, 0, 0, 200]
    assert [diff.error for diff in results] == [""] * 4
    assert (SegmentMember.objects.count(), SegmentLog.objects.count()) == (200, 200)


# --- verbs ----------------------------------------------------------------------------------------
def test_cycle_is_refused_when_saving(db, librarian):
    first = actions.create_segment(name="first", rule={}, by=librarian)
    middle = actions.create_segment(
        name="middle", rule={"test": "segment", "id": first.pk}, by=librarian
    )
    last = actions.create_segment(
        name="last", rule={"test": "segment", "id": middle.pk}, by=librarian
    )

    with pytest.raises(RuleError):
        actions.change_segment(
            segment=first,
            name="first",
            description="",
            rule={"test": "segment", "id": last.pk},
            by=librarian,
        )

    first.refresh_from_db()
    assert (first.rule, first.version) == ({}, 1)


def test_changed_rule_is_a_new_version_and_stale_until_refreshed(db, librarian):
    segment = actions.create_segment(name="A", rule={}, by=librarian)
    refresh_segment(segment)
    renamed = actions.change_segment(
        segment=segment, name="B", description="", rule={}, by=librarian
    )
    assert (renamed.version, renamed.is_stale) == (1, False)

    changed = actions.change_segment(
        segment=segment, name="B", description="", rule=TEACHERS, by=librarian
    )

    assert (changed.version, changed.is_stale) == (2, True)
    assert list(Segment.objects.stale()) == [changed]
    assert list(AuditEvent.objects.order_by("pk").values_list("action", flat=True)) == [
        "segment.create",
        "segment.change",
        "segment.change",
    ]


def test_copy_has_the_rule_and_a_free_name_but_no_pins(db, librarian):
    segment = SegmentFactory(name="Teachers", rule=TEACHERS)
    SegmentPin.objects.create(segment=segment, reader=ReaderFactory(), include=True, reason="x")

    one = actions.duplicate_segment(segment=segment, by=librarian)
    two = actions.duplicate_segment(segment=segment, by=librarian)

    assert one.rule == two.rule == TEACHERS
    assert len({segment.name, one.name, two.name}) == 3
    assert (one.pins.count(), one.size) == (0, None)


def test_segment_in_use_is_not_deleted_and_says_by_what(db, librarian):
    segment = SegmentFactory()
    naming = SegmentFactory(rule={"op": "not", "of": [{"test": "segment", "id": segment.pk}]})
    campaign = CampaignFactory()
    campaign.segments.add(segment)
    survey = SurveyFactory(audience=segment)

    with pytest.raises(actions.InUse) as raised:
        actions.delete_segment(segment=segment, by=librarian)

    assert sorted(map(repr, raised.value.users)) == sorted(map(repr, [naming, campaign, survey]))
    assert Segment.objects.filter(pk=segment.pk).exists()


def test_unused_segment_is_deleted_with_its_members(db, librarian):
    segment = SegmentFactory()
    ReaderFactory()
    refresh_segment(segment)

    actions.delete_segment(segment=segment, by=librarian)

    assert not SegmentMember.objects.exists()
    assert not SegmentLog.objects.exists()
    assert AuditEvent.objects.get().detail == {"name": segment.name}
