"""How a visitor stands to a survey: what its page says before the first question.

Whether somebody took part in an anonymous survey is told to nobody else. Whoever has the link from
a mail may not be its reader; so it is said in the browser that sent the answers and to the reader
who is signed in, and to no one by the link alone.
"""

import hmac
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _

from feedback.surveys import intake
from feedback.surveys.finding import PublishedSurvey
from feedback.surveys.intake import Respondent

#: The browser's own mark that it sent answers; each survey's pages have theirs alone.
COOKIE = "answered"
#: Seconds. A mark with a reader's key says nothing to others; on a machine that many use one
#: without a key says that somebody answered, so it goes soon.
KEY_AGE, BROWSER_AGE = 14 * 86_400, 3600


class VisitorStanding(StrEnum):
    """Who a visitor is to a survey."""

    UNKNOWN = "unknown"  # neither invited nor signed in
    RETURNED = "returned"  # unknown, from a browser that sent answers within the hour
    ACCOUNT = "account"  # signed in, and no reader so far
    INVITED = "invited"  # by the key of a mail, as a reader of the library's register
    SIGNED_IN = "signed_in"  # as a reader of the library's register
    INVITED_SELF_MADE = "invited_self_made"  # the same as a reader that an account made of itself
    SIGNED_IN_SELF_MADE = "signed_in_self_made"

    @property
    def is_known(self) -> bool:
        """True for a reader of the library's register, who is one person and counts once."""
        return self in {VisitorStanding.INVITED, VisitorStanding.SIGNED_IN}

    @property
    def is_named(self) -> bool:
        """True where answers that are not anonymous stay with a reader."""
        return self.is_known or self in {
            VisitorStanding.INVITED_SELF_MADE,
            VisitorStanding.SIGNED_IN_SELF_MADE,
        }

    @property
    def is_invited(self) -> bool:
        """True for whoever came by the key of a mail, whosever row it names."""
        return self in {VisitorStanding.INVITED, VisitorStanding.INVITED_SELF_MADE}

    @property
    def is_returned(self) -> bool:
        """True where this browser sent answers a short while ago, and nobody knows whose."""
        return self == VisitorStanding.RETURNED

    @property
    def has_account_alone(self) -> bool:
        """True where all that is known is an account that anybody can make, and make several of."""
        return self in {
            VisitorStanding.ACCOUNT,
            VisitorStanding.INVITED_SELF_MADE,
            VisitorStanding.SIGNED_IN_SELF_MADE,
        }

    def promises_as(self, other: "VisitorStanding") -> bool:
        """True where the page promises the same to both."""
        return (self.is_known, self.is_named) == (other.is_known, other.is_named)


#: {(is of the register, came by a mail): standing}
STANDINGS_OF_READERS = {
    (True, True): VisitorStanding.INVITED,
    (True, False): VisitorStanding.SIGNED_IN,
    (False, True): VisitorStanding.INVITED_SELF_MADE,
    (False, False): VisitorStanding.SIGNED_IN_SELF_MADE,
}


def promise_in_brief(standing: VisitorStanding, *, anonymous: bool) -> str:
    """Beside the number of questions, in one sentence: who learns what was answered."""
    if not anonymous:
        return _(
            "Only the library reads your answers; figures are shown for groups of five or more."
        )
    if standing.is_known:
        return _("Anonymous: your answers cannot be tied to you.")
    if standing.is_named:
        return _("Anonymous: your answers are kept without your name.")
    return _("Anonymous: nobody asks who you are.")


def standing_of(request, survey: PublishedSurvey, respondent: Respondent) -> VisitorStanding:
    """How this visitor stands towards the survey, which decides what the page promises.

    Asks no database beyond the account that is signed in.
    """
    if respondent.reader_id is not None:
        return standing_of_reader(respondent)
    if is_marked(request, survey, respondent):
        return VisitorStanding.RETURNED
    if request.user.is_authenticated:
        return VisitorStanding.ACCOUNT
    return VisitorStanding.UNKNOWN


def standing_of_reader(respondent: Respondent) -> VisitorStanding:
    """By a mail or by sign-in, of the register or self-made; a mail comes before a sign-in."""
    came_by_mail = respondent.delivery_id is not None
    return STANDINGS_OF_READERS[respondent.is_known, came_by_mail]


def has_answered(request, survey: PublishedSurvey, respondent: Respondent) -> bool:
    """True where this visitor may be told that this reader has answered.

    Visitors who are no reader may answer again: somebody else may sit there now.
    """
    if respondent.reader_id is None:
        return False
    if not survey.anonymous:
        return respondent.answered
    if is_marked(request, survey, respondent):
        return True
    return is_signed_in_as(request, survey, respondent) and intake.took_part(survey, respondent)


def is_signed_in_as(request, survey: PublishedSurvey, respondent: Respondent) -> bool:
    """True for the reader's own account, whoever's key came with the link. At most one query."""
    if not request.user.is_authenticated:
        return False
    if respondent.delivery_id is None:
        return True
    return intake.signed_in(survey, request.user.pk).reader_id == respondent.reader_id


def mark_of(survey: PublishedSurvey, respondent: Respondent) -> str:
    """What the browser of this respondent remembers, 32 hex digits; only the
    portal can make one.
    """
    return intake.keyed(survey.survey_id, f"answered here {respondent.reader_id}").hex()[:32]


def is_marked(request, survey: PublishedSurvey, respondent: Respondent) -> bool:
    """True where this browser sent answers of this respondent."""
    # As bytes: a cookie may hold what compare_digest takes in no text.
    found = request.COOKIES.get(COOKIE, "").encode(errors="replace")
    return hmac.compare_digest(found, mark_of(survey, respondent).encode())


def mark(response, survey: PublishedSurvey, respondent: Respondent) -> None:
    """Have the browser remember that answers of this respondent were kept: for readers as long as a
    key holds, else for ``BROWSER_AGE``.
    """
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
