"""Single letters to single readers: an answer to what they said, thanks for what they gave.

Each row is marked before the letter is handed over, so a task that runs twice writes once.
"""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from feedback.models import Submission, VoiceMessage


def mail_voice_reply(message_id: int) -> bool:
    """Mail one reply to the address left with the voice; False when it went before or there is nothing to mail."""
    waiting = VoiceMessage.objects.filter(
        pk=message_id, mailed_at__isnull=True, internal=False, from_reader=False
    ).exclude(voice__email="")
    if not waiting.update(mailed_at=timezone.now()):
        return False
    message = VoiceMessage.objects.select_related("voice__reader").get(pk=message_id)
    voice = message.voice
    url = settings.BASE_URL + reverse("feedback:voice-follow", args=[voice.reference, voice.secret])
    with translation.override(voice.reader.language if voice.reader else settings.LANGUAGE_CODE):
        subject = _("The library answered: %(reference)s") % {"reference": voice.reference}
        body = render_to_string("feedback/mail/voice_reply.txt", {"voice": voice, "message": message, "url": url})
    EmailMessage(subject, body, to=[voice.email]).send()
    return True


def mail_thanks(work_id: int) -> bool:
    """Tell an author that the work is on show, with the library's thanks; False when told before or unreachable."""
    waiting = Submission.objects.filter(
        pk=work_id, state=Submission.State.PUBLISHED, thanks_mailed_at__isnull=True
    ).exclude(author__email="")
    if not waiting.update(thanks_mailed_at=timezone.now()):
        return False
    work = Submission.objects.select_related("author", "call").get(pk=work_id)
    url = settings.BASE_URL + work.get_absolute_url()
    with translation.override(work.author.language):
        subject = _("Your work “%(title)s” is on show") % {"title": work.title}
        body = render_to_string("feedback/mail/thanks.txt", {"work": work, "url": url})
    EmailMessage(" ".join(subject.split()), body, to=[work.author.email]).send()
    return True


def mail_waiting() -> int:
    """Send what a lost message left behind within the last week; returns how many letters went out."""
    since = timezone.now() - timedelta(days=7)
    replies = VoiceMessage.objects.filter(at__gte=since, mailed_at__isnull=True, internal=False, from_reader=False)
    works = Submission.objects.on_show().filter(published_at__gte=since, thanks_mailed_at__isnull=True)
    sent = [mail_voice_reply(pk) for pk in replies.exclude(voice__email="").values_list("pk", flat=True)]
    sent += [mail_thanks(pk) for pk in works.exclude(author__email="").values_list("pk", flat=True)]
    return sum(sent)
