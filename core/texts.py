"""Campaign text: cleaned when saved, read for its links, turned into plain text. It is never a
template.

A body holds HTML from a short list of elements and the placeholders ``{name}``, ``{campus}``,
``{kind}`` and ``{unsubscribe}``. Everything else in braces stays what it is.
"""

import re
from collections.abc import Callable, Iterator
from html import escape
from html.parser import HTMLParser

import nh3

TAGS = {
    *("p", "br", "hr", "div", "span", "blockquote", "pre", "code"),
    *("h1", "h2", "h3", "h4", "ul", "ol", "li", "dl", "dt", "dd"),
    *("b", "strong", "i", "em", "u", "s", "sub", "sup", "small", "a"),
    *("table", "thead", "tbody", "tr", "th", "td", "caption"),
}
ATTRIBUTES = {
    "a": {"href", "title"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
}
PLACEHOLDERS = ("name", "campus", "kind", "unsubscribe")
#: ``{{name}}`` is not ours: only single braces are read.
PLACEHOLDER = re.compile(r"(?<!\{)\{(" + "|".join(PLACEHOLDERS) + r")\}(?!\})")
#: Marks a field inside a text: private-use characters, removed from whatever people type.
OPEN, CLOSE = "\ue000", "\ue001"
FIELD = re.compile(f"{OPEN}([a-z_]+){CLOSE}")
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u2028\u2029\ue000\ue001]")
BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "ul", "ol", "dl", "table", "blockquote", "pre", "hr"}
LINES = {"br", "li", "dt", "dd", "tr", "caption"}
VOID = {"br", "hr"}


def plain(text: str) -> str:
    """Text without control characters, surrogates and our own marks; line ends become ``\\n``."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """A name, subject or the like as it may stand in one line."""
    return " ".join(plain(text).split())


def clean(body: str) -> str:
    """The body as it may be stored, shown and mailed.

    Allowed elements and attributes only, no script, no style.
    """
    return nh3.clean(
        plain(body),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        clean_content_tags={"script", "style"},
    )


def mark(text: str) -> str:
    """``{name}`` → the field mark of ``name``.

    Used on subjects and bodies before they are split into pieces.
    """
    return PLACEHOLDER.sub(lambda found: f"{OPEN}{found[1]}{CLOSE}", text)


def pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Split a marked text into (is a field, text or field name), leaving empty texts out."""
    for index, part in enumerate(FIELD.split(text)):
        if part or index % 2:
            yield bool(index % 2), part


class Links(HTMLParser):
    """Collects ``(href, text)`` of every anchor in document order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            href = dict(attrs).get("href")
            self.inside = href is not None
            if self.inside:
                self.found.append([href, ""])

    def handle_endtag(self, tag):
        if tag == "a":
            self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.found[-1][1] += data


def links(body: str) -> list[tuple[str, str]]:
    """``[(href, text of the link)]`` of a cleaned body, in order."""
    reader = Links()
    reader.feed(body)
    reader.close()
    return [(href, " ".join(text.split())) for href, text in reader.found]


class Rewriter(HTMLParser):
    """Writes a cleaned body again with each href passed through ``replace``."""

    def __init__(self, replace: Callable[[str], str]):
        super().__init__(convert_charrefs=False)
        self.replace, self.out = replace, []

    def handle_starttag(self, tag, attrs):
        written = [
            f' {name}="{escape(self.replace(value) if (tag, name) == ("a", "href") else value)}"'
            for name, value in attrs
            if value is not None
        ]
        self.out.append(f"<{tag}{''.join(written)}>")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.out.append(f"</{tag}>")

    def handle_data(self, data):
        self.out.append(data)

    def handle_entityref(self, name):
        self.out.append(f"&{name};")

    def handle_charref(self, name):
        self.out.append(f"&#{name};")


def rewrite(body: str, replace: Callable[[str], str]) -> str:
    """The cleaned body with ``replace(href)`` for every ``href``, called in document order."""
    writer = Rewriter(replace)
    writer.feed(body)
    writer.close()
    return "".join(writer.out)


class PlainText(HTMLParser):
    """A readable plain-text version.

    Paragraphs apart, list items with a dash, a link's address after its text.
    """

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.href: list[str] = []
        self.verbatim = 0

    def handle_starttag(self, tag, attrs):
        if tag in BLOCKS:
            self.out.append("\n\n")
        elif tag in LINES:
            self.out.append("\n- " if tag == "li" else "\n")
        elif tag in ("td", "th"):
            self.out.append("\t")
        elif tag == "a":
            self.href.append(dict(attrs).get("href") or "")
        self.verbatim += tag == "pre"

    def handle_endtag(self, tag):
        if tag == "a" and self.href:
            address = self.href.pop()
            self.out.append(f" {address} " if address else "")
        elif tag in BLOCKS:
            self.out.append("\n\n")
        self.verbatim -= tag == "pre"

    def handle_data(self, data):
        self.out.append(data if self.verbatim else re.sub(r"[ \t\n]+", " ", data))


def text(body: str) -> str:
    """Plain text of an HTML body (``a <b>&</b> c`` → ``a & c``); blank lines never pile up."""
    reader = PlainText()
    reader.feed(body)
    reader.close()
    lines = [re.sub(r" {2,}", " ", line).strip() for line in "".join(reader.out).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
