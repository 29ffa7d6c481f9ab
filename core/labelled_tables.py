"""A table that names the column of each cell: what a phone needs to show a row as a block.

A style sheet can print the name of a column beside a cell where the cell carries it. Written by
hand, each head would stand in a template once more for its cells, in each table again.
"""

import re

from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe

#: The beginning of a part of a table, with its attributes. Django escapes ">" within these.
PART = re.compile(r"<(thead|tbody|tfoot|tr|th|td)\b([^>]*)>")
HEAD = re.compile(r"<(t[hd])\b[^>]*>(.*?)</\1>", re.DOTALL)
#: What a head says besides its name: an explanation that is opened, words for a screen reader.
ASIDE = re.compile(r'<span\b[^>]*(?:\bpopover\b|class="sr")[^>]*>.*?</span>', re.DOTALL)
#: A cell of which only the line breaks of its template are left: a style sheet knows it as empty.
NOTHING = re.compile(r"(<td\b[^>]*>)\s+(</td>)")
COLSPAN = re.compile(r'colspan="(\d+)"')


def name_of(head: str) -> str:
    """The words of a head's content, fit for an attribute; "" where nobody sees any."""
    words = strip_tags(ASIDE.sub("", head))
    return " ".join(words.split()).replace('"', "&quot;")


class Labelling:
    """What is added to each part of one table, from its first to its last."""

    def __init__(self, names: list[str]):
        """``names``: of the columns, from left to right."""
        self.names = names
        self.is_head = False
        self.column = 0

    def __call__(self, part: re.Match) -> str:
        """The beginning of a part with its role; that of a cell with the name of its column."""
        tag, attributes = part.groups()
        if tag in ("th", "td"):
            return f"<{tag}{attributes}{self.of_cell(tag, attributes)}>"
        if tag == "tr":
            self.column = 0
            return f'<tr{attributes} role="row">'
        self.is_head = tag == "thead"
        return f'<{tag}{attributes} role="rowgroup">'

    def of_cell(self, tag: str, attributes: str) -> str:
        """The attributes of the next cell of the row."""
        place = self.column
        span = COLSPAN.search(attributes)
        self.column += int(span[1]) if span else 1
        if self.is_head:
            return ' role="columnheader"'
        if tag == "th":
            return ' role="rowheader"'
        name = self.names[place] if place < len(self.names) else ""
        return f' role="cell" data-head="{name}"' if name else ' role="cell"'


def labelled(table: str) -> SafeString:
    """The inside of a ``<table>`` with one row of heads; each cell gets ``data-head``.

    And each part its role, since a table that a style sheet lays out as blocks is none any more to
    a screen reader. ``table`` is HTML of a template, escaped where it has to be.
    """
    head, _end, _body = table.partition("</thead>")
    names = [name_of(inner) for _tag, inner in HEAD.findall(head)]
    # Of a template's own HTML, to which names are added that it has escaped already.
    emptied = NOTHING.sub(r"\1\2", table)
    return mark_safe(PART.sub(Labelling(names), emptied))
