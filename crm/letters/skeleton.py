import binascii
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate, parseaddr
from html import escape

from django.conf import settings

from core import texts

CRLF = b"\r\n"
WORD_BYTES = 39


@dataclass(frozen=True, slots=True)
class Message:
    pk: int
    address: str
    data: bytes


def words(text: str) -> bytes:
    """RFC 2047 encoded words of ``text``, folded; never empty, so that no folded line is."""
    chunks, size = [[]], 0
    for letter in text:
        width = len(letter.encode())
        if size + width > WORD_BYTES:
            chunks.append([])
            size = 0
        chunks[-1].append(letter)
        size += width
    encoded = [binascii.b2a_base64("".join(chunk).encode(), newline=False) for chunk in chunks]
    return b"\r\n ".join(b"=?utf-8?b?%s?=" % chunk for chunk in encoded)


def quoted(text: str) -> bytes:
    """Quoted-printable of ``text`` (lines end in ``\\n``), starting and ending at a line of its
    own.
    """
    encoded = binascii.b2a_qp(text.encode(), istext=True)
    return encoded.replace(CRLF, b"\n").replace(b"\n", CRLF)


ENCODERS: dict[str, Callable[[str], bytes]] = {
    "first_word": lambda value: b" " + words(texts.one_line(value)),
    "word": lambda value: b"\r\n " + words(texts.one_line(value)),
    "text": lambda value: b"=\r\n" + quoted(texts.one_line(value)) + b"=\r\n",
    "html": lambda value: b"=\r\n" + quoted(escape(texts.one_line(value))) + b"=\r\n",
    "ascii": str.encode,
}
#: Fields that are safe wherever they stand and differ for every mail: encoded without a look.
KEY_FIELDS = {"click", "unsubscribe_key", "to", "message_id", "date"}


class Skeleton:
    """A message with holes: ``parts`` of bytes, and for each hole its index, field and encoding."""

    def __init__(self):
        self.parts: list[bytes] = []
        self.holes: list[tuple[int, str, str]] = []

    def static(self, data: bytes) -> None:
        self.parts.append(data)

    def hole(self, field: str, encoding: str) -> None:
        self.holes.append((len(self.parts), field, encoding))
        self.parts.append(b"")

    def soft_hole(self, field: str) -> None:
        """A key inside quoted-printable text: on its own line, so that no line grows too long."""
        self.static(b"=\r\n")
        self.hole(field, "ascii")
        self.static(b"=\r\n")

    def header(self, name: str, text: str) -> None:
        """A header that may hold fields; short plain ASCII stays readable."""
        parts = list(texts.split_at_fields(text))
        self.static(f"{name}:".encode())
        if parts == [(False, text)] and text.isascii() and len(text) <= 60 and "=?" not in text:
            self.static(b" " + text.encode())
        else:
            for index, (is_field, part) in enumerate(parts):
                if is_field:
                    self.hole(part, "word" if index else "first_word")
                else:
                    self.static((b"\r\n " if index else b" ") + words(part))
        self.static(CRLF)

    def body(self, text: str, encoding: str) -> None:
        for is_field, part in texts.split_at_fields(text):
            if not is_field:
                self.static(quoted(part))
            elif part in KEY_FIELDS:
                self.soft_hole(part)
            else:
                self.hole(part, encoding)

    def joined(self) -> tuple[list[bytes], list[tuple[int, str, str]]]:
        """Neighbouring static parts melted together: fewer pieces to join for every mail."""
        holes = {index: (field, encoding) for index, field, encoding in self.holes}
        parts, placed, run = [], [], []
        for index, data in enumerate(self.parts):
            if index not in holes:
                run.append(data)
                continue
            parts.append(b"".join(run))
            placed.append((len(parts), *holes[index]))
            parts.append(b"")
            run = []
        return [*parts, b"".join(run)], placed


def sender_address() -> str:
    """The address alone of DEFAULT_FROM_EMAIL, which may be written ``Library
    <library@example.org>``.
    """
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def now() -> str:
    """The Date header of this moment."""
    return formatdate(usegmt=True)
