"""``make budgets`` is a ratchet.

A figure beyond its aim may stay where it is, and may not get worse.
"""

import json

import pytest

from ops import budgets

#: What each figure came to when it was last brought down: ``python -m ops.budgets --keep`` writes
#: the file anew.
KEPT = json.loads(budgets.KEPT.read_text())


@pytest.fixture(scope="module")
def measured():
    """All figures, measured once for every test of this file."""
    return budgets.measure()


def test_no_figure_is_worse_than_it_was(measured):
    worse = []
    for budget in measured:
        most = max(budget.aim, KEPT[budget.name])
        if budget.value > most:
            worse.append(f"{budget} (was {KEPT[budget.name]:g})")
    assert worse == []


def test_every_figure_is_kept(measured):
    assert KEPT.keys() == {budget.name for budget in measured}


def test_worst_functions_are_named_with_their_place():
    place = budgets.worst(budgets.python_files(), 1)[0]
    assert place.partition(":")[0].endswith(".py")
