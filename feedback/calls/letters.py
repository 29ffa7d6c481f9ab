"""The letter of thanks to an author, and the sweep for letters that were left behind."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from feedback.calls.models import Submission
from feedback.voices.letters import mail_voice_reply
from feedback.voices.models import VoiceMessage

#: How old a letter may be that is still sent.
LOOK_BACK = timedelta(days=7)


def mail_thanks(work_id: int) -> bool:
    """Tell an author that the work is on show, with the library's thanks.

    False when told before or unreachable.
    """
    waiting = Submission.objects.filter(
        pk=work_id, state=Submission.State.PUBLISHED, thanks_mailed_at__isnull=True
    ).exclude(author__email="")
    # Compare and set: of two workers that hold the same work, one finds nothing to mark.
    if not waiting.update(thanks_mailed_at=timezone.now()):
        return False

    work = Submission.objects.select_related("author", "call").get(pk=work_id)
    url = settings.BASE_URL + work.get_absolute_url()
    with translation.override(work.author.language):
        subject = _("Your work “%(title)s” is on show") % {"title": work.title}
        body = render_to_string("feedback/calls/mail/thanks.txt", {"work": work, "url": url})
    # A title may hold a line break, which no header of a mail may.
    EmailMessage(" ".join(subject.split()), body, to=[work.author.email]).send()
    return True


def mail_waiting() -> int:
    """Send what a lost message left behind within the last week.

    Returns how many letters went out.
    """
    # Later than that a letter would only puzzle whoever gets it.
    since = timezone.now() - LOOK_BACK
    replies = VoiceMessage.objects.filter(
        at__gte=since, mailed_at__isnull=True, internal=False, from_reader=False
    )
    works = Submission.objects.on_show().filter(
        published_at__gte=since, thanks_mailed_at__isnull=True
    )

    sent = 0
    for message_id in replies.exclude(voice__email="").values_list("pk", flat=True):
        sent += mail_voice_reply(message_id)
    for work_id in works.exclude(author__email="").values_list("pk", flat=True):
        sent += mail_thanks(work_id)
    return sent
