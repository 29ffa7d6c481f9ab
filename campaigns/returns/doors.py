"""Since when it is known what comes back of mails, and whether it is."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone

from campaigns.returns.models import ReturnDoor


def measured_since() -> datetime | None:
    """Of mails that went from here on it is known what came back; None where no returned mail is
    taken in, or nobody has looked so far.
    """
    if not settings.RETURN_ADDRESS:
        return None
    return ReturnDoor.objects.filter(pk=1).values_list("since", flat=True).first()


def note_door(went: datetime | None = None) -> None:
    """Keep that returned mail is taken in, since now, or since a mail ``went`` that came back; that
    it is not, where no address for it is set. A moment that is stored only ever moves back.
    """
    if not settings.RETURN_ADDRESS:
        # If the moment stayed, the time without a door would later count as watched.
        ReturnDoor.objects.filter(pk=1).delete()
        return
    since = went or timezone.now()
    ReturnDoor.objects.get_or_create(pk=1, defaults={"since": since})
    ReturnDoor.objects.filter(pk=1, since__gt=since).update(since=since)
