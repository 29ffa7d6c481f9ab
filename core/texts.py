"""Texts people typed: what may not stand in them, and the fields that are filled in per reader.

A text is never a template. Of everything in braces only the placeholders ``{name}``, ``{campus}``,
``{kind}`` and ``{unsubscribe}`` mean something; all else stays what it is.
"""

import re
from collections.abc import Iterator

PLACEHOLDERS = ("name", "campus", "kind", "unsubscribe")
#: ``{{name}}`` is not ours: only single braces are read.
PLACEHOLDER = re.compile(r"(?<!\{)\{(" + "|".join(PLACEHOLDERS) + r")\}(?!\})")
#: Marks a field inside a text: private-use characters, removed from whatever people type.
OPEN, CLOSE = "\ue000", "\ue001"
FIELD = re.compile(f"{OPEN}([a-z_]+){CLOSE}")
#: Control characters but tab and line feed, surrogates, the two line separators, our own marks.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\u2028\u2029\ue000\ue001]")


def without_controls(text: str) -> str:
    """Text without control characters, surrogates and our own marks; line ends become ``\\n``."""
    unix_lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub("", unix_lines)


def one_line(text: str) -> str:
    """A name, subject or the like as it may stand in one line.

    Controls go, and every run of white space becomes one space: no header of a mail can be begun.
    """
    return " ".join(without_controls(text).split())


def mark_fields(text: str, *, but: tuple[str, ...] = ()) -> str:
    """``{name}`` → the field mark of ``name``; done before a subject or body is split.

    Fields named in ``but`` stay as they are typed: they have no value there.
    """

    def mark(found: re.Match[str]) -> str:
        """The mark of one place; one that is excepted stays as it was written."""
        if found[1] in but:
            return found[0]
        return f"{OPEN}{found[1]}{CLOSE}"

    return PLACEHOLDER.sub(mark, text)


def split_at_fields(text: str) -> Iterator[tuple[bool, str]]:
    """Split a marked text into (is a field, text or field name), leaving empty texts out.

    Fields stand between the marks that ``mark_fields`` sets. Whether such a field exists is not
    asked.
    """
    # re.split with one group answers text and field name in turn, beginning with a text.
    for index, part in enumerate(FIELD.split(text)):
        is_field = index % 2 == 1
        if is_field or part:
            yield is_field, part
