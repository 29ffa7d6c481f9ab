"""Sentences of the desk: what the results say, why they say less, and what a version changed."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.disclosure import Count
from feedback.surveys.figures import QuestionFigure
from feedback.surveys.models import SurveyVersion
from feedback.surveys.overview import Headline


# --- results --------------------------------------------------------------------------------------
def above_the_results(found: Headline, least: int) -> list[str]:
    """What stands above the figures, sentence by sentence: how many answers there are, how many are
    left out, and whether some wait. ``least``: no number of fewer answers is told.
    """
    sentences = [answers_so_far(found, least)]
    if not found.flagged.is_zero:
        sentences.append(left_out(found.flagged))
    if found.has_held:
        sentences.append(
            _("Anonymous answers are waiting to be mixed with others; no figure counts them yet.")
        )
    return sentences


def answers_so_far(found: Headline, least: int) -> str:
    """How many answers there are and when they were counted; of too few only that they are fewer
    than ``least``.
    """
    time = date_format(timezone.localtime(found.as_of), "DATETIME_FORMAT")
    if found.n.is_withheld:
        said = _("As of %(time)s there are fewer than %(least)s answers.")
        return said % {"time": time, "least": least}
    return _("As of %(time)s there are %(n)s answers.") % {"time": time, "n": found.n}


def left_out(flagged: Count) -> str:
    """How many answers looked automatic, without a number where it may not be told."""
    if not flagged.is_shown:
        return _("Some more looked automatic and are left out.")
    said = ngettext(
        "One more looked automatic and is left out.",
        "%(n)s more looked automatic and are left out.",
        flagged.plural,
    )
    return said % {"n": flagged}


def why_coarse(figure: QuestionFigure | None) -> str:
    """Beside hidden cells, in one sentence: what of the mean is not told. ``figure`` is None where
    it is not told at all.
    """
    if figure is None:
        return _("the mean is not told: beside it the hidden numbers could be worked out")
    if figure.found.interval is None:
        return _(
            "the mean is rounded and stands without its interval: with both the hidden numbers"
            " could be worked out"
        )
    return _(
        "the mean and its interval are rounded: with more digits the hidden numbers could be worked"
        " out"
    )


# --- versions -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class VersionLine:
    """A published version with the answers to it."""

    version: SurveyVersion
    answers: Count

    @property
    def change(self) -> str:
        """What it changed, in a few words."""
        if self.version.number == 1:
            return _("first version")
        if self.version.structural:
            return _("questions changed")
        return _("words only")


def unseen_changes(*, structural: bool) -> str:
    """What publishing the working copy would mean for the answers so far, in one sentence."""
    if structural:
        return _(
            "Questions or options changed: answers so far are kept under their own version and"
            " stay in the results."
        )
    return _("Only words changed: answers before and after count together.")
