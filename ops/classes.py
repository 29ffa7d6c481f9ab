"""Classes of the style sheets: which file holds each, and which nobody uses or knows.

``python -m ops.classes`` writes ``docs/classes.md``; ``python -m ops.classes check`` says what does
not fit: a file that is not current, a class without a use, a class without a rule.
"""

import ast
import re
import sys
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
    "errorlist": "Django's forms",
    "helptext": "Django's forms",
    "htmx-indicator": "htmx",
    "htmx-request": "htmx",
}
#: Classes without a rule, each with who reads it.
READ_BY_OTHERS = {}

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
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


def whole_sheet(path: Path) -> str:
    """An entry with each import replaced by the text it names, as a browser reads it."""

    def imported(match) -> str:
        return whole_sheet(path.parent / match[1])

    return IMPORT.sub(imported, path.read_text())


def classes_in(text: str) -> set[str]:
    """Classes that the selectors of a style sheet name."""
    bare = STRING_OF_CSS.sub("", COMMENT.sub("", text))
    found = set()
    for prelude in PRELUDE.findall(bare):
        found.update(CLASS.findall(prelude))
    return found


def head_of(path: Path) -> str:
    """What a sheet or a script says of itself in its first comment, on one line."""
    text = path.read_text().strip()
    if text.startswith("/*"):
        lines = text[2 : text.index("*/")].splitlines()
    else:
        lines = []
        for line in text.splitlines():
            if not line.startswith("//"):
                break
            lines.append(line[2:])
    return " ".join(line.strip() for line in lines).strip()


def classes_with_rules() -> set[str]:
    found = set()
    for path in sheets():
        found |= classes_in(path.read_text())
    return found


# --- who uses them --------------------------------------------------------------------------------
def classes_written(text: str) -> set[str]:
    """Words of the class attributes of a template; ``FILLED`` where a value is written in."""
    text = TEMPLATE_COMMENT.sub("", text)
    bare = TAG.sub(" ", VALUE.sub(FILLED, text))
    found = set()
    for attribute in CLASS_ATTRIBUTE.findall(bare):
        found.update(attribute.split())
    for block in CLASS_BLOCK.findall(text):
        found.update(WORD.findall(TAG.sub(" ", block)))
    return found


def words_quoted(text: str) -> set[str]:
    """Words in the quotes of a template's own tags and of the components it uses.

    They may become classes: ``{% include "_part.html" with tone="red" %}``.
    """
    bare = TEMPLATE_COMMENT.sub("", text)
    found = set()
    for part in TAG.findall(bare) + VALUE.findall(bare) + COMPONENT.findall(bare):
        for quoted in QUOTED.findall(part):
            found.update(WORD.findall("".join(quoted)))
    return found


def words_of_scripts() -> set[str]:
    """Words in the texts of the house's own scripts."""
    found = set()
    for path in sorted(SCRIPTS.glob("*.js")):
        for quoted in QUOTED_IN_SCRIPT.findall(path.read_text()):
            found.update(WORD.findall("".join(quoted)))
    return found


def words_of_code() -> set[str]:
    """Texts of the application's Python that may be classes: single words, class="…" in HTML."""
    found = set()
    for folder in CODE:
        for path in sorted((BASE_DIR / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                found |= words_of_module(path)
    return found


def words_of_module(path: Path) -> set[str]:
    """As ``words_of_code``, of one file. What {"class": "…"} says counts word by word."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Dict):
            found |= classes_of_attributes(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if WORD.fullmatch(node.value):
                found.add(node.value)
            found |= classes_written(node.value)
    return found


def classes_of_attributes(node: ast.Dict) -> set[str]:
    """Words of the value beside each key "class"."""
    found = set()
    for key, value in zip(node.keys, node.values, strict=True):
        is_class = isinstance(key, ast.Constant) and key.value == "class"
        if is_class and isinstance(value, ast.Constant):
            found.update(value.value.split())
    return found


def written_in_templates() -> dict[str, set[str]]:
    """{template: words of its class attributes}."""
    found = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        found[str(path.relative_to(TEMPLATES))] = classes_written(path.read_text())
    return found


def without_use() -> list[str]:
    """Classes that have rules and that no template, script or module could set."""
    used = words_of_scripts() | words_of_code() | set(SET_BY_OTHERS)
    beginnings = set()
    for path in sorted(TEMPLATES.rglob("*.html")):
        used |= words_quoted(path.read_text())
    for words in written_in_templates().values():
        used |= words
        for word in words:
            beginning = word.partition(FILLED)[0]
            if FILLED in word and beginning:
                beginnings.add(beginning)

    unused = []
    for name in sorted(classes_with_rules() - used):
        if not name.startswith(tuple(beginnings)):
            unused.append(name)
    return unused


def without_rule() -> list[str]:
    """Classes that a template sets and no style sheet and no script knows, after its name."""
    known = classes_with_rules() | words_of_scripts() | set(READ_BY_OTHERS)
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
