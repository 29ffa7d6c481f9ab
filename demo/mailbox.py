"""Reading the demo's mail folder: one file per message, newest first."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from functools import cached_property
from html import escape
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from core import bodies
from core.refusals import Refused

NAME = re.compile(r"[0-9A-Za-z_]+(\.[0-9A-Za-z_]+)*")
#: A search looks through this many of the newest messages.
SEARCHED = 5000
HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)
PREHEADER = re.compile(r'<div class="preheader".*?</div>', re.DOTALL)


@dataclass(frozen=True)
class CaughtMail:
    """One message file. Headers are read when asked for, the body only when opened."""

    path: Path

    @property
    def name(self) -> str:
        """The name of its file, by which the page asks for it."""
        return self.path.name

    @property
    def at(self) -> datetime:
        """When it arrived, by the library's clock: when its file was written."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, tz=timezone.get_current_timezone())

    @cached_property
    def head(self) -> EmailMessage:
        """Its headers, read once: the text is not read for a list."""
        with self.path.open("rb") as file:
            return BytesHeaderParser(policy=policy.default).parse(file)

    @property
    def to(self) -> str:
        """Its receiver as the head names them; empty where it names nobody."""
        return str(self.head["To"] or "")

    @property
    def subject(self) -> str:
        """Its subject, decoded; empty where it has none."""
        return str(self.head["Subject"] or "")

    @cached_property
    def message(self) -> EmailMessage:
        """The whole mail, read once."""
        return message_from_bytes(self.path.read_bytes(), policy=policy.default)

    @property
    def headers(self) -> list[tuple[str, str]]:
        """[(name, value)] of those of ``HEADERS`` that the message has."""
        found = []
        for name in HEADERS:
            value = self.message[name]
            if value:
                found.append((name, str(value)))
        return found

    @property
    def text(self) -> str:
        """The plain part; empty where there is none."""
        part = self.message.get_body(("plain",))
        if part is None:
            return ""
        return part.get_content()

    @property
    def page(self) -> str:
        """The HTML part, cleaned for showing inside a page, with links to this site kept on this
        site.
        """
        part = self.message.get_body(("html",))
        if part is None:
            return ""
        # The cleaning takes away the style that hides the preview line, so the line goes first.
        html = PREHEADER.sub("", part.get_content())
        # Pictures of this site are shown, under whichever host it is looked at.
        html = html.replace(f'src="{settings.BASE_URL}/pictures/', 'src="/pictures/')
        try:
            body = bodies.clean_letter(html)
        except Refused as refusal:
            return escape(str(refusal))
        return bodies.replace_links(body, on_this_site)


def on_this_site(href: str) -> str:
    """An address of the portal without its host: the demo may be looked at under another one.

    Addresses elsewhere stay as they are.
    """
    here = f"{settings.BASE_URL}/"
    if href.startswith(here):
        return f"/{href.removeprefix(here)}"
    return href


def folder() -> Path:
    """The folder in which mails of the demonstration arrive."""
    return Path(settings.MAILBOX_DIR) / "new"


def letters(query: str = "") -> list[CaughtMail]:
    """Newest first; with ``query`` only those of the newest 5,000 whose receiver or subject holds
    it.
    """
    paths = []
    for path in folder().glob("*"):
        if NAME.fullmatch(path.name):
            paths.append(path)
    # A file's name begins with the time of its arrival.
    found = list(map(CaughtMail, sorted(paths, reverse=True)))
    if not query:
        return found
    return list(matching(found[:SEARCHED], query.casefold()))


def matching(found: list[CaughtMail], query: str) -> Iterator[CaughtMail]:
    """Those whose receiver or subject holds ``query``, which is casefolded already."""
    for letter in found:
        searched = (letter.to.casefold(), letter.subject.casefold())
        if any(query in text for text in searched):
            yield letter


def letter(name: str) -> CaughtMail | None:
    """The message kept under ``name``; None for a name that is none of ours or not there."""
    # Judged before it becomes a path: "../secret" must not even be looked at.
    if not NAME.fullmatch(name):
        return None
    path = folder() / name
    if not path.is_file():
        return None
    return CaughtMail(path)
