"""Which lines of a template do not stand where they are nested: two spaces for each level.

djlint knows how to indent, too, but moves inline text and drawings while it does (docs/adr/0044).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

#: One tag of Django's or of HTML; an attribute may hold tags of Django's with quotes of their own.
TOKEN = re.compile(
    r"""
    {\#.*?\#} | {%-?\s*comment\b.*?endcomment\s*-?%} | <!--.*?-->
    | {%-?\s*(?P<block>\w[\w:]*).*?-?%}
    | <(?P<closes>/?)(?P<element>[a-zA-Z][\w-]*)
      (?:"(?:{[{%].*?[%}]}|[^"])*"|'[^']*'|{%.*?%}|{{.*?}}|[^>"'])*?
      (?P<empty>/?)>
    """,
    re.DOTALL | re.VERBOSE,
)
ENDED = re.compile(r"{%-?\s*end(\w+)")
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
    | {"c-vars"}
)
#: What divides a block, and stands where it begins.
BETWEEN = frozenset({"else", "elif", "plural", "empty"})
#: What may hold a closing tag in one branch that it opened in another, or text laid out by hand.
AS_IT_IS = frozenset({"pre", "textarea", "script", "style", "html"})


@dataclass(frozen=True)
class Opened:
    """A tag that is not closed yet: "%if" for Django's, its line and that line's indentation."""

    name: str
    line: int
    indent: int


class Template:
    """The text of a template, its lines and its tags."""

    def __init__(self, text: str):
        self.text = text
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines[:-1]:
            self.starts.append(self.starts[-1] + len(line) + 1)
        self.tokens = list(TOKEN.finditer(text))
        self.blocks = frozenset(ENDED.findall(text))
        self.open: list[Opened] = []

    def line_of(self, place: int) -> int:
        return bisect_right(self.starts, place) - 1

    def indent(self, line: int) -> int:
        return len(self.lines[line]) - len(self.lines[line].lstrip())

    def inside_a_tag(self) -> set[int]:
        """Lines that a tag over several lines goes on in."""
        lines = set()
        for token in self.tokens:
            first, last = self.line_of(token.start()), self.line_of(token.end() - 1)
            lines.update(range(first + 1, last + 1))
        return lines

    def close(self, name: str) -> None:
        """Forget what was opened last under a name, and whatever was left open inside it."""
        names = [opened.name for opened in self.open]
        if name not in names:
            return
        place = len(names) - 1 - names[::-1].index(name)
        # An element closed in one branch was opened before the branch began, and is still open.
        crosses = not name.startswith("%") and any(n.startswith("%") for n in names[place:])
        if not crosses:
            del self.open[place:]

    def take(self, token: re.Match) -> None:
        """Go on past one tag."""
        line = self.line_of(token.start())
        block, element = token["block"], token["element"]
        if block and block.startswith("end"):
            self.close(f"%{block[3:]}")
        elif block in self.blocks and block not in BETWEEN:
            self.open.append(Opened(f"%{block}", line, self.indent(line)))
        elif element and token["closes"]:
            self.close(element.lower())
        elif element and element.lower() not in VOID and not token["empty"]:
            self.open.append(Opened(element.lower(), line, self.indent(line)))

    def expected(self, token: re.Match | None) -> int | None:
        """How far a line that begins with ``token`` (or text) is indented; None for no matter."""
        if any(opened.name in AS_IT_IS for opened in self.open):
            return None
        if not self.open:
            return 0
        last = self.open[-1]
        if token and (token["closes"] or token["block"] in BETWEEN):
            return last.indent
        if token and (token["block"] or "").startswith("end"):
            return last.indent
        return last.indent + 2


def misplaced(text: str) -> Iterator[str]:
    """The lines of a template that are not indented as they are nested, with their numbers."""
    template = Template(text)
    covered = template.inside_a_tag()
    waiting = iter(template.tokens)
    token = next(waiting, None)
    for number, line in enumerate(template.lines):
        begins = template.starts[number] + template.indent(number)
        while token and token.start() < begins:
            template.take(token)
            token = next(waiting, None)
        if not line.strip() or number in covered:
            continue
        first = None
        if token and token.start() == begins:
            first = token
        wanted = template.expected(first)
        if wanted is not None and template.indent(number) != wanted:
            yield f"{number + 1}: {line.strip()[:60]}"
