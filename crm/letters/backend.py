"""Mail that Django itself sends, or a package of it, becomes a letter's row as well."""

from uuid import uuid4

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError
from django.utils import translation

from crm.letters.actions import write
from crm.letters.models import Letter, LetterKind


class LetterBackend(BaseEmailBackend):
    """EMAIL_BACKEND: one letter for each address of each message; nothing is mailed from here."""

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        """Put the messages down; returns how many. Raises DatabaseError for one that cannot be
        kept, unless whoever sends asked for silence: then it is passed over.
        """
        kept = 0
        for message in email_messages:
            try:
                write_message(message, kind=LetterKind.ACCOUNT_NOTICE)
            except DatabaseError:
                if not self.fail_silently:
                    raise
            else:
                kept += 1
        return kept


def write_message(message: EmailMessage, *, kind: str, reader=None) -> list[Letter]:
    """A letter for each address of one of Django's messages. What is attached is left out."""
    text, html = _bodies(message)
    # Asked for twice it is meant twice: the same words stand in two notices of two changes.
    key = uuid4().hex
    letters = []
    for number, address in enumerate(message.recipients()):
        letter = write(
            kind=kind,
            to=address,
            subject=str(message.subject),
            text=text,
            html=html,
            language=translation.get_language() or "",
            once=f"{kind}/{key}/{number}",
            reader=reader,
        )
        letters.append(letter)
    return letters


def _bodies(message: EmailMessage) -> tuple[str, str]:
    """(text, HTML) of one of Django's messages."""
    text, html = str(message.body), ""
    if message.content_subtype == "html":
        text, html = "", text
    for alternative, mimetype in getattr(message, "alternatives", []):
        if mimetype == "text/html":
            html = str(alternative)
    return text, html
