"""Verbs of subscribers: ask, confirm, leave, be erased."""

from collections.abc import Iterable

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.addresses import address_digest, address_digests
from core.refusals import Refused
from crm.letters.actions import write
from crm.letters.models import LetterKind
from crm.readers import withdrawn
from crm.readers.models import ContactChannel, Purpose
from crm.readers.suppressing import suppress_digest
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction
from crm.subscribers import keys
from crm.subscribers.models import Subscriber
from crm.subscribers.words import link_letter

#: What the list of refusals says of where the word came from.
SOURCE = "subscription page"
#: Links that are kept beside a new one; of more than a mailbox gets while they hold the oldest end.
MOST_LINKS = 7
#: (key of the subscriber, digests): takes what was confirmed off the list of refusals.
RELEASE = "SELECT huixiang_release_subscribed(%s, %s)"


@transaction.atomic
def ask_subscription(
    *, address: str, language: str, purposes: Iterable[str], by: User | None = None
) -> None:
    """Write a link to ``address`` by which its owner confirms that letters are wanted.

    Nothing counts before. An earlier link of the same mailbox holds on: whoever types a stranger's
    address keeps nobody from confirming. Whoever subscribed already gets the same letter: what is
    answered says nothing about who is known here. Who wants no such letters gets none.
    """
    subscriber = _row_of(address, language)
    if subscriber.no_links:
        return
    link, now = keys.new_link(), timezone.now()
    subscriber.older = subscriber.holding(now)[:MOST_LINKS]
    subscriber.link, subscriber.asked_at = keys.hash_of(link), now
    subscriber.asked_purposes, subscriber.asked_language = sorted(purposes), language
    subscriber.save()
    way_out = keys.way_out(bytes(subscriber.digest))
    letter = link_letter(link, way_out, subscriber.asked_purposes, language)
    write(
        kind=LetterKind.ACCOUNT_SUBSCRIPTION,
        to=address,
        subject=letter.subject,
        text=letter.text,
        language=language,
        # Each request has a new link, so a repeated one is another letter.
        once=f"subscription:{subscriber.link[:40]}",
        by=by,
    )


def _row_of(address: str, language: str) -> Subscriber:
    """The row of a mailbox, held until the transaction ends; of a confirmed one the address stays
    as its owner confirmed it.
    """
    rows = Subscriber.objects.select_for_update()
    row, _is_new = rows.get_or_create(
        digest=address_digest(address), defaults={"address": address, "language": language}
    )
    return row


@transaction.atomic
def confirm_subscription(*, link: str, by: User | None = None) -> Subscriber:
    """Begin what was asked for: whoever has the link reads the mailbox.

    The purposes and the language that were confirmed before give way to these. What the address
    refused of them before is allowed again. Refused, with the same words, for a link that was used,
    is over, or never was.
    """
    # Of two clicks on one link the second waits, and finds it used.
    sought, now = keys.hash_of(link), timezone.now()
    subscriber = Subscriber.objects.select_for_update().asked_by(sought).first()
    holding = subscriber.holding(now) if subscriber else []
    asked = next((one for one in holding if one["link"] == sought), None)
    if asked is None:
        raise Refused(
            _("This link was used, is over two days old, or was given up. Ask once more.")
        )
    subscriber.purposes, subscriber.language = asked["purposes"], asked["language"]
    subscriber.confirmed_at = now
    # A letter has just arrived there.
    subscriber.trouble = ""
    _close_link(subscriber)
    subscriber.save()
    _release(subscriber)
    audit.record(action=AuditAction.SUBSCRIPTION_CONFIRM, by=by, on=subscriber)
    return subscriber


def _close_link(subscriber: Subscriber) -> None:
    """Nothing is asked for any more by any link; the row is not saved here."""
    subscriber.link, subscriber.asked_language = "", ""
    subscriber.asked_purposes, subscriber.older = [], []


def _release(subscriber: Subscriber) -> None:
    """The owner of the mailbox wants what they may have refused before: consent is the address's.

    Only the purposes that were confirmed; the owner's function looks at the row itself.
    """
    digests = sorted(address_digests(subscriber.address))
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, [subscriber.pk, digests])
    for purpose in subscriber.purposes:
        withdrawn.note_allowed([bytes(subscriber.digest)], ContactChannel.EMAIL, purpose)


@transaction.atomic
def leave(*, digest: bytes, purposes: Iterable[str], by: User | None = None) -> None:
    """End letters of these purposes to the mailbox; with the last one its row is deleted.

    Also where nobody subscribes: the address stays on the list of refusals for them, as whichever
    door such a word comes through. The caller vouches for the digest: a signed key named it. Said
    once more, it ends nothing further.
    """
    ended = set(purposes)
    suppress_digest(digest=digest, purposes=sorted(ended), source=SOURCE, by=by)
    subscriber = Subscriber.objects.select_for_update().filter(digest=digest).first()
    if subscriber is None:
        return
    subscriber.purposes = [one for one in subscriber.purposes if one not in ended]
    audit.record(
        action=AuditAction.SUBSCRIPTION_LEAVE, by=by, on=subscriber, purposes=sorted(ended)
    )
    if subscriber.purposes:
        subscriber.save(update_fields=["purposes"])
    else:
        Subscriber.objects.filter(pk=subscriber.pk).forget()


@transaction.atomic
def want_links(*, digest: bytes, wanted: bool, by: User | None = None) -> None:
    """Say for a mailbox whether letters that ask to confirm may go there, when somebody types its
    address; what is subscribed to is another matter.

    The caller vouches for the digest: a signed key named it. Where not, links that are open end.
    """
    language = settings.LANGUAGES[0][0]
    rows = Subscriber.objects.select_for_update()
    subscriber, _is_new = rows.get_or_create(digest=digest, defaults={"language": language})
    subscriber.no_links = not wanted
    _close_link(subscriber)
    subscriber.save()
    if subscriber.confirmed_at is None:
        Subscriber.objects.filter(pk=subscriber.pk).forget()
    audit.record(action=AuditAction.SUBSCRIPTION_LINKS, by=by, on=subscriber)


@transaction.atomic
def erase_subscription(*, address: str, by: User) -> None:
    """Forget a subscriber who asked the desk for it, and stop every letter to the address.

    Says nothing of whether there was one.
    """
    audit.record(action=AuditAction.SUBSCRIPTION_ERASE, by=by)
    leave(digest=address_digest(address), purposes=Purpose.values, by=by)
