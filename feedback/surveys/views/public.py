"""A survey as a reader meets it: one page, one submit, one clear word for every other case."""

import re
from functools import lru_cache
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import traps
from core.listing import whole_number
from feedback.surveys import answering, intake
from feedback.surveys.intake import PublishedSurvey, Receipt, Respondent, SubmittedAnswers
from feedback.surveys.lists import OpenSurveyList
from feedback.surveys.models import Survey
from feedback.surveys.questions import Field, blank_fields, filled_fields

#: What differs between two visitors of the same page stands in the form's hidden fields as one of
#: these marks.
MARKS = {name: f"@@{name}@@" for name in ("csrf", "client_id", "stamp", "key", "channel")}
THEMES = {"light", "dark"}
#: What our own keys, ids and stamps are made of; nothing of it could end an attribute.
OUR_SIGNS = re.compile(r"[A-Za-z0-9_:.-]*")
#: Seconds a chosen language is remembered: a year.
LANGUAGE_AGE = 31_536_000


@login_not_required
def survey_open_list(request):
    """Surveys anybody may answer now."""
    surveys = Survey.objects.open_to_everybody()
    return OpenSurveyList(request, surveys).render("feedback/surveys/survey_open_list.html")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def survey_answer(request, slug):
    """The page of a survey (GET) and its submit (POST); the same submit again changes nothing."""
    # The version the form was made for; none has the number 0.
    version = whole_number(request.POST.get("v"), 0, most=99_999)
    survey = intake.find_survey(slug, version)
    if survey is None:
        raise Http404
    respondent = find_respondent(request, survey)

    language = chosen_language(request)
    with translation.override(language):
        response = refuse(request, survey, respondent)
        if response is None:
            response = answer_or_show(request, survey, respondent)
    if language != request.LANGUAGE_CODE:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=LANGUAGE_AGE, samesite="Lax"
        )
    response["Content-Language"] = language
    # The page may carry a reader's key and what they typed.
    response["Cache-Control"] = "no-store, private"
    return response


def parse_uuid(text: str) -> UUID | None:
    """None for what is none: the form may come from anywhere."""
    try:
        return UUID(text)
    except ValueError:
        return None


def chosen_language(request) -> str:
    """The language switched to on the page or in the address, else the visitor's."""
    asked = request.POST.get("switch") or request.GET.get("lang", "")
    if asked in dict(settings.LANGUAGES):
        return asked
    return request.LANGUAGE_CODE


def find_respondent(request, survey: PublishedSurvey) -> Respondent:
    """Who this is: by the mail's key, else by sign-in.

    404 for a survey by invitation without a good key: to others it does not exist.
    """
    invited = None
    key = sent_or_asked(request, "k")
    if key:
        invited = intake.invited(survey, key)
    if invited is not None:
        return invited

    if survey.by_invitation:
        raise Http404
    if request.user.is_authenticated:
        return intake.signed_in(survey, request.user.pk)
    return intake.NOBODY_KNOWN


def sent_or_asked(request, name: str) -> str:
    """A value that came in the address and is carried on in the form's hidden fields."""
    return request.POST.get(name) or request.GET.get(name, "")


def refuse(request, survey: PublishedSurvey, respondent: Respondent) -> HttpResponse | None:
    """Why this respondent cannot answer now, or None."""
    # First of all: what a closed group was asked, and until when, is not told to others.
    if survey.audience_id and not respondent.member:
        return refuse_outsider(request, survey, respondent)

    if survey.is_early():
        return notice(request, survey, "early", status=403)
    if not survey.is_open():
        return notice(request, survey, "closed", status=410)

    # A second submit is compared with the first answers before it is refused.
    if respondent.answered and request.method != "POST":
        return notice(request, survey, "answered")
    return None


def refuse_outsider(request, survey: PublishedSurvey, respondent: Respondent) -> HttpResponse:
    """Whoever is not known may belong to the audience: they are asked to sign in."""
    is_known = respondent.reader_id is not None or request.user.is_authenticated
    if is_known:
        return notice(request, survey, "audience", status=403)
    return redirect_to_login(request.get_full_path())


def answer_or_show(request, survey: PublishedSurvey, respondent: Respondent) -> HttpResponse:
    """The empty form, the form in another language, or the answers taken in."""
    if request.method != "POST":
        return blank_page(request, survey)
    if "switch" in request.POST:
        # Nothing is checked yet: whoever changes the language has not sent anything.
        fields = filled_fields(survey.definition, request.POST)
        return filled_page(request, survey, fields, status=200)
    return receive(request, survey, respondent)


def receive(request, survey: PublishedSurvey, respondent: Respondent) -> HttpResponse:
    """Check what was sent and keep it once."""
    definition = survey.definition
    parsed = answering.parse_answers(definition, request.POST)
    client_id = parse_uuid(request.POST.get("id", ""))
    # Nothing is kept of a form with one wrong field: the reader sends it again as a whole.
    if not parsed.ok or client_id is None:
        fields = filled_fields(definition, request.POST, parsed.errors)
        return filled_page(request, survey, fields, fault=parsed.fault, status=400)
    if not survey.can_be_held:
        return not_yet(request, survey)

    submitted = submitted_by(request, client_id, parsed.answers)
    receipt = intake.keep(survey, respondent, submitted)
    if receipt == Receipt.OTHER:
        return notice(request, survey, "other", status=409)
    if receipt == Receipt.CLOSED:
        return notice(request, survey, "closed", status=410)
    return notice(request, survey, "thanks")


def submitted_by(request, client_id: UUID, answers: dict) -> SubmittedAnswers:
    """The answers with what else is kept of this submit."""
    return SubmittedAnswers(
        client_id=client_id,
        language=translation.get_language(),
        answers=answers,
        flagged=traps.suspicion_of(request.POST),
        # PostgreSQL takes no NUL in a text.
        channel_code=request.POST.get("c", "")[:40].replace("\x00", ""),
    )


def not_yet(request, survey: PublishedSurvey) -> HttpResponse:
    """The form with what was typed: nothing can be sealed yet, and nothing is kept in the open."""
    fault = _("The library cannot take anonymous answers right now. Please send them again later.")
    fields = filled_fields(survey.definition, request.POST)
    page = filled_page(request, survey, fields, fault=fault, status=503)
    page["Retry-After"] = "60"
    return page


def hidden_values(request, **changes) -> dict:
    """What a visitor's own form carries, by the names of MARKS."""
    return {
        "csrf": get_token(request),
        "client_id": str(uuid4()),
        "stamp": traps.stamp(),
        "key": sent_or_asked(request, "k"),
        "channel": sent_or_asked(request, "c"),
        **changes,
    }


def blank_page(request, survey: PublishedSurvey) -> HttpResponse:
    """The empty form: made once per version, language and theme.

    Only the visitor's own marks are filled in here.
    """
    page = _blank_page(survey, translation.get_language(), chosen_theme(request))
    for name, value in hidden_values(request).items():
        page = page.replace(MARKS[name], escape_attribute(value))
    return HttpResponse(page)


@lru_cache(maxsize=128)
def _blank_page(survey: PublishedSurvey, language: str, theme: str) -> str:
    context = page_context(survey, blank_fields(survey.definition), MARKS, theme)
    return render_to_string("feedback/surveys/survey_answer.html", context)


def escape_attribute(value: str) -> str:
    """Only letters, digits and the signs of our own keys pass into the page."""
    if OUR_SIGNS.fullmatch(value):
        return value
    return ""


def chosen_theme(request) -> str:
    """Light or dark as chosen on this device; empty where the device decides."""
    theme = request.COOKIES.get("theme", "")
    if theme in THEMES:
        return theme
    return ""


def page_context(survey: PublishedSurvey, fields: list[Field], hidden: dict, theme: str) -> dict:
    """What the page of a survey is made of, filled in or not."""
    return {
        "slug": survey.slug,
        "number": survey.number,
        "anonymous": survey.anonymous,
        "least": survey.least_together,
        "definition": survey.definition,
        "fields": fields,
        "hidden": hidden,
        "theme": theme,
        "library_name": settings.LIBRARY_NAME,
    }


def filled_page(
    request, survey: PublishedSurvey, fields: list[Field], *, status: int, fault: str = ""
) -> HttpResponse:
    """The form again with what was typed, and each error beside its question."""
    client_id = parse_uuid(request.POST.get("id", "")) or uuid4()
    hidden = hidden_values(request, client_id=str(client_id), stamp=request.POST.get("t", ""))
    context = page_context(survey, fields, hidden, chosen_theme(request))
    context["fault"] = fault
    context["wrong"] = [field for field in fields if field.error]
    page = render_to_string("feedback/surveys/survey_answer.html", context)
    return HttpResponse(page, status=status)


def notice(request, survey: PublishedSurvey, kind: str, *, status: int = 200) -> HttpResponse:
    """One page with one message: thanks, other, answered, closed, early, audience."""
    page = _notice(survey, kind, translation.get_language(), chosen_theme(request))
    return HttpResponse(page, status=status)


@lru_cache(maxsize=256)
def _notice(survey: PublishedSurvey, kind: str, language: str, theme: str) -> str:
    title = survey.definition.title
    if kind == "audience":
        # Even the title tells outsiders what a closed group was asked.
        title = {}
    context = {
        "kind": kind,
        "title": title,
        "text": survey.definition.thanks,
        "opens_at": survey.opens_at,
        "anonymous": survey.anonymous,
        "least": survey.least_together,
        "theme": theme,
        "library_name": settings.LIBRARY_NAME,
        "slug": survey.slug,
    }
    return render_to_string("feedback/surveys/survey_notice.html", context)
