"""The portal with servers of its own, each of which can be taken away, and who visits it."""

import contextlib
import html
import http.cookiejar
import re
import resource
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import psycopg2
from django.conf import settings

from tests import servers

#: Seconds after which a test gives up a page; what is promised of pages is far less.
PATIENCE = 30.0


# --- who visits -----------------------------------------------------------------------------------
@dataclass
class Answer:
    """What came back: 0 when the connection broke off."""

    status: int
    seconds: float
    text: str = ""
    url: str = ""
    has_retry: bool = False


class OwnRedirects(urllib.request.HTTPRedirectHandler):
    """Follows the portal's own redirects; one that leads elsewhere is itself the answer."""

    def redirect_request(self, request, file, code, message, headers, url):
        if urlsplit(url).netloc != urlsplit(request.full_url).netloc:
            return None
        return super().redirect_request(request, file, code, message, headers, url)


class Visitor:
    """One browser: its cookies and nothing else. ``session`` is the cookie of one that is signed
    in.
    """

    def __init__(self, session: str = ""):
        jar = http.cookiejar.CookieJar()
        if session:
            jar.set_cookie(session_cookie(session))
        self.opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(jar), OwnRedirects
        )

    def ask(self, url: str, fields: dict | None = None) -> Answer:
        data = None
        if fields is not None:
            data = urlencode(fields, doseq=True).encode()
        started = time.monotonic()
        request = urllib.request.Request(url, data, {"Referer": url})
        try:
            with self.opener.open(request, timeout=PATIENCE) as response:
                text = response.read().decode("utf-8", "replace")
                took = time.monotonic() - started
                return Answer(response.status, took, text, response.url)
        except urllib.error.HTTPError as error:
            took = time.monotonic() - started
            return Answer(error.code, took, has_retry="Retry-After" in error.headers)
        except OSError:
            return Answer(0, time.monotonic() - started)


def session_cookie(key: str) -> http.cookiejar.Cookie:
    """The cookie of whoever is signed in under ``key``, as the web server would set it."""
    return http.cookiejar.Cookie(
        version=0,
        name=settings.SESSION_COOKIE_NAME,
        value=key,
        port=None,
        port_specified=False,
        domain="127.0.0.1",
        domain_specified=False,
        domain_initial_dot=False,
        path="/",
        path_specified=True,
        secure=False,
        expires=None,
        discard=True,
        comment=None,
        comment_url=None,
        rest={},
    )


def hidden_fields(text: str) -> dict[str, str]:
    """The hidden fields of a page's forms; a later form's field of the same name wins."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


# --- the portal -----------------------------------------------------------------------------------
@dataclass
class Portal:
    """The portal's web server with its dependencies, each of which can be taken away."""

    web: servers.Process
    broker: servers.Broker
    database: servers.Database
    mail: "MailServer"

    def rows(self, table: str) -> int:
        """How many rows ``table`` has; a condition may follow its name."""
        connection = psycopg2.connect(self.database.url())
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            return cursor.fetchone()[0]

    def change(self, statement: str, parameters: tuple) -> None:
        connection = psycopg2.connect(self.database.url())
        with contextlib.closing(connection), connection, connection.cursor() as cursor:
            cursor.execute(statement, parameters)


# --- what can be away -----------------------------------------------------------------------------
class MailServer:
    """A port where a mail server would be: it accepts connections and never says a word, or is
    not there.
    """

    def __init__(self):
        self.port = servers.free_port()
        self.listening: socket.socket | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    @contextmanager
    def frozen(self) -> Iterator[None]:
        with socket.socket() as listening:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(("127.0.0.1", self.port))
            listening.listen(64)
            yield


@contextmanager
def nothing_away(portal: Portal) -> Iterator[None]:
    yield


@contextmanager
def redis_dead(portal: Portal) -> Iterator[None]:
    portal.broker.kill()
    yield
    portal.broker.start()


@contextmanager
def redis_frozen(portal: Portal) -> Iterator[None]:
    portal.broker.freeze()
    yield
    portal.broker.thaw()


@contextmanager
def mail_dead(portal: Portal) -> Iterator[None]:
    # Nobody listens on the port.
    yield


@contextmanager
def mail_frozen(portal: Portal) -> Iterator[None]:
    with portal.mail.frozen():
        yield


@contextmanager
def database_away(portal: Portal) -> Iterator[None]:
    portal.database.crash()
    yield
    portal.database.start()


@contextmanager
def disk_full(portal: Portal) -> Iterator[None]:
    """No file of the web server can grow any more: its journals, its uploads, its own log."""
    pids = [portal.web.pid, *portal.web.children()]
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    yield
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)


FAULTS = [redis_dead, redis_frozen, mail_dead, mail_frozen, database_away, disk_full]
