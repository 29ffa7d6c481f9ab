"""What is measured for coverage: of tests with many cases, of fixtures, of programs."""

import json
import subprocess
import sys

from ops import local

SUBJECT = """
def answer(case):
    if case == 4:
        return "the last that is measured"
    if case == 5:
        return "the first that is not"
    return "others"


def after():
    return "measured again"


def on_a_journey():
    return "on a journey"


def seen_by_a_browser():
    return "by a browser"


def run_by_program(of_programs):
    if of_programs:
        return "started by a test of programs"
    return "started by another test"


def database():
    return "while the database is made"
"""
TESTS = """
import subject
import pytest


@pytest.fixture(scope="session")
def django_db_setup():
    subject.database()


@pytest.mark.parametrize("case", range(7))
def test_answers(case):
    assert subject.answer(case)


@pytest.fixture
def chromium():
    return "a browser"


def test_browser(chromium):
    assert subject.seen_by_a_browser()


def test_after(django_db_setup):
    assert subject.after()
"""
JOURNEY = """
import subject


def test_journey():
    assert subject.on_a_journey()
"""
PROGRAM = """
import subprocess
import sys


def test_program():
    code = "import subject; subject.run_by_program({of_programs})"
    subprocess.run([sys.executable, "-c", code], check=True)
"""
SETTINGS = """
[run]
source = subject
parallel = true
patch = subprocess
"""


def missing_after_a_run(tmp_path) -> list[str]:
    """Lines of the subject that count as not reached, when all tests of the small project ran."""
    of_programs, of_journeys = tmp_path / "tests" / "ops", tmp_path / "tests" / "journeys"
    of_programs.mkdir(parents=True)
    of_journeys.mkdir()
    (tmp_path / "subject.py").write_text(SUBJECT)
    (tmp_path / "test_subject.py").write_text(TESTS)
    (tmp_path / "test_another.py").write_text(PROGRAM.format(of_programs=False))
    (of_journeys / "test_journey.py").write_text(JOURNEY)
    (of_programs / "test_program.py").write_text(PROGRAM.format(of_programs=True))
    (tmp_path / ".coveragerc").write_text(SETTINGS)
    paths = f"{tmp_path}:{local.BASE_DIR}"

    def run(*command):
        """A module of Python, in the folder of the small project."""
        subprocess.run(
            [sys.executable, "-m", *command],
            cwd=tmp_path,
            env={"PYTHONPATH": paths, "PATH": ""},
            check=True,
        )

    run("coverage", "run", "-m", "pytest", "-q", "-p", "tests.measured")
    run("coverage", "combine", "-q")
    run("coverage", "json", "-q", "-o", "measured.json")

    found = json.loads((tmp_path / "measured.json").read_text())["files"]["subject.py"]
    lines = SUBJECT.splitlines()
    return [lines[number - 1].strip() for number in found["missing_lines"]]


def test_what_is_measured_is_reached_and_nothing_else(tmp_path):
    """Five cases of a test and then the next test; programs of tests of programs alone; no
    journey, no browser, and not the making of the database.
    """
    assert missing_after_a_run(tmp_path) == [
        'return "the first that is not"',
        'return "on a journey"',
        'return "by a browser"',
        'return "started by another test"',
        'return "while the database is made"',
    ]
