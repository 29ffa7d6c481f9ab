"""What of a test with many cases is measured for coverage."""

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
"""
TESTS = """
import subject
import pytest


@pytest.mark.parametrize("case", range(7))
def test_answers(case):
    assert subject.answer(case)


def test_after():
    assert subject.after()
"""
SETTINGS = """
[run]
source = subject
"""


def test_five_cases_of_a_test_are_measured_and_then_the_next_test(tmp_path):
    (tmp_path / "subject.py").write_text(SUBJECT)
    (tmp_path / "test_subject.py").write_text(TESTS)
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
    run("coverage", "json", "-q", "-o", "measured.json")

    found = json.loads((tmp_path / "measured.json").read_text())["files"]["subject.py"]
    lines = SUBJECT.splitlines()
    missing = [lines[number - 1].strip() for number in found["missing_lines"]]
    assert missing == ['return "the first that is not"']
