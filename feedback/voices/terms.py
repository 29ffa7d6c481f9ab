"""How long it is kept how to reach who said something."""

from django.utils.translation import gettext_lazy as _

from core.terms import KeptWhile, Over, Term, emptying
from feedback.voices.models import Voice


def with_email(over: Over):
    """Voices that were closed before the term and still hold an address: no answer goes there any
    more.
    """
    return Voice.objects.filter(closed_at__lt=over.before).exclude(email="")


TERMS = [
    Term(
        code="voice-contacts",
        title=_("E-mail addresses for answers to voices"),
        models=("feedback.Voice",),
        becomes=_("emptied once the voice is closed; what was said stays"),
        default=180,
        least=14,
        most=1095,
        **emptying(with_email, email=""),
    ),
]
KEPT_WHILE = [
    KeptWhile(("feedback.VoiceMessage",), _("as long as the voice, and its writer, stay")),
]
