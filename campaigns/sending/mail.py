"""Campaign mail as bytes: the MIME skeleton is compiled once per content and language, then only
values go in.

Everything a reader or author typed reaches the message encoded for the place where it stands (RFC
2047 word, quoted-printable text, escaped HTML), so no value can end a header or open a tag. Lines
end in CRLF and hold at most 76 characters of 7-bit text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html import escape
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.contents import targets as links
from campaigns.contents.models import Content
from campaigns.links import keys
from campaigns.links.models import match
from core import bodies, texts
from core.addresses import check_address
from crm.letters.skeleton import ENCODERS, Message, Skeleton, now, sender_address, words
from crm.readers.models import Reader
from crm.staff.models import Campus

#: Mail programs read no stylesheet, so the few rules stand on the elements.
PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;background:#fbfaf7;color:#1f2328;font:16px/1.8 'PingFang SC','Microsoft YaHei',sans-serif">
{preheader}<div style="max-width:600px;margin:0 auto;padding:28px 24px">
{page}
</div></body></html>
"""
PREHEADER = '<div class="preheader" style="display:none;max-height:0;overflow:hidden">{}</div>\n'


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a claimed delivery row says about whom to write to."""

    pk: int
    email: str
    name: str
    campus_id: int | None
    kind: str
    language: str


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

    # --- once per content and language ------------------------------------------------------------
    def compile(self) -> Skeleton:
        page = self.page()
        boundary = "=_" + sha256(f"{self.content.pk}{page}".encode()).hexdigest()[:28]
        mail = Skeleton()
        mail.header("Subject", texts.mark_fields(texts.one_line(self.content.subject)))
        mail.static(b"From: " + self.sender() + b"\r\nTo: ")
        mail.hole("to", "ascii")
        mail.static(b"\r\nDate: ")
        mail.hole("date", "ascii")
        mail.static(b"\r\nMessage-ID: ")
        mail.hole("message_id", "ascii")
        mail.static(f"\r\nList-Unsubscribe: <{settings.BASE_URL}/u/".encode())
        mail.hole("unsubscribe_key", "ascii")
        mail.static(
            b"/>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\nMIME-Version: 1.0\r\n"
        )
        mail.static(f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n'.encode())
        for subtype, text in (("plain", bodies.plain_text_of(page)), ("html", self.wrapped(page))):
            mail.static(
                f"\r\n--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\n".encode()
            )
            mail.static(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n")
            mail.body(text, "text" if subtype == "plain" else "html")
        mail.static(f"\r\n--{boundary}--\r\n".encode())
        return mail

    def sender(self) -> bytes:
        name = texts.one_line(self.content.sender_name or settings.LIBRARY_NAME)
        address = sender_address().encode()
        return words(name) + b"\r\n <" + address + b">" if name else address

    def page(self) -> str:
        """The body with its links and fields marked, and the way out that every mail must have."""
        body = bodies.replace_links(bodies.clean_body(self.content.body), self.address_writer())
        marked = texts.mark_fields(body)
        if (
            "unsubscribe_key" not in marked
            and f"{texts.OPEN}unsubscribe{texts.CLOSE}" not in marked
        ):
            marked += render_to_string(
                "campaigns/sending/_mail_footer.html", {"unsubscribe": self.unsubscribe_url()}
            )
        return marked.replace(f"{texts.OPEN}unsubscribe{texts.CLOSE}", self.unsubscribe_url())

    def unsubscribe_url(self) -> str:
        return f"{settings.BASE_URL}/u/{texts.OPEN}unsubscribe_key{texts.CLOSE}/"

    def address_writer(self) -> Callable[[str], str]:
        """The function that turns each href, in order, into what the mail says there."""
        hrefs = [
            href for href, _label in bodies.links_in(self.content.body) if links.is_tracked(href)
        ]
        targets = [links.check_target(href) for href in hrefs]
        stored = iter(match(targets, list(self.content.links.all())) if self.tracked else ())

        def write(href: str) -> str:
            if href == "{unsubscribe}":
                return self.unsubscribe_url()
            if not links.is_tracked(href):
                return href
            if not self.tracked:
                target = links.check_target(href)
                return settings.BASE_URL + target if target.startswith("/") else target
            return f"{settings.BASE_URL}/go/{next(stored).code}/{texts.OPEN}click{texts.CLOSE}"

        return write

    def wrapped(self, page: str) -> str:
        preview = texts.mark_fields(escape(texts.one_line(self.content.preheader)))
        language = "en" if self.language == "en" else "zh-Hans"
        return PAGE.format(
            language=language, preheader=PREHEADER.format(preview) if preview else "", page=page
        )

    # --- once per mail ----------------------------------------------------------------------------
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
