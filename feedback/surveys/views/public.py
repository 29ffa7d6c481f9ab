"""A survey as a reader meets it: one page, one submit, one clear word for every other case."""

from functools import lru_cache
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods

from core.listing import whole_number
from feedback.surveys import answering, intake
from feedback.surveys.models import Survey
from feedback.surveys.questions import Field, blank_fields, filled_fields

#: What differs between two visitors of the same page stands in the form's hidden fields as one of
#: these marks.
MARKS = {name: f"@@{name}@@" for name in ("csrf", "client_id", "stamp", "key", "channel")}
THEMES = {"light", "dark"}


@login_not_required
def survey_open_list(request):
    """Surveys anybody may answer now."""
    surveys = (
        Survey.objects.open()
        .filter(by_invitation=False, audience__isnull=True)
        .order_by("closes_at", "-pk")
    )
    return render(
        request,
        "feedback/surveys/survey_open_list.html",
        {"surveys": surveys, "now": timezone.now()},
    )


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def survey_answer(request, slug):
    """The page of a survey (GET) and its submit (POST); the same submit again changes nothing."""
    language = chosen_language(request)
    version = whole_number(request.POST.get("v"), 0, most=99_999)
    door = intake.door(slug, version)
    if door is None:
        raise Http404
    guest = find_guest(request, door)
    with translation.override(language):
        response = refuse(request, door, guest) or answer_or_show(request, door, guest)
    if language != request.LANGUAGE_CODE:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, language, max_age=31536000, samesite="Lax"
        )
    response["Content-Language"] = language
    response["Cache-Control"] = "no-store, private"
    return response


def chosen_language(request) -> str:
    asked = request.POST.get("switch") or request.GET.get("lang", "")
    return asked if asked in dict(settings.LANGUAGES) else request.LANGUAGE_CODE


def find_guest(request, door: intake.Door) -> intake.Guest:
    """Who this is: by the mail's key, else by sign-in. Without a good key a survey by invitation
    does not exist.
    """
    key = request.POST.get("k") or request.GET.get("k")
    guest = intake.invited(door, key) if key else None
    if guest is None and door.by_invitation:
        raise Http404
    if guest is None and request.user.is_authenticated:
        return intake.signed_in(door, request.user.pk)
    return guest or intake.Guest()


def refuse(request, door: intake.Door, guest: intake.Guest) -> HttpResponse | None:
    """Why this guest cannot answer now, or None.

    What a closed group was asked is not told to others.
    """
    if door.audience_id and not guest.member:
        if guest.reader_id is None and not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return notice(request, door, "audience", status=403)
    if door.is_early:
        return notice(request, door, "early", status=403)
    if not door.is_open:
        return notice(request, door, "closed", status=410)
    if guest.answered and request.method != "POST":
        return notice(request, door, "answered")
    return None


def answer_or_show(request, door: intake.Door, guest: intake.Guest) -> HttpResponse:
    if request.method != "POST":
        return blank_page(request, door)
    if "switch" in request.POST:
        return filled_page(request, door, filled_fields(door.definition, request.POST), status=200)
    return receive(request, door, guest)


def receive(request, door: intake.Door, guest: intake.Guest) -> HttpResponse:
    """Check what was sent and keep it once."""
    definition = door.definition
    reading = answering.read(definition, request.POST)
    client_id = read_uuid(request.POST.get("id", ""))
    if not reading.ok or client_id is None:
        fields = filled_fields(definition, request.POST, reading.errors)
        return filled_page(request, door, fields, fault=reading.fault, status=400)
    sheet = intake.Sheet(
        client_id=client_id,
        language=translation.get_language(),
        answers=reading.answers,
        digest=reading.digest,
        flagged=answering.suspicion(request.POST),
        channel_code=request.POST.get("c", "")[:40].replace("\x00", ""),
    )
    if intake.keep(door, guest, sheet) == intake.Outcome.OTHER:
        return notice(request, door, "other", status=409)
    return notice(request, door, "thanks")


def read_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def hidden_values(request, **changes) -> dict:
    return {
        "csrf": get_token(request),
        "client_id": str(uuid4()),
        "stamp": answering.stamp(),
        "key": request.POST.get("k") or request.GET.get("k", ""),
        "channel": request.POST.get("c") or request.GET.get("c", ""),
        **changes,
    }


def blank_page(request, door: intake.Door) -> HttpResponse:
    """The empty form: made once per version, language and theme; only the visitor's own marks are
    filled in.
    """
    page = _blank_page(door, translation.get_language(), chosen_theme(request))
    for name, value in hidden_values(request).items():
        page = page.replace(MARKS[name], escape_attribute(value))
    return HttpResponse(page)


@lru_cache(maxsize=128)
def _blank_page(door: intake.Door, language: str, theme: str) -> str:
    context = page_context(door, blank_fields(door.definition), MARKS, theme)
    return render_to_string("feedback/surveys/survey_answer.html", context)


def escape_attribute(value: str) -> str:
    """Only letters, digits and the signs of our own keys pass into the page."""
    return value if all(c.isalnum() or c in "-_:." for c in value) and value.isascii() else ""


def chosen_theme(request) -> str:
    theme = request.COOKIES.get("theme", "")
    return theme if theme in THEMES else ""


def page_context(door: intake.Door, fields: list[Field], hidden: dict, theme: str) -> dict:
    return {
        "slug": door.slug,
        "number": door.number,
        "anonymous": door.anonymous,
        "definition": door.definition,
        "fields": fields,
        "hidden": hidden,
        "theme": theme,
        "library_name": settings.LIBRARY_NAME,
    }


def filled_page(
    request, door: intake.Door, fields: list[Field], *, status: int, fault: str = ""
) -> HttpResponse:
    """The form again with what was typed, and each error beside its question."""
    client_id = read_uuid(request.POST.get("id", "")) or uuid4()
    hidden = hidden_values(request, client_id=str(client_id), stamp=request.POST.get("t", ""))
    context = page_context(door, fields, hidden, chosen_theme(request))
    context |= {"fault": fault, "wrong": [field for field in fields if field.error]}
    return HttpResponse(
        render_to_string("feedback/surveys/survey_answer.html", context), status=status
    )


def notice(request, door: intake.Door, kind: str, *, status: int = 200) -> HttpResponse:
    """One page with one message: thanks, other, answered, closed, early, audience."""
    return HttpResponse(
        _notice(door, kind, translation.get_language(), chosen_theme(request)), status=status
    )


@lru_cache(maxsize=256)
def _notice(door: intake.Door, kind: str, language: str, theme: str) -> str:
    context = {
        "kind": kind,
        "title": {} if kind == "audience" else door.definition.title,
        "text": door.definition.thanks,
        "opens_at": door.opens_at,
        "anonymous": door.anonymous,
        "theme": theme,
        "library_name": settings.LIBRARY_NAME,
        "slug": door.slug,
    }
    return render_to_string("feedback/surveys/survey_notice.html", context)
