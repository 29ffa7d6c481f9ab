"""Single letters to single readers: an answer to what they said, thanks for what they gave.

Each row is marked before the letter is handed over, so a task that runs twice writes once.
"""

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from feedback.voices.models import Voice, VoiceMessage


def mail_voice_reply(message_id: int) -> bool:
    """Mail one reply to the address left with the voice.

    False when it went before or there is nothing to mail.
    """
    waiting = VoiceMessage.objects.filter(
        pk=message_id, mailed_at__isnull=True, internal=False, from_reader=False
    ).exclude(voice__email="")
    # Compare and set: of two workers that hold the same message, one finds nothing to mark.
    if not waiting.update(mailed_at=timezone.now()):
        return False

    message = VoiceMessage.objects.select_related("voice__reader").get(pk=message_id)
    voice = message.voice
    # The library's name for this page: a worker has no request to build an address from.
    url = settings.BASE_URL + reverse("feedback:voice-follow", args=[voice.reference, voice.secret])
    with translation.override(language_of(voice)):
        subject = _("The library answered: %(reference)s") % {"reference": voice.reference}
        body = render_to_string(
            "feedback/voices/mail/voice_reply.txt", {"voice": voice, "message": message, "url": url}
        )
    EmailMessage(subject, body, to=[voice.email]).send()
    return True


def language_of(voice: Voice) -> str:
    """The reader's own language; the library's where nobody is known."""
    if voice.reader is None:
        return settings.LANGUAGE_CODE
    return voice.reader.language
