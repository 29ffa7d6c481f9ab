"""Giving and withdrawing consent, per channel, with the history kept."""

from django.db import transaction
from django.utils import timezone

from crm import audit
from crm.models import ConsentEvent, Reader, User
from crm.models.people import ContactChannel


@transaction.atomic
def set_consent(
    *, reader: Reader, channel: str, granted: bool, source: str, by: User | None = None, wording: str = ""
) -> ConsentEvent | None:
    """Write down that ``reader`` gave or withdrew consent; None when that was the last word already.

    A withdrawal is written even where nothing had been given: it keeps later imports from giving it.
    Raises ValueError for an unknown channel.
    """
    if channel not in ContactChannel.values:
        raise ValueError(channel)
    stored = Reader.objects.select_for_update(of=("self",)).get(pk=reader.pk)
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
