"""Segments on the desk.

The list, the page of one, what small numbers show.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from core.disclosure import Count, Missing
from crm.readers.models import Purpose, Reader
from crm.segments import figures
from crm.segments.models import Segment, SegmentLog, SegmentMember
from crm.segments.refresh import refresh_segment
from crm.segments.words import explain_rule
from crm.staff.models import AuditEvent
from tests.crm.segments.building import TEACHERS, detail
from tests.factories import (
    ActivityFactory,
    CampusFactory,
    ReaderFactory,
    SegmentFactory,
    UserFactory,
)

WITHHELD = Count.without(Missing.WITHHELD)


# --- the list -------------------------------------------------------------------------------------
@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries(desk, rows, django_assert_num_queries):
    for segment in SegmentFactory.create_batch(rows):
        refresh_segment(segment)
    desk.get(reverse("crm:segment-list"))

    with django_assert_num_queries(4):
        desk.get(reverse("crm:segment-list"))


def test_list_searches_filters_and_sorts(desk):
    fresh, old, failed = (
        SegmentFactory(name="fresh"),
        SegmentFactory(name="old"),
        SegmentFactory(name="failed"),
    )
    for segment in (fresh, old):
        refresh_segment(segment)
    Segment.objects.filter(pk=old.pk).update(
        refreshed_at=timezone.now() - timedelta(days=3), size=9
    )
    Segment.objects.filter(pk=failed.pk).update(error="broken")

    def names(query):
        return [
            segment.name
            for segment in desk.get(reverse("crm:segment-list") + query).context["page"]
        ]

    assert names("") == ["failed", "fresh", "old"]
    assert names("?q=FRE") == ["fresh"]
    assert names("?state=stale") == ["failed", "old"]
    assert names("?state=error") == ["failed"]
    assert names("?sort=-size")[-2:] == ["old", "fresh"]
    assert names("?sort=password&state=nonsense") == ["failed", "fresh", "old"]


@pytest.mark.django_db
def test_sorting_tells_nothing_of_sizes_that_are_not_shown(client):
    client.force_login(UserFactory(role="librarian"))
    sizes = {"a": 2, "b": 4, "c": 1, "d": 0, "e": 5, "f": 6}
    for name, size in sizes.items():
        SegmentFactory(name=name, size=size, refreshed_at=timezone.now())
    # Nobody has counted these yet, which is not the same as a few.
    SegmentFactory(name="g", size=None)

    def names(sort):
        page = client.get(reverse("crm:segment-list"), {"sort": sort}).context["page"]
        return "".join(segment.name for segment in page)

    assert names("size") == "abcdefg"
    assert names("-size") == "gfedabc"


# --- the page of one ------------------------------------------------------------------------------
def test_page_hides_small_cells_and_the_one_they_could_be_had_from(desk):
    ReaderFactory.create_batch(3, kind="doctoral", consents=[])
    ReaderFactory.create_batch(7, kind="master")
    ReaderFactory.create_batch(20, kind="teacher")
    segment = SegmentFactory()
    refresh_segment(segment)

    shown = figures.composition(segment)
    page = desk.get(detail(segment)).content.decode()

    assert shown.size == Count.of(30)
    assert {cell.label: cell.count for cell in shown.kinds} == {
        str(Reader.Kind.MASTER.label): WITHHELD,
        str(Reader.Kind.DOCTORAL.label): WITHHELD,
        str(Reader.Kind.TEACHER.label): Count.of(20),
    }
    # All but three can be mailed, which would name the three.
    by_mail = [cell.count for cell in shown.channels[:3]]
    assert by_mail == [WITHHELD] * 3
    assert [cell.count for cell in shown.channels[4:]] == [Count.of(0), Count.of(0)]
    assert '<td class="n">27</td>' not in page
    assert '<td class="n">20</td>' in page


def test_mail_is_counted_for_each_purpose(db):
    """In 0.1 whoever allowed one purpose counted as reached by mail, whatever it was for."""
    ReaderFactory.create_batch(10, kind="teacher", consents=["email:events"])
    ReaderFactory.create_batch(8, kind="teacher", consents=["email:surveys"])
    ReaderFactory.create_batch(20, kind="teacher", consents=[])
    segment = SegmentFactory(rule=TEACHERS)
    refresh_segment(segment)

    found = {cell.label: cell.count for cell in figures.composition(segment).channels}
    expected = {
        Purpose.NOTICES: Count.of(0),
        Purpose.EVENTS: Count.of(10),
        Purpose.SURVEYS: Count.of(8),
        Purpose.RESEARCH: Count.of(0),
    }
    for purpose, count in expected.items():
        assert found[gettext("E-mail for %(purpose)s") % {"purpose": purpose.label}] == count


def test_segment_of_four_shows_no_number_anywhere(desk):
    ReaderFactory.create_batch(4, kind="teacher")
    segment = SegmentFactory(name="Few", rule=TEACHERS)
    refresh_segment(segment)

    cells = figures.composition(segment)
    chart = figures.history_chart(segment)

    assert {cell.count for cell in [*cells.kinds, *cells.campuses]} == {WITHHELD}
    assert chart.rows == [(timezone.localdate().isoformat(), WITHHELD, WITHHELD, Count.of(0))]
    assert chart.figure["data"][0]["y"] == [None]
    for url in (detail(segment), reverse("crm:segment-list")):
        assert "未显示" in desk.get(url).content.decode()


def test_one_day_of_changes_is_told_in_words_and_two_are_a_line(desk):
    """In 0.1 a chart was drawn of a single point."""
    segment = SegmentFactory(rule=TEACHERS)
    readers = ReaderFactory.create_batch(12, kind="teacher")
    refresh_segment(segment)
    assert desk.get(detail(segment)).context["chart"] is None

    earlier = timezone.now() - timedelta(days=20)
    entered = [reader.pk for reader in readers[:6]]
    SegmentLog.objects.filter(segment=segment, reader__in=entered).update(at=earlier)
    assert len(desk.get(detail(segment)).context["chart"].rows) == 2


def test_members_over_time_are_the_sum_of_the_log(db):
    segment = SegmentFactory()
    readers = ReaderFactory.create_batch(12)
    start = timezone.now() - timedelta(days=20)
    SegmentLog.objects.bulk_create(
        [SegmentLog(segment=segment, reader=reader, entered=True, at=start) for reader in readers]
        + [
            SegmentLog(segment=segment, reader=reader, entered=False, at=start + timedelta(days=5))
            for reader in readers[:6]
        ]
    )

    SegmentMember.objects.bulk_create(
        [SegmentMember(segment=segment, reader=reader, since=start) for reader in readers[6:]]
    )

    assert [(size, entered, left) for _day, size, entered, left in figures.by_day(segment)] == [
        (12, 12, 0),
        (6, 0, 6),
    ]


def test_page_says_the_rule_in_words_of_the_language(desk):
    borrowers = {"test": "activity", "kind": "loan", "cmp": "ge", "n": 3, "days": 90}
    rule = {"op": "and", "of": [{"test": "kind", "in": ["undergraduate"]}, borrowers]}

    with translation.override("zh-hans"):
        assert explain_rule(rule) == "本科生，且近 90 天借阅 ≥ 3 次"
    with translation.override("en"):
        assert explain_rule(rule) == "Undergraduate, and loan ≥ 3 times in the last 90 days"


def test_reader_is_pinned_and_unpinned_by_number(desk):
    student = ReaderFactory(number="S1")
    segment = SegmentFactory(rule=TEACHERS)
    url = reverse("crm:segment-pin", args=[segment.pk])

    desk.post(url, {"number": " S1 ", "include": "in", "reason": "guest"})
    assert list(segment.members.values_list("reader_id", flat=True)) == [student.pk]
    desk.post(reverse("crm:segment-unpin", args=[segment.pk, segment.pins.get().pk]))

    assert not segment.members.exists()
    assert list(
        AuditEvent.objects.filter(action__contains="pin").values_list("action", flat=True)
    ) == [
        "segment.unpin",
        "segment.pin",
    ]


@pytest.mark.parametrize("typed", ["A100", "Ａ１００", "A\u200b100", "\u3000Ａ100 "])
def test_reader_is_pinned_by_any_spelling_of_the_number(desk, typed):
    reader = ReaderFactory(number="A100")
    segment = SegmentFactory()
    desk.post(
        reverse("crm:segment-pin", args=[segment.pk]),
        {"number": typed, "include": "in", "reason": "asked for"},
    )
    assert segment.pins.get().reader == reader


def test_reader_of_another_campus_can_neither_be_pinned_nor_seen_nor_unpinned(db):
    here, there = CampusFactory(), CampusFactory()
    stranger = ReaderFactory(name="Stranger", number="S1", campus=there)
    segment = SegmentFactory(rule=TEACHERS)
    pin = segment.pins.create(reader=stranger, include=True, reason="Secret")
    client = Client()
    client.force_login(UserFactory(role="librarian", campus=here))

    refused = client.post(
        reverse("crm:segment-pin", args=[segment.pk]),
        {"number": "S1", "include": "out", "reason": "x"},
    )
    page = client.get(detail(segment))
    removed = client.post(reverse("crm:segment-unpin", args=[segment.pk, pin.pk]))

    assert refused.status_code == 400
    assert "Stranger" not in page.content.decode()
    assert "Secret" not in page.content.decode()
    assert removed.status_code == 404
    assert segment.pins.get().include is True


def test_segment_in_use_stays_and_the_page_says_by_what(desk):
    segment = SegmentFactory(name="Base")
    SegmentFactory(name="Upper", rule={"test": "segment", "id": segment.pk})

    page = desk.post(reverse("crm:segment-delete", args=[segment.pk]), follow=True)

    assert Segment.objects.filter(pk=segment.pk).exists()
    assert "Upper" in page.content.decode()


def test_refresh_button_brings_members_up_to_date(desk):
    ActivityFactory.create_batch(5)
    segment = SegmentFactory()

    desk.post(reverse("crm:segment-refresh", args=[segment.pk]))

    segment.refresh_from_db()
    assert (segment.size, segment.is_stale) == (5, False)


def test_page_asks_the_same_number_of_queries_for_any_size(desk, django_assert_num_queries):
    few, many = SegmentFactory(rule=TEACHERS), SegmentFactory()
    ReaderFactory(kind="teacher")
    ReaderFactory.create_batch(30)
    for segment in (few, many):
        refresh_segment(segment)
    for segment in (few, many):
        with django_assert_num_queries(12):
            desk.get(detail(segment))


@pytest.mark.django_db
def test_a_size_tells_staff_of_one_campus_nothing_of_the_few_elsewhere(client):
    here, elsewhere = CampusFactory(), CampusFactory()
    client.force_login(UserFactory(role="librarian", campus=here))
    segment = SegmentFactory(refreshed_at=timezone.now(), size=7)
    for campus, n in ((here, 5), (elsewhere, 2)):
        for reader in ReaderFactory.create_batch(n, campus=campus):
            segment.members.create(reader=reader, since=timezone.now())

    own = client.get(reverse("crm:reader-list"), {"segment": segment.pk}).context["page"]
    assert own.paginator.count == 5

    # Seven in the segment, five of them in the own list: two elsewhere.
    page = client.get(segment.get_absolute_url())
    assert not page.context["segment"].persons.is_shown

    refresh_segment(segment)
    page = client.get(segment.get_absolute_url())
    assert page.context["segment"].persons == Count.of(5)
    assert page.context["segment"].elsewhere.is_withheld


def test_a_segment_s_name_is_not_called_a_person_s(desk):
    SegmentFactory(name="A")
    desk.cookies["django_language"] = "zh-hans"
    page = desk.get(reverse("crm:segment-list")).content.decode()
    assert "名称" in page
    assert "姓名" not in page
