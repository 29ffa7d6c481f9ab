"""Columns of rows: which differ from what is wanted, and setting those alone."""

from types import SimpleNamespace

import pytest

from core.columns import differing, set_differing


@pytest.fixture
def row():
    return SimpleNamespace(name="Gate", kind="visits", until=None)


def test_values_that_differ_are_named_in_the_order_of_the_wish(row):
    assert differing(row, {"until": 0, "name": "Gate", "kind": "loans"}) == ["until", "kind"]
    assert row == SimpleNamespace(name="Gate", kind="visits", until=None)


def test_only_values_that_differ_are_set(row):
    assert set_differing(row, {"name": "Gate", "kind": "loans"}) == ["kind"]
    assert row == SimpleNamespace(name="Gate", kind="loans", until=None)


def test_column_that_the_row_does_not_have_is_an_error(row):
    with pytest.raises(AttributeError):
        set_differing(row, {"colour": "red"})
