"""“You said, we did” on the front page: how much was said of late, and what became of it."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.provenance import published_case
from feedback.portal.words import FrontOpening, month_of
from feedback.voices.models import Voice
from feedback.voices.queries import VoiceCounts

#: A reader's sentence is quoted in so many characters.
QUOTED = 80


@dataclass(frozen=True)
class Done:
    """Somebody's words, what was done, and what is known of it: of what, when, and from where."""

    said: str
    done: str
    facts: str


def done_for(voice: Voice) -> Done:
    """What became of somebody's words, to everybody; by the month, as
    ``words.steps_of_shown_voice`` says why.
    """
    facts = [voice.get_category_display()]
    if voice.answered_at is not None:
        facts.append(month_of(voice.answered_at))
    facts.append(published_case(voice.provenance))
    return Done(
        said=Truncator(voice.public_text).chars(QUOTED),
        done=voice.done,
        facts=" · ".join(filter(None, map(str, facts))),
    )


def about_changes(opening: FrontOpening | None, *, others: bool) -> str:
    """What is to be said of the changes on the page: whether they helped, and that there is none.

    ``others``: changes stand in the list, beside the one that the page may open with.
    """
    if others:
        return _(
            "Whether it helped is not measured for these changes: it cannot be said."
            " What is not decided yet is not listed here; whoever said it sees where it stands."
        )
    if opening is not None and opening.is_change:
        return _(
            "The change at the top of this page is the only one to show so far."
            " Whether it helped is not measured: it cannot be said."
        )
    return _("Nothing to show yet: what you say today could be the first.")


# --- how much was said ----------------------------------------------------------------------------
def said_and_done(counts: VoiceCounts, as_of: date) -> str:
    """What became of the voices of the last 90 days, in one sentence with its day.

    A number that may not be told is left out of the sentence, and so is what would follow it.
    """
    return _sentence_of(counts) % {
        "said": counts.said,
        "answered": counts.answered,
        "done": counts.done,
        "at": date_format(as_of),
    }


def _sentence_of(counts: VoiceCounts) -> str:
    """The sentence with room for the numbers that are shown."""
    if counts.said.is_zero:
        return _("Nothing was said in the last 90 days. As of %(at)s.")
    if not counts.said.is_shown:
        return _("Last 90 days: too little was said for a number. As of %(at)s.")
    if counts.answered.is_zero and counts.done.is_zero:
        return _("Last 90 days: %(said)s received, none answered yet. As of %(at)s.")
    return _sentence_of_answers(counts)


def _sentence_of_answers(counts: VoiceCounts) -> str:
    """The same where it is told how much was said, and something came of it."""
    if not counts.answered.is_shown:
        return _("Last 90 days: %(said)s received; too few answered for a number. As of %(at)s.")
    if counts.done.is_zero:
        return _(
            "Last 90 days: %(said)s received, %(answered)s answered, no change yet. As of %(at)s."
        )
    if not counts.done.is_shown:
        return _(
            "Last 90 days: %(said)s received, %(answered)s answered; too few changes for a number."
            " As of %(at)s."
        )
    return _(
        "Last 90 days: %(said)s received, %(answered)s answered, %(done)s led to a change."
        " As of %(at)s."
    )
