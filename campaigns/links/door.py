"""A thin WSGI door for ``/go/`` in front of Django.

No session, no cookies, no middleware, one line written.
"""

import logging
from collections.abc import Callable, Iterable

from django.db import InterfaceError, OperationalError

from campaigns.links import following, seen
from core.headers import of_a_bare_answer

log = logging.getLogger(__name__)
PREFIX = "/go/"
HEADERS = [
    ("Cache-Control", "no-store"),
    ("X-Robots-Tag", "noindex"),
]
GONE_AWAY = "503 Service Unavailable"


def parts(path: str) -> tuple[str, str]:
    """``/go/<code>/<key>/`` → (code, key); "" for the key where it is missing."""
    code, _slash, key = path.removeprefix(PREFIX).rstrip("/").partition("/")
    return code, key


class LinkDoor:
    """Answers followed links itself and hands everything else, unknown links included, to
    ``application``.
    """

    def __init__(self, application: Callable):
        self.application = application

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        """302 to where a link leads, 503 while the database is away, else the page beyond it.

        As WSGI wants it, for GET and HEAD below ``PREFIX``; whatever else goes on untouched.
        """
        method = environ["REQUEST_METHOD"]
        path = environ.get("PATH_INFO", "")
        if not path.startswith(PREFIX) or method not in ("GET", "HEAD"):
            return self.application(environ, start_response)

        code, key = parts(path)
        try:
            address = following.follow(code, key, visit=seen.visit_of(environ))
        except (OperationalError, InterfaceError) as fault:
            # Not Django's own page: it would ask the same database for the session.
            log.warning("link %s: %s", code, fault)  # never the key: it names a delivery
            return answer(start_response, GONE_AWAY, ("Retry-After", "5"))
        # Unknown links get Django's own 404, so that they look like every other page not there.
        if address is None:
            return self.application(environ, start_response)
        return answer(start_response, "302 Found", ("Location", address))


def answer(start_response: Callable, status: str, header: tuple[str, str]) -> Iterable[bytes]:
    """Answer without a page."""
    start_response(status, [*HEADERS, *of_a_bare_answer(), header, ("Content-Length", "0")])
    return []
