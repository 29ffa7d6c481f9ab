"""Campaign mail as bytes: the MIME skeleton is compiled once per content and language, then only values go in.

Everything a reader or author typed reaches the message encoded for the place where it stands (RFC 2047 word,
quoted-printable text, escaped HTML), so no value can end a header or open a tag. Lines end in CRLF and hold at most 76
characters of 7-bit text.
"""

import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate, parseaddr
from functools import lru_cache
from hashlib import sha256
from html import escape
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns import html, keys, links
from campaigns.models import Content
from crm.models import Campus, Reader

CRLF = b"\r\n"
#: RFC 5321 lets almost anything stand before the @; these characters never do without quoting, which nobody uses.
ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x20\x7f]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
WORD_BYTES = 39
#: Mail programs read no stylesheet, so the few rules stand on the elements.
PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;background:#fbfaf7;color:#1f2328;font:16px/1.8 'PingFang SC','Microsoft YaHei',sans-serif">
{preheader}<div style="max-width:600px;margin:0 auto;padding:28px 24px">
{page}
</div></body></html>
"""
PREHEADER = '<div class="preheader" style="display:none;max-height:0;overflow:hidden">{}</div>\n'


class BadAddress(ValueError):
    """What stands in the address field is no address."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a claimed delivery row says about whom to write to."""

    pk: int
    email: str
    name: str
    campus_id: int | None
    kind: str
    language: str


@dataclass(frozen=True, slots=True)
class Message:
    pk: int
    address: str
    data: bytes


def check_address(text: str) -> str:
    """The address with its domain in ASCII; BadAddress for anything that could not be written in one header line."""
    local, at, domain = text.strip().rpartition("@")
    try:
        address = f"{local}{at}{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise BadAddress(text) from error
    if not ADDRESS.fullmatch(address) or len(address) > 254 or ".." in address:
        raise BadAddress(text)
    return address


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
    """Quoted-printable of ``text`` (lines end in ``\\n``), starting and ending at a line of its own."""
    encoded = binascii.b2a_qp(text.encode(), istext=True)
    return encoded.replace(CRLF, b"\n").replace(b"\n", CRLF)


ENCODERS: dict[str, Callable[[str], bytes]] = {
    "first_word": lambda value: b" " + words(html.one_line(value)),
    "word": lambda value: b"\r\n " + words(html.one_line(value)),
    "text": lambda value: b"=\r\n" + quoted(html.one_line(value)) + b"=\r\n",
    "html": lambda value: b"=\r\n" + quoted(escape(html.one_line(value))) + b"=\r\n",
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
        parts = list(html.pieces(text))
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
        for is_field, part in html.pieces(text):
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


class Mail:
    """One content in one language, ready to be filled in for any number of readers.

    ``tracked=False`` (a test mail) leaves the links as they were written and counts nothing.
    """

    def __init__(self, content: Content, language: str, *, tracked: bool = True):
        self.content, self.language, self.tracked = content, language, tracked
        self.host = urlsplit(settings.BASE_URL).hostname or "localhost"
        with translation.override(language):
            self.kinds = {value: str(label) for value, label in Reader.Kind.choices}
            self.campuses = {campus.pk: str(campus) for campus in Campus.objects.all()}
            self.nobody = _("reader")
            skeleton = self.compile()
        self.parts, self.holes = skeleton.joined()
        self.encoded = lru_cache(maxsize=4096)(lambda encoding, value: ENCODERS[encoding](value))

    # --- once per content and language --------------------------------------------------------------------------
    def compile(self) -> Skeleton:
        page = self.page()
        boundary = "=_" + sha256(f"{self.content.pk}{page}".encode()).hexdigest()[:28]
        mail = Skeleton()
        mail.header("Subject", html.mark(html.one_line(self.content.subject)))
        mail.static(b"From: " + self.sender() + b"\r\nTo: ")
        mail.hole("to", "ascii")
        mail.static(b"\r\nDate: ")
        mail.hole("date", "ascii")
        mail.static(b"\r\nMessage-ID: ")
        mail.hole("message_id", "ascii")
        mail.static(f"\r\nList-Unsubscribe: <{settings.BASE_URL}/u/".encode())
        mail.hole("unsubscribe_key", "ascii")
        mail.static(b"/>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-Version: 1.0\r\n")
        mail.static(f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n'.encode())
        for subtype, text in (("plain", html.text(page)), ("html", self.wrapped(page))):
            mail.static(f"\r\n--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n".encode())
            mail.static(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n")
            mail.body(text, "text" if subtype == "plain" else "html")
        mail.static(f"\r\n--{boundary}--\r\n".encode())
        return mail

    def sender(self) -> bytes:
        name = html.one_line(self.content.sender_name or settings.LIBRARY_NAME)
        address = sender_address().encode()
        return words(name) + b"\r\n <" + address + b">" if name else address

    def page(self) -> str:
        """The body with its links and fields marked, and the way out that every mail must have."""
        body = html.rewrite(html.clean(self.content.body), self.address_writer())
        marked = html.mark(body)
        if "unsubscribe_key" not in marked and f"{html.OPEN}unsubscribe{html.CLOSE}" not in marked:
            marked += render_to_string("campaigns/_mail_footer.html", {"unsubscribe": self.unsubscribe_url()})
        return marked.replace(f"{html.OPEN}unsubscribe{html.CLOSE}", self.unsubscribe_url())

    def unsubscribe_url(self) -> str:
        return f"{settings.BASE_URL}/u/{html.OPEN}unsubscribe_key{html.CLOSE}/"

    def address_writer(self) -> Callable[[str], str]:
        """The function that turns each href, in order, into what the mail says there."""
        hrefs = [href for href, _label in html.links(self.content.body) if links.is_tracked(href)]
        targets = [links.check_target(href) for href in hrefs]
        stored = iter(links.match(targets, list(self.content.links.all())) if self.tracked else ())

        def write(href: str) -> str:
            if href == "{unsubscribe}":
                return self.unsubscribe_url()
            if not links.is_tracked(href):
                return href
            if not self.tracked:
                target = links.check_target(href)
                return settings.BASE_URL + target if target.startswith("/") else target
            return f"{settings.BASE_URL}/go/{next(stored).code}/{html.OPEN}click{html.CLOSE}"

        return write

    def wrapped(self, page: str) -> str:
        preview = html.mark(escape(html.one_line(self.content.preheader)))
        language = "en" if self.language == "en" else "zh-Hans"
        return PAGE.format(language=language, preheader=PREHEADER.format(preview) if preview else "", page=page)

    # --- once per mail ------------------------------------------------------------------------------------------
    def write(self, to: Recipient) -> Message:
        """The complete message for one reader. Raises BadAddress; touches no database."""
        address = check_address(to.email)
        number = keys.base32(to.pk)
        values = {
            "to": address,
            "date": now(),
            "message_id": f"<{number}.{keys.signature(number, keys.MESSAGE)}@{self.host}>",
            "click": f"{number}-{keys.signature(number, keys.CLICK)}",
            "unsubscribe_key": f"{number}-{keys.signature(number, keys.UNSUBSCRIBE)}",
            "name": to.name.strip() or self.nobody,
            "campus": self.campuses.get(to.campus_id, ""),
            "kind": self.kinds.get(to.kind, ""),
        }
        parts = self.parts.copy()
        for index, field, encoding in self.holes:
            value = values[field]
            parts[index] = value.encode() if encoding == "ascii" else self.encoded(encoding, value)
        return Message(to.pk, address, b"".join(parts))


def sender_address() -> str:
    """The address alone of DEFAULT_FROM_EMAIL, which may be written ``Library <library@example.org>``."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def now() -> str:
    """The Date header of this moment."""
    return formatdate(usegmt=True)
