"""A report's drawings for a PDF writer, which reads no rule for a drawing outside of it."""

import re
from functools import cache
from pathlib import Path

from django.utils.html import escape

from core.pdf import static_folders

#: Rules of a report's sheet for parts of its drawings. Those for paper are indented: left out.
OF_DRAWINGS = re.compile(r"^\.report svg ([^{]+)\{([^}]*)\}", re.MULTILINE)
#: A colour as the sheet for paper names it.
COLOUR = re.compile(r"(--[\w-]+):\s*(#\w+);")
#: A drawing's first tag.
DRAWING = re.compile(r"<svg\b[^>]*>")
#: The shorthand for a font, which a PDF writer takes for a size.
FONT = re.compile(r"font:[^;]*;")
TEXT = "text { font-size: 9px; font-family: Noto Sans CJK SC, Noto Sans SC, sans-serif; }"


def on_paper(page: str) -> str:
    """The page with the rules for drawings inside each of them. What people typed is escaped in
    ``page``, so that none of it is a drawing.
    """
    style = f"<style>{escape(drawing_rules())}</style>"
    return DRAWING.sub(lambda found: found[0] + style, page)


@cache
def drawing_rules() -> str:
    """The rules of the report's sheet for its drawings, in the colours of paper."""
    colours = dict(COLOUR.findall(sheet("css/base/print.css")))
    rules = []
    for selector, said in OF_DRAWINGS.findall(sheet("css/pages/report.css")):
        for name, colour in colours.items():
            said = said.replace(f"var({name})", colour)
        told = " ".join(FONT.sub("", said).split())
        rules.append(f"{selector.strip()} {{ {told} }}")
    return " ".join([*rules, TEXT])


def sheet(name: str) -> str:
    """The text of one of our style sheets."""
    found = [Path(folder, name) for folder in static_folders()]
    return next(filter(Path.is_file, found)).read_text()
