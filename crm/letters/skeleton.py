"""A MIME message compiled once with ``EmailMessage`` and then filled in for any number of readers.

Whatever differs from mail to mail stands in the message as a marker, a short ASCII word. The
message is serialised once and cut at its markers; a mail is the pieces joined again with the
reader's values between them, each encoded for the place where it stands (RFC 2047 word,
quoted-printable text, escaped HTML), so no value can end a header or open a tag.
"""

import binascii
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.headerregistry import HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import formatdate
from functools import lru_cache
from html import escape
from urllib.parse import urlsplit

from django.conf import settings

from core import texts

CRLF = b"\r\n"
FOLD = b"\r\n "
SOFT_BREAK = b"=\r\n"
#: Bytes of text in one encoded word: 52 letters of base64, far below the 75 of RFC 2047.
WORD_BYTES = 39
#: Header text up to this length that is plain ASCII stays readable.
LONGEST_PLAIN = 60
NUMBER_DIGITS = 4
#: Names are asked for again in every mail of the same reader's content, and in both of its parts.
CACHED_VALUES = 4096

# The library would judge a marker as a date, an address or a message id and rewrite it; for the
# headers that hold markers only it is text. Lines of quoted-printable hold 76 characters (RFC
# 2045), two fewer than the library's own limit.
_headers = HeaderRegistry()
for _name in ("date", "to", "message-id"):
    _headers.map_to_type(_name, UniqueUnstructuredHeader)
POLICY = SMTP.clone(header_factory=_headers, max_line_length=76)


@dataclass(frozen=True, slots=True)
class Message:
    """One mail ready to be sent: the row it stands for, its address, its bytes with CRLF ends.

    ``return_path``: where it comes back to; empty where that is the sender's own address.
    """

    pk: int
    address: str
    data: bytes
    return_path: str = ""


# --- values, encoded for their place --------------------------------------------------------------
def words(text: str) -> bytes:
    """RFC 2047 encoded words of ``text``, folded; never empty, so that no folded line is."""
    encoded = []
    for chunk in _chunks(text):
        base64 = binascii.b2a_base64(chunk.encode(), newline=False)
        encoded.append(b"=?utf-8?b?%s?=" % base64)
    return FOLD.join(encoded)


def _chunks(text: str) -> list[str]:
    """``text`` in parts of at most WORD_BYTES bytes; one empty part of an empty text."""
    chunks = []
    chunk, size = "", 0

    for letter in text:
        width = len(letter.encode())
        # A letter is never cut: each word must be readable by itself.
        if size + width > WORD_BYTES:
            chunks.append(chunk)
            chunk, size = "", 0
        chunk += letter
        size += width

    chunks.append(chunk)
    return chunks


def quoted(text: str) -> bytes:
    """Quoted-printable of ``text`` (lines end in ``\\n``), starting and ending at a line of its
    own.
    """
    encoded = binascii.b2a_qp(text.encode(), istext=True)
    # Lines that the library breaks end like the first line of the text, CRLF or not.
    return encoded.replace(CRLF, b"\n").replace(b"\n", CRLF)


def as_word(value: str) -> bytes:
    """At the beginning of a header.

    As an encoded word (RFC 2047), on one line.
    """
    return words(texts.one_line(value))


def as_next_word(value: str) -> bytes:
    """After other words of a header; the fold between two encoded words is not shown.

    Begins with the line end and the space of a fold.
    """
    return FOLD + as_word(value)


def as_text(value: str) -> bytes:
    """In a plain body.

    Quoted-printable, between soft line breaks, so that no line grows too long.
    """
    return SOFT_BREAK + quoted(texts.one_line(value)) + SOFT_BREAK


def as_html(value: str) -> bytes:
    """In a body of HTML, where it can open no tag.

    Escaped, then quoted-printable between soft line breaks.
    """
    return SOFT_BREAK + quoted(escape(texts.one_line(value))) + SOFT_BREAK


def as_key(value: str) -> bytes:
    """ASCII of our own making, safe wherever it stands.

    UnicodeEncodeError would be a fault of ours: keys hold letters, digits and signs of URLs.
    """
    return value.encode()


def as_key_in_body(value: str) -> bytes:
    """On a line of its own, so that no line of quoted-printable grows too long.

    Soft line breaks around it: whoever reads the mail sees none of them.
    """
    return SOFT_BREAK + value.encode() + SOFT_BREAK


#: Keys are different in every mail: remembering them would only push out names.
KEYS = (as_key, as_key_in_body)


@dataclass(frozen=True, slots=True)
class Hole:
    """A place for one value: the field it comes from, and how it is encoded there."""

    field: str
    encode: Callable[[str], bytes]


Piece = bytes | Hole


# --- the message ----------------------------------------------------------------------------------
class MailDraft:
    """A message with markers, on its way to a skeleton.

    ``message`` is the EmailMessage itself: what is the same in every mail is written into it as
    usual, what differs as ``mark(…)``.
    """

    def __init__(self):
        self.message = EmailMessage(policy=POLICY)
        self.message.make_alternative()
        self.message["MIME-Version"] = "1.0"
        # Nobody can type a word that is drawn anew for every message.
        self.prefix = f"mark{secrets.token_hex(8)}n"
        self.meanings: list[list[Piece]] = []

    def mark(self, *pieces: Piece) -> str:
        """A marker that stands for ``pieces``."""
        number = len(self.meanings)
        self.meanings.append(list(pieces))
        # Always as many digits: the next letter of the text may be a digit too.
        return f"{self.prefix}{number:0{NUMBER_DIGITS}}"

    def header_text(self, text: str) -> str:
        """``text``, which may hold fields, as the value of a header or a name in one.

        Short ASCII without fields stays as it is; anything else is a marker for encoded words.
        """
        parts = list(texts.split_at_fields(text))
        has_fields = any(is_field for is_field, _part in parts)
        if not has_fields and _is_plain(text):
            return text

        pieces: list[Piece] = []
        for is_field, part in parts:
            is_first = not pieces
            pieces.append(_header_piece(part, is_field, is_first))
        return self.mark(*pieces)

    def add_part(self, subtype: str, text: str, encode: Callable[[str], bytes], keys: set[str]):
        """One of the alternatives of the message, ``text/plain`` or ``text/html``.

        Its fields are encoded by ``encode``, ``keys`` among them as keys.
        """
        written = ""
        for is_field, part in texts.split_at_fields(text):
            if not is_field:
                written += part
            elif part in keys:
                written += self.mark(Hole(part, as_key_in_body))
            else:
                written += self.mark(Hole(part, encode))

        body = MIMEPart(policy=POLICY)
        body.set_content(written, subtype=subtype, charset="utf-8", cte="quoted-printable")
        self.message.attach(body)

    def compiled(self) -> "Skeleton":
        """Serialise the message and cut it at its markers.

        Parts that are the same in every mail as bytes, between them a Hole for each field.
        """
        pieces: list[Piece] = []
        for is_marker, part in self._cut(self.message.as_bytes()):
            if is_marker:
                pieces += self.meanings[int(part)]
            else:
                pieces.append(part)
        return Skeleton(pieces)

    def _cut(self, data: bytes) -> Iterator[tuple[bool, bytes]]:
        """(is a marker, number of the marker or bytes between two)."""
        end = 0
        for found in self._pattern().finditer(data):
            yield False, data[end : found.start()]
            yield True, b"".join(found.groups())
            end = found.end()
        yield False, data[end:]

    def _pattern(self) -> re.Pattern[bytes]:
        """What finds a marker in an encoded part; its groups are the digits of the number."""
        # Quoted-printable may break a line anywhere, in the middle of a marker too.
        may_break = b"(?:=\r\n)?"
        letters = [re.escape(letter.encode()) for letter in self.prefix]
        return re.compile(may_break.join(letters + [b"([0-9])"] * NUMBER_DIGITS))


def _header_piece(part: str, is_field: bool, is_first: bool) -> Piece:
    """A part of a header as encoded words; behind the first they are folded on."""
    if is_field and is_first:
        return Hole(part, as_word)
    if is_field:
        return Hole(part, as_next_word)
    if is_first:
        return words(part)
    return FOLD + words(part)


def _is_plain(text: str) -> bool:
    """Short ASCII that nobody could read as an encoded word."""
    if not text.isascii() or len(text) > LONGEST_PLAIN:
        return False
    return "=?" not in text


class Skeleton:
    """A compiled message: bytes with holes, ready for ``fill``."""

    def __init__(self, pieces: list[Piece]):
        """``pieces``: bytes and holes in the order in which they stand in the message."""
        #: Bytes and holes in turn, neighbouring bytes melted together: fewer to join for each mail.
        self.parts: list[bytes] = [b""]
        places: dict[Hole, list[int]] = {}
        for piece in pieces:
            if isinstance(piece, bytes):
                self.parts[-1] += piece
            else:
                # Its own part, filled for each mail, and one for the bytes that follow.
                places.setdefault(piece, []).append(len(self.parts))
                self.parts += [b"", b""]

        #: Each hole once with the indices of its parts: a link's key is encoded once, not 20 times.
        self.holes = [(hole.field, hole.encode, indices) for hole, indices in places.items()]
        self.remembered = lru_cache(maxsize=CACHED_VALUES)(lambda encode, value: encode(value))

    def fill(self, values: dict[str, str]) -> bytes:
        """The message with ``values`` by field. KeyError for a field without a value.

        The whole message, ready for the wire but for its dots (``crm.letters.smtp.on_the_wire``).
        """
        parts = self.parts.copy()
        for field, encode, indices in self.holes:
            value = values[field]
            encoded = encode(value) if encode in KEYS else self.remembered(encode, value)
            for index in indices:
                parts[index] = encoded
        return b"".join(parts)


def own_host() -> str:
    """The host that our mails name as ours: never this machine's own name.

    The host of BASE_URL, without a port.
    """
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def now() -> str:
    """The Date header of this moment.

    In GMT (RFC 5322), as "Fri, 27 Nov 2026 10:30:00 GMT".
    """
    return formatdate(usegmt=True)
