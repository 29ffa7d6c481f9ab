"""Verbs on readers: what one allows, taking one off the mailing for good, correcting one."""

from django.db import transaction
from django.utils import timezone

from core.addresses import address_digest
from crm.readers.models import ConsentEvent, ContactChannel, Reader, Suppression
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

#: Sources in which a person speaks, or a member of staff writes down what one said; never a file.
OWN_WORD = frozenset({"portal", "staff", "api", "unsubscribe page"})


@transaction.atomic
def set_consent(
    *,
    reader: Reader,
    channel: str,
    granted: bool,
    source: str,
    by: User | None,
    wording: str = "",
) -> ConsentEvent | None:
    """Write down that ``reader`` gave or withdrew consent; None when that was said already.

    A withdrawal is written even where nothing had been given: it keeps later imports from giving
    it. Consent to e-mail in a person's own word takes the address off the suppression list. ``by``
    is None where nobody is signed in: the reader followed the signed link of a mail, or a file
    spoke. Raises ValueError for an unknown channel.
    """
    if channel not in ContactChannel.values:
        raise ValueError(channel)
    # Locked: the list of channels is read and written whole, and two channels may come at once.
    stored = Reader.objects.select_for_update(of=("self",)).get(pk=reader.pk)

    says_so_themself = source in OWN_WORD
    if granted and channel == ContactChannel.EMAIL and says_so_themself:
        _release_address(stored, source=source, by=by)
    if _was_last_word(stored, channel, granted):
        return None

    # Also on the instance that was handed in, which the caller goes on to show.
    reader.consents = _with_channel(stored.consents, channel, granted)
    Reader.objects.filter(pk=reader.pk).update(consents=reader.consents, updated_at=timezone.now())
    audit.record(
        action=AuditAction.CONSENT_SET,
        by=by,
        on=reader,
        channel=channel,
        granted=granted,
        source=source,
    )
    return ConsentEvent.objects.create(
        reader=reader,
        channel=channel,
        granted=granted,
        source=source[:40],
        wording=wording[:200],
        by=by,
    )


def _was_last_word(reader: Reader, channel: str, granted: bool) -> bool:
    """True when the row and the newest entry of the ledger both say so already."""
    if reader.allows(channel) != granted:
        return False
    last = reader.consent_events.filter(channel=channel).first()
    return last is not None and last.granted == granted


def _with_channel(channels: list[str], channel: str, granted: bool) -> list[str]:
    """The list with ``channel`` in or out; sorted, so that the same choices are the same row."""
    allowed = set(channels) - {channel}
    if granted:
        allowed.add(channel)
    return sorted(allowed)


def _release_address(reader: Reader, *, source: str, by: User | None) -> None:
    """Take the reader's address off the suppression list, if it is on it."""
    released, _models = Suppression.objects.for_email(reader.email).delete()
    if released:
        audit.record(
            action=AuditAction.ADDRESS_RELEASE,
            by=by,
            on=reader,
            channel=ContactChannel.EMAIL,
            source=source,
        )


@transaction.atomic
def unsubscribe(*, reader: Reader, source: str, by: User | None) -> None:
    """Withdraw consent to e-mail and suppress the address.

    No other row with the same address is mailed either. ``by`` is None where the reader followed
    the signed link of a mail: the key is the permission, and nobody is signed in.
    """
    set_consent(reader=reader, channel=ContactChannel.EMAIL, granted=False, source=source, by=by)
    # Read behind the lock of set_consent: the address may have been corrected meanwhile.
    address = Reader.objects.values_list("email", flat=True).get(pk=reader.pk)
    if not address:
        return

    _suppression, is_new = Suppression.objects.get_or_create(
        channel=ContactChannel.EMAIL,
        digest=address_digest(address),
        defaults={"reason": "unsubscribed"},
    )
    if is_new:
        audit.record(
            action=AuditAction.ADDRESS_SUPPRESS,
            by=by,
            on=reader,
            channel=ContactChannel.EMAIL,
            source=source,
        )


@transaction.atomic
def update_reader(*, reader: Reader, by: User, **fields) -> list[str]:
    """Write the fields that differ; returns their names.

    The audit row names fields, never values: it is read by people who may not open the reader.
    """
    stored = Reader.objects.select_for_update(of=("self",)).get(pk=reader.pk)
    changed = []
    for name, value in fields.items():
        if getattr(stored, name) != value:
            setattr(stored, name, value)
            changed.append(name)
    if not changed:
        return []

    if "email" in changed:
        # Somebody typed it, so it is no longer one that an import made up.
        stored.email_made = False
    stored.save()
    audit.record(action=AuditAction.READER_CHANGE, by=by, on=stored, fields=sorted(changed))
    return changed
