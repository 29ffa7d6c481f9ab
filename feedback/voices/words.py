"""What is said at the desk about conversations with readers, and to them of what waits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.staff.words import Suspicion, suspicion_in_words
from feedback.voices.models import MessageState, Voice, VoiceMessage
from feedback.voices.reaching import NoLetter, Way

#: Why no letter goes out, said to the desk.
NO_LETTER = {
    NoLetter.UNSIGNED: gettext_lazy(
        "The answer stands on the reader's page alone: they were not signed in and left no address."
    ),
    NoLetter.NO_ACCOUNT: gettext_lazy(
        "The answer stands on the reader's page alone: they left no address and have no account"
        " now."
    ),
    NoLetter.UNCONFIRMED: gettext_lazy(
        "The answer stands on the reader's page alone: they left no address, and their account has"
        " confirmed none."
    ),
    NoLetter.NOT_ALLOWED: gettext_lazy(
        "The answer stands on the reader's page alone: they left no address, and do not allow"
        " notices by mail."
    ),
    NoLetter.STOPPED: gettext_lazy(
        "The answer stands on the reader's page alone: their address is on the list of those that"
        " nothing is sent to."
    ),
}
#: Why it waits for a look, said to whoever wrote it.
HELD = {
    Suspicion.HONEYPOT: gettext_lazy(
        "A field was filled in that people do not see; a browser sometimes does that by itself. So"
        " a colleague looks at it before it is passed on. You need do nothing."
    ),
    Suspicion.UNREAD: gettext_lazy(
        "It came without the page having been opened just before. So a colleague looks at it before"
        " it is passed on. You need do nothing."
    ),
    Suspicion.FAST: gettext_lazy(
        "It came within two seconds of opening the page, as programs write. So a colleague looks at"
        " it before it is passed on. You need do nothing."
    ),
    Suspicion.BROWSER: gettext_lazy(
        "Very much was sent from your browser in a short time. So a colleague looks at it before it"
        " is passed on. You need do nothing."
    ),
    Suspicion.NETWORK: gettext_lazy(
        "Very much is being sent in from your network just now. So a colleague looks at it before"
        " it is passed on. You need do nothing."
    ),
    Suspicion.ACCOUNT: gettext_lazy(
        "Nobody has looked at your account so far. So a colleague looks at what you"
        " wrote before it is passed on. You need do nothing."
    ),
}


@dataclass(frozen=True)
class Screening:
    """What perhaps a program sent, and why, in a sentence each.

    ``waits``: nobody has looked yet, so it can still be put aside.
    """

    what: str
    suspicion: str
    waits: bool


def screening_in_words(voice: Voice, conversation: Iterable[VoiceMessage]) -> Screening | None:
    """What the desk is told of a voice, or of messages to it, that are set apart; None where
    nothing is.

    A voice that waits for a look comes before its messages, and they before one that was put aside.
    """
    apart = list(filter(attrgetter("is_set_apart"), conversation))
    if voice.state == Voice.State.HELD:
        return Screening(
            _("A program may have sent this."), suspicion_in_words(voice.suspected), waits=True
        )
    if apart:
        return _screening_of_messages(apart)
    if voice.state == Voice.State.ASIDE:
        return Screening(
            _("Put aside as sent by a program."), suspicion_in_words(voice.suspected), waits=False
        )
    return None


def _screening_of_messages(apart: Sequence[VoiceMessage]) -> Screening:
    """Of messages that are set apart, at least one: they wait while one of them does, and the
    last says why.
    """
    waits = any(message.state == MessageState.HELD for message in apart)
    what = _("The marked messages were put aside as sent by a program.")
    if waits:
        what = _("A program may have written the marked messages.")
    return Screening(what, suspicion_in_words(apart[-1].suspected), waits)


def answered_in_words(answer: VoiceMessage, way: Way) -> str:
    """After an answer was kept, in one sentence: where the reader finds it, and whether a letter
    goes.
    """
    if answer.letter_id is not None:
        return _("The answer stands on the reader's page, and its letter waits to be mailed.")
    if way.because:
        return str(NO_LETTER[way.because])
    # They have left an address since it was written.
    return _("The answer stands on the reader's page.")


def way_in_words(way: Way) -> str:
    """Before an answer is written: where it will go."""
    if way.because:
        return str(NO_LETTER[way.because])
    return _("The answer stands on the reader's page, and goes to %(address)s by mail.") % {
        "address": way.address
    }


def held_in_words(voice: Voice, conversation: Iterable[VoiceMessage]) -> str:
    """Why it, or what was written to it later, waits for a look, in one sentence; empty where
    nothing does. A held voice comes before its messages.
    """
    suspected = [
        message.suspected for message in conversation if message.state == MessageState.HELD
    ]
    if voice.state == Voice.State.HELD:
        suspected = [voice.suspected]
    if not suspected:
        return ""
    if suspected[-1] in HELD:
        return str(HELD[suspected[-1]])
    # Rows of before do not say why.
    return _("A colleague looks at it before it is passed on. You need do nothing.")
