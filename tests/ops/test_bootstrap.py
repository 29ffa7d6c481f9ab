"""The first thing a bare machine runs: it says what it does, and tells old Pythons off."""

import ast
import sys

import pytest

from ops import bootstrap, local

SOURCE = (local.BASE_DIR / "ops" / "bootstrap.py").read_text()
#: Works until the file named in its argument exists.
SLOW = """
import pathlib, sys, time
print("Collecting a large package", flush=True)
while not pathlib.Path(sys.argv[1]).exists():
    time.sleep(0.02)
"""


def test_slow_program_is_told_of_while_it_works(tmp_path):
    told = []

    def tell(line):
        told.append(line)
        if len(told) == 5:
            (tmp_path / "enough").touch()

    command = [sys.executable, "-c", SLOW, str(tmp_path / "enough")]
    bootstrap.run(command, "installing", every=0.5, tell=tell)

    assert len(told) >= 5
    assert "  … Collecting a large package (" in told[-1]


def test_quick_program_is_not_told_of():
    told = []

    bootstrap.run([sys.executable, "-c", ""], "nothing", every=60, tell=told.append)

    assert told == []


def test_failed_program_is_one_line_with_its_last_words():
    code = "print('so far so good'); raise SystemExit('no such package')"

    with pytest.raises(SystemExit) as stopped:
        bootstrap.run([sys.executable, "-c", code], "installing the requirements")

    assert stopped.value.code == "huixiang: installing the requirements failed: no such package"


def test_terminal_hears_something_every_ten_seconds():
    assert bootstrap.TELL_EVERY < 10


def test_source_parses_on_the_pythons_it_tells_off():
    """What Python 2.7 or 3.6 would stumble over before they could say a word."""
    tree = ast.parse(SOURCE, feature_version=(3, 6))
    assert SOURCE.startswith("# -*- coding: utf-8 -*-\n")
    assert "from __future__ import print_function\n" in SOURCE
    too_new = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.Nonlocal, ast.AsyncFunctionDef)
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, too_new)] == []
    for node in ast.walk(tree):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            assert not any(isinstance(part, ast.Starred) for part in node.elts)
        if isinstance(node, ast.FunctionDef):
            assert node.args.kwonlyargs == node.args.posonlyargs == []
            assert node.returns is None
            assert [given.arg for given in node.args.args if given.annotation] == []


def test_modules_imported_first_exist_in_python_2():
    names = [node.names[0].name for node in ast.parse(SOURCE).body if isinstance(node, ast.Import)]
    known = {"fcntl", "hashlib", "importlib", "os", "subprocess", "sys", "tempfile", "time"}
    assert set(names) <= known
