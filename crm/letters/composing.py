"""A letter's row as the bytes of its mail."""

import hmac
from email.headerregistry import Address
from email.message import EmailMessage

from django.conf import settings

from core import texts
from core.addresses import check_address
from crm.letters import skeleton
from crm.letters.envelopes import return_path
from crm.letters.models import Letter, LetterPurpose
from crm.letters.skeleton import MailDraft, Message
from crm.library.chosen import notices_sender, promotion_sender, reply_address

#: Letters of the hash in a Message-ID: 100 bits.
MAC_LETTERS = 25
#: Headers that a letter may carry beside its own: the way out for mail programs (RFC 8058), and
#: what says that a mail went to many.
EXTRA_HEADERS = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Precedence")


def compose(letter: Letter) -> Message:
    """The complete message. Raises BadAddress; touches no database."""
    address = check_address(letter.address)
    draft = MailDraft()
    message = draft.message
    message["Subject"] = draft.header_text(texts.one_line(letter.subject))
    message["From"] = _sender(letter, draft)
    message["Reply-To"] = reply_address()
    message["To"] = _verbatim(draft, address)
    message["Date"] = skeleton.now()
    message["Message-ID"] = _verbatim(draft, message_id(letter.pk))
    # RFC 3834: no absence note answers a letter of a program.
    message["Auto-Submitted"] = "auto-generated"
    for name in EXTRA_HEADERS:
        if name in letter.headers:
            message[name] = _verbatim(draft, texts.one_line(letter.headers[name]))

    _set_body(message, letter)
    data = draft.compiled().fill({})
    way_back = return_path(message_id(letter.pk)) or sender_of(letter)
    return Message(letter.pk, address, data, way_back)


def _verbatim(draft: MailDraft, value: str) -> str:
    """An address of any kind as it is: the library would fold a long one, or encode it."""
    return draft.mark(value.encode())


def message_id(pk: int) -> str:
    """Always the same for one letter: a mailbox that has it already can recognise a second copy."""
    # Not SECRET_KEY, which is renewed now and then: a letter sent again later would have another.
    root = settings.PRIVACY_KEY.encode()
    digest = hmac.digest(root, f"huixiang.letter.{pk}".encode(), "sha256")
    return f"<letter{pk}.{digest.hex()[:MAC_LETTERS]}@{skeleton.own_host()}>"


def _sender(letter: Letter, draft: MailDraft) -> Address:
    """Our address under the letter's own name for it, or the library's."""
    shown = texts.one_line(letter.sender or settings.LIBRARY_NAME)
    if shown:
        shown = draft.header_text(shown)
    return Address(display_name=shown, addr_spec=sender_of(letter))


def sender_of(letter: Letter) -> str:
    """The address alone that the letter comes from: what is no notice has a sender of its own."""
    if letter.purpose == LetterPurpose.PROMOTION:
        return promotion_sender()
    return notices_sender()


def _set_body(message: EmailMessage, letter: Letter) -> None:
    """Text, HTML, or both as alternatives of each other."""
    # A draft begins with alternatives; most letters have a text alone.
    message.clear_content()
    text = texts.without_controls(letter.text)
    html = texts.without_controls(letter.html)
    if not html:
        message.set_content(text, cte="quoted-printable")
        return
    if not text:
        message.set_content(html, subtype="html", cte="quoted-printable")
        return
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
