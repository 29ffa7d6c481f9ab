"""``make promises``: docs/promises.md against the tests that prove it.

The document's tables have one row for each fault: number, what happens, what then holds, the
promise it proves, and the tests that make it happen. A test cites a fault at the beginning of its
docstring (``Fault 7. …``). The last column is written by ``python -m ops.promises write``; without
an argument the command says what differs and ends with 1.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
DOCUMENT = BASE_DIR / "docs" / "promises.md"
NUMBERS = r"(\d+(?:(?:, | and | to | )\d+)*)"
#: Of these one number, or a row of them from the first to the last.
ONE_OR_A_ROW = re.compile(r"(\d+)(?: to (\d+))?")
#: How a test cites faults: as its whole docstring or its beginning (``Fault 7.``, ``21, 22: …``).
OF_A_TEST = re.compile(rf"^(?:Faults? )?{NUMBERS}(?:$|[.:]| for )")
#: And how a file of tests does, which speaks for all of its tests.
OF_A_FILE = re.compile(rf"[Ff]aults? {NUMBERS}\b")
#: A row of a fault: its number and the four cells after it.
ROW = re.compile(r"^\| (\d+) \|(.*)\|$")
LAST_FAULT = 64


@dataclass(frozen=True)
class FaultRow:
    """One fault as the document has it. ``tests``: their names, in the order of the alphabet."""

    number: int
    fault: str
    holds: str
    promise: str
    tests: tuple[str, ...]

    @property
    def says_why_untested(self) -> bool:
        """True where it is to be proved later.

        By the column of the promise, which then begins with "later".
        """
        return self.promise.startswith("later")

    def line(self) -> str:
        """The row of the table: number, what goes wrong, what holds, the promise, its tests.

        As it stands in the document, tests in backquotes and with commas between.
        """
        names = ", ".join(f"`{name}`" for name in self.tests)
        return f"| {self.number} | {self.fault} | {self.holds} | {self.promise} | {names} |"


# --- the tests ------------------------------------------------------------------------------------
@cache
def docstrings() -> tuple[tuple[str, str], ...]:
    """(file or function of tests, its docstring), those without one left out.

    Files by their path from the root, functions by their name, in the order of the files. "" stands
    for a docstring that lacks.
    """
    found = []
    for path in sorted((BASE_DIR / "tests").rglob("test_*.py")):
        tree = ast.parse(path.read_text())
        found.append((path.relative_to(BASE_DIR).as_posix(), ast.get_docstring(tree) or ""))
        for node in functions_in(tree):
            found.append((node.name, ast.get_docstring(node) or ""))
    return tuple(found)


def functions_in(tree: ast.Module) -> list[ast.FunctionDef]:
    """Every test of a file, those of classes too.

    By the name alone: it begins with "test_".
    """
    found = []
    for node in ast.walk(tree):
        is_function = isinstance(node, ast.FunctionDef)
        if is_function and node.name.startswith("test_"):
            found.append(node)
    return found


def numbers(cited: str) -> set[int]:
    """``18 to 20, 25`` is 18, 19, 20 and 25.

    Empty where no number stands in it.
    """
    found = set()
    for first, last in ONE_OR_A_ROW.findall(cited):
        found |= set(range(int(first), int(last or first) + 1))
    return found


def cited() -> dict[int, tuple[str, ...]]:
    """By fault: the names of the tests, or files of tests, that make it happen.

    Names in the order of the alphabet. A fault that no test cites has no entry.
    """
    found = defaultdict(set)
    for owner, text in docstrings():
        for number in cited_by(owner, text):
            found[number].add(owner)
    return {number: tuple(sorted(owners)) for number, owners in found.items()}


def cited_by(owner: str, text: str) -> set[int]:
    """The faults that the docstring of a test, or of a file of tests, cites.

    A file and a function cite in two ways (``OF_A_FILE``, ``OF_A_TEST``).
    """
    pattern = OF_A_TEST
    if owner.endswith(".py"):
        pattern = OF_A_FILE

    found = set()
    for part in pattern.findall(text):
        found |= numbers(part)
    return found


# --- the document ---------------------------------------------------------------------------------
def rows(text: str) -> list[FaultRow]:
    """The rows of all tables of the document, in its order.

    Lines that are no row of a table of faults are passed over.
    """
    found = []
    for line in text.splitlines():
        match = ROW.match(line)
        if match:
            found.append(row_of(match))
    return found


def row_of(match: re.Match) -> FaultRow:
    """The row that a line of the document writes down.

    ValueError for a row that has more or fewer than four columns after its number.
    """
    fault, holds, promise, tests = (cell.strip() for cell in match[2].split("|"))
    names = tuple(re.findall(r"`([^`]+)`", tests))
    return FaultRow(int(match[1]), fault, holds, promise, names)


def problems(text: str) -> list[str]:
    """What the document says otherwise than the tests; empty where both agree.

    One sentence for each, by the number of the fault; also for numbers above ``LAST_FAULT``.
    """
    tests = cited()
    listed = {row.number: row for row in rows(text)}

    every_fault = set(range(1, LAST_FAULT + 1))
    wrong = []
    for number in sorted(every_fault | tests.keys() | listed.keys()):
        wrong += problems_of(number, listed.get(number), tests.get(number, ()))
    return wrong


def problems_of(number: int, row: FaultRow | None, citing: tuple[str, ...]) -> Iterator[str]:
    """What the row of a fault says otherwise than the tests that cite it, if it does.

    At most one sentence: the first that applies.
    """
    if row is None:
        yield f"fault {number} has no row"
    elif not row.tests and not row.says_why_untested:
        yield f"fault {number} has no test, and its row does not say why"
    elif row.tests != citing:
        yield f"fault {number}: its row names other tests than those that cite it"


def written(text: str) -> str:
    """The document with the tests that cite each fault in its row."""
    tests = cited()
    lines = []
    for line in text.splitlines():
        match = ROW.match(line)
        if match:
            row = row_of(match)
            line = replace(row, tests=tests.get(row.number, ())).line()
        lines.append(line)
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Print what differs; 1 when something does. ``write`` brings the last column up to date."""
    text = DOCUMENT.read_text()
    if arguments == ["write"]:
        text = written(text)
        DOCUMENT.write_text(text)

    wrong = problems(text)
    for line in wrong:
        print(line)
    print(f"{len(rows(text))} faults, {len(wrong)} of them not as the tests have it")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
