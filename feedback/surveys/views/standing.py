"""How a visitor stands to a survey: what its page says before the first question.

Whether somebody took part in an anonymous survey is told to nobody else. Whoever has the link from
a mail may not be its reader; so it is said in the browser that sent the answers and to the reader
who is signed in, and to no one by the link alone.
"""

import hmac
from enum import StrEnum

from django.conf import settings

from feedback.surveys import intake
from feedback.surveys.intake import PublishedSurvey, Respondent

#: The browser's own mark that it sent answers; each survey's pages have theirs alone.
COOKIE = "answered"
#: Seconds. A mark with a reader's key says nothing to others; on a machine that many use one
#: without a key says that somebody answered, so it goes soon.
KEY_AGE, BROWSER_AGE = 14 * 86_400, 3600


class Standing(StrEnum):
    """Who a visitor is to a survey."""

    UNKNOWN = "unknown"  # neither invited nor signed in as a reader
    RETURNED = "returned"  # unknown, from a browser that sent answers within the hour
    INVITED = "invited"  # by the key of a mail
    SIGNED_IN = "signed_in"  # as a reader

    @property
    def is_known(self) -> bool:
        """True for a reader whom the library can tell from all others."""
        return self in {Standing.INVITED, Standing.SIGNED_IN}


def standing_of(request, survey: PublishedSurvey, respondent: Respondent) -> Standing:
    """Asks no database."""
    if respondent.delivery_id is not None:
        return Standing.INVITED
    if respondent.reader_id is not None:
        return Standing.SIGNED_IN
    if is_marked(request, survey, respondent):
        return Standing.RETURNED
    return Standing.UNKNOWN


def has_answered(request, survey: PublishedSurvey, respondent: Respondent) -> bool:
    """True where this visitor may be told that this reader has answered.

    Visitors who are no known reader may answer again: somebody else may sit there now.
    """
    if respondent.reader_id is None:
        return False
    if not survey.anonymous:
        return respondent.answered
    if is_marked(request, survey, respondent):
        return True
    return is_signed_in_as(request, survey, respondent) and intake.took_part(survey, respondent)


def is_signed_in_as(request, survey: PublishedSurvey, respondent: Respondent) -> bool:
    """True for the reader's own account, whoever's key came with the link."""
    if not request.user.is_authenticated:
        return False
    if respondent.delivery_id is None:
        return True
    return intake.signed_in(survey, request.user.pk).reader_id == respondent.reader_id


def mark_of(survey: PublishedSurvey, respondent: Respondent) -> str:
    """What the browser of this respondent remembers; only the portal can make one."""
    return intake.keyed(survey.survey_id, f"answered here {respondent.reader_id}").hex()[:32]


def is_marked(request, survey: PublishedSurvey, respondent: Respondent) -> bool:
    """True where this browser sent answers of this respondent."""
    # As bytes: a cookie may hold what compare_digest takes in no text.
    found = request.COOKIES.get(COOKIE, "").encode(errors="replace")
    return hmac.compare_digest(found, mark_of(survey, respondent).encode())


def mark(response, survey: PublishedSurvey, respondent: Respondent) -> None:
    """Have the browser remember that answers of this respondent were kept."""
    age = BROWSER_AGE
    if respondent.reader_id is not None:
        age = KEY_AGE
    response.set_cookie(
        COOKIE,
        mark_of(survey, respondent),
        max_age=age,
        path=f"/s/{survey.slug}/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
