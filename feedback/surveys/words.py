"""Sentences of the desk: what the results say, why they say less, and what a version changed."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.disclosure import Count
from feedback.surveys.figures import QuestionFigure
from feedback.surveys.models import Survey, SurveyVersion
from feedback.surveys.overview import Headline


# --- the desk's pages of a survey -----------------------------------------------------------------
def above_the_questions(survey: Survey, last: SurveyVersion | None) -> list[str]:
    """What readers see of a survey, and how they come to it, sentence by sentence.

    ``last``: its newest version, None where readers see nothing yet.
    """
    sentences = [_("Not published yet.")]
    if last:
        seen = {"n": last.number, "day": date_format(timezone.localtime(last.published_at))}
        sentences = [_("Readers see version %(n)s of %(day)s.") % seen]

    if survey.by_invitation:
        sentences.append(_("By invitation: only the link in a mail opens it."))
    return sentences


def publish_label(last: SurveyVersion | None) -> str:
    """The word of the button that publishes.

    ``last``: the newest version, None where none has been published: then it opens the survey, too.
    """
    if last:
        return _("Publish the changes")
    return _("Publish and open")


def answers_and_end(survey: Survey) -> list[str]:
    """How many answered a survey, as everybody may be told, and until when it is open.

    With ``answers`` and ``version`` counted (``queries.with_counts``).
    """
    facts = [_("not published yet")]
    if survey.version:
        facts = [_("answers: %(n)s") % {"n": survey.answers}]
    return facts + end_of(survey)


def asked_how(survey: Survey) -> list[str]:
    """To readers: that a survey is anonymous, and until when it is open.

    One fact each; none of a survey under the readers' names that has no end.
    """
    facts = []
    if survey.anonymous:
        facts.append(_("anonymous"))
    return facts + end_of(survey)


def end_of(survey: Survey) -> list[str]:
    """The day until which a survey is open, as one fact.

    In the time of the library; no fact where it has no end.
    """
    if not survey.closes_at:
        return []
    return [_("until %(day)s") % {"day": date_format(timezone.localtime(survey.closes_at))}]


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
