"""Small promises kept for every page."""

import logging
import sys
from functools import partial
from urllib.parse import urlencode, urlsplit, urlunsplit

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect, render, resolve_url
from django.template import loader
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import defaults

from config.passing import Middleware
from core.disks import is_database_away, is_database_full, is_full, note_database_full
from core.visitors import address_of, is_trusted, network_of
from crm.accounts import kept
from crm.accounts.devices import origin
from crm.accounts.store import Origin
from crm.staff import slowing

log = logging.getLogger(__name__)

#: Sent by fragments that ask by themselves (hx-headers).
POLLS = "Huixiang-Polls"
#: What htmx takes for the end of its asking.
STOP_POLLING = 286
#: Says in an answer that what a form held is kept, and where to go on.
KEPT = "X-Draft-Kept"
#: Where a member of staff without a second factor may still go.
TOTP_SETUP_PREFIXES = ("/accounts/", "/i18n/", "/static/")


class ProxyMiddleware(Middleware):
    """What only a proxy of ours may say is taken away from everybody else's requests."""

    HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")

    def __call__(self, request):
        """Takes away what only a proxy of ours may say of a visitor, unless one of ours sent it."""
        if not is_trusted(request.META.get("REMOTE_ADDR", "")):
            for header in self.HEADERS:
                request.META.pop(header, None)
        return self.get_response(request)


class CompressionMiddleware(GZipMiddleware):
    """Compresses what is text. Static files lie compressed on the disk.

    BREACH guesses a secret of a page by the length of answers that repeat a guess. Django's padding
    of random length makes that dear, and not impossible. So the CSRF token is masked anew in each
    answer, no request that another site makes from inside its page carries the session
    (SameSite=Lax), and pages that name somebody's voices link them without their codes.
    """

    #: How the types begin that become smaller; pictures and workbooks are compressed already.
    TEXTS = ("text/", "application/json", "image/svg+xml")

    def process_response(self, request, response):
        """Django's own for a text; anything else as it is."""
        if response.get("Content-Type", "").startswith(self.TEXTS):
            return super().process_response(request, response)
        return response


class DatabaseDownMiddleware(Middleware):
    """A database that is away or full answers 503 with Retry-After, so that the page keeps what was
    typed and tries again; so does a full disk.
    """

    def process_exception(self, request, exception):
        """A page that says what can be done; None where the fault is not one we know.

        Called for what a view raised; an answer keeps Django from its page for faults.
        """
        return answer_to(exception)


def answer_to(exception) -> HttpResponse | None:
    """503 where the database is away or a disk is full; None for every other fault.

    What came of a fault of the database counts as one. That the database had no room is noted for
    the page of the day.
    """
    if is_database_full(exception):
        note_database_full()
        return disk_full()
    if is_database_away(exception):
        return database_down()
    if is_full(exception):
        return disk_full()
    return None


def database_down():
    """The page that says so, without a context processor: each of them may ask the database."""
    response = HttpResponse(loader.render_to_string("503.html"), status=503)
    response["Retry-After"] = "5"
    return response


def disk_full():
    """The page that says that nothing was kept, and that it may be sent again."""
    log.error("a disk is full")
    response = HttpResponse(loader.render_to_string("503.html", {"disk": True}), status=503)
    response["Retry-After"] = "60"
    return response


def server_error(request):
    """handler500: what fails before a view is reached, as reading the session does, passes no
    process_exception.

    Statuses are those of ``answer_to``, else 500.
    """
    # The language may not be chosen yet: the thread still has that of the visitor before.
    with translation.override(translation.get_language_from_request(request)):
        return answer_to(sys.exc_info()[1]) or defaults.server_error(request)


class DraftMiddleware(Middleware):
    """Tells the script that keeps drafts (static/js/drafts.js) what became of a form.

    Where a page's redirect leads stands in the header ``X-Draft-Kept``: the text is in the
    database, and the browser may forget it. A redirect to the sign-in page is a 401.
    """

    def __call__(self, request):
        """Where the script asked: 401 for a redirect to the sign-in, 200 with its address in a
        header for any other.
        """
        response = self.get_response(request)
        if "X-Draft" not in request.headers or response.status_code != 302:
            return response

        address = response["Location"]
        if urlsplit(address).path == resolve_url(settings.LOGIN_URL):
            return HttpResponse(status=401)
        response.status_code = 200
        del response["Location"]
        response[KEPT] = address
        return response


class SlowGuessMiddleware(Middleware):
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
            "sign-in-link-open",
        }
    )
    COOKIE = f"{settings.COOKIE_PREFIX}ticket"

    def process_view(self, request, _view, _args, _kwargs):
        """Answer an entry from a slowed network with the page that says how long to wait."""
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
        """The page that the entry was sent from, with where to go after it.

        A path with its query, to be opened again.
        """
        after = request.POST.get("next", "")
        if not after:
            return request.get_full_path()
        return f"{request.path}?{urlencode({'next': after})}"


class ForgetMiddleware(Middleware):
    """Whoever signs out leaves nothing in the browser that they typed.

    A cookie tells static/js/drafts.js whose drafts go; it is deleted by the next page. What others
    typed stays, and so does the mark of a shared computer: ``Clear-Site-Data`` would take both. The
    cookies of theme and language say nothing of anybody and stay; those of the session are deleted
    by name.
    """

    COOKIE = f"{settings.COOKIE_PREFIX}signed-out"
    #: Seconds. No draft is older (static/js/drafts.js).
    AGE = 14 * 86_400

    def __call__(self, request):
        """Sets the cookie in the answer to whoever has just signed out; in no other."""
        response = self.get_response(request)
        signed_out = getattr(request, "signed_out", None)
        if signed_out is not None:
            response.set_cookie(
                self.COOKIE,
                signed_out,
                max_age=self.AGE,
                samesite="Lax",
                secure=settings.HTTPS,
            )
        return response


class StaffTotpMiddleware(Middleware):
    """Staff must set up a second factor before anything else (switchable for the demo only)."""

    def __call__(self, request):
        """Leads to the page on which it is set up and says why; the page that was asked for is not
        made then.
        """
        if self.must_set_up(request):
            messages.info(
                request, _("Please set up two-factor authentication first: staff accounts need it.")
            )
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def must_set_up(self, request) -> bool:
        """True for staff without a second factor, on every page but those where it is set up.

        One statement for staff, who must have one; none for anybody else.
        """
        if request.path.startswith(TOTP_SETUP_PREFIXES):
            return False
        user = request.user
        if not (user.is_authenticated and user.must_have_second_factor):
            return False
        return not is_mfa_enabled(user)


class NoStoreMiddleware(Middleware):
    """What a signed-in person sees is never kept by a shared cache or the back button of a public
    computer.
    """

    def __call__(self, request):
        """No cache keeps a page that was made for somebody who is signed in."""
        response = self.get_response(request)
        # What a view says itself, as never_cache does, stands.
        if request.user.is_authenticated and "Cache-Control" not in response:
            response["Cache-Control"] = "no-store, private"
        return response


# --- sessions -------------------------------------------------------------------------------------
def origin_of(request) -> Origin:
    """Browser and system by name, and the network of the address: what a session keeps of whoever
    sent the request (``crm.accounts.devices.origin``).
    """
    agent = request.headers.get("User-Agent", "")
    return origin(agent, address_of(request))


class LastSeenMiddleware(Middleware):
    """Whoever does something stays signed in; a page that asks by itself is nobody's step."""

    def __call__(self, request):
        """Notes that the session is in use, save for requests that a page sends by itself."""
        request.session.ask_origin = partial(origin_of, request)
        if POLLS not in request.headers:
            request.session.touch()
        return self.get_response(request)


class SignedOutMiddleware(Middleware):
    """A step taken after the session had ended loses nothing that was typed.

    A form that was posted is kept for its writer and offered after the sign-in; a fragment says
    what happened on the page it was asked for, and leaves the page as it is, also where the browser
    has forgotten its session.
    """

    def __call__(self, request):
        """Keeps what was posted under a session that has ended, until its owner signs in again."""
        response = self.get_response(request)
        ended = request.session.ended
        if ended is not None:
            # Django would delete the cookie of an ended session. It stays until the next sign-in:
            # the form that was being typed in another tab is still to come.
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        if not is_sent_to_sign_in(response):
            return response
        # Of a session that a browser has forgotten nothing is known, and the page is still open.
        if "HX-Request" in request.headers:
            return signed_out_note(request)
        if ended is not None and request.method == "POST":
            return self.keep(request, ended, response)
        return led_to_a_page(request, response)

    def keep(self, request, ended, response):
        """To the sign-in, and from there to the form, where it could be kept; else as
        ``led_to_a_page``. Files are not kept, and that there were some is noted.
        """
        had_files = bool(request.FILES)
        kept_form = kept.keep(ended, request.get_full_path(), request.POST, had_files=had_files)
        if kept_form is None:
            return led_to_a_page(request, response)
        return redirect_to_login(reverse("crm:kept-form", args=[kept_form.pk]))


def is_sent_to_sign_in(response) -> bool:
    """True for the answer of a page that only people who are signed in may see.

    By status and address alone; a redirect with a query counts.
    """
    return response.status_code == 302 and response.url.startswith(reverse(settings.LOGIN_URL))


def led_to_a_page(request, response):
    """The sign-in after a POST leads to the page that it was sent from, or home.

    Many addresses take a POST and nothing else: opened after the sign-in they are no page. Every
    other answer is given back as it is, and so is a redirect to the sign-in that names no page.
    """
    if request.method != "POST" or not is_sent_to_sign_in(response):
        return response
    if "next=" not in response.url:
        return response
    return redirect_to_login(page_sent_from(request) or resolve_url(settings.LOGIN_REDIRECT_URL))


def page_sent_from(request) -> str:
    """The address on this site that a request came from; empty where it says none.

    Path and query by the Referer header. Empty too where that is the very address that was asked
    for.
    """
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        return ""
    parts = urlsplit(came_from)
    # Sent from the very address after a refusal, it is none that is known to open.
    if parts.path == request.path:
        return ""
    return urlunsplit(("", "", parts.path, parts.query, ""))


def signed_out_note(request):
    """Above the page's content: that nobody is signed in here any more.

    The status ends the asking of a fragment that asks by itself.
    """
    said = _("You are signed out. What you typed stays on this page.")
    # What htmx sends is not kept, and neither is what comes without a session that is known.
    if request.method != "POST" and request.session.ended is not None:
        said = _(
            "You are signed out. What you typed stays on this page, and is kept when you send it."
        )
    note = "crm/accounts/_signed_out.html"
    response = render(request, note, {"said": said}, status=STOP_POLLING)
    response["HX-Retarget"] = "#main"
    response["HX-Reswap"] = "afterbegin"
    return response
