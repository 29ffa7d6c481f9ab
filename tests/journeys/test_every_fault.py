"""Fault 64: every public address while each of its dependencies is away.

The addresses come from the permission matrix and from the sign-in package; the forms are found on
the pages themselves, so a new page or a new form is asked too, or the test says that it does not
know how to fill it in.
"""

import contextlib
import html
import http.cookiejar
import re
import resource
import socket
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import psycopg2
import pytest
from django.urls import reverse

from tests import servers
from tests.feedback.building import form
from tests.house.test_permissions import MATRIX, url_names

#: A dependency that hangs is waited for by its own limit: 20 s for a mail server. Well below that,
#: and far above what a loaded machine needs for a page.
LONGEST = 10.0
PASSWORD = "one-long-password-1"
#: What may be answered while something is away: a page, a way elsewhere, a refusal in words, and
#: 503 with the time to try again.
ALLOWED = {200, 201, 302, 303, 400, 401, 403, 404, 405, 409, 415, 429, 503}


# --- what is asked --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Filling:
    """How one form is filled in, and the table that has one row more when it was taken.

    ``fields`` is a function of a number, so that no two submits send the same. ``to`` names the
    address where it goes, if that is another one than its page.
    """

    fields: Callable[[int], dict]
    table: str = ""
    to: str = ""


def voice(number: int) -> dict:
    return {"text": f"The tap drips, {number}", "category": "facility"}


FILLINGS = {
    "feedback:home": Filling(voice, "feedback_voice", to="feedback:voice-create"),
    "feedback:voice-create": Filling(voice, "feedback_voice"),
    "feedback:survey-answer": Filling(lambda n: form(), "feedback_response"),
    "feedback:voice-follow": Filling(
        lambda n: {"text": f"And still, {n}"}, "feedback_voicemessage"
    ),
    "feedback:voice-find": Filling(lambda n: {"reference": f"HX-{n}", "secret": "AAAA"}),
    "campaigns:unsubscribe": Filling(lambda n: {}),
    "account_login": Filling(lambda n: {"login": f"nobody{n}", "password": "wrong-password"}),
    "account_signup": Filling(
        lambda n: {
            "email": f"new{n}@example.org",
            "username": f"newcomer{n}",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "old_enough": "on",
        },
        "crm_user",
    ),
    "account_reset_password": Filling(lambda n: {"email": "reader@example.org"}),
    "api:token": Filling(lambda n: {"username": f"nobody{n}", "password": "wrong"}),
}
#: The form in the head of every page that changes its language.
OF_EVERY_PAGE = "set_language"


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
    """One browser: its cookies and nothing else."""

    def __init__(self):
        jar = http.cookiejar.CookieJar()
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
            with self.opener.open(request, timeout=3 * LONGEST) as response:
                text = response.read().decode("utf-8", "replace")
                took = time.monotonic() - started
                return Answer(response.status, took, text, response.url)
        except urllib.error.HTTPError as error:
            took = time.monotonic() - started
            return Answer(error.code, took, has_retry="Retry-After" in error.headers)
        except OSError:
            return Answer(0, time.monotonic() - started)


def hidden_fields(text: str) -> dict[str, str]:
    """The hidden fields of a page's forms; a later form's field of the same name wins."""
    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", text):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


@dataclass
class Page:
    """One public address."""

    name: str
    url: str
    has_form: bool = False


@dataclass
class Portal:
    """The portal's web server with its dependencies, each of which can be taken away."""

    web: servers.Process
    broker: servers.Broker
    database: servers.Database
    mail: "MailServer"
    pages: list[Page] = field(default_factory=list)

    def rows(self, table: str) -> int:
        connection = psycopg2.connect(self.database.url())
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            return cursor.fetchone()[0]


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


# --- the pages ------------------------------------------------------------------------------------
def public_addresses(world) -> dict[str, str]:
    """Every address that somebody who is not signed in may open, by its name."""
    found = {}
    for name, access in MATRIX.items():
        if access.allows("anonymous"):
            found[name] = reverse(name, kwargs=access.arguments(world)) + access.query
    for name in url_names():
        if name.startswith("account_"):
            with contextlib.suppress(Exception):
                found[name] = reverse(name)
    return found


def with_forms(pages: dict[str, str], base: str) -> list[Page]:
    """The pages as they are while all is well; those with a form of their own are marked."""
    found = []
    for name, path in pages.items():
        answer = Visitor().ask(base + path)
        stayed = answer.url == base + path
        has_form = stayed and has_own_form(answer.text)
        found.append(Page(name, base + path, has_form or name == "api:token"))
    return found


def has_own_form(text: str) -> bool:
    """True when a page has a form that posts, beside the one of every page."""
    forms = re.findall(r"<form[^>]*>", text)
    language = reverse(OF_EVERY_PAGE)
    return any('method="post"' in tag.lower() and language not in tag for tag in forms)


@pytest.fixture
def portal(transactional_db, world, tmp_path, settings):
    """The web server on a private database that holds one of everything."""
    pages = public_addresses(world)
    mail = MailServer()
    with servers.valkey(tmp_path) as broker, servers.postgres(tmp_path) as database:
        database.copy_of_the_tests()
        changes = {
            **database.addresses(),
            "REDIS_URL": broker.url(),
            "EMAIL_URL": mail.url,
            "LOCAL_DIR": str(tmp_path / "web"),
        }
        with servers.web(tmp_path / "web.log", threads=8, **changes) as web:
            portal = Portal(web, broker, database, mail)
            portal.pages = with_forms(pages, web.url)
            yield portal


# --- the test -------------------------------------------------------------------------------------
def test_every_form_of_a_public_page_is_filled_in(portal):
    """A form that the matrix cannot fill in would go unasked."""
    forms = {page.name for page in portal.pages if page.has_form}
    assert forms - FILLINGS.keys() == set()


@pytest.mark.slow
def test_no_public_address_fails_hangs_or_does_half_while_something_is_away(portal):
    """Fault 64."""
    problems = []
    for number, fault in enumerate(FAULTS):
        visitors = opened(portal)
        before = counted(portal)
        with fault(portal):
            answers = asked(portal, visitors, number)
        servers.wait_for(lambda: servers.responds(portal.web.url), 60)
        problems += [f"{fault.__name__}: {line}" for line in judged(answers)]
        problems += [
            f"{fault.__name__}: {line}" for line in half_done(answers, before, counted(portal))
        ]
    assert problems == [], "\n".join(problems) + portal.web.output()[-3000:]


def opened(portal: Portal) -> dict[str, tuple[Visitor, dict]]:
    """Each page with its form as a reader has it open before the fault."""
    found = {}
    for page in portal.pages:
        visitor = Visitor()
        text = ""
        if page.has_form:
            text = visitor.ask(page.url).text
        found[page.name] = (visitor, hidden_fields(text))
    return found


def asked(portal: Portal, visitors: dict, number: int) -> dict[str, list[Answer]]:
    """What each page answered, and each form after it was sent; six visitors at a time."""
    with ThreadPoolExecutor(6) as pool:
        waiting = {
            page.name: pool.submit(ask, portal, page, visitors[page.name], number)
            for page in portal.pages
        }
        return {name: done.result() for name, done in waiting.items()}


def ask(portal: Portal, page: Page, opened: tuple[Visitor, dict], number: int) -> list[Answer]:
    visitor, hidden = opened
    answers = [Visitor().ask(page.url)]
    if page.has_form:
        filling = FILLINGS[page.name]
        url = page.url
        if filling.to:
            url = portal.web.url + reverse(filling.to)
        answers.append(visitor.ask(url, hidden | filling.fields(number)))
    return answers


def counted(portal: Portal) -> Counter:
    tables = {filling.table for filling in FILLINGS.values() if filling.table}
    return Counter({table: portal.rows(table) for table in tables})


def judged(answers: dict[str, list[Answer]]) -> list[str]:
    """Answers of another kind than those allowed, and those that took too long."""
    wrong = []
    for name, given in answers.items():
        for answer in given:
            is_right = answer.status in ALLOWED
            if answer.status == 503:
                is_right = answer.has_retry
            if not is_right or answer.seconds > LONGEST:
                wrong.append(f"{name} answered {answer.status} after {answer.seconds:.1f} s")
    return wrong


def half_done(answers: dict[str, list[Answer]], before: Counter, after: Counter) -> list[str]:
    """Tables that have more or fewer new rows than forms that were taken."""
    taken = Counter()
    for name, filling in FILLINGS.items():
        if filling.table and answers[name][-1].status == 200:
            taken[filling.table] += 1

    wrong = []
    for table in before:
        rows = after[table] - before[table]
        if rows != taken[table]:
            wrong.append(f"{taken[table]} forms were taken and {table} has {rows} new rows")
    return wrong
