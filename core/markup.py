"""HTML that somebody typed, looked through before a parser sees it.

A parser's work grows with the square of how deep elements lie in each other, so length, number and
depth of the tags are counted here in one pass, and a body beyond them is refused with words.
"""

import re

from django.utils.translation import gettext as _

from core.refusals import Refused

#: Characters, tags and elements within each other that a body may have.
LONGEST_BODY = 100_000
MOST_TAGS = 5_000
DEEPEST = 60

#: The only form in which a tag is taken for one: each attribute apart, every quote closed. No ``<``
#: inside and no way back (``++``): one pass is all that a text can cost.
TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*+)"
    r"(?:\s++[A-Za-z][\w:.-]*+(?:\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'|[^\s\"'<>=`]++))?+)*+"
    r"\s*+/?>",
    re.ASCII,
)
#: What a parser takes for a comment, too: a doctype, a processing instruction.
DECLARATION = re.compile(r"<[!?][^<>]*+>")
#: Elements that hold nothing, and those whose end tag may be left out.
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
)
MAY_STAY_OPEN = frozenset(
    {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option"}
)


def bounded(body: str) -> str:
    """The body as any parser may have it: whatever is no whole tag is text, comments are gone.

    Raises Refused, saying what is too much of it.
    """
    refuse_longer(body)
    body = without_comments(body)
    found = list(TAG.finditer(body))
    if len(found) > MOST_TAGS:
        raise Refused(_("This text has more than %(n)s HTML tags.") % {"n": MOST_TAGS})
    if depth_of(found) > DEEPEST:
        raise Refused(
            _("In this text more than %(n)s HTML elements lie within each other.") % {"n": DEEPEST}
        )
    return with_tags_only(body, found)


def refuse_longer(body: str) -> None:
    """Raises Refused for a body of more than ``LONGEST_BODY`` characters.

    Counted as typed, before anything is cleaned: to read a text takes longer the longer it is.
    """
    if len(body) > LONGEST_BODY:
        raise Refused(
            _("This text is longer than %(n)s characters, its tags included.") % {"n": LONGEST_BODY}
        )


def without_comments(body: str) -> str:
    """A space in place of each comment and declaration: no two halves of another become one.

    A comment without an end stays as it stands.
    """
    kept, at = [], 0
    while True:
        start = body.find("<!--", at)
        end = body.find("-->", start + 4)
        if start < 0 or end < 0:
            break
        kept += [body[at:start], " "]
        at = end + 3
    kept.append(body[at:])
    return DECLARATION.sub(" ", "".join(kept))


def with_tags_only(body: str, tags: list[re.Match]) -> str:
    """Every ``<`` that begins none of ``tags`` is written as text."""
    written, at = [], 0
    for tag in tags:
        written += [body[at : tag.start()].replace("<", "&lt;"), tag[0]]
        at = tag.end()
    written.append(body[at:].replace("<", "&lt;"))
    return "".join(written)


def depth_of(tags: list[re.Match]) -> int:
    """How many elements are open at most, no less than any parser will find.

    An end tag closes the element opened last and no other: a parser that meets ``<b><p></b>`` opens
    the bold again behind it, and in a table it passes over end tags from outside.
    """
    deepest = 0
    opened: list[str] = []
    for tag in tags:
        name = tag["name"].lower()
        if tag["end"]:
            close(opened, name)
        elif name not in VOID:
            open_another(opened, name)
        deepest = max(deepest, len(opened))
    return deepest


def open_another(opened: list[str], name: str) -> None:
    """Put ``name`` on the open elements; the next paragraph or cell ends the last one.

    ``opened`` is the list of the open elements' names, the innermost last; it is changed.
    """
    follows_its_like = bool(opened) and opened[-1] == name
    if follows_its_like and name in MAY_STAY_OPEN:
        opened.pop()
    opened.append(name)


def close(opened: list[str], name: str) -> None:
    """Take ``name`` off the open elements, with what it may leave open inside; else nothing.

    ``opened`` is changed. The end of an element that is not open says nothing.
    """
    for place in reversed(range(len(opened))):
        if opened[place] == name:
            del opened[place:]
            return
        # An element that must be closed by its own end tag keeps what is around it open.
        if opened[place] not in MAY_STAY_OPEN:
            return
