"""The verb that takes a returned message in, whichever door it came by."""

from collections import Counter
from datetime import timedelta
from enum import Enum, auto

from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.returns.doors import note_door
from campaigns.returns.finding import MailedOne, mail_of
from campaigns.returns.models import ReturnedMail, ReturnKind
from campaigns.returns.reading import Returned, read
from campaigns.sending.limit import stop_where_passed
from core.addresses import address_digest, address_key
from core.columns import keys_of
from crm.letters.models import AddressTrouble, Letter
from crm.letters.troubles import trouble_of, trouble_of_status
from crm.readers.actions import unsubscribe
from crm.readers.models import Reader
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from crm.subscribers.actions import leave
from crm.subscribers.undeliverable import mark_undeliverable

#: So long after it went a mail may come back: mail servers try for five days.
TRIED_WITHIN = timedelta(days=7)
#: A mailbox that a single message spoke against is written to once more after so long.
TRIED_AGAIN_AFTER = timedelta(days=7)
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
    mail = said and mail_of(said)
    if not mail:
        return TakenIn.NOTHING
    if not _keep(said, mail):
        return TakenIn.KNOWN

    audit.record(action=AuditAction.RETURN_TAKE, by=by, on=mail.on, kind=str(said.kind))
    _act_on(said, mail)
    # A mail that came back proves that returned mail was taken in when it went.
    note_door(mail.went)
    # Only campaigns have limits; a letter that is of none stops nothing.
    if mail.campaign is not None:
        stop_where_passed(mail.campaign)
    return TakenIn.TAKEN


def _act_on(said: Returned, mail: MailedOne) -> None:
    """Do what follows from a message that was kept: nothing from a delay."""
    if said.kind == ReturnKind.BOUNCE:
        _mark(said, mail)
    # A letter that needs no consent has no purpose, and nothing that could be withdrawn.
    if said.kind == ReturnKind.COMPLAINT and mail.purpose:
        _withdraw(mail)


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
    """Mark the address that the mail went to, where a message that is believed says that nobody can
    be reached there.
    """
    is_undeliverable = trouble_of_status(said.status) or trouble_of(said.reply)
    if is_undeliverable and _is_believed(said, mail) and _speaks_of_its_address(said, mail):
        mark_undeliverable({mail.address: AddressTrouble.RETURNED})


def _is_believed(said: Returned, mail: MailedOne) -> bool:
    """Whether nobody can have written it who has seen no more of the mail than an answer to it:
    only what came to its own way back counts, from a mail server, in the days in which these try.
    """
    in_time = timezone.now() - mail.left <= TRIED_WITHIN
    return mail.came_back and said.is_machines and in_time


def _speaks_of_its_address(said: Returned, mail: MailedOne) -> bool:
    """Whether the message is about the very address that the mail went to: a mail that was passed
    on and came back from there says nothing of the mailbox itself.
    """
    return address_key(mail.address) in set(map(address_key, said.addresses))


@transaction.atomic
def try_returned_again(*, by: User | None = None) -> int:
    """Write once more to addresses that were marked days ago by a single returned message; returns
    how many readers may be reached again.

    A message can be wrong, or forged by whoever was shown a mail with all its headers, and notices
    stop by it as well. A second one that comes back leaves the mark to a person; one that a mail
    server gave in answer to a mail (another trouble) does so from the first.
    """
    before = timezone.now() - TRIED_AGAIN_AFTER
    marked = Reader.objects.select_for_update(of=("self",)).filter(
        email_trouble=AddressTrouble.RETURNED, email_trouble_at__lt=before
    )
    readers = keys_of(marked.order_by("pk"))
    bounces = _bounces_of(readers)
    again = [pk for pk in readers if bounces[pk] < 2]
    Reader.objects.filter(pk__in=again).update(
        email_trouble="", email_trouble_at=None, updated_at=timezone.now()
    )
    for reader in Reader.objects.filter(pk__in=again):
        audit.record(action=AuditAction.ADDRESS_RETRY, by=by, on=reader)
    return len(again)


def _bounces_of(readers: list[int]) -> Counter[int]:
    """{reader: mails to them that came back}, of campaigns and single letters."""
    bounces = ReturnedMail.objects.filter(kind=ReturnKind.BOUNCE)
    of_campaigns = bounces.filter(delivery__reader__in=readers)
    found = Counter(of_campaigns.values_list("delivery__reader", flat=True))
    of_letters = bounces.filter(letter__isnull=False).values("letter")
    letters = Letter.objects.filter(reader__in=readers, pk__in=of_letters)
    found.update(letters.values_list("reader", flat=True))
    return found
