"""Giving and withdrawing consent, per channel, with the history kept."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from crm import audit
from crm.models import ConsentEvent, Reader, Suppression, User
from crm.models.people import ContactChannel
from crm.privacy import address_digest

#: Sources in which a person speaks, or a member of staff writes down what one said; never a file.
OWN_WORD = frozenset({"portal", "staff", "api", "unsubscribe page"})


@transaction.atomic
def set_consent(
    *, reader: Reader, channel: str, granted: bool, source: str, by: User | None = None, wording: str = ""
) -> ConsentEvent | None:
    """Write down that ``reader`` gave or withdrew consent; None when that was the last word already.

    A withdrawal is written even where nothing had been given: it keeps later imports from giving it. Consent to e-mail
    in a person's own word takes the address off the suppression list. Raises ValueError for an unknown channel.
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
    audit.record(action="consent.set", by=by, on=reader, channel=channel, granted=granted, source=source)
    return ConsentEvent.objects.create(
        reader=reader, channel=channel, granted=granted, source=source[:40], wording=wording[:200], by=by
    )


@transaction.atomic
def unsubscribe(*, reader: Reader, source: str) -> None:
    """Withdraw consent to e-mail and suppress the address: no other row with the same address is mailed either."""
    set_consent(reader=reader, channel=ContactChannel.EMAIL, granted=False, source=source)
    address = Reader.objects.values_list("email", flat=True).get(pk=reader.pk)
    if not address:
        return
    _digest, new = Suppression.objects.get_or_create(
        channel=ContactChannel.EMAIL, digest=address_digest(address), defaults={"reason": "unsubscribed"}
    )
    if new:
        audit.record(action="address.suppress", on=reader, channel=ContactChannel.EMAIL, source=source)


def is_suppressed(reader: Reader) -> bool:
    """True when the reader's e-mail address is on the suppression list."""
    return bool(reader.email) and _listed(reader).exists()


def _listed(reader: Reader) -> QuerySet[Suppression]:
    return Suppression.objects.filter(channel=ContactChannel.EMAIL, digest=address_digest(reader.email))


def _release(reader: Reader, by: User | None, source: str) -> None:
    if reader.email and _listed(reader).delete()[0]:
        audit.record(action="address.release", by=by, on=reader, channel=ContactChannel.EMAIL, source=source)
