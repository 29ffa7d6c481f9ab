"""The turns of a conversation that an answer is written to, and what tells that another came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.text import Truncator

from feedback.voices.models import MessageState, Voice, VoiceMessage

#: States in which a matter is over.
OVER = (Voice.State.ASIDE, Voice.State.CLOSED)
#: So much of the first words stands above an answer to later ones.
FIRST_WORDS = 140


@dataclass(frozen=True)
class Talk:
    """What somebody reads before they answer: the first words, and the latest turns after them.

    ``mark`` says how far the conversation had come (``mark_of``).
    """

    first: str
    turns: Sequence[VoiceMessage]
    mark: str


def talk_of(voice: Voice) -> Talk:
    """What is still to be answered, with the answer before it. One statement.

    Of the first words the beginning, once they were answered and the reader wrote again.
    """
    turns = turns_of(voice)
    latest = latest_of(turns)
    first = voice.text
    if is_written_again(latest):
        first = Truncator(first).chars(FIRST_WORDS)
    return Talk(first, latest, mark_of(voice, turns))


def turns_of(voice: Voice) -> list[VoiceMessage]:
    """``turns_among`` all messages of a voice. One statement."""
    return turns_among(voice.messages.select_related("author", "letter"))


def turns_among(messages: Iterable[VoiceMessage]) -> list[VoiceMessage]:
    """What reader and library wrote to each other, in the order given.

    Without notes and without what was put aside; what waits for a look is among it.
    """
    said = []
    for message in messages:
        if not message.internal and message.state != MessageState.ASIDE:
            said.append(message)
    return said


def latest_of(turns: Sequence[VoiceMessage]) -> Sequence[VoiceMessage]:
    """From the last answer on to which the reader wrote back; all where there is none."""
    start = 0
    for number in range(1, len(turns)):
        if turns[number].from_reader and not turns[number - 1].from_reader:
            start = number - 1
    return turns[start:]


def is_written_again(latest: Sequence[VoiceMessage]) -> bool:
    """Whether the reader wrote back to an answer, which is then the first of the latest turns."""
    if not latest or latest[0].from_reader:
        return False
    return any(turn.from_reader for turn in latest)


def mark_of(voice: Voice, turns: Sequence[VoiceMessage]) -> str:
    """How far a conversation has come: its last turn, and whether the matter is over.

    Another mark later says that somebody wrote or decided something meanwhile.
    """
    last = max((turn.pk for turn in turns), default=0)
    if voice.state in OVER:
        return f"{last} {voice.state}"
    return str(last)


def is_overtaken(voice: Voice, read_to: str) -> bool:
    """Whether a conversation has gone on since somebody read it as far as the mark ``read_to``.

    False where nobody says how far they read (""). One statement, none then.
    """
    return bool(read_to) and read_to != mark_of(voice, turns_of(voice))
