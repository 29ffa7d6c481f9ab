"""Segments on the desk.

The list, the builder with and without scripts, the page of one, what small numbers show.
"""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from core.disclosure import Count, Missing
from crm.readers.models import Reader
from crm.segments import figures
from crm.segments.builder.conditions import CONDITIONS, Registers
from crm.segments.builder.draft import Draft
from crm.segments.models import Segment, SegmentLog
from crm.segments.refresh import refresh_segment
from crm.segments.words import explain_rule
from crm.staff.models import AuditEvent
from tests.factories import (
    ActivityFactory,
    CampusFactory,
    CollegeFactory,
    ReaderFactory,
    SegmentFactory,
    UserFactory,
)

WITHHELD = Count.without(Missing.WITHHELD)
TEACHERS = {"test": "kind", "in": ["teacher"]}
#: A rule that uses every condition and every kind of group.
EVERYTHING = {
    "op": "and",
    "of": [
        {"test": "kind", "in": ["master", "doctoral"]},
        {
            "op": "or",
            "of": [{"test": "campus", "in": ["gulou"]}, {"test": "college", "in": ["history"]}],
        },
        {"op": "not", "of": [{"test": "cohort", "from": 2020}]},
        {
            "op": "not",
            "of": [
                {
                    "op": "or",
                    "of": [
                        {"test": "language", "in": ["en"]},
                        {"test": "seen", "cmp": "before", "days": 9},
                    ],
                }
            ],
        },
        {"test": "registered", "from": "2020-01-01", "to": "2026-01-01"},
        {"test": "state", "in": ["active", "left"]},
        {"test": "activity", "kind": "loan", "cmp": "ge", "n": 3, "days": 90},
        {"test": "activity", "kind": "any", "cmp": "le", "n": 0},
        {"test": "trait", "name": "rank", "cmp": "ge", "value": 4},
        {"test": "trait", "name": "title", "cmp": "in", "value": ["a", "b"]},
        {"test": "trait", "name": "title", "cmp": "exists"},
        {"test": "consent", "channel": "email", "is": "reachable"},
    ],
}


@pytest.fixture
def librarian(db):
    return UserFactory(role="librarian")


@pytest.fixture
def desk(librarian):
    client = Client()
    client.force_login(librarian)
    return client


def posted(draft) -> dict:
    """What a browser would send for a draft's page."""
    data = {"node": [node.mark for node in draft.nodes.values()]}
    for node in draft.nodes.values():
        for field in node.form:
            value = field.value()
            data[field.html_name] = "" if value is None else value
    return data


def detail(segment) -> str:
    return reverse("crm:segment-detail", args=[segment.pk])


# --- the builder ----------------------------------------------------------------------------------
def test_rule_survives_the_builder(desk):
    CampusFactory(code="gulou")
    CollegeFactory(code="history")
    draft = Draft.of_rule(EVERYTHING, Registers())

    page = desk.post(reverse("crm:segment-create"), {"name": "All", **posted(draft)})

    assert page.status_code == 302
    assert {node.test for node in draft.nodes.values()} == {"group", *CONDITIONS} - {"segment"}
    assert Segment.objects.get().rule == EVERYTHING


def test_saving_computes_the_members_at_once(desk, librarian):
    reader = ReaderFactory(kind="teacher")
    data = posted(Draft.of_rule(TEACHERS, Registers()))

    response = desk.post(reverse("crm:segment-create"), {"name": "Teachers", "do": "save", **data})

    segment = Segment.objects.get()
    assert response.status_code == 302
    assert response["Location"] == detail(segment)
    assert (segment.rule, segment.size, segment.created_by) == (TEACHERS, 1, librarian)
    assert list(segment.members.values_list("reader_id", flat=True)) == [reader.pk]


def test_tree_is_built_by_buttons_without_scripts(desk):
    url = reverse("crm:segment-create")

    page = desk.post(
        url,
        {"name": "kept", "node": ["0 0 group"], "g0-op": "or", "new-0": "activity", "do": "add:0"},
    )
    nested = desk.post(url, {"node": ["0 0 group", "1 0 activity"], "g0-op": "or", "do": "group:0"})
    removed = desk.post(
        url,
        {
            "node": ["0 0 group", "1 0 group", "2 1 seen"],
            "g0-op": "or",
            "g1-op": "and",
            "do": "remove:1",
        },
    )

    assert page.status_code == nested.status_code == removed.status_code == 200
    assert 'value="kept"' in page.content.decode()
    assert [node.mark for node in page.context["draft"].nodes.values()] == [
        "0 0 group",
        "1 0 activity",
    ]
    assert [node.mark for node in nested.context["draft"].nodes.values()] == [
        "0 0 group",
        "1 0 activity",
        "2 0 group",
    ]
    assert [node.mark for node in removed.context["draft"].nodes.values()] == ["0 0 group"]
    assert '<option value="seen">' in page.content.decode()
    assert not Segment.objects.exists()


def test_structure_made_up_by_hand_is_left_out(desk):
    marks = [
        "1 0 kind",
        "0 0 group",
        "0 0 group",
        "2 9 kind",
        "3 0 evil",
        "4 3 kind",
        "x",
        "5 0",
        "6 6 group",
        "9" * 5000,
    ]

    page = desk.post(
        reverse("crm:segment-create"), {"node": marks, "g0-op": "and", "do": "add:" + "9" * 5000}
    )

    assert page.status_code == 200
    assert list(page.context["draft"].nodes) == [0]


def test_incomplete_condition_is_not_saved_and_says_where(desk):
    data = {"name": "x", "node": ["0 0 group", "1 0 kind", "2 0 activity"], "g0-op": "and"}

    page = desk.post(
        reverse("crm:segment-create"), data | {"c2-kind": "loan", "c2-cmp": "ge", "do": "save"}
    )

    assert page.status_code == 400
    forms = {node.id: node.form.errors.keys() for node in page.context["draft"].nodes.values()}
    assert forms == {0: set(), 1: {"in"}, 2: {"n"}}
    assert not Segment.objects.exists()


def test_choice_that_is_not_offered_is_refused(desk):
    data = {
        "name": "x",
        "node": ["0 0 group", "1 0 kind"],
        "g0-op": "and",
        "c1-in": ["teacher", "1) OR (1=1"],
    }

    page = desk.post(reverse("crm:segment-create"), data)

    assert page.status_code == 400
    assert not Segment.objects.exists()


def test_rule_nested_too_deep_is_refused_with_the_reason(desk):
    marks = ["0 0 group", *[f"{n} {n - 1} group" for n in range(1, 8)]]
    ops = {f"g{n}-op": "none" for n in range(8)}

    page = desk.post(
        reverse("crm:segment-create"),
        {"name": "x", "node": [*marks, "8 7 seen"], **ops, "c8-cmp": "within", "c8-days": "3"},
    )

    assert page.status_code == 400
    assert len(page.context["form"].non_field_errors()) == 1


def test_live_count_counts_with_nested_rule_as_it_stands(desk):
    inner = SegmentFactory(rule=TEACHERS)
    ReaderFactory.create_batch(6, kind="teacher")
    draft = Draft.of_rule({"test": "segment", "id": inner.pk}, Registers())

    page = desk.post(reverse("crm:segment-count"), posted(draft))

    assert page.context["counted"]["n"] == Count.of(6)
    assert "csrf" not in page.content.decode()


def test_b5_changing_a_rule_changes_the_count_and_a_small_one_is_hidden(desk):
    ReaderFactory.create_batch(6, kind="teacher")
    ReaderFactory.create_batch(5, kind="master")
    ReaderFactory.create_batch(3, kind="doctoral")

    def printed(*kinds) -> str:
        draft = Draft.of_rule({"test": "kind", "in": list(kinds)}, Registers())
        page = desk.post(reverse("crm:segment-count"), posted(draft))
        return re.search(r'<p class="count-live">([^<]*)</p>', page.content.decode())[1]

    assert printed("teacher", "master") == "11"
    assert printed("teacher") == "6"
    assert printed("doctoral") == "未显示"


def test_count_of_one_to_four_persons_is_not_printed(desk):
    ReaderFactory.create_batch(3, kind="teacher")

    page = desk.post(reverse("crm:segment-count"), posted(Draft.of_rule(TEACHERS, Registers())))

    assert '<p class="count-live">未显示</p>' in page.content.decode()


def test_count_of_an_incomplete_rule_asks_for_the_rest(desk):
    page = desk.post(
        reverse("crm:segment-count"), {"node": ["0 0 group", "1 0 kind"], "g0-op": "and"}
    )

    assert page.status_code == 200
    assert "n" not in page.context["counted"]


def test_role_and_size_in_the_form_are_ignored(desk):
    segment = SegmentFactory(rule=TEACHERS)

    desk.post(
        reverse("crm:segment-edit", args=[segment.pk]),
        {
            "name": "y",
            "size": 99,
            "version": 9,
            "created_by": 1,
            **posted(Draft.of_rule(TEACHERS, Registers())),
        },
    )

    segment.refresh_from_db()
    assert (segment.name, segment.size, segment.version, segment.created_by) == ("y", 0, 1, None)


def test_typed_text_is_inert_on_every_page(desk):
    evil = "<script>alert(1)</script>"
    segment = SegmentFactory(
        name=evil,
        description=evil,
        rule={"test": "trait", "name": evil, "cmp": "eq", "value": evil},
    )

    pages = [
        reverse("crm:segment-list"),
        detail(segment),
        reverse("crm:segment-edit", args=[segment.pk]),
    ]

    for url in pages:
        assert evil not in desk.get(url).content.decode(), url


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


# --- the page of one ------------------------------------------------------------------------------
def test_page_hides_small_cells_and_the_one_they_could_be_had_from(desk):
    ReaderFactory.create_batch(3, kind="doctoral", consents=[])
    ReaderFactory.create_batch(7, kind="master")
    ReaderFactory.create_batch(20, kind="teacher")
    segment = SegmentFactory()
    refresh_segment(segment)

    shown = figures.make_up(segment)
    page = desk.get(detail(segment)).content.decode()

    assert shown.size == Count.of(30)
    assert {cell.label: cell.n for cell in shown.kinds} == {
        str(Reader.Kind.MASTER.label): WITHHELD,
        str(Reader.Kind.DOCTORAL.label): WITHHELD,
        str(Reader.Kind.TEACHER.label): Count.of(20),
    }
    # All but three can be mailed, which would name the three.
    assert [cell.n for cell in shown.channels] == [WITHHELD, Count.of(0), Count.of(0)]
    assert '<td class="n">27</td>' not in page
    assert '<td class="n">20</td>' in page


def test_segment_of_four_shows_no_number_anywhere(desk):
    ReaderFactory.create_batch(4, kind="teacher")
    segment = SegmentFactory(name="Few", rule=TEACHERS)
    refresh_segment(segment)

    cells = figures.make_up(segment)
    chart = figures.history_chart(segment)

    assert {cell.n for cell in [*cells.kinds, *cells.campuses]} == {WITHHELD}
    assert chart.rows == [(timezone.localdate().isoformat(), WITHHELD, WITHHELD, Count.of(0))]
    assert chart.figure["data"][0]["y"] == [None]
    for url in (detail(segment), reverse("crm:segment-list")):
        assert "未显示" in desk.get(url).content.decode()


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
        with django_assert_num_queries(10):
            desk.get(detail(segment))
