"""The door while PostgreSQL is really restarted under it."""

import contextlib
import http.cookiejar
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import psycopg2
import pytest
from django.conf import global_settings

from tests import servers
from tests.crm.staff.door import NEW_PASSWORD, PASSWORD, account, code, with_second_factor
from tests.journeys.faults import OwnRedirects, hidden_fields

ENGLISH = {"Accept-Language": "en"}
NEWCOMER = {
    "username": "bob",
    "email": "bob@example.org",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "old_enough": "on",
}


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    url: str
    retry_after: str


class Browser:
    """A browser at the door: it keeps its cookies and the page it has open."""

    def __init__(self, base: str):
        self.base = base
        self.hidden: dict[str, str] = {}
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, OwnRedirects)

    def open(self, path: str) -> Answer:
        answer = self.ask(path, None)
        self.hidden = hidden_fields(answer.text)
        return answer

    def send(self, path: str, fields: dict) -> Answer:
        """The form of the page that is open."""
        return self.ask(path, self.hidden | fields)

    def ask(self, path: str, fields: dict | None) -> Answer:
        data = urlencode(fields).encode() if fields is not None else None
        url = self.base + path
        request = urllib.request.Request(url, data, ENGLISH | {"Referer": url})
        try:
            response = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as refusal:
            response = refusal
        with response:
            text = response.read().decode()
            retry_after = response.headers.get("Retry-After", "")
            return Answer(response.status, text, response.url, retry_after)


@dataclass
class Door:
    """The web server on a database of its own."""

    url: str
    database: servers.Database

    def rows(self, select: str) -> int:
        connection = psycopg2.connect(self.database.url())
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {select}")
            return cursor.fetchone()[0]


@pytest.fixture
def door(transactional_db, tmp_path, settings) -> Iterator[Door]:
    # The web server beside the test hashes as an installation does.
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    account("Ann", "ann@example.org")
    with_second_factor(account("Cid", "cid@example.org"))
    with servers.postgres(tmp_path) as database:
        database.copy_of_the_tests()
        with servers.web(tmp_path / "web.log", threads=2, **database.addresses()) as web:
            yield Door(web.url, database)


def sent_during_a_restart(door: Door, browser: Browser, path: str, fields: dict) -> Answer:
    """The same form sent while PostgreSQL is away, and again when it is back."""
    door.database.crash()
    away = browser.send(path, fields)
    door.database.start()

    assert (away.status, away.retry_after) == (503, "5")
    assert "Keep this page open and try again in a few" in away.text
    return browser.send(path, fields)


def is_in(browser: Browser) -> bool:
    return "/accounts/login/" not in browser.open("/me/").url


def sign_in(door: Door) -> None:
    browser = Browser(door.url)
    browser.open("/accounts/login/")
    fields = {"login": "Ann", "password": PASSWORD}
    assert sent_during_a_restart(door, browser, "/accounts/login/", fields).status == 200
    assert is_in(browser)


def sign_up(door: Door) -> None:
    browser = Browser(door.url)
    browser.open("/accounts/signup/")
    answer = sent_during_a_restart(door, browser, "/accounts/signup/", NEWCOMER)
    assert answer.status == 200
    assert door.rows("crm_user WHERE username = 'bob'") == 1
    assert door.rows("crm_letter WHERE address = 'bob@example.org'") == 1


def reset_the_password(door: Door) -> None:
    browser = Browser(door.url)
    browser.open("/accounts/password/reset/")
    fields = {"email": "ann@example.org"}
    answer = sent_during_a_restart(door, browser, "/accounts/password/reset/", fields)
    assert answer.status == 200
    assert door.rows("crm_letter WHERE kind = 'account.reset'") == 1


def sign_in_by_second_factor(door: Door) -> None:
    browser = Browser(door.url)
    browser.open("/accounts/login/")
    asked = browser.send("/accounts/login/", {"login": "Cid", "password": PASSWORD})
    browser.hidden = hidden_fields(asked.text)
    path = asked.url.removeprefix(door.url)
    assert "/2fa/" in path
    assert sent_during_a_restart(door, browser, path, {"code": code()}).status == 200
    assert is_in(browser)


def change_the_password(door: Door) -> None:
    browser = Browser(door.url)
    browser.open("/accounts/login/")
    browser.send("/accounts/login/", {"login": "Ann", "password": PASSWORD})
    path = "/accounts/password/change/"
    browser.open(path)
    fields = {"oldpassword": PASSWORD} | NEW_PASSWORD
    assert sent_during_a_restart(door, browser, path, fields).status == 200
    assert door.rows("crm_letter WHERE kind = 'account.notice'") == 1


WAYS = [
    sign_in,
    sign_up,
    reset_the_password,
    sign_in_by_second_factor,
    change_the_password,
]


@pytest.mark.slow
def test_door_says_503_while_postgresql_restarts_and_opens_afterwards(door):
    """Fault 45. One way after the other, each with a crash of its own between page and answer."""
    for way in WAYS:
        way(door)


@pytest.mark.slow
def test_wrong_entries_before_and_after_a_restart_count_together(door):
    """Fault 46. What was sent meanwhile was looked at by nobody, and counts as nothing."""
    browser = Browser(door.url)
    browser.open("/accounts/login/")
    wrong = {"login": "Ann", "password": "wrong"}
    for _try in range(3):
        assert browser.send("/accounts/login/", wrong).status == 200
    sent_during_a_restart(door, browser, "/accounts/login/", wrong)
    browser.send("/accounts/login/", wrong)

    browser.send("/accounts/login/", {"login": "Ann", "password": PASSWORD})
    assert not is_in(browser)
