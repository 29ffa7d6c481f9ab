"""Classes of the style sheets: which file holds each, and which nobody uses or knows.

``python -m ops.classes`` writes ``docs/classes.md``; ``python -m ops.classes check`` says what does
not fit: a file that is not current, a class without a use, a class without a rule.
"""

import re
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
STYLES = BASE_DIR / "static" / "css"
SCRIPTS = BASE_DIR / "static" / "js"
TEMPLATES = BASE_DIR / "templates"
INDEX = BASE_DIR / "docs" / "classes.md"
#: Folders whose Python may name a class.
CODE = ("core", "crm", "campaigns", "feedback", "analytics", "config", "demo")

#: Classes that have rules and stand in no file of ours, each with who sets it.
SET_BY_OTHERS = {
    "htmx-request": "htmx",
}

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
#: The first comment of a sheet, or the first lines of a script, and what is no text in them.
HEAD = re.compile(r"/\*[\s\S]*?\*/|(?://.*\n)+")
OF_COMMENTS = re.compile(r"^/\*|\*/$|^//", re.MULTILINE)
IMPORT = re.compile(r'@import "([^"]+)";\s*')
PRELUDE = re.compile(r"([^{};]+)\{")
STRING_OF_CSS = re.compile(r'"[^"]*"')
CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
TEMPLATE_COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", re.DOTALL)
TAG, VALUE = re.compile(r"{%.*?%}", re.DOTALL), re.compile(r"{{.*?}}", re.DOTALL)
CLASS_ATTRIBUTE = re.compile(r'(?<![\w-])class="([^"]*)"')
COMPONENT = re.compile(r"<c-[a-z-]+[^>]*>")
QUOTED = re.compile(r""""([^"]*)"|'([^']*)'""")
QUOTED_IN_SCRIPT = re.compile(r""""([^"\n]*)"|'([^'\n]*)'|`([^`]*)`""")
SINGLE_WORD = re.compile(r'"([a-zA-Z][\w-]*)"')
CLASS_ITEM = re.compile(r'"class": "([^"]*)"')
WORD = re.compile(r"[a-zA-Z][\w-]*")
#: A block inside the class attribute of a base: {% block body_class %}account{% endblock %}.
CLASS_BLOCK = re.compile(r"{%\s*block \w*class\s*%}(.*?){%\s*endblock", re.DOTALL)
BLOCK = re.compile(r"{%\s*block (\w+)\s*%}")
DATA = re.compile(r"\[(data-[a-z-]+)|\bdataset\.([a-zA-Z]+)")
#: Stands for what a template writes in at the time: class="shade-{{ step }}".
FILLED = "\0"


# --- style sheets ---------------------------------------------------------------------------------
def sheets() -> list[Path]:
    """Every style sheet that holds rules, in the order of its name: entries only import."""
    found = []
    for path in sorted(STYLES.rglob("*.css")):
        if not IMPORT.search(path.read_text()):
            found.append(path)
    return found


def classes_in(text: str) -> set[str]:
    """Classes that the selectors of a style sheet name."""
    bare = STRING_OF_CSS.sub("", COMMENT.sub("", text))
    selectors = "\n".join(PRELUDE.findall(bare))
    return set(CLASS.findall(selectors))


def head_of(path: Path) -> str:
    """What a sheet or a script says of itself in its first comment, on one line; "" for nothing."""
    head = HEAD.match(path.read_text())
    if head is None:
        return ""
    return " ".join(OF_COMMENTS.sub(" ", head[0]).split())


def found_in(paths: Iterable[Path], find: Callable[[str], set[str]]) -> set[str]:
    """What ``find`` sees in the text of any of these files."""
    found = set()
    for path in paths:
        found |= find(path.read_text())
    return found


def classes_with_rules() -> set[str]:
    """Classes that any style sheet has rules for."""
    return found_in(sheets(), classes_in)


# --- who uses them --------------------------------------------------------------------------------
def classes_written(text: str) -> set[str]:
    """Words of the class attributes of a template; ``FILLED`` where a value is written in."""
    text = TEMPLATE_COMMENT.sub("", text)
    bare = TAG.sub(" ", VALUE.sub(FILLED, text))
    attributes = " ".join(CLASS_ATTRIBUTE.findall(bare))
    blocks = TAG.sub(" ", " ".join(CLASS_BLOCK.findall(text)))
    return {*attributes.split(), *WORD.findall(blocks)}


def words_quoted(text: str) -> set[str]:
    """Words in the quotes of a template's own tags and of the components it uses.

    They may become classes: ``{% include "_part.html" with tone="red" %}``.
    """
    bare = TEMPLATE_COMMENT.sub("", text)
    found = set()
    for part in TAG.findall(bare) + VALUE.findall(bare) + COMPONENT.findall(bare):
        found |= words_between(QUOTED, part)
    return found


def words_between(quotes: re.Pattern, text: str) -> set[str]:
    """Words of all that stands between quotes in a text."""
    found = set()
    for quoted in quotes.findall(text):
        found.update(WORD.findall("".join(quoted)))
    return found


def words_of_scripts() -> set[str]:
    """Words in the texts of the house's own scripts."""
    return found_in(SCRIPTS.glob("*.js"), partial(words_between, QUOTED_IN_SCRIPT))


def words_of_code() -> set[str]:
    """Texts of the application's Python that may be classes."""
    found = set()
    for folder in CODE:
        found |= found_in((BASE_DIR / folder).rglob("*.py"), words_of_module)
    return found


def words_of_module(text: str) -> set[str]:
    """Texts of a module that may be classes.

    Single words; each word of a value beside the key "class"; those of class="…" in HTML.
    """
    values = " ".join(CLASS_ITEM.findall(text))
    return {*SINGLE_WORD.findall(text), *values.split()} | classes_written(text)


def written_in_templates() -> dict[str, set[str]]:
    """{template: words of its class attributes}."""
    found = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        found[str(path.relative_to(TEMPLATES))] = classes_written(path.read_text())
    return found


def words_of_templates() -> set[str]:
    """Words that any template sets as a class, or gives to a part that may set it."""
    templates = list(TEMPLATES.rglob("*.html"))
    return found_in(templates, classes_written) | found_in(templates, words_quoted)


def beginnings(words: set[str]) -> tuple[str, ...]:
    """How the words begin whose end is written in at the time: "shade-" of "shade-{{ step }}"."""
    found = {word.partition(FILLED)[0] for word in words if FILLED in word}
    return tuple(found - {""})


def without_use() -> list[str]:
    """Classes that have rules and that no template, script or module could set."""
    of_templates = words_of_templates()
    used = of_templates | words_of_scripts() | words_of_code() | set(SET_BY_OTHERS)
    filled = beginnings(of_templates)
    unused = classes_with_rules() - used
    return sorted(name for name in unused if not name.startswith(filled))


def without_rule() -> list[str]:
    """Classes that a template sets and no style sheet and no script knows, after its name."""
    known = classes_with_rules() | words_of_scripts()
    found = []
    for template, words in written_in_templates().items():
        for word in sorted(words):
            if FILLED not in word and word not in known:
                found.append(f"{template}: {word}")
    return found


# --- the index ------------------------------------------------------------------------------------
def lines_of_sheets() -> list[str]:
    """A line for each style sheet: what it is, and its classes."""
    lines = []
    for path in sheets():
        classes = " ".join(f"`.{name}`" for name in sorted(classes_in(path.read_text())))
        lines.append(f"| `{path.relative_to(BASE_DIR)}` | {head_of(path)} | {classes} |")
    return lines


def attributes_of(script: str) -> set[str]:
    """Attributes ``data-…`` that the text of a script reads."""
    found = set()
    for selector, property_name in DATA.findall(script):
        hyphened = re.sub(r"([A-Z])", lambda match: f"-{match[1].lower()}", property_name)
        found.add(selector or f"data-{hyphened}")
    return found


def lines_of_scripts() -> list[str]:
    """A line for each script: what it is, and the attributes it reads."""
    lines = []
    for path in sorted(SCRIPTS.glob("*.js")):
        attributes = sorted(attributes_of(path.read_text()))
        named = " ".join(f"`{attribute}`" for attribute in attributes)
        lines.append(f"| `{path.relative_to(BASE_DIR)}` | {head_of(path)} | {named} |")
    return lines


def lines_of_bases() -> list[str]:
    """A line for each page frame: the blocks that a page may fill."""
    lines = []
    for path in sorted(TEMPLATES.glob("base*.html")):
        blocks = dict.fromkeys(BLOCK.findall(path.read_text()))
        named = " ".join(f"`{block}`" for block in blocks)
        lines.append(f"| `{path.relative_to(BASE_DIR)}` | {named} |")
    return lines


def index() -> str:
    """The text of docs/classes.md."""
    lines = [
        "# Classes, attributes and blocks",
        "",
        "Written by `python -m ops.classes`; a test holds it current.",
        "",
        "## Style sheets",
        "| file | what it is | classes it has rules for |",
        "|---|---|---|",
        *lines_of_sheets(),
        "",
        "## Scripts",
        "| file | what it is | attributes it reads |",
        "|---|---|---|",
        *lines_of_scripts(),
        "",
        "## Frames of pages",
        "| file | blocks |",
        "|---|---|",
        *lines_of_bases(),
    ]
    return "\n".join(lines) + "\n"


def problems() -> list[str]:
    """What does not fit, one sentence for each; empty when all does."""
    wrong = [f"{name}: a rule that nothing uses" for name in without_use()]
    wrong += [f"{found}: a class without a rule" for found in without_rule()]
    if not INDEX.exists() or INDEX.read_text() != index():
        wrong.append("docs/classes.md is not current: python -m ops.classes writes it")
    return wrong


def main(arguments: list[str]) -> int:
    """``check`` says what does not fit and gives 1 for it; anything else writes the index."""
    if arguments == ["check"]:
        wrong = problems()
        print("\n".join(wrong) or "classes: ok")
        return bool(wrong)
    INDEX.write_text(index())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
