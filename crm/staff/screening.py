"""What is sent in without a human eye on it: never refused, and above a rate looked at first.

A campus stands behind one address and a reading room behind one browser, so a rate says nothing
about one person. What comes above it, or looks as if a program had sent it, is kept and waits
until a member of staff lets it through or puts it aside.
"""

from dataclasses import dataclass

from django.conf import settings

from core import visitors
from crm.staff import buckets
from crm.staff.words import Suspicion


@dataclass(frozen=True)
class Flow:
    """What one browser and one network send of a kind: so many at once, then so many an hour."""

    name: str
    browser_at_once: int
    browser_an_hour: int
    network_at_once: int
    network_an_hour: int


SIGN_UPS = Flow("sign-up", 3, 6, 200, 6000)
VOICES = Flow("voice", 10, 20, 60, 1200)
WORKS = Flow("work", 10, 20, 60, 1200)


def suspicion_of(request, flow: Flow, trapped: str) -> str:
    """Why this should be looked at first, a code of ``words.Suspicion``; empty for nearly all.

    ``trapped`` is what the form's traps say (``core.traps``). Each call counts as one sent.
    """
    # Both are taken from in any case: what a program sends counts for its network as well.
    rates = (_too_many_of_browser(request, flow), _too_many_of_network(request, flow))
    account = ""
    if request.user.is_authenticated and request.user.suspected:
        account = Suspicion.ACCOUNT
    return trapped or account or rates[0] or rates[1]


def _too_many_of_browser(request, flow: Flow) -> str:
    rate = flow.browser_an_hour / buckets.HOUR
    if buckets.take(f"{flow.name} browser", _browser(request), rate, flow.browser_at_once):
        return Suspicion.BROWSER
    return ""


def _too_many_of_network(request, flow: Flow) -> str:
    rate = flow.network_an_hour / buckets.HOUR
    network = visitors.network_of(request)
    if buckets.take(f"{flow.name} network", network, rate, flow.network_at_once):
        return Suspicion.NETWORK
    return ""


def _browser(request) -> str:
    """Whoever is signed in; else the browser by the cookie that every form of ours needs anyway."""
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    cookie = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    return f"{visitors.network_of(request)} {cookie}"
