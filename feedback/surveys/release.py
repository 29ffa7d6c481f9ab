"""Who is told what a survey adds up to, and whether its answers may be read one by one: on the page
of texts and as files.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.disclosure import SMALLEST_CELL
from crm.readers.queries import may_open_every_reader
from feedback.surveys.figures import count_of, is_enough
from feedback.surveys.models import Survey
from feedback.surveys.queries import count_responses


def is_told_to(survey: Survey, viewer) -> bool:
    """Whether this member of staff is told what the answers add up to.

    Answers under a name are of readers: staff of one campus could take off those of their own.
    Nobody knows from which campus an anonymous answer came.
    """
    return survey.anonymous or may_open_every_reader(viewer)


def may_be_read(survey: Survey) -> bool:
    """True when what somebody wrote may be shown without the writer.

    What one of four wrote would often say who wrote it; of an anonymous survey what one of k − 1
    wrote.
    """
    n = count_of(count_responses(survey).n, survey.least_shown)
    return is_enough(n)


def rows_may_leave(survey: Survey) -> bool:
    """True when a file may hold a row per answer.

    Answers under a name are for those who may export them; anonymous ones are texts without their
    writers, whole rows or not.
    """
    return not survey.anonymous or may_be_read(survey)


@dataclass(frozen=True)
class Nothing:
    """Why there is nothing to see yet, or ever: a heading and a sentence."""

    title: str
    text: str


def kept_from_a_campus() -> Nothing:
    """In place of what is told to staff of the whole library alone."""
    return Nothing(
        _("Counted for the whole library"),
        _(
            "Answers under a name come from readers of all campuses. What they add up to is shown"
            " to staff of the whole library; you can export the answers of your campus's readers."
        ),
    )


def nothing_of(survey: Survey) -> Nothing:
    """Heading and sentence in place of the results of a survey whose answers are too few, by what
    may still come.
    """
    if not survey.anonymous:
        return Nothing(_("Fewer than five answers so far"), too_few(survey))

    k = {"n": survey.least_shown, "twice": 2 * survey.least_shown}
    if not survey.is_over():
        return Nothing(
            _("No results yet"),
            _(
                "The first ones come once %(twice)s answers lie there: then some of them are"
                " written together, never fewer than %(n)s, and counted."
            )
            % k,
        )
    if survey.held_answers.exists():
        return Nothing(_("The last answers are being mixed"), too_few(survey))
    return Nothing(
        _("Fewer than %(n)s answers in all") % k,
        _(
            "An anonymous survey never shows what fewer than %(n)s readers say. Answers that were"
            " never mixed were deleted unread after it closed."
        )
        % k,
    )


def too_few(survey: Survey) -> str:
    """Why there is nothing to see yet, or ever, in one sentence."""
    if survey.least_shown == SMALLEST_CELL:
        return _("Results are shown from five answers on, so that nobody can be recognised.")
    return _("Results are shown from %(n)s answers on, so that nobody can be recognised.") % {
        "n": survey.least_shown
    }
