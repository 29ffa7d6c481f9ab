"""J14. A listed collection is promoted and its loans are known: never which item."""

import json
from datetime import date

import pytest
from django.core import serializers
from django.utils import translation

from core.refusals import Refused
from crm.collections.actions import add_collection, drop_collection
from crm.collections.models import ListedCollection, ListedLoan
from crm.collections.queries import collection_lines
from crm.imports.load import preview
from crm.readers.models import Activity, Reader
from crm.staff.models import AuditEvent
from tests.crm.activities.building import counts, imported, readers, undone, uploaded
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db

ITEMS = [f"C{number:07d}" for number in range(220)]
LOANS = """读者证号,题名,图书条码,借出时间
A1,《秘密的书》,C0000003,2026-10-01
A1,《别的书》,D0000003,2026-10-01
A2,《秘密的书》,c0000004,2026-10-03 09:00
X9,《秘密的书》,C0000005,2026-10-05
"""


@pytest.fixture(autouse=True)
def in_english():
    """Refusals are compared in English."""
    with translation.override("en"):
        yield


def facts() -> list[tuple]:
    found = ListedLoan.objects.order_by("day", "reader__number")
    return list(found.values_list("reader__number", "collection__name", "day"))


def test_j14_loans_are_compared_with_a_listed_collection_and_only_the_fact_is_kept():
    readers("A1", "A2", "A3")
    add_collection(name="冬日书单", items=ITEMS, by=None)
    batch = uploaded(LOANS)
    assert preview(batch).listed == [("冬日书单", 2)]
    assert facts() == []
    batch = imported(LOANS)
    assert counts(batch) == (3, 0, 1)
    expected = [("A1", "冬日书单", date(2026, 10, 1)), ("A2", "冬日书单", date(2026, 10, 3))]
    assert facts() == expected
    # No number of an item and no title stands in anything that is stored.
    stored = []
    for model in (ListedCollection, ListedLoan, Activity, AuditEvent):
        stored.append(serializers.serialize("json", model.objects.all()))
    refused = list(batch.refusals.values("raw"))
    stored.append(json.dumps([refused, batch.report, batch.options], ensure_ascii=False))
    for text in stored:
        assert "秘密" not in text
        assert "C000000" not in text
        assert "c000000" not in text
    # The same file again, in another order, adds nothing; each is taken back by itself.
    head, *lines = LOANS.splitlines()
    again = imported("\n".join([head, *reversed(lines)]))
    assert counts(again) == (0, 3, 1)
    assert set(facts()) == set(expected)
    undone(batch)
    assert facts() == expected
    undone(again)
    assert facts() == []
    assert Activity.objects.count() == 0


def test_who_wants_nothing_kept_leaves_no_fact_and_a_list_that_goes_takes_its_facts_along():
    silent, _loud = readers("A1", "A2")
    Reader.objects.filter(pk=silent.pk).update(analytics=False)
    collection = add_collection(name="冬日书单", items=ITEMS, by=None)
    imported(LOANS)
    assert [number for number, _name, _day in facts()] == ["A2"]
    drop_collection(collection=collection, by=UserFactory(role="manager"))
    assert (facts(), ListedCollection.objects.count()) == ([], 0)
    assert Activity.objects.count() == 1


def test_a_list_that_would_tell_a_single_item_is_refused():
    with pytest.raises(Refused, match="199 different items"):
        add_collection(name="短", items=[*ITEMS[:199], ITEMS[0]], by=None)
    add_collection(name="冬日书单", items=ITEMS, by=None)
    with pytest.raises(Refused, match="of this name"):
        add_collection(name="冬日书单", items=ITEMS, by=None)
    with pytest.raises(Refused, match="differ in few items"):
        add_collection(name="春日书单", items=[*ITEMS, "Z1"], by=None)
    assert ListedCollection.objects.count() == 1


def test_how_many_borrowed_is_told_as_persons_are_and_of_ones_own_readers_alone():
    east, west = CampusFactory(), CampusFactory()
    rows = "".join(f"E{n},C0000001,2026-10-0{n}\nW{n},C0000002,2026-10-0{n}\n" for n in range(1, 8))
    for n in range(1, 8):
        (one,) = readers(f"E{n}")
        Reader.objects.filter(pk=one.pk).update(campus=east)
    few = readers("W1", "W2", "W3")
    Reader.objects.filter(pk__in=[one.pk for one in few]).update(campus=west)
    add_collection(name="冬日书单", items=ITEMS, by=None)
    imported("读者证号,图书条码,借出时间\n" + rows)
    seen = {}
    for name, campus in (("all", None), ("east", east), ("west", west)):
        (line,) = collection_lines(UserFactory(role="librarian", campus=campus))
        seen[name] = (line.readers.as_json()["value"], line.last)
    assert seen == {
        "all": (10, date(2026, 10, 7)),
        "east": (7, date(2026, 10, 7)),
        "west": (None, None),
    }
