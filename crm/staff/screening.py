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
    network = visitors.network_of(request)
    # Both are taken from in any case: what a program sends counts for its network as well.
    browser_waits = buckets.take(
        f"{flow.name} browser",
        _browser(request, network),
        flow.browser_an_hour / buckets.HOUR,
        flow.browser_at_once,
    )
    network_waits = buckets.take(
        f"{flow.name} network",
        network,
        flow.network_an_hour / buckets.HOUR,
        flow.network_at_once,
    )

    if trapped:
        return trapped
    if getattr(request.user, "suspected", ""):
        return Suspicion.ACCOUNT
    if browser_waits:
        return Suspicion.BROWSER
    if network_waits:
        return Suspicion.NETWORK
    return ""


def _browser(request, network: str) -> str:
    """Whoever is signed in; else the browser by the cookie that every form of ours needs anyway."""
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    cookie = request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")
    return f"{network} {cookie}"
