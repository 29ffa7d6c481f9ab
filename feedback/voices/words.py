"""What is said at the desk about conversations with readers."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from crm.staff.words import suspicion_in_words
from feedback.voices.models import MessageState, VoiceMessage


@dataclass(frozen=True)
class WrittenApart:
    """Messages that perhaps a program wrote: whether one waits for a look, and why it was held."""

    any_held: bool
    suspicion: str


def written_apart(conversation: Iterable[VoiceMessage]) -> WrittenApart | None:
    """What is set apart of a conversation; None where nothing is."""
    apart = [message for message in conversation if message.is_set_apart]
    if not apart:
        return None
    any_held = any(message.state == MessageState.HELD for message in apart)
    return WrittenApart(any_held, suspicion_in_words(apart[-1].suspected))


def answered_in_words(answer: VoiceMessage) -> str:
    """After an answer was kept: where the reader finds it."""
    if answer.letter_id is None:
        return _("The answer stands on the reader's page; they left no address.")
    return _("The answer stands on the reader's page, and its letter waits to be mailed.")
