"""The letter that reminds a colleague of a voice they have in hand."""

from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from crm.library.chosen import letters_language
from feedback.voices.letters import LetterText
from feedback.voices.models import Voice


def reminder_key(voice: Voice, day: date) -> str:
    """Under which a reminder is written once: a voice, who has it, and the day."""
    return f"voice.remind/{voice.pk}/{voice.assigned_to_id}/{day:%Y-%m-%d}"


def can_be_reminded(user) -> bool:
    """Whether a letter reaches somebody who may still answer."""
    return bool(user.email) and user.can("voices.answer")


def reminder_letter(voice: Voice, by) -> LetterText:
    """Which voice waits, who asks for it, and the way to its page; not the reader's words, which
    stay at the desk.
    """
    url = settings.BASE_URL + voice.get_absolute_url()
    language = letters_language()
    with translation.override(language):
        said = {"reference": voice.reference, "who": by}
        subject = _("Waits for an answer: %(reference)s") % said
        text = _("%(who)s reminds you of %(reference)s: its reader waits for an answer.") % said
    return LetterText(language, subject, f"{text}\n\n{url}\n")
