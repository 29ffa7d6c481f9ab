"""Which of our mails a token stands for, and to whom it went."""

import hmac
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from campaigns.contents.models import Content
from campaigns.links import keys
from campaigns.returns.reading import Returned
from campaigns.sending.letters import KIND, content_of
from campaigns.sending.models import Delivery
from crm.letters.composing import message_id
from crm.letters.envelopes import return_token
from crm.letters.models import Letter
from crm.merges.queries import left_without
from crm.readers.models import ContactChannel, Reader
from crm.subscribers.letters import purpose_of_subscription

#: What the token of a single letter looks like; any other is a delivery's.
OF_A_LETTER = re.compile(r"letter([0-9]{1,18})\.[0-9a-z]+")
#: Nothing can come back of what has not gone.
GONE = (Delivery.State.SENT, Delivery.State.UNKNOWN)
GONE_LETTERS = (Letter.State.SENT, Letter.State.UNKNOWN)


@dataclass(frozen=True)
class MailedOne:
    """A mail that went out: the row of a campaign's or of a single letter, the address it went to,
    whose that was, and what it was for; ``purpose`` is empty for a letter that needs no consent.
    ``came_back``: the message came to the mail's own way back, which nobody else knows.
    """

    address: str
    reader: Reader | None
    delivery: Delivery | None = None
    letter: Letter | None = None
    purpose: str = ""
    came_back: bool = False

    @property
    def row(self) -> Delivery | Letter:
        """The mail itself, whichever of the two it is."""
        return self.delivery or self.letter

    @property
    def left(self) -> datetime:
        """When it went, as far as that is known: else when it was due."""
        return self.went or self.row.due_at

    @property
    def went(self) -> datetime | None:
        """When it was accepted; None where that is not certain, since no answer of the server is
        known.
        """
        return self.row.sent_at

    @property
    def campaign(self) -> int | None:
        """The key of the campaign that it is of; None for a letter that is of none."""
        if self.delivery is not None:
            return self.delivery.content.campaign_id
        if self.letter.kind != KIND:
            return None
        of_it = Content.objects.filter(pk=content_of(self.letter))
        return of_it.values_list("campaign", flat=True).first()

    @property
    def on(self):
        """What an audit row speaks of: the content of a campaign's mail, or the letter itself."""
        if self.delivery is not None:
            return self.delivery.content
        return self.letter


def mail_of(said: Returned) -> MailedOne | None:
    """The mail that a message speaks of: by the address that it came to, else by the Message-ID of
    the mail that it brings back. None where it was none, has not gone, or its reader was erased
    since.
    """
    found = _first_of(said.came_to, return_token)
    if found is not None:
        return replace(found, came_back=True)
    # Mails of 0.1 went from an address that held the token of their Message-ID.
    return _first_of(said.came_to + said.tokens, str)


def _first_of(tokens: Iterable[str], signed: Callable[[str], str]) -> MailedOne | None:
    """The mail of the first token that stands for one, None where none does. ``signed``: what is
    made of the token of its Message-ID there.
    """
    for token in tokens:
        found = _letter_of(token, signed) or _delivery_of(token, signed)
        if found is not None:
            return found
    return None


def _is_ours(token: str, known: str, signed: Callable[[str], str]) -> bool:
    """In constant time: numbers can be guessed, and only the signature shows that the mail was
    ours.
    """
    return hmac.compare_digest(signed(known), token)


def _letter_of(token: str, signed: Callable[[str], str]) -> MailedOne | None:
    """The single letter of a token; None for a token of another kind, for one that is not signed by
    this installation, and for a letter that has not gone or is there no more.
    """
    named = OF_A_LETTER.fullmatch(token)
    if named is None:
        return None
    pk = int(named[1])
    if not _is_ours(token, message_id(pk).strip("<>").partition("@")[0], signed):
        return None
    letter = Letter.objects.filter(pk=pk, state__in=GONE_LETTERS).select_related("reader").first()
    if letter is None:
        return None
    return MailedOne(
        letter.address, letter.reader, letter=letter, purpose=purpose_of_subscription(letter)
    )


def _delivery_of(token: str, signed: Callable[[str], str]) -> MailedOne | None:
    """The campaign's mail of a token; None for one that is not signed by this installation, for a
    mail that has not gone, and for one whose reader was erased.
    """
    pk = keys.delivery_named(token)
    if pk is None or not _is_ours(token, keys.message_token(pk), signed):
        return None
    gone = Delivery.objects.filter(pk=pk, state__in=GONE)
    delivery = gone.select_related("reader", "content__campaign").first()
    if delivery is None:
        return None
    # Of two mails that one person had, one stands without a person once their records are joined.
    reader = delivery.reader or left_without(delivery)
    if reader is None:
        return None
    return MailedOne(
        address_then(reader, delivery.sent_at),
        reader,
        delivery=delivery,
        purpose=delivery.content.purpose,
    )


def address_then(reader: Reader, moment) -> str:
    """The reader's e-mail address at a moment; the one of now where none is known, or it is not
    known when the mail went. Takes one statement.
    """
    if moment is None:
        return reader.email
    former = reader.former_addresses.filter(channel=ContactChannel.EMAIL, until__gt=moment)
    # The first address that was given up after the mail went is the one it went to.
    then = former.order_by("until").first()
    if then is None:
        return reader.email
    return then.address
