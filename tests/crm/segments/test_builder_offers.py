"""What the builder offers, and how it says what is not complete."""

from datetime import date

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from crm.readers.models import Look, LookPlace, Reader
from crm.rfc.measuring import measure
from crm.segments.overlap import overlap_for
from crm.segments.refresh import refresh_segment
from crm.segments.rule import check_rule
from crm.segments.starters import STARTERS
from crm.segments.traits import KEY, offered_traits
from crm.segments.words import explain_rule
from tests.crm.segments.building import TEACHERS
from tests.factories import CampusFactory, ReaderFactory, SegmentFactory, UserFactory

pytestmark = pytest.mark.django_db

UNFINISHED = {
    "node": ["0 0 group", "1 0 activity", "2 0 trait", "3 0 kind", "4 0 rfc"],
    "g0-op": "and",
    "c1-kind": "loan",
    "c1-cmp": "ge",
    "c2-name": "rank",
    "c2-cmp": "eq",
}


@pytest.fixture
def desk(librarian):
    client = Client(headers={"accept-language": "en"})
    client.force_login(librarian)
    return client


@pytest.fixture
def traits(db):
    """A rank that many bear, a thesis that is one person's, and a hobby of few."""
    cache.delete(KEY)
    for n in range(40):
        traits = {"rank": "a" if n < 25 else f"rare{n}", "thesis": f"on {n}"}
        if n < 4:
            traits["hobby"] = "chess"
        ReaderFactory(traits=traits)
    ReaderFactory(traits={"rank": "off"}, analytics=False)


def test_traits_are_offered_by_name_and_value_but_none_that_few_bear(traits, desk):
    """In 0.1 a trait was typed from memory."""
    assert offered_traits() == {"rank": ["a"], "thesis": []}

    page = desk.post(
        reverse("crm:segment-create"),
        {"node": ["0 0 group", "1 0 trait"], "g0-op": "and", "c1-name": "rank", "do": "draw"},
    ).content.decode()
    assert '<option value="thesis">' in page
    assert '<option value="a">' in page
    values = desk.get(reverse("crm:segment-trait-values"), {"c1-name": "rank"}).content.decode()
    assert values.split() == ["<option", 'value="a"></option>']
    for nothing in ({"c1-name": "hobby"}, {"c1-name": "\0"}, {}):
        assert not desk.get(reverse("crm:segment-trait-values"), nothing).content.split()


def test_unfinished_conditions_are_marked_in_place_while_somebody_types(desk):
    """In 0.1 the errors of a fresh condition stood there until the page was sent."""
    drawn = desk.post(reverse("crm:segment-create"), UNFINISHED | {"do": "add:0", "new-0": "seen"})
    assert "aria-invalid" not in drawn.content.decode()
    assert "not complete" not in drawn.content.decode()

    counted = desk.post(reverse("crm:segment-count"), UNFINISHED).content.decode()
    assert "No number yet" in counted
    for number, what in ((1, "How many times?"), (2, "Which value?"), (4, "Tick at least one")):
        mark = counted.split(f'id="faults-c{number}" hx-swap-oob="true"')[1].split("</div>")[0]
        assert what in mark
    done = desk.post(reverse("crm:segment-count"), UNFINISHED | {"c1-n": "3"}).content.decode()
    mark = done.split('id="faults-c1" hx-swap-oob="true"')[1].split("</div>")[0]
    assert "not complete" not in mark


def test_saving_leads_to_each_field_that_is_not_complete(desk):
    page = desk.post(reverse("crm:segment-create"), {"name": "", **UNFINISHED})
    head = page.content.decode().split('class="summary-errors"')[1].split("</div>")[0]
    assert page.status_code == 400
    for field in ("id_name", "id_c1-n", "id_c2-value", "id_c3-in", "id_c4-recency"):
        assert f'href="#{field}"' in head
        assert f'id="{field}"' in page.content.decode()


def test_templates_begin_rules_that_can_be_used(desk):
    spring, autumn = date(2027, 3, 1), date(2026, 9, 1)
    for starter in STARTERS.values():
        assert check_rule(starter.rule_on(spring))
    _final, *expected = STARTERS["finalists"].rule_on(spring)["of"]
    entered = {part["of"][1]["from"]: part["of"][0]["in"] for part in expected}
    assert entered == {2024: ["master"], 2023: ["undergraduate", "doctoral"]}
    assert STARTERS["freshmen"].rule_on(spring) == STARTERS["freshmen"].rule_on(autumn)
    measure()
    page = desk.get(reverse("crm:segment-create"), {"template": "givers"})
    assert page.context["form"]["name"].value() == "Active contributors"
    draft = page.context["draft"]
    assert len(draft.nodes) == 2
    cell = desk.get(reverse("crm:segment-create"), {"cell": "5-3"}).content.decode()
    assert cell.count("checked") == 2
    for wrong in ({"template": "none"}, {"cell": "9-9"}, {"cell": "²-\0"}):
        assert len(desk.get(reverse("crm:segment-create"), wrong).context["draft"].nodes) == 1
    said = explain_rule({"test": "rfc", "recency": [5, 4], "contribution": [1]})
    assert said == "Recency 4 or 5, contribution 1"


def test_sample_shows_only_whom_the_viewer_may_open_and_writes_it_down():
    north, south = CampusFactory(), CampusFactory()
    for campus in (north, south):
        for _one in range(12):
            ReaderFactory(kind="teacher", campus=campus)
    viewer = UserFactory(role="librarian", campus=north)
    client = Client()
    client.force_login(viewer)
    rule = {"node": ["0 0 group", "1 0 kind"], "g0-op": "and", "c1-in": "teacher"}

    shown = client.post(reverse("crm:segment-sample"), rule).context["sample"]["readers"]
    again = client.post(reverse("crm:segment-sample"), rule).context["sample"]["readers"]

    assert len(shown) == 8
    assert shown == again
    assert {reader.campus for reader in shown} == {north}
    look = Look.objects.filter(user=viewer, place=LookPlace.LIST).first()
    assert set(look.readers) == {reader.pk for reader in shown}
    unfinished = client.post(reverse("crm:segment-sample"), {**rule, "c1-in": ""})
    assert "readers" not in unfinished.context["sample"]


def test_overlap_opened_from_one_segment_finds_nothing_wrong(desk):
    """In 0.1 the link of a segment led to a page that said a field was missing."""
    one = SegmentFactory(rule=TEACHERS)
    refresh_segment(one)

    form = desk.get(reverse("crm:segment-overlap"), {"one": one.pk}).context["form"]

    assert form.errors == {}
    assert form["one"].value() == str(one.pk)


def test_overlap_withholds_all_three_parts_where_one_is_small(desk, librarian):
    north = CampusFactory()
    for n in range(30):
        kind = "teacher" if n < 20 else "master"
        ReaderFactory(kind=kind, campus=north if n % 2 else None, cohort=2000 + n)
    one = SegmentFactory(rule=TEACHERS)
    wide = SegmentFactory(rule={"test": "cohort", "from": 2010})
    narrow = SegmentFactory(rule={"test": "cohort", "from": 2017})
    for segment in (one, wide, narrow):
        refresh_segment(segment)

    asked = {"one": one.pk, "other": wide.pk}
    overlap = desk.get(reverse("crm:segment-overlap"), asked).context["overlap"]
    parts = overlap.both, overlap.only_one, overlap.only_other, overlap.one, overlap.other
    assert [part.public_number for part in parts] == [10, 10, 10, 20, 20]
    assert overlap.share_of_one == 0.5
    few = overlap_for(librarian, one, narrow)
    assert {few.both.state, few.only_one.state, few.only_other.state} == {"withheld"}
    assert few.share_of_one is None
    own = overlap_for(UserFactory(role="librarian", campus=north), one, wide)
    assert (own.both.public_number, own.one.public_number) == (5, 10)
    same = desk.get(reverse("crm:segment-overlap"), {"one": one.pk, "other": one.pk})
    assert "overlap" not in same.context
    assert Reader.objects.count() == 30
