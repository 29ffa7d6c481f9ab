"""The builder on the desk, with and without scripts."""

import re

from django.urls import reverse

from core.disclosure import Count
from crm.collections.actions import add_collection
from crm.rfc.measuring import measure
from crm.segments.builder.conditions import CONDITIONS
from crm.segments.builder.draft import Draft
from crm.segments.builder.registers import Registers
from crm.segments.models import Segment
from tests.crm.segments.building import TEACHERS, detail
from tests.factories import (
    CampusFactory,
    CollegeFactory,
    ReaderFactory,
    SegmentFactory,
)

#: A rule that uses every condition and every kind of group.
EVERYTHING = {
    "op": "and",
    "of": [
        {"test": "kind", "in": ["master", "doctoral"]},
        {"test": "stage", "in": ["new", "graduated"]},
        {"test": "enters", "from": 2022, "to": 2022},
        {"test": "graduates", "from": 2026, "to": 2026},
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
        {"test": "rfc", "recency": [4, 5], "frequency": [1]},
        {"test": "trait", "name": "rank", "cmp": "ge", "value": 4},
        {"test": "trait", "name": "title", "cmp": "in", "value": ["a", "b"]},
        {"test": "trait", "name": "title", "cmp": "exists"},
        {"test": "consent", "channel": "email", "is": "reachable"},
    ],
}


def posted(draft) -> dict:
    """What a browser would send for a draft's page."""
    data = {"node": [node.mark for node in draft.nodes.values()]}
    for node in draft.nodes.values():
        for field in node.form:
            value = field.value()
            data[field.html_name] = "" if value is None else value
    return data


def test_rule_survives_the_builder(desk):
    CampusFactory(code="gulou")
    CollegeFactory(code="history")
    measure()
    items = [f"C{number:07d}" for number in range(200)]
    listed = add_collection(name="冬日书单", items=items, by=None)
    borrowed = {"test": "borrowed", "list": listed.pk, "since": "2026-05-01"}
    rule = EVERYTHING | {"of": [*EVERYTHING["of"], borrowed]}
    draft = Draft.of_rule(rule, Registers())

    page = desk.post(reverse("crm:segment-create"), {"name": "All", **posted(draft)})

    assert page.status_code == 302
    assert {node.test for node in draft.nodes.values()} == {"group", *CONDITIONS} - {"segment"}
    assert Segment.objects.get().rule == rule


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
