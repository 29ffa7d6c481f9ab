"""Mails of campaigns that waited when a backup was made may have gone out since."""

from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.sending.models import Delivery
from crm.letters.models import FailureCode

State = Delivery.State
#: States in which the sweep, or somebody who goes on with the content, would mail them.
WAITING = (State.PENDING, State.CLAIMED, State.INFLIGHT)


def doubt_deliveries() -> str:
    """Pause what was being sent and leave what waited to a person; a step of a restore
    (AFTER_RESTORE).

    Returns a line to tell, or nothing.
    """
    # The new time of change is the version a run compiled: older runs claim nothing more.
    Content.objects.filter(state=Content.State.SENDING).update(
        state=Content.State.PAUSED, updated_at=timezone.now()
    )
    # Without its claim: a journal that was left here knows nothing of what came after the backup.
    n = Delivery.objects.filter(state__in=WAITING).update(
        state=State.UNKNOWN, reason=FailureCode.RESTORED, claimed_by="", lease_until=None
    )
    if not n:
        return ""
    return f"{n} mails of campaigns may have gone out since the backup: their contents are paused."
