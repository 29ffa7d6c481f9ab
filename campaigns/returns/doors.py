"""Since when it is known what comes back of mails, and whether it is."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from campaigns.returns.models import ReturnDoor
from crm.library.chosen import return_address

#: A mailbox that could not be read for so long is not looked into: every visit failed.
LOOKED_WITHIN = timedelta(hours=1)
LOOKS_APART = timedelta(minutes=4)


def measured_since() -> datetime | None:
    """Of mails that went from here on it is known what came back; None where no returned mail is
    taken in, nobody has looked so far, or the mailbox cannot be read.
    """
    if not return_address():
        return None
    doors = ReturnDoor.objects.filter(pk=1)
    if settings.RETURN_MAILBOX:
        # What waits there is taken in when it can be read again, and is known from then on.
        doors = doors.filter(looked_at__gte=timezone.now() - LOOKED_WITHIN)
    return doors.values_list("since", flat=True).first()


def away_since() -> datetime | None:
    """When the mailbox for returned mail was read the last time, where it cannot be read any more;
    None where it can, where none is set, and where it never was.
    """
    if not (return_address() and settings.RETURN_MAILBOX):
        return None
    unread = ReturnDoor.objects.filter(pk=1, looked_at__lt=timezone.now() - LOOKED_WITHIN)
    return unread.values_list("looked_at", flat=True).first()


def note_look() -> None:
    """Keep that the mailbox for returned mail has just been read; a look of the last minutes is as
    good, so that two visits at once leave what one does.
    """
    now = timezone.now()
    older = Q(looked_at__isnull=True) | Q(looked_at__lt=now - LOOKS_APART)
    ReturnDoor.objects.filter(older, pk=1).update(looked_at=now)


def note_door(went: datetime | None = None) -> None:
    """Keep that returned mail is taken in, since now, or since a mail ``went`` that came back; that
    it is not, where no address for it is set. A moment that is stored only ever moves back.
    """
    if not return_address():
        # If the moment stayed, the time without a door would later count as watched.
        ReturnDoor.objects.filter(pk=1).delete()
        return
    since = went or timezone.now()
    ReturnDoor.objects.get_or_create(pk=1, defaults={"since": since})
    ReturnDoor.objects.filter(pk=1, since__gt=since).update(since=since)
