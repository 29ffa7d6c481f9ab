"""Which of our mails a token stands for, and to whom it went."""

import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.contents.models import Content
from campaigns.links import keys
from campaigns.sending.letters import KIND, content_of
from campaigns.sending.models import Delivery
from crm.letters.composing import message_id
from crm.letters.models import Letter
from crm.readers.models import ContactChannel, Reader
from crm.subscribers.letters import purpose_of_subscription

#: What the token of a single letter looks like; any other is a delivery's.
OF_A_LETTER = re.compile(r"letter([0-9]{1,18})\.[0-9a-f]+")
#: Nothing can come back of what has not gone.
GONE = (Delivery.State.SENT, Delivery.State.UNKNOWN)
GONE_LETTERS = (Letter.State.SENT, Letter.State.UNKNOWN)


@dataclass(frozen=True)
class MailedOne:
    """A mail that went out: the row of a campaign's or of a single letter, the address it went to,
    whose that was, and what it was for; ``purpose`` is empty for a letter that needs no consent.
    """

    address: str
    reader: Reader | None
    delivery: Delivery | None = None
    letter: Letter | None = None
    purpose: str = ""

    @property
    def went(self):
        """When it was accepted; None where that is not certain, since no answer of the server is
        known.
        """
        return (self.delivery or self.letter).sent_at

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


def mail_of(tokens: Iterable[str]) -> MailedOne | None:
    """The mail that the first token of ours stands for; None where it was none, has not gone, or
    its reader was erased since.
    """
    for token in tokens:
        found = _letter_of(token) or _delivery_of(token)
        if found is not None:
            return found
    return None


def _letter_of(token: str) -> MailedOne | None:
    """The single letter of a token; None for a token of another kind, for one that is not signed by
    this installation, and for a letter that has not gone or is there no more.
    """
    named = OF_A_LETTER.fullmatch(token)
    if named is None:
        return None
    pk = int(named[1])
    ours = message_id(pk).strip("<>").partition("@")[0]
    # Numbers of letters can be guessed: only the signature shows that the mail was ours.
    if not hmac.compare_digest(ours, token):
        return None
    letter = Letter.objects.filter(pk=pk, state__in=GONE_LETTERS).select_related("reader").first()
    if letter is None:
        return None
    return MailedOne(
        letter.address, letter.reader, letter=letter, purpose=purpose_of_subscription(letter)
    )


def _delivery_of(token: str) -> MailedOne | None:
    """The campaign's mail of a token; None for one that is not signed by this installation, for a
    mail that has not gone, and for one whose reader was erased.
    """
    pk = keys.parse_message_token(token)
    if pk is None:
        return None
    gone = Delivery.objects.filter(pk=pk, state__in=GONE, reader__isnull=False)
    delivery = gone.select_related("reader", "content__campaign").first()
    if delivery is None:
        return None
    return MailedOne(
        address_then(delivery.reader, delivery.sent_at),
        delivery.reader,
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
