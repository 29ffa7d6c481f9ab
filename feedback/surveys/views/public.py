"""A survey as a reader meets it: one page, one submit, one clear word for every other case."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import traps
from core.listing import whole_number
from feedback.surveys import answering, finding, intake, words
from feedback.surveys.answered import answered_by
from feedback.surveys.finding import PublishedSurvey
from feedback.surveys.intake import Receipt, Respondent, SubmittedAnswers
from feedback.surveys.lists import OpenSurveyList
from feedback.surveys.models import Survey
from feedback.surveys.questions import filled_fields
from feedback.surveys.views.pages import (
    blank_page,
    filled_page,
    no_such_survey,
    notice,
    parse_uuid,
    sent_or_asked,
)
from feedback.surveys.views.standing import VisitorStanding, has_answered, mark, standing_of

#: Seconds a chosen language is remembered: a year.
LANGUAGE_AGE = 31_536_000


@login_not_required
def survey_open_list(request):
    """Surveys anybody may answer now."""
    surveys = Survey.objects.open_to_everybody()
    listing = OpenSurveyList(request, surveys)
    answered = answered_by(request.user, listing.page)
    for survey in listing.page:
        survey.asked_how = words.asked_how(survey)
    return listing.render("feedback/surveys/survey_open_list.html", answered=answered)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def survey_answer(request, slug):
    """The page of a survey (GET) and its submit (POST); the same submit again changes nothing."""
    # The version the form was made for; none has the number 0.
    version = whole_number(request.POST.get("v"), 0, most=99_999)
    survey = finding.find_survey(slug, version)
    respondent = None
    if survey is not None:
        respondent = find_respondent(request, survey)

    language = chosen_language(request)
    with translation.override(language):
        if respondent is None:
            response = no_such_survey(request)
        else:
            response = meet(request, survey, respondent)
    if language != request.LANGUAGE_CODE:
        remember_language(response, language)
    response["Content-Language"] = language
    # The page may carry a reader's key and what they typed.
    response["Cache-Control"] = "no-store, private"
    return response


def meet(request, survey: PublishedSurvey, respondent: Respondent) -> HttpResponse:
    """Why they cannot answer now, or the form, or the answers taken in; a response in each case."""
    refusal = refuse(request, survey, respondent)
    if refusal is not None:
        return refusal
    return answer_or_show(request, survey, respondent)


def remember_language(response, language: str) -> None:
    """Set the cookie: the language of the questions is that of the pages from now on."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=LANGUAGE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )


def chosen_language(request) -> str:
    """The language switched to on the page or in the address, else the visitor's; one that the
    portal does not speak is passed over.
    """
    asked = request.POST.get("switch") or request.GET.get("lang", "")
    if asked in dict(settings.LANGUAGES):
        return asked
    return request.LANGUAGE_CODE


def find_respondent(request, survey: PublishedSurvey) -> Respondent | None:
    """Who this is: by the mail's key, else by sign-in.

    None for a survey by invitation without a good key: to others it does not exist.
    """
    invited = None
    key = sent_or_asked(request, "k")
    if key:
        invited = intake.invited(survey, key)
    if invited is not None:
        return invited

    if survey.by_invitation:
        return None
    if request.user.is_authenticated:
        return intake.signed_in(survey, request.user.pk)
    return intake.NOBODY_KNOWN


def refuse(request, survey: PublishedSurvey, respondent: Respondent) -> HttpResponse | None:
    """Why this respondent cannot answer now, as a page; None where they can.

    403 before it opens, 410 once it is closed; for outsiders as ``refuse_outsider`` says.
    """
    # First of all: what a closed group was asked, and until when, is not told to others.
    if survey.audience_id and not respondent.member:
        return refuse_outsider(request, survey, respondent)

    if survey.is_early():
        return notice(request, survey, "early", status=403)
    if not survey.is_open():
        return notice(request, survey, "closed", status=410)

    # A second submit is compared with the first answers before it is refused.
    if request.method != "POST" and has_answered(request, survey, respondent):
        return notice(request, survey, "answered")
    return None


def refuse_outsider(request, survey: PublishedSurvey, respondent: Respondent) -> HttpResponse:
    """Whoever is not known may belong to the audience: they are asked to sign in. To all others a
    page says that it is not for them, with 403.
    """
    is_known = respondent.reader_id is not None or request.user.is_authenticated
    if is_known:
        return notice(request, survey, "audience", status=403)
    if request.method == "POST":
        return ask_to_sign_in(request, survey)
    return redirect_to_login(request.get_full_path())


def ask_to_sign_in(request, survey: PublishedSurvey) -> HttpResponse:
    """What was typed, on the page alone: kept for after the sign-in it would lie beside an account.

    The questions are shown to whoever was a member until their session ended, and to nobody else.
    """
    ended = request.session.ended
    if ended is None:
        return redirect_to_login(request.path)
    member = intake.signed_in(survey, ended.user_id)
    if not member.member:
        return redirect_to_login(request.path)

    fault = _(
        "You are signed out, so your answers did not arrive, and the library has kept nothing of"
        " them. Copy what you want to keep, sign in, and open the survey again."
    )
    fields = filled_fields(survey.definition, request.POST)
    standing = standing_of(request, survey, member)
    return filled_page(request, survey, standing, fields, fault=fault, status=401)


def answer_or_show(request, survey: PublishedSurvey, respondent: Respondent) -> HttpResponse:
    """The empty form, the form in another language, or the answers taken in: only a POST without a
    switch of language takes them.
    """
    standing = standing_of(request, survey, respondent)
    if request.method != "POST":
        return blank_page(request, survey, standing)
    if "switch" in request.POST:
        # Nothing is checked yet: whoever changes the language has not sent anything.
        fields = filled_fields(survey.definition, request.POST)
        return filled_page(request, survey, standing, fields, status=200)
    return receive(request, survey, respondent, standing)


def receive(
    request, survey: PublishedSurvey, respondent: Respondent, standing: VisitorStanding
) -> HttpResponse:
    """Check what was sent and keep it once; the page says what came of it.

    400 with the form where something in it is wrong, 410 where the survey closed meanwhile.
    """
    definition = survey.definition
    parsed = answering.parse_answers(definition, request.POST)
    client_id = parse_uuid(request.POST.get("id", ""))
    # Nothing is kept of a form with one wrong field: the reader sends it again as a whole.
    if not parsed.ok or client_id is None:
        fields = filled_fields(definition, request.POST, parsed.errors)
        return filled_page(request, survey, standing, fields, fault=parsed.fault, status=400)
    if not is_as_promised(request, standing):
        return promise_anew(request, survey, standing)
    if not survey.can_be_held:
        return not_yet(request, survey, standing)

    submitted = submitted_by(request, client_id, parsed.answers)
    receipt = intake.keep(survey, respondent, submitted)
    if receipt == Receipt.OTHER:
        return refuse_other(request, survey, standing)
    if receipt == Receipt.CLOSED:
        return notice(request, survey, "closed", status=410)
    return thank(request, survey, respondent)


def is_as_promised(request, standing: VisitorStanding) -> bool:
    """False where the page promised something else: its reader signed in or out since. A promise
    that is none of ours is passed over.
    """
    promised = request.POST.get("as", standing)
    if promised not in set(VisitorStanding):
        return True
    return standing.promises_as(VisitorStanding(promised))


def promise_anew(request, survey: PublishedSurvey, standing: VisitorStanding) -> HttpResponse:
    """The form with what was typed and the promise that holds now; nothing is kept yet.

    409 for whoever has signed in since, 401 for whoever has signed out.
    """
    if standing.is_named:
        status = 409
        fault = _("You have signed in since: please read what holds now, and send it again.")
    else:
        status = 401
        fault = _(
            "You are signed out, and what was promised to you does not hold like this. Sign in and"
            " open the survey again, or read what holds now and send it again."
        )
    fields = filled_fields(survey.definition, request.POST)
    return filled_page(request, survey, standing, fields, fault=fault, status=status)


def thank(request, survey: PublishedSurvey, respondent: Respondent) -> HttpResponse:
    """The answers are kept; only now may the browser's script for drafts forget them."""
    response = notice(request, survey, "thanks")
    response["X-Draft-Kept"] = ""
    mark(response, survey, respondent)
    return response


def submitted_by(request, client_id: UUID, answers: dict) -> SubmittedAnswers:
    """The answers with what else is kept of this submit: language, channel, and whether it looks
    automatic.
    """
    return SubmittedAnswers(
        client_id=client_id,
        language=translation.get_language(),
        answers=answers,
        flagged=traps.suspicion_of(request.POST),
        # PostgreSQL takes no NUL in a text.
        channel_code=request.POST.get("c", "")[:40].replace("\x00", ""),
    )


def refuse_other(request, survey: PublishedSurvey, standing: VisitorStanding) -> HttpResponse:
    """Other answers were kept before: a page with 409. What was sent now stays on it, to be copied
    from.
    """
    fields = filled_fields(survey.definition, request.POST)
    fault = _(
        "You have answered this survey already. Your first answers were kept; what stands here"
        " was not added."
    )
    return filled_page(request, survey, standing, fields, fault=fault, status=409)


def not_yet(request, survey: PublishedSurvey, standing: VisitorStanding) -> HttpResponse:
    """The form with what was typed, and 503: nothing can be sealed yet, and nothing is kept in the
    open.
    """
    fault = _("The library cannot take anonymous answers right now. Please send them again later.")
    fields = filled_fields(survey.definition, request.POST)
    page = filled_page(request, survey, standing, fields, fault=fault, status=503)
    page["Retry-After"] = "60"
    return page
