"""J14. A rule of segments asks who borrowed from a listed collection, and since when."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from crm.collections.actions import add_collection
from crm.collections.models import ListedCollection, ListedLoan
from crm.collections.recorded import compared
from crm.segments.builder.conditions import CONDITIONS
from crm.segments.builder.registers import Registers
from crm.segments.models import Segment
from crm.segments.recorded import lacking, unrecorded
from crm.segments.rule import RuleError, check_rule
from crm.segments.words import explain_rule
from crm.sources.models import CoveredSpan
from tests import recorded
from tests.crm.segments.building import NOW, selected
from tests.factories import ReaderFactory

pytestmark = [pytest.mark.django_db, pytest.mark.nothing_recorded]

ITEMS = [f"C{number:07d}" for number in range(200)]


@pytest.fixture
def listed() -> ListedCollection:
    collection = add_collection(name="冬日书单", items=ITEMS, by=None)
    other = add_collection(name="别的书单", items=[f"D{one}" for one in ITEMS], by=None)
    loans = [
        ("early", collection, date(2026, 4, 30)),
        ("late", collection, date(2026, 5, 2)),
        ("late", collection, date(2026, 5, 3)),
        ("future", collection, date(2026, 6, 2)),
        ("other", other, date(2026, 5, 2)),
        ("silent", collection, date(2026, 5, 2)),
    ]
    readers = {name: ReaderFactory(name=name) for name in ("early", "late", "future", "other")}
    readers["silent"] = ReaderFactory(name="silent", analytics=False)
    for number, (name, of, day) in enumerate(loans):
        said = {"day": day, "source": "library", "ref": str(number), "import_run": 1}
        ListedLoan.objects.create(collection=of, reader=readers[name], **said)
    return collection


def borrowed(collection, **since) -> dict:
    return {"test": "borrowed", "list": collection.pk, **since}


def test_j14_segment_of_who_borrowed_from_a_list(listed):
    assert selected(borrowed(listed)) == "early late"
    assert selected(borrowed(listed, since="2026-05-01")) == "late"
    never = {"op": "not", "of": [borrowed(listed)]}
    # Whoever is not computed about is on neither side.
    assert selected(never) == "future other"
    with pytest.raises(RuleError, match="list"):
        selected({"test": "borrowed", "list": 0})
    with pytest.raises(RuleError, match="since"):
        check_rule(borrowed(listed, since="yesterday"))
    gone = borrowed(ListedCollection(pk=listed.pk + 100))
    with pytest.raises(RuleError):
        selected(gone)
    with translation.override("en"):
        said = explain_rule(borrowed(listed, since="2026-05-01"))
        assert said == "Borrowed from the list “冬日书单” since 2026-05-01"
        assert explain_rule(gone) == f"Borrowed from the list “#{gone['list']}”"


def test_j14_builder_offers_the_lists_there_are(listed):
    form = CONDITIONS["borrowed"](
        {"list": str(listed.pk), "since": "2026-05-01"}, registers=Registers()
    )
    assert form.is_valid(), form.errors
    assert form.condition() == borrowed(listed, since="2026-05-01")
    assert dict(form.fields["list"].choices)[listed.pk] == "冬日书单"


def test_j14_loans_of_before_the_list_are_not_known_to_be_none(listed):
    """They came in while there was no list to compare them with."""
    first, last = date(2026, 5, 1), date(2026, 5, 31)
    rule = borrowed(listed, since=first.isoformat())
    source = recorded.always(["loan"])
    assert compared(listed, first, last).is_none
    assert len(unrecorded(rule, NOW)) == 1
    CoveredSpan.objects.filter(source=source).update(compared=[listed.pk])
    assert compared(listed, first, last).is_whole
    assert unrecorded(rule, NOW) == []


def test_without_a_day_a_rule_asks_from_the_first_day_of_the_list_on(listed):
    source = recorded.always(["loan"])
    made = NOW - timedelta(days=20)
    ListedCollection.objects.update(made_at=made)
    assert len(unrecorded(borrowed(listed), NOW)) == 1
    # Loans of before the list stay unknown, and the rule does not ask for them.
    CoveredSpan.objects.filter(source=source).update(
        compared=[listed.pk], first=timezone.localdate(made)
    )
    assert unrecorded(borrowed(listed), NOW) == []


def test_a_list_of_segments_asks_no_more_of_many_rules_than_of_one(
    listed, django_assert_max_num_queries
):
    recorded.always(["loan"])
    segments = []
    for n, collection in enumerate([*ListedCollection.objects.all()] * 4):
        rule = borrowed(collection, since=f"2026-05-0{n + 1}")
        segments.append(Segment(pk=n + 1, name=str(n), rule=rule))
    with django_assert_max_num_queries(4):
        assert len(lacking(segments, NOW)) == len(segments)


def test_j14_page_of_the_builder_has_the_condition(client, librarian, listed):
    client.force_login(librarian)
    page = client.get(reverse("crm:segment-create"))
    assert page.status_code == 200
    assert "borrowed" in page.content.decode()
