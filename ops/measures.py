"""``python -m ops.measures``: docs/measures.md against the measures that the rooms name.

Without an argument the command says whether the document is up to date and ends with 1 where it is
not; ``write`` brings it up to date.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from django.utils import translation

from core.measures import all_measures

BASE_DIR = Path(__file__).resolve().parent.parent
DOCUMENT = BASE_DIR / "docs" / "measures.md"
#: What Django asks for before it knows the rooms. Nothing is read of a database here.
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "of-a-document",
    "DATABASE_URL": "postgres://nobody@127.0.0.1/nothing",
}
HEAD = """# Figures and their names

Every figure that a page, a file or the API prints is a measure named once, in the `named.py` of the
room that computes it ([core/measures.py](../core/measures.py)). Value, label and the sign of what
is missing come from there. Figures of different windows or sources are different measures with
different labels. 0, withheld (below five), not measured (未测) and cannot say (无法判断) are four
values and never stand for each other.

`n from`: the fewest rows a figure is shown by, and by which it is judged. A page marks a figure
with `data-measure`, its key, the API names it as `measure`, a file in the column *Measure*. This
document is written by `python -m ops.measures write`.
"""
COLUMNS = (
    "key",
    "English",
    "中文",
    "what is counted",
    "unit",
    "window",
    "source",
    "level",
    "n from",
    "its rows",
)


def cells(measure) -> list[str]:
    """One measure as the cells of its row, in the order of ``COLUMNS``."""
    with translation.override("zh-hans"):
        chinese = str(measure.label)
    level = "–"
    if measure.level:
        level = f"{measure.level:.0%}"
    least = "–"
    if measure.least:
        least = str(measure.least)
    if measure.judged:
        least = f"{least}, judged {measure.judged}"
    return [
        f"`{measure.key}`",
        str(measure.label),
        chinese,
        str(measure.counted),
        str(measure.unit.label),
        str(measure.window.label),
        f"`{measure.source}`",
        level,
        least,
        str(measure.rows),
    ]


def line(told: list[str]) -> str:
    """A row of a table of Markdown."""
    inner = " | ".join(cell.replace("|", "\\|") for cell in told)
    return f"| {inner} |"


def lines(measures) -> Iterator[str]:
    """The table, its head first."""
    yield line(list(COLUMNS))
    yield line(["---"] * len(COLUMNS))
    for measure in measures:
        yield line(cells(measure))


def document() -> str:
    """The whole document, in English with the Chinese labels."""
    with translation.override("en"):
        table = "\n".join(lines(all_measures().values()))
    return f"{HEAD}\n{table}\n"


def main(arguments: list[str]) -> int:
    """Print whether the document says what the rooms say; 1 where it does not."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    django.setup()
    text = document()
    if arguments == ["write"]:
        DOCUMENT.write_text(text)
    is_current = DOCUMENT.exists() and DOCUMENT.read_text() == text
    print("docs/measures.md is up to date" if is_current else "docs/measures.md: write it anew")
    return int(not is_current)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
