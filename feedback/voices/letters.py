"""The letter that brings the library's answer to who said something."""

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from crm.library.chosen import letters_language
from feedback.voices.models import Voice, VoiceMessage


@dataclass(frozen=True)
class LetterText:
    """What a letter says, and in which language."""

    language: str
    subject: str
    text: str


def reply_letter(message: VoiceMessage) -> LetterText:
    """The answer with the way back to the conversation, in the language of the voice. The address
    holds the code.
    """
    voice = message.voice
    # The library's own name for this page: whoever answers may have come in under another one.
    url = settings.BASE_URL + voice.followed_url
    language = language_of(voice)
    with translation.override(language):
        subject = _("The library answered: %(reference)s") % {"reference": voice.reference}
        text = render_to_string(
            "feedback/voices/mail/voice_reply.txt", {"voice": voice, "message": message, "url": url}
        )
    return LetterText(language, subject, text)


def language_of(voice: Voice) -> str:
    """Code of the language it was said in; of older ones the reader's, else the library's."""
    if voice.language:
        return voice.language
    if voice.reader is None:
        return letters_language()
    return voice.reader.language
