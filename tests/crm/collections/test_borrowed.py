"""J14. A listed collection is promoted and its loans are known: never which item."""

import json
from datetime import date

import pytest
from django.core import serializers
from django.utils import translation

from core.refusals import Refused
from crm.collections.actions import add_collection, drop_collection
from crm.collections.models import LEAST_MET, ListedCollection, ListedLoan
from crm.collections.queries import collection_lines
from crm.collections.recorded import compared
from crm.imports.load import preview
from crm.readers.models import Activity, Reader
from crm.sources.models import CoveredSpan
from crm.staff.models import AuditEvent
from tests.crm.activities.building import counts, imported, readers, undone, uploaded
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db

ITEMS = [f"C{number:07d}" for number in range(220)]
HEAD = "读者证号,题名,图书条码,借出时间\n"
LOANS = (
    HEAD
    + """A1,《秘密的书》,C0000003,2026-10-01
A1,《别的书》,D0000003,2026-10-01
A2,《秘密的别的书》,c0000004,2026-10-03 09:00
X9,《秘密的书》,C0000005,2026-10-05
"""
)
#: Loans of others, of as many items as a file must have.
OTHERS = "".join(f"B1,《书{n}》,C00001{n:02},2026-10-09 10:{n:02}\n" for n in range(LEAST_MET))


@pytest.fixture(autouse=True)
def in_english():
    """Refusals are compared in English."""
    with translation.override("en"):
        yield


def facts() -> list[tuple]:
    found = ListedLoan.objects.exclude(reader__number="B1").order_by("day", "reader__number")
    return list(found.values_list("reader__number", "collection__name", "day"))


def test_j14_loans_are_compared_with_a_listed_collection_and_only_the_fact_is_kept():
    readers("A1", "A2", "A3", "B1")
    add_collection(name="冬日书单", items=ITEMS, by=None)
    whole = LOANS + OTHERS
    batch = uploaded(whole)
    assert preview(batch).listed == [("冬日书单", True)]
    assert facts() == []
    batch = imported(whole)
    assert counts(batch) == (23, 0, 1)
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
    head, *lines = whole.splitlines()
    again = imported("\n".join([head, *lines[2:], *lines[:2]]))
    assert counts(again) == (0, 23, 1)
    assert set(facts()) == set(expected)
    undone(batch)
    assert facts() == expected
    undone(again)
    assert facts() == []
    assert Activity.objects.count() == 0


def test_who_wants_nothing_kept_leaves_no_fact_and_a_list_that_goes_takes_its_facts_along():
    silent, _loud, _other = readers("A1", "A2", "B1")
    Reader.objects.filter(pk=silent.pk).update(analytics=False)
    collection = add_collection(name="冬日书单", items=ITEMS, by=None)
    imported(LOANS + OTHERS)
    assert [number for number, _name, _day in facts()] == ["A2"]
    drop_collection(collection=collection, by=UserFactory(role="manager"))
    assert (ListedLoan.objects.count(), ListedCollection.objects.count()) == (0, 0)
    assert Activity.objects.count() == 1 + LEAST_MET


def test_a_list_that_would_tell_a_single_item_is_refused():
    with pytest.raises(Refused, match="199 different items"):
        add_collection(name="短", items=[*ITEMS[:199], ITEMS[0]], by=None)
    add_collection(name="冬日书单", items=ITEMS, by=None)
    with pytest.raises(Refused, match="of this name"):
        add_collection(name="冬日书单", items=ITEMS, by=None)
    with pytest.raises(Refused, match="differ in few items"):
        add_collection(name="春日书单", items=[*ITEMS, "Z1"], by=None)
    assert ListedCollection.objects.count() == 1
    # Nor beside one that was removed, whose loans somebody may remember: only the same once more.
    drop_collection(collection=ListedCollection.objects.get(), by=UserFactory(role="manager"))
    with pytest.raises(Refused, match="removed"):
        add_collection(name="春日书单", items=ITEMS[1:], by=None)
    add_collection(name="春日书单", items=ITEMS, by=None)


def copies(n: int, title: str, start: int = 0) -> str:
    """Loans of ``n`` listed copies of one book."""
    rows = [f"A1,{title},C00000{start + k:02},2026-10-01 09:{k:02}\n" for k in range(n)]
    return "".join(rows)


@pytest.mark.parametrize(
    ("loans", "kept"),
    [
        # One book among made-up numbers that nobody borrows.
        (copies(1, "《红楼梦》") * 30, 0),
        (copies(LEAST_MET - 1, "") + "A1,《别的书》,D1,2026-10-02\n", 0),
        # Copies of one book are one book, and so are the loans of a book that is above all others.
        (copies(40, "《红楼梦》"), 0),
        (copies(40, "《红楼梦》") + OTHERS, 0),
        # Somebody unknown to the library made none of the others happen.
        (copies(3, "《红楼梦》") + OTHERS.replace("B1,", "X9,"), 0),
        (copies(3, "《红楼梦》") + OTHERS, 3 + LEAST_MET),
    ],
)
def test_of_a_file_that_would_say_which_item_it_was_nothing_is_kept(loans, kept):
    readers("A1", "B1")
    collection = add_collection(name="《红楼梦》", items=ITEMS, by=None)
    text = HEAD + loans
    assert preview(uploaded(text)).listed == [("《红楼梦》", bool(kept))]
    batch = imported(text)
    assert ListedLoan.objects.count() == kept
    # That is no zero: who reads figures of these days is told so.
    compared_with = CoveredSpan.objects.get(import_run=batch.pk).compared
    assert compared_with == ([collection.pk] if kept else [])


def test_j14_a_month_without_a_loan_from_the_list_is_a_zero_where_its_source_knows_the_items():
    """Nor is it one where a file names no item, or comes from elsewhere."""
    readers("A1", "B1")
    collection = add_collection(name="冬日书单", items=ITEMS, by=None)
    days = []
    for month, (head, rows) in enumerate(
        [
            (HEAD, OTHERS),
            (HEAD, "A1,《别的书》,D1,2026-10-09\n"),
            ("读者证号,借出时间\n", "A1,2026-10-09\n"),
        ],
        start=1,
    ):
        imported(head + rows.replace("2026-10", f"2026-0{month}"))
        first = date(2026, month, 9)
        days.append(compared(collection, first, first).is_whole)
    assert days == [True, True, False]


def test_of_two_lists_together_as_of_one(librarian):
    """Loans of what both lists share are too few, though each by itself has enough."""
    readers("A1", "B1")
    more = [f"E{n}" for n in range(200)]
    shared = [f"S{n}" for n in range(200)]
    for name, own in (("一", ITEMS), ("二", more)):
        add_collection(name=name, items=shared + own, by=librarian)
    rest = OTHERS + OTHERS.replace(",C00001", ",E1").replace("书", "册").replace(" 10:", " 11:")
    imported(HEAD + rest + "A1,《红楼梦》,S7,2026-10-01\n")
    assert list(CoveredSpan.objects.values_list("compared", flat=True)) == [[]]
    assert facts() == []
    assert ListedLoan.objects.count() == 2 * LEAST_MET


def test_how_many_borrowed_is_told_as_persons_are_and_of_ones_own_readers_alone():
    east, west = CampusFactory(), CampusFactory()
    rows = "".join(
        f"E{n},C00000{n:02},2026-10-0{n}\nW{n},C00001{n:02},2026-10-0{n}\n" for n in range(1, 8)
    )
    for n in range(1, 8):
        (one,) = readers(f"E{n}")
        Reader.objects.filter(pk=one.pk).update(campus=east)
    few = readers("W1", "W2", "W3")
    Reader.objects.filter(pk__in=[one.pk for one in few]).update(campus=west)
    add_collection(name="冬日书单", items=ITEMS, by=None)
    readers("L1")
    rows += "".join(f"L1,C00002{n:02},2026-10-09\n" for n in range(LEAST_MET))
    imported("读者证号,图书条码,借出时间\n" + rows)
    seen = {}
    for name, campus in (("all", None), ("east", east), ("west", west)):
        (line,) = collection_lines(UserFactory(role="librarian", campus=campus))
        seen[name] = line.readers.as_json()["value"]
    assert seen == {"all": 11, "east": 7, "west": None}
