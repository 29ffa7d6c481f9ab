"""Why somebody looks: asked once in a while of work, and remembered as long as it goes on.

The reason stands in the session. After half an hour without opening anybody it is asked again, so
that yesterday's reason does not stand for today's work.
"""

from django.utils import timezone

from crm.readers.looks import is_reason, reason_today
from crm.readers.models import Reader

KEY = "look_reason"
#: Seconds without opening anybody after which a piece of work is over.
WORK_ENDS = 30 * 60


def remember(session, reason: str) -> None:
    """Keep the reason for what follows, from now on, in the session."""
    session[KEY] = {"reason": reason, "at": timezone.now().timestamp()}


def remembered(session) -> str:
    """The reason of the work that is going on; empty where none is.

    Work has ended where nobody was opened for ``WORK_ENDS`` seconds.
    """
    kept = session.get(KEY) or {}
    idle = timezone.now().timestamp() - kept.get("at", 0)
    reason = kept.get("reason", "")
    if idle > WORK_ENDS or not is_reason(reason):
        return ""
    return reason


def reason_for(request, reader: Reader) -> str:
    """The reason that holds for this person: today's own, else that of the work going on.

    Empty where there is neither. What holds is kept anew, so that the work goes on.
    """
    reason = reason_today(reader, by=request.user) or remembered(request.session)
    if reason:
        remember(request.session, reason)
    return reason
