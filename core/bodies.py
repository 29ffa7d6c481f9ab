"""HTML bodies of mails and pages: cleaned when saved, read for their links, told as plain text.

A body holds HTML from a short list of elements. What ``clean_body`` returned is what the other
functions expect.
"""

import re
from collections import Counter
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

import nh3

from core.markup import bounded, refuse_longer
from core.texts import without_controls

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
#: Elements that stand apart as a paragraph, that begin a line, and that have no end tag.
BLOCKS = {"p", "div", "h1", "h2", "h3", "h4", "ul", "ol", "dl", "table", "blockquote", "pre", "hr"}
LINES = {"br", "li", "dt", "dd", "tr", "caption"}
CELLS = {"td", "th"}
#: What plain text puts where each of them begins, and where it ends.
BEFORE = {
    **dict.fromkeys(BLOCKS, "\n\n"),
    **dict.fromkeys(LINES, "\n"),
    **dict.fromkeys(CELLS, "\t"),
    "li": "\n- ",
}
BEHIND = dict.fromkeys(BLOCKS, "\n\n")
VOID = {"br", "hr", "img"}
SPACES = re.compile(r"[ \t\n]+")


#: Where pictures of ours lie on this site (crm/library/keeping.py).
OWN_PICTURE = re.compile(r"/pictures/[0-9A-Za-z]+\.[a-z]+")


def _own_pictures(tag: str, name: str, value: str) -> str | None:
    """Everything as it is, but no picture of elsewhere: loading one tells its host who looks."""
    if (tag, name) == ("img", "src") and not OWN_PICTURE.fullmatch(value):
        return None
    return value


#: What makes blocks by itself: a text that has one of these is HTML as it is meant.
BLOCK = re.compile(r"<(p|h[1-6]|ul|ol|table|div|blockquote|pre|br|hr)\b", re.IGNORECASE)
BLANK_LINE = re.compile(r"\n[ \t]*\n\s*")


def with_paragraphs(body: str) -> str:
    """A text without any block as paragraphs: a blank line begins one, a line end breaks a line.

    A body that has a block of its own is given back as it is. Windows line ends count as line ends.
    """
    if BLOCK.search(body):
        return body
    paragraphs = []
    for paragraph in BLANK_LINE.split(body.replace("\r\n", "\n").strip()):
        lines = paragraph.replace("\n", "<br>\n")
        paragraphs.append(f"<p>{lines}</p>")
    return "\n".join(paragraphs)


def clean_letter(body: str) -> str:
    """A whole letter as it may be shown in a page: as ``clean_body``, with pictures of this site.

    Their addresses begin with a slash.
    """
    return _cleaned(
        body,
        tags=TAGS | {"img"},
        attributes=ATTRIBUTES | {"img": {"src", "alt", "width", "height"}},
        attribute_filter=_own_pictures,
    )


def clean_body(body: str) -> str:
    """The body as it may be stored, shown and mailed: allowed elements and attributes only.

    Raises Refused for one that is too long, too full of tags or too deep (``core.markup``).
    """
    return _cleaned(body, tags=TAGS, attributes=ATTRIBUTES)


def _cleaned(body: str, **allowed) -> str:
    """The body with what nh3 is ``allowed`` to leave in. Raises Refused where it is too long."""
    cleaned = nh3.clean(
        bounded(without_controls(body)),
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
        clean_content_tags={"script", "style"},
        **allowed,
    )
    # Written as entities, signs are longer; what is stored is cleaned again whenever it is mailed.
    refuse_longer(cleaned)
    return cleaned


# --- what cleaning takes out ----------------------------------------------------------------------
class MarkupReader(HTMLParser):
    """Counts elements, as (name, ""), and their attributes, as (name, attribute)."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: Counter[tuple[str, str]] = Counter()

    def handle_starttag(self, tag, attrs):
        """Counts the tag, and each attribute by the tag it stands on."""
        self.found[tag, ""] += 1
        for name, _value in attrs:
            self.found[tag, name] += 1


def markup_in(body: str) -> Counter[tuple[str, str]]:
    """How often each element and each attribute of one stands in a body, as MarkupReader counts."""
    reader = MarkupReader()
    reader.feed(body)
    reader.close()
    return reader.found


def lost_markup(typed: str, cleaned: str) -> list[tuple[str, str]]:
    """(element, "") and (element, attribute) of which a typed body has more than its cleaned form,
    in order. Attributes of an element that is lost are not told of.
    """
    lost = markup_in(typed) - markup_in(cleaned)
    return [(tag, name) for tag, name in lost if not name or (tag, "") not in lost]


# --- links ----------------------------------------------------------------------------------------
class LinkReader(HTMLParser):
    """Collects ``[href, text]`` of every anchor with an address, in document order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag, attrs):
        """Begins a link with an empty text; called by HTMLParser at every tag that opens."""
        if tag != "a":
            return
        # An anchor without an address is a place to jump to, not a link.
        href = dict(attrs).get("href")
        self.inside = href is not None
        if self.inside:
            self.found.append([href, ""])

    def handle_endtag(self, tag):
        """Text that follows belongs to no link."""
        if tag == "a":
            self.inside = False

    def handle_data(self, data):
        """Adds the text to the link that is open, if one is."""
        if self.inside:
            self.found[-1][1] += data


def links_in(body: str) -> list[tuple[str, str]]:
    """``[(href, text of the link)]`` of a cleaned body, in order.

    White space inside a text is one space. Anchors without ``href`` are no links; a link without a
    text has "" in its place.
    """
    reader = LinkReader()
    reader.feed(body)
    reader.close()
    return [(href, " ".join(text.split())) for href, text in reader.found]


class LinkWriter(HTMLParser):
    """Writes a cleaned body again with each href passed through ``replace``."""

    def __init__(self, replace: Callable[[str], str]):
        """``replace``: what each address of a link becomes, asked in the order of the text."""
        # Entities are handed over as they stand, so that "&amp;lt;" does not become a tag.
        super().__init__(convert_charrefs=False)
        self.replace = replace
        self.out: list[str] = []

    def handle_starttag(self, tag, attrs):
        """Writes the tag anew, with the address of a link as ``replace`` gives it."""
        written = ""
        for name, value in attrs:
            # An attribute without a value says nothing that was allowed.
            if value is None:
                continue
            if (tag, name) == ("a", "href"):
                value = self.replace(value)
            written += f' {name}="{escape(value)}"'
        self.out.append(f"<{tag}{written}>")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        """Writes the end; elements that have none, as ``br``, keep none."""
        if tag not in VOID:
            self.out.append(f"</{tag}>")

    def handle_data(self, data):
        """Text stays as it was written."""
        self.out.append(data)

    def handle_entityref(self, name):
        """``&nbsp;`` and the like stay as they were written."""
        self.out.append(f"&{name};")

    def handle_charref(self, name):
        """``&#160;`` and the like stay as they were written."""
        self.out.append(f"&#{name};")


def replace_links(body: str, replace: Callable[[str], str]) -> str:
    """The cleaned body with every ``href`` replaced by ``replace(href)``, in document order."""
    writer = LinkWriter(replace)
    writer.feed(body)
    writer.close()
    return "".join(writer.out)


# --- plain text -----------------------------------------------------------------------------------
class PlainTextWriter(HTMLParser):
    """A readable plain-text version.

    Paragraphs apart, list items with a dash, a link's address after its text.
    """

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        #: Addresses of the links that are open, and how many ``pre`` are.
        self.addresses: list[str] = []
        self.verbatim = 0

    def handle_starttag(self, tag, attrs):
        """Begins the element with its white space in a text; keeps the address of a link."""
        if tag == "pre":
            self.verbatim += 1
        if tag == "a":
            self.addresses.append(dict(attrs).get("href") or "")
        self.out.append(BEFORE.get(tag, ""))

    def handle_endtag(self, tag):
        """The address of a link stands behind its text."""
        if tag == "pre":
            self.verbatim -= 1

        if tag == "a":
            address = self.addresses.pop()
            if address:
                self.out.append(f" {address} ")
        self.out.append(BEHIND.get(tag, ""))

    def handle_data(self, data):
        """Every run of white space is one space, save in ``pre``."""
        if not self.verbatim:
            data = SPACES.sub(" ", data)
        self.out.append(data)


def plain_text_of(body: str) -> str:
    """Plain text of an HTML body (``a <b>&</b> c`` → ``a & c``); blank lines never pile up."""
    writer = PlainTextWriter()
    writer.feed(body)
    writer.close()

    lines = []
    for line in "".join(writer.out).split("\n"):
        lines.append(re.sub(r" {2,}", " ", line).strip())
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return text.strip() + "\n"
