"""What is refused before a page looks at it: methods, sizes, bytes that are no text."""

import logging
from urllib.parse import unquote_to_bytes

from django.http import HttpResponse, HttpResponseNotAllowed
from django.template import loader

from config.passing import Middleware
from core.uploads import most_bytes

log = logging.getLogger(__name__)

FORM = "application/x-www-form-urlencoded"
FORMS = {FORM, "multipart/form-data"}
UTF_8 = {"utf-8", "utf8"}
#: What stands in place of bytes that are no UTF-8.
DAMAGED = "\ufffd"


class MethodMiddleware(Middleware):
    """A method that no page and no program of ours uses is refused before anything looks at it."""

    KNOWN = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

    def __call__(self, request):
        if request.method not in self.KNOWN:
            return HttpResponseNotAllowed(sorted(self.KNOWN))
        return self.get_response(request)


class WayOnMiddleware(Middleware):
    """An address that was opened, and only takes what a form sends, answers with words and a way
    on, and no empty page.
    """

    def __call__(self, request):
        response = self.get_response(request)
        # Programs get theirs from the API, with a body.
        if response.status_code == 405 and not response.content:
            # Without a context processor: not every refusal knows yet who asks.
            response.content = loader.render_to_string("405.html")
        return response


class SizeMiddleware(Middleware):
    """A body larger than its view takes is refused before it is read (core/uploads.py)."""

    def process_view(self, request, view, args, kwargs):
        """By what the request says of its length; the server reads no further than that."""
        if int_of(request.META.get("CONTENT_LENGTH")) <= most_bytes(view, request.user):
            return None
        page = loader.render_to_string("400.html", {"too_large": True})
        return HttpResponse(page, status=413)


def int_of(text: str | None) -> int:
    """0 for what is no number: Django reads no body then."""
    if text and text.isascii() and text.isdigit():
        return int(text)
    return 0


class FormEncodingMiddleware(Middleware):
    """A form whose bytes are no UTF-8 is refused before anything reads it.

    Django would put other characters in their place, and what was sent would be lost without a
    word. A form that says it is in another encoding is refused as well.
    """

    def __call__(self, request):
        if request.content_type in FORMS:
            charset = request.content_params.get("charset", "utf-8").strip("\"'").lower()
            if charset not in UTF_8:
                return unreadable(415)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Refuse a form that is no text before its view reads it."""
        # The API takes no forms, and could not say so if this had read one.
        takes_forms = not getattr(view, "csrf_exempt", False)
        if not takes_forms or request.content_type not in FORMS:
            return None
        if is_text(request):
            return None
        return unreadable(400)


def is_text(request) -> bool:
    """True for a form whose every field is UTF-8."""
    if request.content_type == FORM:
        return is_utf_8(request.body) and is_utf_8(unquote_to_bytes(request.body))
    # Of the parts of a multipart form only what Django made of them is left. The character it puts
    # in place of bytes that are no text is taken for nothing else.
    for name, texts in request.POST.lists():
        sent = "".join([name, *texts])
        if DAMAGED in sent:
            return False
    return True


def is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def unreadable(status: int) -> HttpResponse:
    """The page of a form that is no text; without a context processor, which might read it."""
    context = {"encoding": True}
    return HttpResponse(loader.render_to_string("400.html", context), status=status)


class RefusalMiddleware(Middleware):
    """What was refused is a line of the log, with whom it was refused to."""

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code in {401, 403}:
            user = getattr(request, "user", None)
            account = getattr(user, "pk", None) or "nobody"
            method, path = request.method, request.path
            log.warning("refused with %s: %s %s to %s", response.status_code, method, path, account)
        return response
