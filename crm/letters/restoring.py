"""Letters that waited when a backup was made may have gone out since."""

from crm.letters.models import FailureCode, Letter

State = Letter.State
#: States in which the sweep would mail a letter by itself.
WAITING = (State.PENDING, State.INFLIGHT)


def doubt_letters() -> str:
    """Leave what waited to a person; a step of a restore (AFTER_RESTORE).

    Returns a line to tell, or nothing.
    """
    # Without its claim: a journal that was left here knows nothing of what came after the backup.
    n = Letter.objects.filter(state__in=WAITING).update(
        state=State.UNKNOWN, reason=FailureCode.RESTORED, claimed_by="", lease_until=None
    )
    if not n:
        return ""
    return f"{n} letters may have gone out since the backup: look at the desk's single letters."
