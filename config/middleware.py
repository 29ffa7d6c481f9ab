"""Small promises kept for every page."""

import sys
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template import loader
from django.utils.translation import gettext as _
from django.views import defaults

from core.visitors import is_trusted, network_of
from crm.staff import slowing

FORM = "application/x-www-form-urlencoded"
UTF_8 = {"utf-8", "utf8"}
#: Where a member of staff without a second factor may still go.
TOTP_SETUP_PREFIXES = ("/accounts/", "/i18n/", "/static/")


class ProxyMiddleware:
    """What only a proxy of ours may say is taken away from everybody else's requests."""

    HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not is_trusted(request.META.get("REMOTE_ADDR", "")):
            for header in self.HEADERS:
                request.META.pop(header, None)
        return self.get_response(request)


class DatabaseDownMiddleware:
    """A database that is away answers 503 with Retry-After, so that the page keeps what was typed
    and tries again.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if is_away(exception):
            return database_down()
        return None


def is_away(exception) -> bool:
    """True for what a lost connection raises."""
    if isinstance(exception, OperationalError | InterfaceError):
        return True
    # psycopg2 has a plain DatabaseError for a connection that breaks off inside a row; its
    # subclasses are about the data.
    return type(exception) is DatabaseError


def database_down():
    """The page that says so, without a context processor: each of them may ask the database."""
    response = HttpResponse(loader.render_to_string("503.html"), status=503)
    response["Retry-After"] = "5"
    return response


def server_error(request):
    """handler500: what fails before a view is reached, as reading the session does, passes no
    process_exception.
    """
    if is_away(sys.exc_info()[1]):
        return database_down()
    return defaults.server_error(request)


class FormEncodingMiddleware:
    """A form in another encoding than UTF-8 is refused before anything reads it.

    Django's own answer reads it again.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        charset = request.content_params.get("charset", "utf-8").strip("\"'").lower()
        is_form = request.content_type == FORM
        if is_form and charset not in UTF_8:
            return HttpResponse(loader.render_to_string("400.html"), status=415)
        return self.get_response(request)


class SlowGuessMiddleware:
    """While very many wrong entries come from one network, the next one from there waits.

    The page says how long; nothing waits here. Its ticket lets one entry be looked at then.
    """

    #: Pages on which something secret is typed that could be guessed.
    PAGES = frozenset(
        {
            "account_login",
            "account_reauthenticate",
            "account_change_password",
            "mfa_authenticate",
            "mfa_reauthenticate",
        }
    )
    COOKIE = "ticket"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, _view, _args, _kwargs):
        if request.method != "POST" or request.resolver_match.url_name not in self.PAGES:
            return None
        ticket = request.COOKIES.get(self.COOKIE, "")
        wait = slowing.wait_of(network_of(request), ticket)
        if wait is None:
            return None

        context = {"seconds": wait.seconds, "back": self.page_of(request)}
        page = render(request, "crm/staff/slowed.html", context, status=429)
        page["Retry-After"] = wait.seconds
        page.set_cookie(
            self.COOKIE,
            wait.ticket,
            max_age=slowing.TICKET_AGE,
            httponly=True,
            samesite="Lax",
            secure=settings.HTTPS,
        )
        return page

    def page_of(self, request) -> str:
        """The page that the entry was sent from, with where to go after it."""
        after = request.POST.get("next", "")
        if not after:
            return request.get_full_path()
        return f"{request.path}?{urlencode({'next': after})}"


class StaffTotpMiddleware:
    """Staff must set up a second factor before anything else (switchable for the demo only)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if self.must_set_up(request):
            messages.info(
                request, _("Please set up two-step sign-in first: staff accounts need it.")
            )
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def must_set_up(self, request) -> bool:
        """True for staff without a second factor, on every page but those where it is set up."""
        if not settings.STAFF_TOTP_REQUIRED:
            return False
        if request.path.startswith(TOTP_SETUP_PREFIXES):
            return False

        user = request.user
        is_staff = user.is_authenticated and user.is_library_staff
        return is_staff and not is_mfa_enabled(user)


class NoStoreMiddleware:
    """What a signed-in person sees is never kept by a shared cache or the back button of a public
    computer.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        # What a view says itself, as never_cache does, stands.
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store, private"
        return response
