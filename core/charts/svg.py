"""SVG elements of a drawing: what a chart is made of when no script draws it.

Widths are per cent of the plot and heights are pixels, so that one drawing fits every screen and no
text is scaled. Colours are classes, which static/css gives the colours of the theme, and
``painted`` gives those of paper.
"""

import re
from unicodedata import category, east_asian_width
from xml.etree.ElementTree import Element, tostring

#: What XML allows in no text: a label of readers' making may hold it.
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Unicode's categories of what takes no room, and its widths of what takes double room.
UNSEEN, WIDE = {"Cf", "Mn"}, {"W", "F"}
NAMESPACE = "http://www.w3.org/2000/svg"
#: The class of each colour of a mark.
CLASSES = {"--accent": "ours", "--chart-1": "other"}
#: The light values of the colours in static/css/tokens.css: a file is read on paper.
PAPER = {
    "paper": "#fbfaf7",
    "ink": "#1f2328",
    "muted": "#59616b",
    "line": "#e4e0d8",
    "edge": "#8b857a",
    "accent": "#a5352b",
    "surface": "#ffffff",
    "chart-1": "#2f6b5e",
}
#: How each class looks in a file, with the names of ``PAPER`` for colours. What it is on a page
#: stands in static/css by the same names.
LOOKS = {
    "name": {"fill": "ink", "font-size": "13"},
    "value": {"fill": "ink", "font-size": "12", "font-weight": "600"},
    "tick": {"fill": "muted", "font-size": "12"},
    "sign": {"fill": "muted", "font-size": "12"},
    "rule": {"stroke": "line"},
    "base": {"stroke": "edge"},
    "reference": {"stroke": "accent", "stroke-width": "1.5", "stroke-dasharray": "2 3"},
    "curve": {"fill": "none", "stroke": "chart-1", "stroke-width": "2.2"},
    "reach": {"stroke": "chart-1", "stroke-width": "2"},
    "break": {"stroke": "surface", "stroke-width": "3"},
    "ours": {"fill": "accent"},
    "missed": {"fill": "surface", "stroke": "accent", "stroke-width": "2"},
    "other": {"fill": "chart-1"},
    "hit": {"fill": "none"},
    "gap": {"fill": "line", "opacity": "0.48"},
}


def element(tag: str, within: Element | None = None, text: str = "", **attributes) -> Element:
    """A new element, put into ``within`` if that is given.

    Attributes by their names, "_" for "-" and ``class_`` for "class"; numbers are written short.
    """
    written = {}
    for name, value in attributes.items():
        written[name.rstrip("_").replace("_", "-")] = _written(value)

    # SubElement would need a parent, and the outermost element has none.
    made = Element(tag, written)
    if within is not None:
        within.append(made)
    if text:
        made.text = NOT_IN_XML.sub("", text)
    return made


def _written(value) -> str:
    """An attribute: numbers with at most two decimals, text without what XML does not allow."""
    if isinstance(value, int | float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return NOT_IN_XML.sub("", str(value))


def columns_of(text: str) -> int:
    """How wide a text is, in Latin letters: Chinese characters count as two, unseen ones not."""
    columns = 0
    for character in text:
        if category(character) in UNSEEN:
            continue
        columns += 1
        if east_asian_width(character) in WIDE:
            columns += 1
    return columns


def percent_of(share: float) -> str:
    """A place between 0 and 1 as a length of SVG: 0.125 → "12.5%"."""
    return f"{_written(share * 100)}%"


def written(root: Element) -> str:
    """An element and all in it as text, escaped; for a page, which needs no namespace."""
    return tostring(root, encoding="unicode")


def painted(root: Element) -> Element:
    """The same element with the look of each class as attributes, in the colours of paper."""
    for one in root.iter():
        for name in one.get("class", "").split():
            for attribute, value in LOOKS.get(name, {}).items():
                one.set(attribute, PAPER.get(value, value))
    return root
