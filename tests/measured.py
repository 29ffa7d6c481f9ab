"""Which tests are measured for coverage: those of the rooms, of a test with many cases the first
ones, and none that is slow.

Measuring makes a test half as slow again. A matrix asks three hundred addresses as five visitors,
each a case of one test; rules of the house and whatever opens a browser go once more through what
other tests of the rooms have looked at closely. What they alone would reach counts as not reached:
the figure can be too low by this, never too high.

So it is with what tests start beside themselves: a server or a worker that is measured takes half
as long again to come up, and what it runs is tested inside the tests' own process as well. Only
tests of what exists as a program alone have their programs measured, too. The making of a test
database reaches nothing but migrations.
"""

import os
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from coverage import Coverage

#: Cases of one test that are measured.
CASES = 5
#: Folders of tests that are not measured, and the fixture of those that open a browser.
ALL_OVER_THE_PORTAL = ("tests/house/", "tests/journeys/")
BROWSER = "chromium"
IS_MEASURED = pytest.StashKey[bool]()
#: Folders of tests whose subject is a program of its own: launcher, supervisor, backup, settings.
OF_PROGRAMS = ("tests/ops/", "tests/config/", "tests/demo/")
#: The fixture of a session that makes and migrates the test database.
MAKES_DATABASE = "django_db_setup"
#: The variable by which coverage tells a process that is started to measure itself.
TOLD = "COVERAGE_PROCESS_CONFIG"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note of every test whether it is measured."""
    seen: Counter[str] = Counter()
    for item in items:
        name, _bracket, _case = item.nodeid.partition("[")
        seen[name] += 1
        is_left_out = (
            seen[name] > CASES
            or item.get_closest_marker("slow") is not None
            or item.nodeid.startswith(ALL_OVER_THE_PORTAL)
            or BROWSER in item.fixturenames
        )
        item.stash[IS_MEASURED] = not is_left_out


@contextmanager
def untraced() -> Iterator[None]:
    """Measure nothing inside.

    The tracer is taken off and put back, also that of new threads. ``Coverage.stop`` and ``start``
    would do the same, but each start looks through the paths of all modules that are imported,
    which took longer than most tests.
    """
    tracer, tracer_of_threads = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
        threading.settrace(tracer_of_threads)


@contextmanager
def programs_untold() -> Iterator[None]:
    """No program that is started inside measures itself."""
    told = os.environ.pop(TOLD, None)
    try:
        yield
    finally:
        if told is not None:
            os.environ[TOLD] = told


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[Any]:
    """Measure nothing while a test runs that is not to be measured, and of most tests nothing that
    they start.
    """
    if Coverage.current() is None:
        return (yield)
    is_measured = item.stash[IS_MEASURED]
    has_programs_measured = is_measured and item.nodeid.startswith(OF_PROGRAMS)
    with ExitStack() as left_out:
        if not is_measured:
            left_out.enter_context(untraced())
        if not has_programs_measured:
            left_out.enter_context(programs_untold())
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef) -> Iterator[Any]:
    """Measure nothing while a test database is made."""
    if Coverage.current() is None or fixturedef.argname != MAKES_DATABASE:
        return (yield)
    with untraced():
        return (yield)
