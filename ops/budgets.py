"""``make budgets``: how the code and the templates read, in figures, each beside what it should be.

Every figure is a symptom: a long thought can hide in a short function, so the list of the worst
places is printed too. Branches are radon's cyclomatic complexity summed over all functions, divided
by the lines of all functions.
"""

import ast
import io
import json
import re
import statistics
import sys
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from radon.complexity import cc_visit
from radon.visitors import Function

BASE_DIR = Path(__file__).resolve().parent.parent
FOLDERS = ("config", "ops", "core", "crm", "campaigns", "feedback", "analytics", "demo")
#: The figures that tests/house/test_budgets.py lets nobody make worse.
KEPT = BASE_DIR / "tests" / "house" / "budgets.json"
TAG = re.compile(r"<[a-zA-Z/!][^>]*>|\{%.*?%\}", re.S)
BRANCH = re.compile(r"\{%-?\s*(?:if|elif|for)\b")
COMPREHENSION = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True)
class Budget:
    """One figure: ``value`` is what was measured, ``aim`` the most it should be."""

    name: str
    value: float
    aim: float

    @property
    def is_kept(self) -> bool:
        """Whether the figure is at most its aim.

        An aim is never a least: for every figure less is better.
        """
        return self.value <= self.aim

    def __str__(self) -> str:
        verdict = "short"
        if self.is_kept:
            verdict = "ok"
        return f"budget {self.name} value={self.value:g} aim={self.aim:g} {verdict}"


def python_files(folders: Sequence[str] = FOLDERS) -> list[Path]:
    """The portal's own Python, without migrations; of some folders only, if they are named.

    Whole paths, in the order of the folders and then of their names.
    """
    found = []
    for folder in folders:
        for path in sorted((BASE_DIR / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                found.append(path)
    return found


def template_files() -> list[Path]:
    """All templates of the portal, in the order of their paths."""
    return sorted((BASE_DIR / "templates").rglob("*.html"))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, those inside others and the methods of classes too.

    Lengths are counted of these; a decorator is no line of its function.
    """
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def complexities_of(path: Path) -> list[Function]:
    """Every function and method of a file with its complexity; classes themselves are left out.

    radon's cyclomatic complexity; a function inside another one adds to that one's.
    """
    return [block for block in cc_visit(path.read_text()) if isinstance(block, Function)]


def percentile(values: list[float], share: float) -> float:
    """The smallest of ``values`` that ``share`` of them do not exceed; 0 for no values.

    ``share`` is between 0 and 1; the value is one of those given, nothing is interpolated.
    """
    ordered = sorted(values)
    if not ordered:
        return 0
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def comments_in(text: str) -> int:
    """Comments of a text, those behind a statement included; docstrings are none.

    TokenError or SyntaxError for a text that is no Python.
    """
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(token.type == tokenize.COMMENT for token in tokens)


@dataclass
class Counted:
    """What is counted in files before a figure is made of it. Lengths are in lines."""

    lines: list[str] = field(default_factory=list)
    lengths: list[int] = field(default_factory=list)
    complexities: list[int] = field(default_factory=list)
    comments: int = 0
    conditionals: int = 0
    comprehensions: int = 0
    with_two_for: int = 0

    def add(self, path: Path) -> None:
        """Count one file as well.

        The file is read and parsed; nothing of it is kept but numbers and its lines.
        """
        text = path.read_text()
        self.lines += text.splitlines()
        self.comments += comments_in(text)
        for block in complexities_of(path):
            self.complexities.append(block.complexity)
        for function in functions_of(path):
            self.lengths.append(function.end_lineno - function.lineno + 1)
        self.add_expressions(ast.parse(text))

    def add_expressions(self, tree: ast.Module) -> None:
        """Count what packs a branch or a loop into an expression.

        Conditional expressions, comprehensions, and those of them with two ``for``.
        """
        for node in ast.walk(tree):
            if isinstance(node, ast.IfExp):
                self.conditionals += 1
            elif isinstance(node, COMPREHENSION):
                self.comprehensions += 1
                self.with_two_for += len(node.generators) > 1

    def per_100_functions(self, number: int) -> float:
        """How many there are for each hundred functions, to one place after the point."""
        # A folder of settings alone has no function.
        functions = len(self.lengths) or 1
        return round(100 * number / functions, 1)


def python_budgets(files: list[Path]) -> list[Budget]:
    """The figures of Python files; StatisticsError where none of them has a function."""
    found = Counted()
    for path in files:
        found.add(path)

    branches = 100 * sum(found.complexities) / sum(found.lengths)
    conditionals = found.per_100_functions(found.conditionals)
    comprehensions = found.per_100_functions(found.comprehensions)
    lines_per_comment = len(found.lines) / max(found.comments, 1)
    return [
        Budget("function-length-mean", round(statistics.mean(found.lengths), 1), 12),
        Budget("function-length-p95", percentile(found.lengths, 0.95), 34),
        Budget("function-length-max", max(found.lengths), 60),
        Budget("branches-per-100-function-lines", round(branches, 1), 22),
        Budget("complexity-mean", round(statistics.mean(found.complexities), 2), 2.4),
        Budget("complexity-p95", percentile(found.complexities, 0.95), 6),
        Budget("complexity-max", max(found.complexities), 10),
        Budget("conditional-expressions-per-100-functions", conditionals, 10),
        Budget("comprehensions-per-100-functions", comprehensions, 20),
        Budget("comprehensions-with-two-for", found.with_two_for, 0),
        Budget("python-line-longest", max(map(len, found.lines)), 100),
        Budget("lines-per-comment", round(lines_per_comment, 1), 33.3),
    ]


def view_budgets(files: list[Path]) -> list[Budget]:
    """How long the files are, those with pages by a stricter measure."""
    sizes, view_sizes = [], []
    for path in files:
        size = len(path.read_text().splitlines())
        sizes.append(size)
        # An empty __init__.py of a package of views is no page.
        is_view = "views" in {path.stem, path.parent.name}
        if is_view and size:
            view_sizes.append(size)

    budgets = [Budget("file-lines-max", max(sizes), 400)]
    # A folder without pages (ops, config) has no view files to measure.
    if view_sizes:
        budgets += [
            Budget("view-file-lines-median", statistics.median(view_sizes), 90),
            Budget("view-file-lines-max", max(view_sizes), 300),
        ]
    return budgets


def template_budgets(files: list[Path]) -> list[Budget]:
    """The figures of templates; empty lines are not counted."""
    texts = list(map(Path.read_text, files))
    lines = list(filter(str.strip, "\n".join(texts).splitlines()))
    tags = sum(len(TAG.findall(text)) for text in texts)
    branches = [len(BRANCH.findall(text)) for text in texts]

    characters = sum(map(len, texts))
    branches_per_1000 = round(1000 * sum(branches) / characters, 2)
    return [
        Budget("template-tags-per-line", round(tags / len(lines), 2), 1.3),
        Budget("template-line-longest", max(map(len, lines)), 120),
        Budget("template-branches-per-1000-characters", branches_per_1000, 1.8),
        Budget("template-branches-max", max(branches), 12),
    ]


def measure(folders: Sequence[str] = ()) -> list[Budget]:
    """All figures of the working tree; of some folders' Python only, if they are named.

    Budgets of the templates come last, and only where no folder is named.
    """
    files = python_files(folders or FOLDERS)
    budgets = [*python_budgets(files), *view_budgets(files)]
    if not folders:
        budgets += template_budgets(template_files())
    return budgets


def worst(files: list[Path], count: int = 10) -> list[str]:
    """The functions with most branches, for somebody who wants to begin somewhere.

    As "path:line name (complexity)", the most complex first, at most ``count`` of them.
    """
    found = []
    for path in files:
        name = path.relative_to(BASE_DIR)
        for block in complexities_of(path):
            found.append((block.complexity, f"{name}:{block.lineno} {block.name}"))

    found.sort(reverse=True)
    return [f"{place} ({complexity})" for complexity, place in found[:count]]


def keep(budgets: list[Budget]) -> None:
    """Make today's figures those that may not get worse.

    {name: value} in ``tests/house/budgets.json``, which the test of the budgets reads.
    """
    kept = {budget.name: budget.value for budget in budgets}
    KEPT.write_text(json.dumps(kept, indent=2) + "\n")


def main(arguments: list[str]) -> None:
    """Print the table; folders as arguments limit it to their Python.

    ``--worst`` names the functions to begin with, ``--keep`` writes the figures for the ratchet.
    """
    folders = [argument for argument in arguments if not argument.startswith("-")]
    budgets = measure(folders)
    print("\n".join(map(str, budgets)))

    if "--keep" in arguments:
        keep(budgets)
    if "--worst" in arguments:
        files = python_files(folders or FOLDERS)
        print("\n".join(worst(files)))


if __name__ == "__main__":
    main(sys.argv[1:])
