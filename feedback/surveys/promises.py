"""What an anonymous survey promised its readers, and what staff are refused (ADR 0021)."""

from django.utils.translation import gettext as _

from core.refusals import Refused
from crm.segments.models import SegmentMember
from feedback.surveys import definitions, keys
from feedback.surveys.models import Survey, SurveyVersion

#: When answers are taken; what is over stays over.
PERIOD = {"opens_at", "closes_at"}


def refuse_publishing(survey: Survey, last: SurveyVersion | None, definition: dict) -> None:
    """Refused while answers could not be sealed, for an audience below k, and for other questions.

    Words may change. An answer to a question that only some were asked would tell who gave it.
    """
    if not survey.anonymous:
        return
    if not keys.is_ready():
        raise Refused(
            _(
                "Anonymous answers cannot be sealed yet: no worker has told its key. See"
                " docs/ops.md."
            )
        )
    refuse_small_audience(survey)
    if last is not None and definitions.differ_in_structure(last, definition):
        raise Refused(
            _(
                "The questions of an anonymous survey stay once it is published: an answer to a"
                " question that only some were asked would tell who gave it. Copy it as a new"
                " draft."
            )
        )


def refuse_small_audience(survey: Survey) -> None:
    """Raises Refused where fewer than k readers may answer: their answers could never be shown. One
    that is open to everybody is not refused.
    """
    if survey.audience_id is None:
        return
    size = SegmentMember.objects.filter(segment=survey.audience_id).count()
    if size < survey.least_together:
        raise Refused(
            _(
                "Fewer than %(n)s readers may answer: an anonymous survey could never show what"
                " they say."
            )
            % {"n": survey.least_together}
        )


def refuse_opening_again(survey: Survey) -> None:
    """Raises Refused for an anonymous survey: whoever came after its last batch would be alone."""
    if survey.anonymous:
        raise Refused(
            _(
                "An anonymous survey stays closed: its last answers were written together, and"
                " whoever came after them would be alone. Copy it as a new draft."
            )
        )


def refuse_settings(survey: Survey, changed: list[str], *, was_over: bool, least: int) -> None:
    """Refused for the period of an anonymous survey that is over, a lower k, and a small audience.

    ``survey`` holds the new values; ``was_over`` and ``least`` (its k) are those of before.
    """
    if not survey.anonymous:
        return
    if was_over and PERIOD & set(changed):
        raise Refused(_("An anonymous survey that is over stays closed."))
    if survey.least_together < least:
        raise Refused(
            _("Readers were told that at least %(n)s answers are mixed: it can only be more.")
            % {"n": least}
        )
    refuse_small_audience(survey)
