"""The verb that takes a returned message in, whichever door it came by."""

from enum import Enum, auto

from django.db import IntegrityError, transaction

from campaigns.returns.doors import note_door
from campaigns.returns.finding import MailedOne, mail_of
from campaigns.returns.models import ReturnedMail, ReturnKind
from campaigns.returns.reading import Returned, read
from campaigns.sending.limit import stop_where_passed
from core.addresses import address_digest, address_key
from crm.letters.models import AddressTrouble
from crm.letters.troubles import trouble_of, trouble_of_status
from crm.readers.actions import unsubscribe
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from crm.subscribers.actions import leave
from crm.subscribers.undeliverable import mark_undeliverable

#: What the ledger of consents says of a report of spam.
SOURCE = "spam report"


class TakenIn(Enum):
    """What became of a message: nothing we know of, known already, or taken in."""

    NOTHING = auto()
    KNOWN = auto()
    TAKEN = auto()


@transaction.atomic
def take_return(*, raw: bytes, recipient: str = "", by: User | None = None) -> TakenIn:
    """Keep what a message says of one of our mails, once, and act on it; ``recipient``: the address
    of ours that it came to, where the door knows.

    A mailbox that does not exist is marked with its readers; who reports a mail as spam is mailed
    for its purpose no more. Where it passes a limit the campaign stops. What is no bounce, or
    speaks of no mail that went out, does nothing and has no audit row.
    """
    said = read(raw, recipient)
    if said is None:
        return TakenIn.NOTHING
    mail = mail_of(said.tokens)
    if mail is None:
        return TakenIn.NOTHING
    if not _keep(said, mail):
        return TakenIn.KNOWN

    audit.record(action=AuditAction.RETURN_TAKE, by=by, on=mail.on, kind=str(said.kind))
    if said.kind == ReturnKind.BOUNCE:
        _mark(said, mail)
    elif said.kind == ReturnKind.COMPLAINT and mail.purpose:
        # A letter that needs no consent has no purpose, and nothing that could be withdrawn.
        _withdraw(mail)
    # A mail that came back proves that returned mail was taken in when it went.
    note_door(mail.went)
    # Only campaigns have limits; a letter that is of none stops nothing.
    if mail.campaign is not None:
        stop_where_passed(mail.campaign)
    return TakenIn.TAKEN


def _withdraw(mail: MailedOne) -> None:
    """End mail of the purpose to whoever reported it; without a reader it was a subscriber."""
    if mail.reader is None:
        leave(digest=address_digest(mail.address), purposes=[mail.purpose])
    else:
        unsubscribe(reader=mail.reader, source=SOURCE, by=None, purposes=[mail.purpose])


def _keep(said: Returned, mail: MailedOne) -> bool:
    """Store it, with the domain of the address alone; False where the same was said before, by this
    message or by another one.
    """
    try:
        # Two doors may bring the same message at one moment: the database says which was first.
        with transaction.atomic():
            ReturnedMail.objects.create(
                kind=said.kind,
                delivery=mail.delivery,
                letter=getattr(mail.letter, "pk", None),
                domain=address_key(mail.address).rpartition("@")[2],
                status=said.status,
                digest=said.digest,
            )
    except IntegrityError:
        return False
    return True


def _mark(said: Returned, mail: MailedOne) -> None:
    """Mark the address that the mail went to, where the message speaks of that very one and says
    that nobody can be reached there.

    A mail that was passed on and came back from there says nothing of the mailbox itself.
    """
    spoken_of = {address_key(address) for address in said.addresses}
    if address_key(mail.address) not in spoken_of:
        return
    if trouble_of_status(said.status) or trouble_of(said.reply):
        mark_undeliverable({mail.address: AddressTrouble.RETURNED})
