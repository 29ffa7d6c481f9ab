"""What a reader sees of a survey: the empty form, the form filled in, or one message."""

import re
import secrets
from functools import lru_cache
from operator import attrgetter
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation

from core import traps
from crm.library.keeping import KeptPicture
from crm.library.logo import shown
from crm.library.naming import library_name
from feedback.surveys.finding import PublishedSurvey
from feedback.surveys.questions import Field, blank_fields
from feedback.surveys.views.standing import VisitorStanding, promise_in_brief

#: What differs between two visitors of the same page stands in the form's hidden fields as one of
#: these marks. They are drawn anew by each process: nobody can type one into a survey's text.
MARK = secrets.token_hex(12)
NAMES = ("csrf", "client_id", "stamp", "key", "channel", "owner")
MARKS = {name: f"@@{MARK}.{name}@@" for name in NAMES}
THEMES = {"light", "dark"}
#: What our own keys, ids and stamps are made of; nothing of it could end an attribute.
OUR_SIGNS = re.compile(r"[A-Za-z0-9_:.-]*")


def sent_or_asked(request, name: str) -> str:
    """A value that came in the address and is carried on in the form's hidden fields; empty where
    neither has it.
    """
    return request.POST.get(name) or request.GET.get(name, "")


def parse_uuid(text: str) -> UUID | None:
    """The UUID; None for what is none: the form may come from anywhere."""
    try:
        return UUID(text)
    except ValueError:
        return None


def hidden_values(request, **changes) -> dict:
    """What a visitor's own form carries, by the names of MARKS; ``changes``
    stand in place of them.
    """
    return {
        "csrf": get_token(request),
        "client_id": str(uuid4()),
        "stamp": traps.stamp(),
        "key": sent_or_asked(request, "k"),
        "channel": sent_or_asked(request, "c"),
        # Whose draft the browser keeps: the next one at this computer does not read it.
        "owner": str(request.user.pk or ""),
        **changes,
    }


def blank_page(request, survey: PublishedSurvey, standing: VisitorStanding) -> HttpResponse:
    """The empty form: made once per version, standing, language and theme.

    Only the visitor's own marks are filled in here.
    """
    language, theme = translation.get_language(), chosen_theme(request)
    page = _blank_page(survey, standing, language, theme, shown.get(), library_name())
    for name, value in hidden_values(request).items():
        page = page.replace(MARKS[name], escape_attribute(value))
    return HttpResponse(page)


@lru_cache(maxsize=256)
def _blank_page(
    survey: PublishedSurvey,
    standing: VisitorStanding,
    language: str,
    theme: str,
    logo: KeptPicture | None,
    library: str,
) -> str:
    """``language`` and ``library`` stand in the page too; as arguments they tell pages apart."""
    fields = blank_fields(survey.definition)
    context = page_context(survey, standing, fields, MARKS, theme) | {"logo": logo}
    return render_to_string("feedback/surveys/survey_answer.html", context)


def escape_attribute(value: str) -> str:
    """Only letters, digits and the signs of our own keys pass into the page; empty for anything
    else.
    """
    if OUR_SIGNS.fullmatch(value):
        return value
    return ""


def chosen_theme(request) -> str:
    """Light or dark as chosen on this device; empty where the device decides."""
    theme = request.COOKIES.get("theme", "")
    if theme in THEMES:
        return theme
    return ""


def page_context(
    survey: PublishedSurvey,
    standing: VisitorStanding,
    fields: list[Field],
    hidden: dict,
    theme: str,
) -> dict:
    """What the page of a survey is made of, filled in or not."""
    return {
        "slug": survey.slug,
        "number": survey.number,
        "anonymous": survey.anonymous,
        "standing": standing,
        "promise_in_brief": promise_in_brief(standing, anonymous=survey.anonymous),
        "least": survey.least_together,
        "definition": survey.definition,
        "fields": fields,
        "hidden": hidden,
        "theme": theme,
        "library_name": library_name(),
    }


def filled_page(
    request,
    survey: PublishedSurvey,
    standing: VisitorStanding,
    fields: list[Field],
    *,
    status: int,
    fault: str = "",
) -> HttpResponse:
    """The form again with what was typed, and each error beside its question."""
    client_id = parse_uuid(request.POST.get("id", "")) or uuid4()
    hidden = hidden_values(request, client_id=str(client_id), stamp=request.POST.get("t", ""))
    context = page_context(survey, standing, fields, hidden, chosen_theme(request))
    context["logo"] = shown.get()
    context["fault"] = fault
    context["wrong"] = list(filter(attrgetter("error"), fields))
    page = render_to_string("feedback/surveys/survey_answer.html", context)
    return HttpResponse(page, status=status)


def no_such_survey(request) -> HttpResponse:
    """A page with 404, the same whether there is no such survey, none yet, or one by an invitation
    not shown.
    """
    context = {
        "theme": chosen_theme(request),
        "library_name": library_name(),
        "logo": shown.get(),
    }
    page = render_to_string("feedback/surveys/survey_unknown.html", context)
    return HttpResponse(page, status=404)


def notice(request, survey: PublishedSurvey, kind: str, *, status: int = 200) -> HttpResponse:
    """One page with one message: thanks, answered, closed, early, audience."""
    language = translation.get_language()
    page = _notice(survey, kind, language, chosen_theme(request), shown.get(), library_name())
    return HttpResponse(page, status=status)


#: What is said by each kind of notice.
MESSAGES = {
    "thanks": "feedback/surveys/_notice_thanks.html",
    "answered": "feedback/surveys/_notice_answered.html",
    "early": "feedback/surveys/_notice_early.html",
    "closed": "feedback/surveys/_notice_closed.html",
    "audience": "feedback/surveys/_notice_audience.html",
}


@lru_cache(maxsize=256)
def _notice(
    survey: PublishedSurvey,
    kind: str,
    language: str,
    theme: str,
    logo: KeptPicture | None,
    library: str,
) -> str:
    """The page as HTML, kept for everything that it depends on, as many people get the same one."""
    title = survey.definition.title
    if kind == "audience":
        # Even the title tells outsiders what a closed group was asked.
        title = {}
    context = {
        "kind": kind,
        "message": MESSAGES[kind],
        "title": title,
        "text": survey.definition.thanks,
        "opens_at": survey.opens_at,
        "anonymous": survey.anonymous,
        "least": survey.least_together,
        "theme": theme,
        "library_name": library,
        "slug": survey.slug,
        "logo": logo,
    }
    return render_to_string("feedback/surveys/survey_notice.html", context)
