"""The letter of thanks to an author."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from feedback.calls.models import Submission
from feedback.voices.letters import LetterText


def thanks_letter(work: Submission) -> LetterText:
    """That the work is on show, with the library's thanks."""
    url = settings.BASE_URL + work.get_absolute_url()
    language = work.author.language
    with translation.override(language):
        subject = _("Your work “%(title)s” is on show") % {"title": work.title}
        text = render_to_string("feedback/calls/mail/thanks.txt", {"work": work, "url": url})
    return LetterText(language, subject, text)
