"""Sentences of the front page."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from feedback.voices.queries import VoiceCounts


def said_and_done(counts: VoiceCounts, as_of: date) -> str:
    """What became of the voices of the last 90 days, in one sentence with its day."""
    said = _(
        "Last 90 days: %(said)s received, %(answered)s answered, %(done)s led to a change."
        " As of %(at)s."
    )
    return said % {
        "said": counts.said,
        "answered": counts.answered,
        "done": counts.done,
        "at": date_format(as_of),
    }
