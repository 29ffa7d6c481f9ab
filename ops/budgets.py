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
from dataclasses import dataclass
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
        return self.value <= self.aim

    def __str__(self) -> str:
        verdict = "ok" if self.is_kept else "short"
        return f"budget {self.name} value={self.value:g} aim={self.aim:g} {verdict}"


def python_files(folders: Sequence[str] = FOLDERS) -> list[Path]:
    """The portal's own Python, without migrations; of some folders only, if they are named."""
    found = []
    for folder in folders:
        found += sorted((BASE_DIR / folder).rglob("*.py"))
    return [path for path in found if "migrations" not in path.parts]


def template_files() -> list[Path]:
    """All templates of the portal, in the order of their paths."""
    return sorted((BASE_DIR / "templates").rglob("*.html"))


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, those inside others and the methods of classes too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def complexities_of(path: Path) -> list[Function]:
    """Every function and method of a file with its complexity; classes themselves are left out."""
    return [block for block in cc_visit(path.read_text()) if isinstance(block, Function)]


def percentile(values: list[float], share: float) -> float:
    """The smallest of ``values`` that ``share`` of them do not exceed; 0 for no values."""
    ordered = sorted(values)
    if not ordered:
        return 0
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def comments_in(text: str) -> int:
    """Comments of a text, those behind a statement included; docstrings are none."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return sum(token.type == tokenize.COMMENT for token in tokens)


def python_budgets(files: list[Path]) -> list[Budget]:
    lengths: list[int] = []
    complexities: list[int] = []
    lines: list[str] = []
    comments = conditionals = comprehensions = nested = 0
    for path in files:
        text = path.read_text()
        lines += text.splitlines()
        comments += comments_in(text)
        complexities += [block.complexity for block in complexities_of(path)]
        for function in functions_of(path):
            lengths.append(function.end_lineno - function.lineno + 1)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.IfExp):
                conditionals += 1
            if isinstance(node, COMPREHENSION):
                comprehensions += 1
                nested += len(node.generators) > 1
    count = len(lengths) or 1
    longest = max(map(len, lines))
    return [
        Budget("function-length-mean", round(statistics.mean(lengths), 1), 12),
        Budget("function-length-p95", percentile(lengths, 0.95), 34),
        Budget("function-length-max", max(lengths), 60),
        Budget(
            "branches-per-100-function-lines", round(100 * sum(complexities) / sum(lengths), 1), 22
        ),
        Budget("complexity-mean", round(statistics.mean(complexities), 2), 2.4),
        Budget("complexity-p95", percentile(complexities, 0.95), 6),
        Budget("complexity-max", max(complexities), 10),
        Budget(
            "conditional-expressions-per-100-functions", round(100 * conditionals / count, 1), 10
        ),
        Budget("comprehensions-per-100-functions", round(100 * comprehensions / count, 1), 20),
        Budget("comprehensions-with-two-for", nested, 0),
        Budget("python-line-longest", longest, 100),
        Budget("lines-per-comment", round(len(lines) / max(comments, 1), 1), 33.3),
    ]


def view_budgets(files: list[Path]) -> list[Budget]:
    views = [
        len(path.read_text().splitlines())
        for path in files
        if "views" in {path.stem, path.parent.name}
    ]
    longest = max(len(path.read_text().splitlines()) for path in files)
    budgets = [Budget("file-lines-max", longest, 400)]
    sizes = [size for size in views if size]
    # A folder without pages (ops, config) has no view files to measure.
    if sizes:
        budgets += [
            Budget("view-file-lines-median", statistics.median(sizes), 90),
            Budget("view-file-lines-max", max(sizes), 300),
        ]
    return budgets


def template_budgets(files: list[Path]) -> list[Budget]:
    texts = [path.read_text() for path in files]
    lines = list(filter(str.strip, "\n".join(texts).splitlines()))
    tags = sum(len(TAG.findall(text)) for text in texts)
    branches = [len(BRANCH.findall(text)) for text in texts]
    return [
        Budget("template-tags-per-line", round(tags / len(lines), 2), 1.3),
        Budget("template-line-longest", max(map(len, lines)), 120),
        Budget(
            "template-branches-per-1000-characters",
            round(1000 * sum(branches) / sum(map(len, texts)), 2),
            1.8,
        ),
        Budget("template-branches-max", max(branches), 12),
    ]


def measure() -> list[Budget]:
    """All figures of the working tree."""
    files = python_files()
    return [*python_budgets(files), *view_budgets(files), *template_budgets(template_files())]


def worst(files: list[Path], count: int = 10) -> list[str]:
    """The functions with most branches, for somebody who wants to begin somewhere."""
    found = []
    for path in files:
        found += [
            (block.complexity, f"{path.relative_to(BASE_DIR)}:{block.lineno} {block.name}")
            for block in complexities_of(path)
        ]
    return [f"{place} ({complexity})" for complexity, place in sorted(found, reverse=True)[:count]]


def main(arguments: list[str]) -> None:
    """Print the table; folders as arguments limit it to their Python."""
    folders = [argument for argument in arguments if not argument.startswith("-")]
    files = python_files(folders or FOLDERS)
    budgets = [*python_budgets(files), *view_budgets(files)]
    if not folders:
        budgets += template_budgets(template_files())
    for budget in budgets:
        print(budget)
    if "--keep" in arguments:
        kept = {budget.name: budget.value for budget in budgets}
        KEPT.write_text(json.dumps(kept, indent=2) + "\n")
    if "--worst" in arguments:
        print("\n".join(worst(files)))


if __name__ == "__main__":
    main(sys.argv[1:])
