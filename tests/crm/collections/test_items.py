"""Numbers of items in one form, and lists that would tell single items. No database."""

import pytest

from crm.collections.comparing import ItemKeys
from crm.collections.items import (
    digest_of,
    digests_of,
    item_number,
    joined,
    parted,
    tells_single_items,
)
from crm.collections.models import LEAST_ITEMS


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("978-7-02-000220-7", "9787020002207"),
        ("７０２０００２２０Ｘ".replace("Ｘ", "X"), "9787020002207"),
        ("7-02-000220-X", "9787020002207"),
        ("7020002201", "7020002201"),
        ("'C0012345", "c0012345"),
        (" ", ""),
        ("x" * 65, ""),
    ],
)
def test_a_number_has_one_form(written, number):
    assert item_number(written) == number


def test_digests_come_back_as_they_were_stored_and_hold_no_number():
    digests = digests_of(["978-7-02-000220-7", "7-02-000220-X", "B1", ""])
    assert len(digests) == 2
    stored = joined(digests)
    assert parted(stored) == digests
    assert b"9787020002207" not in stored


def test_lists_that_differ_by_one_item_would_tell_it():
    items = [f"B{number}" for number in range(2 * LEAST_ITEMS + 1)]
    one, more = digests_of(items[:LEAST_ITEMS]), digests_of(items[: LEAST_ITEMS + 1])
    other, across = digests_of(items[LEAST_ITEMS + 1 :]), digests_of(items[1:])
    assert tells_single_items(one, [more])
    assert tells_single_items(more, [one])
    assert tells_single_items(across, [more])
    assert not tells_single_items(one, [other])
    assert not tells_single_items(one, [set(one)])
    assert not tells_single_items(one, [])


def test_three_lists_that_share_enough_by_pairs_share_one_item_together():
    shelves = [{b"%d" % n for n in range(k * 1000, k * 1000 + LEAST_ITEMS)} for k in range(3)]
    first, second, third = shelves
    secret = {b"the book"}
    lists = [secret | first | second, secret | first | third, secret | second | third]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        both = lists[one] & lists[other]
        assert len(both) == LEAST_ITEMS + 1
    assert not tells_single_items(lists[1], [lists[0]])
    assert tells_single_items(lists[2], lists[:2])
    # What is told already is nobody's new list's fault.
    apart = {b"z%d" % n for n in range(LEAST_ITEMS)}
    assert not tells_single_items(apart, lists)


def test_a_row_is_compared_in_memory_and_emptied():
    keys = ItemKeys({3: {digest_of("b1")}, 5: {digest_of("b1"), digest_of("b2")}})
    step = keys.marking([1, 2])
    found = []
    for row in (["A1", "B1", "a title"], ["A1", "x", "B-2"], ["A1", "x", "y"]):
        step(row)
        found.append((row, keys.found_in(row)))
    assert found == [
        (["A1", "", ""], "{3,5}"),
        (["A1", "", ""], "{5}"),
        (["A1", "", ""], "\\N"),
    ]


def test_copies_of_one_title_are_one_item():
    keys = ItemKeys({3: {digest_of("b1"), digest_of("b2")}})
    seen = []
    for title, step in ((2, keys.marking([1, 2], 2)), (None, keys.marking([1, 2]))):
        for barcode in ("b1", "b2", "other"):
            row = ["A1", barcode, "三体"]
            step(row)
            seen.append((title, keys.item_of(row)))
    assert seen[:3] == [(2, "0"), (2, "0"), (2, "\\N")]
    assert seen[3:] == [(None, "1"), (None, "2"), (None, "\\N")]
