"""Campaign mail as bytes: the message is compiled once per content and language, then only values
go in.

Everything a reader or author typed reaches the message encoded for the place where it stands
(``crm.letters.skeleton``). Lines end in CRLF; those of a body hold at most 76 characters of 7-bit
text.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.headerregistry import Address
from hashlib import sha256
from html import escape

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from campaigns.contents import targets as links
from campaigns.contents.models import Content
from campaigns.contents.tags import without_campus
from campaigns.links import keys
from campaigns.links.models import match
from core import bodies, texts
from core.addresses import address_digest, check_address
from core.characters import is_blank
from core.columns import names_of
from crm.letters.composing import EXTRA_HEADERS
from crm.letters.envelopes import return_path
from crm.letters.skeleton import (
    Hole,
    MailDraft,
    Message,
    Skeleton,
    as_html,
    as_key,
    as_text,
    now,
    own_host,
)
from crm.library.chosen import notices_sender, promotion_sender, reply_address
from crm.library.logo import stored_logo
from crm.library.naming import library_name
from crm.readers.models import Reader
from crm.staff.models import Campus

#: Mail programs read no stylesheet, so the few rules stand on the elements.
PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">\
<meta name="viewport" content="width=device-width"></head>
<body style="margin:0;background:#fbfaf7;color:#1f2328;\
font:16px/1.8 'PingFang SC','Microsoft YaHei',sans-serif">
{preheader}<div style="max-width:600px;margin:0 auto;padding:28px 24px">
{logo}{picture}{page}
</div></body></html>
"""
#: Shown by mail programs after the subject, and hidden in the open mail.
PREHEADER = '<div class="preheader" style="display:none;max-height:0;overflow:hidden">{}</div>\n'
#: The library's logo at the head of the mail; what it shows where pictures are not loaded.
LOGO = '<p><img src="{url}" alt="{alt}" height="40" style="height:40px;width:auto"></p>\n'
#: The picture above the text: as wide as the letter, and never wider than itself. Its address is
#: the same in every mail, so that loading it says nothing about who read (docs/adr/0025).
PICTURE = (
    '<p><img src="{url}" alt="{alt}" width="{width}"'
    ' style="display:block;width:100%;max-width:{width}px;height:auto"></p>\n'
)
#: What a letter is wide, in pixels.
WIDTH = 552
#: A reader's language as HTML names it.
CHINESE = "zh-Hans"
HTML_LANGUAGES = {"zh-hans": CHINESE, "en": "en"}
#: Fields of a body that are safe wherever they stand and differ in every mail.
KEY_FIELDS = {"click", "unsubscribe_key"}
#: A test mail stands for no delivery and is numbered by its moment, in nanoseconds: no row's id
#: comes near.
FIRST_TEST_NUMBER = 10**18


@dataclass(frozen=True, slots=True)
class Recipient:
    """What a claimed delivery row says about whom to write to."""

    pk: int
    email: str
    name: str
    campus_id: int | None
    kind: str
    language: str
    # None for a test mail, which nobody's row stands behind.
    reader_id: int | None = None

    @property
    def way_out(self) -> str:
        """The key by which whoever gets the mail says that they want no more; that of a test mail
        names no reader.
        """
        if self.reader_id is None:
            return keys.delivery_key(self.pk, keys.UNSUBSCRIBE)
        return keys.way_out_key(self.pk, self.reader_id, address_digest(self.email))


@dataclass(frozen=True, slots=True)
class WrittenMail:
    """What a composed mail says, and the headers in which it says how to get no more."""

    subject: str
    sender: str
    text: str
    html: str
    headers: dict[str, str]


def read_back(message: Message) -> WrittenMail:
    """A composed mail taken apart again, as a mail program of the other side reads it; of
    EXTRA_HEADERS those that it has.
    """
    mail = message_from_bytes(message.data, policy=policy.default)
    (sender,) = mail["From"].addresses
    headers = {}
    for name in EXTRA_HEADERS:
        if name in mail:
            headers[name] = str(mail[name])
    return WrittenMail(
        subject=str(mail["Subject"]),
        sender=sender.display_name,
        text=mail.get_body(("plain",)).get_content(),
        html=mail.get_body(("html",)).get_content(),
        headers=headers,
    )


def new_test_number() -> int:
    """What stands in a test mail for the id of a delivery; another one for each test."""
    return time.time_ns()


def is_test_number(number: int) -> bool:
    """Whether a number read from a key is that of a test mail."""
    return number >= FIRST_TEST_NUMBER


def untracked_address(href: str) -> str:
    """Where a link of a test mail leads, always with a host; nobody's mail program knows a path of
    this site. ValidationError for a target that no link may have.
    """
    target = links.check_target(href)
    if target.startswith("/"):
        return settings.BASE_URL + target
    return target


def logo_of_the_library() -> str:
    """The element that shows the logo; empty where the library has none."""
    logo = stored_logo()
    if logo is None:
        return ""
    return LOGO.format(url=escape(logo.url), alt=escape(texts.one_line(logo.alt)))


class Mail:
    """One content in one language, ready to be filled in for any number of readers.

    ``tracked=False`` (a test mail) leaves the links as they were written and counts nothing.
    """

    def __init__(self, content: Content, language: str, *, tracked: bool = True):
        """Compiles the content in ``language``; where it is tracked, its links must be stored."""
        self.content = content
        self.language = language
        self.tracked = tracked
        self.host = own_host()
        with translation.override(language):
            # Labels become texts while this language is on: later they would follow the worker's.
            self.kinds = {value: str(label) for value, label in Reader.Kind.choices}
            self.campuses = names_of(Campus.objects.all())
            self.nobody = _("reader")
            self.nowhere = without_campus(language)
            self.skeleton = self.compile()

    # --- once per content and language ------------------------------------------------------------
    def compile(self) -> Skeleton:
        """The whole message with a hole wherever a reader's own value goes."""
        page = self.page()
        draft = MailDraft()
        message = draft.message

        subject = texts.mark_fields(texts.one_line(self.content.subject), but=("unsubscribe",))
        message["Subject"] = draft.header_text(subject)
        message["From"] = self.sender(draft)
        message["Reply-To"] = reply_address()
        message["To"] = draft.mark(Hole("to", as_key))
        message["Date"] = draft.mark(Hole("date", as_key))
        message["Message-ID"] = draft.mark(Hole("message_id", as_key))
        # RFC 8058: a mail program may unsubscribe with one click, without showing a page.
        message["List-Unsubscribe"] = draft.mark(
            f"<{settings.BASE_URL}/u/".encode(), Hole("unsubscribe_key", as_key), b"/>"
        )
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        # RFC 2919: what a reader's mail program sorts by. One list for each purpose, as consents.
        message["List-Id"] = f"<{self.content.purpose}.{self.host}>"
        # RFC 3834: no absence note answers a mail to many; older programs look for the other one.
        message["Auto-Submitted"] = "auto-generated"
        message["Precedence"] = "bulk"

        # Mail programs show the last part that they understand (RFC 2046), so the text goes first.
        draft.add_part("plain", self.plain(page), as_text, KEY_FIELDS)
        draft.add_part("html", self.wrapped(page), as_html, KEY_FIELDS)
        # "=_" cannot stand in quoted-printable, so no text can hold the boundary.
        digest = sha256(f"{self.content.pk}{page}".encode()).hexdigest()
        message.set_boundary(f"=_{digest[:28]}")
        return draft.compiled()

    def sender(self, draft: MailDraft) -> Address:
        """Our address under the content's name for it, or the library's; without a name where
        neither has one.
        """
        name = texts.one_line(self.content.sender_name or library_name(self.language))
        shown = ""
        if name:
            shown = draft.header_text(name)
        return Address(display_name=shown, addr_spec=self.sender_address)

    @property
    def sender_address(self) -> str:
        """Notices have a sender of their own, whom complaints about other mails do not meet."""
        if self.content.is_promotion:
            return promotion_sender()
        return notices_sender()

    def page(self) -> str:
        """The body with its links and fields marked, and the way out that every mail must have."""
        # Once more, although the form has cleaned it: what is stored may be older than a rule.
        cleaned = bodies.clean_body(self.content.body)
        body = bodies.replace_links(cleaned, self.address_writer())
        marked = texts.mark_fields(body)

        typed_way_out = f"{texts.OPEN}unsubscribe{texts.CLOSE}"
        if "unsubscribe_key" not in marked and typed_way_out not in marked:
            marked += render_to_string(
                "campaigns/sending/_mail_footer.html",
                {
                    "unsubscribe": self.unsubscribe_url(),
                    "purpose": self.content.get_purpose_display(),
                },
            )
        return marked.replace(typed_way_out, self.unsubscribe_url())

    def unsubscribe_url(self) -> str:
        """The way out, with a field where each reader's key goes."""
        return f"{settings.BASE_URL}/u/{texts.OPEN}unsubscribe_key{texts.CLOSE}/"

    def address_writer(self) -> Callable[[str], str]:
        """The function that turns each href, in order, into what the mail says there: the way out,
        an address of mail as it is, or a tracked link.
        """
        write_tracked = untracked_address
        if self.tracked:
            write_tracked = self.tracked_writer()

        def write(href: str) -> str:
            """What the mail says for one href."""
            if href == "{unsubscribe}":
                return self.unsubscribe_url()
            if not links.is_tracked(href):
                return href
            return write_tracked(href)

        return write

    def tracked_writer(self) -> Callable[[str], str]:
        """The function that gives each tracked anchor the next of the stored links.

        The anchors come in the order in which the links were placed. One more anchor than links
        raises StopIteration: the text is not the one that was stored.
        """
        stored = iter(self.stored_links())

        def write(_href: str) -> str:
            """The next stored link, with a field where each delivery's key goes."""
            code = next(stored).code
            return f"{settings.BASE_URL}/go/{code}/{texts.OPEN}click{texts.CLOSE}"

        return write

    def stored_links(self) -> list:
        """For each tracked anchor of the body, in order, its stored link; None for one that was
        never placed.
        """
        targets = []
        for href, _label in bodies.links_in(self.content.body):
            if links.is_tracked(href):
                targets.append(links.check_target(href))
        return match(targets, list(self.content.links.all()))

    def wrapped(self, page: str) -> str:
        """The marked body as a whole HTML page."""
        typed = escape(texts.one_line(self.content.preheader))
        preheader = ""
        if typed:
            preheader = PREHEADER.format(texts.mark_fields(typed, but=("unsubscribe",)))
        return PAGE.format(
            language=HTML_LANGUAGES.get(self.language, CHINESE),
            preheader=preheader,
            logo=logo_of_the_library(),
            picture=self.picture(),
            page=page,
        )

    def picture(self) -> str:
        """The element that shows the content's picture; empty where it has none."""
        shown = self.content.shown_picture
        if shown is None:
            return ""
        alt = escape(texts.one_line(shown.alt))
        return PICTURE.format(url=escape(shown.url), alt=alt, width=min(shown.width, WIDTH))

    def plain(self, page: str) -> str:
        """The text alone; of the picture its words."""
        text = bodies.plain_text_of(page)
        shown = self.content.shown_picture
        if shown is None:
            return text
        return f"[{texts.one_line(shown.alt)}]\n\n{text}"

    # --- once per mail ----------------------------------------------------------------------------
    def write(self, to: Recipient) -> Message:
        """The complete message for one reader, who is called by a word where no name is known.
        Raises BadAddress; touches no database.
        """
        address = check_address(to.email)
        # In base 32 once, since each key and the Message-ID begin with it.
        number = keys.base32(to.pk)
        values = {
            "to": address,
            "date": now(),
            "message_id": f"<{number}.{keys.signature(number, keys.MESSAGE)}@{self.host}>",
            "click": f"{number}-{keys.signature(number, keys.CLICK)}",
            "unsubscribe_key": to.way_out,
            "name": self.nobody if is_blank(to.name) else to.name.strip(),
            "campus": self.campuses.get(to.campus_id) or self.nowhere,
            "kind": self.kinds.get(to.kind, ""),
        }
        way_back = return_path(values["message_id"]) or self.sender_address
        return Message(to.pk, address, self.skeleton.fill(values), way_back)
