"""How the state of a delivery is said: in the words of single letters, for it is a letter, too."""

from django.utils.translation import gettext_lazy as _

from crm.letters.models import LetterState

#: {stored state: words}, in the order in which a delivery goes through them.
STATES = {
    "pending": LetterState.PENDING.label,
    "claimed": _("About to be mailed"),
    "inflight": LetterState.INFLIGHT.label,
    "sent": LetterState.SENT.label,
    "failed": LetterState.FAILED.label,
    "skipped": LetterState.SKIPPED.label,
    "unknown": LetterState.UNKNOWN.label,
    "holdout": _("Held out"),
}


def delivery_in_words(state: str) -> str:
    """The stored ``state`` in the current language; KeyError for an unknown one."""
    return str(STATES[state])
