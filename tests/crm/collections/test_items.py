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
    assert tells_single_items(one, more)
    assert tells_single_items(more, one)
    assert tells_single_items(across, more)
    assert not tells_single_items(one, other)
    assert not tells_single_items(one, set(one))


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
