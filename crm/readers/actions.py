"""Projecting what readers did into Activity."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from core.addresses import address_digest
from crm.readers.models import Activity, ConsentEvent, ContactChannel, Reader, Suppression
from crm.staff import audit
from crm.staff.models import User

#: reader id, kind, time, source, reference within the source
ActivityRow = tuple[int, str, datetime, str, str]


def log_activity(rows: Iterable[ActivityRow]) -> int:
    """Append activities.

    A ``(source, ref)`` that is there is left alone. Returns how many rows were offered.
    """
    made = [
        Activity(reader_id=reader, kind=kind, at=at, source=source, ref=ref)
        for reader, kind, at, source, ref in rows
    ]
    Activity.objects.bulk_create(made, ignore_conflicts=True, batch_size=2000)
    return len(made)


#: Sources in which a person speaks, or a member of staff writes down what one said; never a file.
OWN_WORD = frozenset({"portal", "staff", "api", "unsubscribe page"})


@transaction.atomic
def set_consent(
    *,
    reader: Reader,
    channel: str,
    granted: bool,
    source: str,
    by: User | None = None,
    wording: str = "",
) -> ConsentEvent | None:
    """Write down that ``reader`` gave or withdrew consent; None when that was the last word
    already.

    A withdrawal is written even where nothing had been given: it keeps later imports from giving
    it. Consent to e-mail in a person's own word takes the address off the suppression list. Raises
    ValueError for an unknown channel.
    """
    if channel not in ContactChannel.values:
        raise ValueError(channel)
    stored = Reader.objects.select_for_update(of=("self",)).get(pk=reader.pk)
    if granted and channel == ContactChannel.EMAIL and source in OWN_WORD:
        _release(stored, by, source)
    last = stored.consent_events.filter(channel=channel).first()
    if stored.allows(channel) == granted and last and last.granted == granted:
        return None
    others = [name for name in stored.consents if name != channel]
    reader.consents = sorted([*others, channel] if granted else others)
    Reader.objects.filter(pk=reader.pk).update(consents=reader.consents, updated_at=timezone.now())
    audit.record(
        action="consent.set", by=by, on=reader, channel=channel, granted=granted, source=source
    )
    return ConsentEvent.objects.create(
        reader=reader,
        channel=channel,
        granted=granted,
        source=source[:40],
        wording=wording[:200],
        by=by,
    )


@transaction.atomic
def unsubscribe(*, reader: Reader, source: str) -> None:
    """Withdraw consent to e-mail and suppress the address.

    No other row with the same address is mailed either.
    """
    set_consent(reader=reader, channel=ContactChannel.EMAIL, granted=False, source=source)
    address = Reader.objects.values_list("email", flat=True).get(pk=reader.pk)
    if not address:
        return
    _digest, new = Suppression.objects.get_or_create(
        channel=ContactChannel.EMAIL,
        digest=address_digest(address),
        defaults={"reason": "unsubscribed"},
    )
    if new:
        audit.record(
            action="address.suppress", on=reader, channel=ContactChannel.EMAIL, source=source
        )


def is_suppressed(reader: Reader) -> bool:
    """True when the reader's e-mail address is on the suppression list."""
    return bool(reader.email) and _listed(reader).exists()


def _listed(reader: Reader) -> QuerySet[Suppression]:
    return Suppression.objects.filter(
        channel=ContactChannel.EMAIL, digest=address_digest(reader.email)
    )


def _release(reader: Reader, by: User | None, source: str) -> None:
    if reader.email and _listed(reader).delete()[0]:
        audit.record(
            action="address.release", by=by, on=reader, channel=ContactChannel.EMAIL, source=source
        )


@transaction.atomic
def update_reader(*, reader: Reader, by: User, **fields) -> list[str]:
    """Write the fields that differ.

    Returns their names. The audit row names fields, never values.
    """
    stored = Reader.objects.select_for_update(of=("self",)).get(pk=reader.pk)
    changed = [name for name, value in fields.items() if getattr(stored, name) != value]
    if not changed:
        return []
    for name in changed:
        setattr(stored, name, fields[name])
    if "email" in changed:
        stored.email_made = False
    stored.save()
    audit.record(action="reader.change", by=by, on=stored, fields=sorted(changed))
    return changed
