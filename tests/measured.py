"""Which tests are measured for coverage: of a test with many cases, the first ones.

A matrix asks three hundred addresses as five visitors, each a case of one test, and measuring makes
every one of them half as slow again. What the later cases alone would reach counts as not reached:
the figure can be too low by this, never too high.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from coverage import Coverage

#: Cases of one test that are measured.
CASES = 5
IS_MEASURED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note of every test whether it is measured."""
    seen: Counter[str] = Counter()
    for item in items:
        name, _bracket, _case = item.nodeid.partition("[")
        seen[name] += 1
        item.stash[IS_MEASURED] = seen[name] <= CASES


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    """Measure nothing while a test runs that is not to be measured.

    The tracer is taken off and put back. ``Coverage.stop`` and ``start`` would do the same, but
    each start looks through the paths of all modules that are imported, which took longer than
    most tests.
    """
    if Coverage.current() is None or item.stash[IS_MEASURED]:
        return (yield)
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)
