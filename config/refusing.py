"""What is refused before a page looks at it: methods, sizes, bytes that are no text."""

import logging
from urllib.parse import unquote_to_bytes

from django.http import HttpResponse, HttpResponseNotAllowed, QueryDict
from django.template import loader

from config.passing import Middleware
from core.uploads import most_bytes

log = logging.getLogger(__name__)

#: What a form calls itself: one without files, and one that may have some.
PLAIN_FORM, FORM_IN_PARTS = "application/x-www-form-urlencoded", "multipart/form-data"
FORMS = {PLAIN_FORM, FORM_IN_PARTS}
UTF_8 = {"utf-8", "utf8"}
#: What stands in place of bytes that are no UTF-8.
DAMAGED = "\ufffd"


class MethodMiddleware(Middleware):
    """A method that no page and no program of ours uses is refused before anything looks at it."""

    KNOWN = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})

    def __call__(self, request):
        """405, with the methods that there are, for any other one."""
        if request.method not in self.KNOWN:
            return HttpResponseNotAllowed(sorted(self.KNOWN))
        return self.get_response(request)


class WayOnMiddleware(Middleware):
    """An address that was opened, and only takes what a form sends, answers with words and a way
    on, and no empty page.
    """

    def __call__(self, request):
        """Puts a page into a 405 that came without a body."""
        response = self.get_response(request)
        # Programs get theirs from the API, with a body.
        if response.status_code == 405 and not response.content:
            # Without a context processor: not every refusal knows yet who asks.
            response.content = loader.render_to_string("405.html")
        return response


class SizeMiddleware(Middleware):
    """A body larger than its view takes is refused before it is read (core/uploads.py)."""

    def process_view(self, request, view, args, kwargs):
        """By what the request says of its length; the server reads no further than that.

        None lets the request pass; else 413 with a page, and nothing of the body is read.
        """
        if said_length(request) <= most_bytes(view, request.user):
            return None
        page = loader.render_to_string("400.html", {"too_large": True})
        return HttpResponse(page, status=413)


def said_length(request) -> int:
    """Bytes of the body, as the request says; 0 where it says no number: Django reads none then."""
    text = request.META.get("CONTENT_LENGTH") or ""
    is_number = text.isascii() and text.isdigit()
    if not is_number:
        return 0
    return int(text)


class FormEncodingMiddleware(Middleware):
    """A form whose bytes are no UTF-8 is refused before anything reads it.

    Django would put other characters in their place, and what was sent would be lost without a
    word. A form that says it is in another encoding is refused as well.
    """

    def __call__(self, request):
        """415 for a form in another encoding than UTF-8."""
        if is_form(request) and encoding_of(request) not in UTF_8:
            return unreadable(415)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Refuse a form that is no text before its view reads it.

        400 where it is none; None lets the request pass. API views, which take no forms, are passed
        over.
        """
        # The API takes no forms, and could not say so if this had read one.
        takes_forms = not getattr(view, "csrf_exempt", False)
        if takes_forms and is_form(request) and not is_text(request):
            return unreadable(400)
        return None


def is_form(request) -> bool:
    """Whether a browser's form was sent, and not a body of the API.

    By the content type, of both kinds of forms.
    """
    return request.content_type in FORMS


def encoding_of(request) -> str:
    """What the form says its text is written in; UTF-8 where it says nothing.

    In small letters and without quotation marks.
    """
    return request.content_params.get("charset", "utf-8").strip("\"'").lower()


def is_text(request) -> bool:
    """True for a form whose every field is UTF-8.

    Reads the body. A plain form is looked at before and after its %-escapes are undone.
    """
    if request.content_type == PLAIN_FORM:
        return is_utf_8(request.body) and is_utf_8(unquote_to_bytes(request.body))
    return not is_damaged(request.POST)


def is_damaged(fields: QueryDict) -> bool:
    """True where Django has put its sign for bytes that are no text into a field.

    Of a form in parts nothing else is left to look at; nobody types that sign.
    """
    for name, texts in fields.lists():
        sent = "".join([name, *texts])
        if DAMAGED in sent:
            return True
    return False


def is_utf_8(data: bytes) -> bool:
    """Whether the bytes are a text, before anything reads them as one."""
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
        """Logs every 401 and 403, with the path and without its query."""
        response = self.get_response(request)
        if response.status_code in {401, 403}:
            user = getattr(request, "user", None)
            account = getattr(user, "pk", None) or "nobody"
            method, path = request.method, request.path
            log.warning("refused with %s: %s %s to %s", response.status_code, method, path, account)
        return response
