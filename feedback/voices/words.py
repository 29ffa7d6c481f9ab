"""What is said at the desk about answers to readers."""

from django.utils.translation import gettext as _

from feedback.voices.models import VoiceMessage


def answered_in_words(answer: VoiceMessage) -> str:
    """After an answer was kept: where the reader finds it."""
    if answer.letter_id is None:
        return _("The answer stands on the reader's page; they left no address.")
    return _("The answer stands on the reader's page, and its letter waits to be mailed.")
