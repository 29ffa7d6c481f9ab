"""Fault 64: every public address, and every page of a reader who is signed in, while each of what
the portal needs is away.

The addresses come from the permission matrix and from the sign-in package; the forms are found on
the pages themselves, so a new page or a new form is asked too, or the test says that it does not
know how to fill it in.
"""

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from crm.letters.models import LetterKind
from crm.readers.models import ContactChannel, Purpose, permission
from tests import servers
from tests.feedback.building import form
from tests.house.test_permissions import MATRIX, url_names
from tests.journeys.faults import (
    FAULTS,
    Answer,
    MailServer,
    Portal,
    Visitor,
    hidden_fields,
    nothing_away,
)

#: The seconds of waiting that are promised, beside those that the same page takes in the same run
#: while nothing is away: a busy machine is no hang. A page that is late is asked twice more, and
#: the quickest counts; what waits for something that is frozen is late each time.
LONGEST = 2.0
TRIES = 3
PASSWORD = "one-long-password-1"
NUMBER = "OF-THE-READER"
#: What may be answered while something is away: a page, a way elsewhere, a refusal in words (410:
#: the link that was sent holds no more), and 503 with the time to try again.
ALLOWED = {200, 201, 302, 303, 400, 401, 403, 404, 405, 409, 410, 415, 429, 503}


# --- what is asked --------------------------------------------------------------------------------
@dataclass(frozen=True)
class Filling:
    """How one form is filled in, and the tables that have one row more when it was taken; a
    condition may follow a table's name.

    ``fields`` is a function of a number, so that no two submits send the same. ``to`` names the
    address where it goes, if that is another one than its page.
    """

    fields: Callable[[int], dict]
    tables: tuple[str, ...] = ()
    to: str = ""


def voice(number: int) -> dict:
    return {"text": f"The tap drips, {number}", "category": "facility"}


def work(number: int) -> dict:
    return {"title": f"Winter {number}", "text": "Ginkgo", "draft": "1"}


def subscription(number: int) -> dict:
    asked = {"address": f"letters{number}@example.org", "purposes": ["events"]}
    return asked | {"language": "en", "grown": "on"}


def nothing(number: int) -> dict:
    return {}


def letters(kind: str, condition: str) -> str:
    return f"crm_letter WHERE kind = '{kind}' AND {condition}"


ASKED_AT_THE_DOOR = letters(LetterKind.ACCOUNT_VERIFY, "about NOT LIKE 'crm.reader:%'")
ASKED_BY_A_READER = letters(LetterKind.ACCOUNT_VERIFY, "about LIKE 'crm.reader:%'")
ASKED_BY_A_SUBSCRIBER = letters(LetterKind.ACCOUNT_SUBSCRIPTION, "true")
RESET = letters(LetterKind.ACCOUNT_RESET, "address NOT LIKE 'nobody%'")
LINK = letters(LetterKind.ACCOUNT_RESET, "address LIKE 'nobody%'")
WITHDRAWN = "crm_consentevent WHERE source = 'unsubscribe page' AND NOT granted"
FILLINGS = {
    "feedback:home": Filling(voice, ("feedback_voice",), to="feedback:voice-create"),
    "feedback:voice-create": Filling(voice, ("feedback_voice",)),
    "feedback:survey-answer": Filling(lambda n: form(), ("feedback_response",)),
    "feedback:voice-follow": Filling(
        lambda n: {"text": f"And still, {n}"}, ("feedback_voicemessage",)
    ),
    "feedback:voice-find": Filling(lambda n: {"reference": f"HX-{n}", "secret": "AAAA"}),
    "campaigns:unsubscribe": Filling(nothing, (WITHDRAWN,)),
    "account_login": Filling(lambda n: {"login": f"nobody{n}", "password": "wrong-password"}),
    "account_signup": Filling(
        lambda n: {
            "email": f"new{n}@example.org",
            "username": f"newcomer{n}",
            "password1": PASSWORD,
            "password2": PASSWORD,
            "old_enough": "on",
        },
        ("crm_user", ASKED_AT_THE_DOOR),
    ),
    "account_reset_password": Filling(lambda n: {"email": "reader@example.org"}, (RESET,)),
    "api:token": Filling(lambda n: {"username": f"nobody{n}", "password": "wrong"}),
    "set_language": Filling(lambda n: {"language": "en", "next": "/"}),
    "crm:sign-in-link": Filling(lambda n: {"email": f"nobody{n}@example.org"}, (LINK,)),
    "crm:sign-in-link-open": Filling(nothing),
    "crm:subscribe": Filling(subscription, ("crm_subscriber", ASKED_BY_A_SUBSCRIBER)),
    "crm:subscription-confirm": Filling(nothing),
    "crm:me-claim": Filling(lambda n: {"number": f"2026{n}", "code": "nobodys-code"}),
    "crm:me-claim-link": Filling(nothing),
    "crm:me-claim-offered": Filling(nothing),
    "crm:me-address": Filling(lambda n: {"address": f"mine{n}@example.org"}, (ASKED_BY_A_READER,)),
    "crm:me-wechat": Filling(lambda n: {"openid": f"oLinkedByItsOwner_{n:03}"}),
    "crm:me-correct": Filling(
        lambda n: {"field": "name", "wanted": f"Ann {n}"}, ("crm_correction",)
    ),
    "crm:me-analytics": Filling(lambda n: {"allowed": "yes"}),
    "crm:me-leave": Filling(lambda n: {"number": NUMBER}),
    "feedback:work-create": Filling(work),
    "feedback:work-edit": Filling(work),
}
#: Arguments of the sign-in package's addresses that have some; of nobody's keys.
ARGUMENTS = {
    "account_confirm_email": {"key": "nobodys-key"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "nobodys-key"},
}
OF_THE_PACKAGE = ("account_", "mfa_", "set_language")
#: Asked last of all faults by nobody: it would sign this test's other browsers out.
ENDS_EVERY_SESSION = {"crm:session-end-all"}


@dataclass
class Page:
    """One address. ``is_own``: of a reader who is signed in. ``body``: what is posted to an address
    that takes nothing else.
    """

    name: str
    url: str
    is_own: bool = False
    has_form: bool = False
    body: dict | None = None


# --- the pages ------------------------------------------------------------------------------------
def addresses(world) -> list[Page]:
    """Every address that a reader may open, signed in or not; without the server's own part."""
    found = []
    for name, access in MATRIX.items():
        if not access.allows("reader") or name in ENDS_EVERY_SESSION:
            continue
        path = reverse(name, kwargs=access.arguments(world)) + access.query
        page = Page(name, path, is_own=not access.allows("anonymous"))
        if access.post:
            page.body = access.body(world)
        found.append(page)
    for name in url_names():
        if name.startswith(OF_THE_PACKAGE):
            # One with an argument that nobody has stated fails here.
            found.append(Page(name, reverse(name, kwargs=ARGUMENTS.get(name))))
    return found


def look_for_forms(page: Page, session: str, base: str) -> None:
    """Mark the page where it has a form of its own while all is well."""
    path, page.url = page.url, base + page.url
    if page.name in FILLINGS:
        page.has_form = True
    elif page.body is None:
        answer = Visitor(session).ask(page.url)
        page.has_form = answer.url == page.url and has_own_form(answer.text, path)


def has_own_form(text: str, path: str) -> bool:
    """True when a page has a form that posts to itself; where it posts elsewhere is a page, too."""
    for tag in re.findall(r"<form[^>]*>", text):
        action = re.search(r'action="([^"]*)"', tag)
        goes_here = action is None or action[1] in ("", path)
        if 'method="post"' in tag.lower() and goes_here:
            return True
    return False


@pytest.fixture
def pages(transactional_db, world) -> list[Page]:
    world.me.number = NUMBER
    world.me.save()
    return addresses(world)


@pytest.fixture
def session(world, pages) -> str:
    """The cookie of the reader, who is signed in."""
    client = Client()
    client.force_login(world.user("reader"))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def portal(pages, session, tmp_path):
    """The web server on a private database that holds one of everything."""
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
            for page in pages:
                look_for_forms(page, session if page.is_own else "", web.url)
            yield Portal(web, broker, database, mail)


# --- the test -------------------------------------------------------------------------------------
def test_every_form_of_a_readers_page_is_filled_in(portal, pages):
    """A form that the matrix cannot fill in would go unasked."""
    assert {page.name for page in pages if page.has_form} - FILLINGS.keys() == set()
    assert FILLINGS.keys() - {page.name for page in pages} == set()


@pytest.mark.slow
def test_no_address_fails_hangs_or_does_half_while_something_is_away(portal, pages, session):
    """Fault 64."""
    problems, usual = [], {}
    for number, fault in enumerate([nothing_away, *FAULTS]):
        allow_again(portal)
        visitors = opened(portal, pages, session)
        before = counted(portal)
        with fault(portal):
            answers = asked(portal, pages, visitors, number)
        servers.wait_for(lambda: servers.responds(portal.web.url), 60)
        # The first round says how long each page takes on this machine.
        usual = usual or quickest(answers)
        found = late(answers, usual) + judged(pages, answers)
        found += half_done(answers, before, counted(portal))
        problems += [f"{fault.__name__}: {line}" for line in found]
    assert problems == [], "\n".join(problems) + portal.web.output()[-3000:]


def allow_again(portal: Portal) -> None:
    """Everybody allows mail, so that whoever takes the way out withdraws something."""
    allowed = sorted(permission(ContactChannel.EMAIL, purpose) for purpose in Purpose.values)
    portal.change("UPDATE crm_reader SET consents = %s", (allowed,))


def opened(
    portal: Portal, pages: list[Page], session: str
) -> dict[str, tuple[Visitor, dict[str, str]]]:
    """Each page with its form as a reader has it open before the fault."""
    found = {}
    for page in pages:
        visitor = Visitor(session if page.is_own else "")
        hidden = {}
        if page.body is not None or page.name == "set_language":
            # The button stands on some other page; all that it needs of that one is the token.
            text = visitor.ask(portal.web.url + "/").text
            hidden = {"csrfmiddlewaretoken": hidden_fields(text)["csrfmiddlewaretoken"]}
        elif page.has_form:
            hidden = hidden_fields(visitor.ask(page.url).text)
            # Of the two forms of the way out, the one for a single purpose.
            hidden.pop("all", None)
        found[page.name] = (visitor, hidden)
    return found


def asked(portal: Portal, pages: list[Page], visitors: dict, number: int) -> dict:
    """What each page answered, and each form after it was sent; six visitors at a time.

    {name: (answers to opening it, answers to sending it)}
    """
    with ThreadPoolExecutor(6) as pool:
        waiting = {
            page.name: pool.submit(ask, portal, page, visitors[page.name], number) for page in pages
        }
        return {name: done.result() for name, done in waiting.items()}


def ask(portal: Portal, page: Page, opened: tuple[Visitor, dict], number: int) -> tuple:
    visitor, hidden = opened
    shown = until_quick(lambda attempt: visitor.ask(page.url))
    if not page.has_form and page.body is None:
        return shown, []
    url = page.url
    if page.name in FILLINGS and FILLINGS[page.name].to:
        url = portal.web.url + reverse(FILLINGS[page.name].to)
    sent = until_quick(
        lambda attempt: visitor.ask(url, hidden | filled_in(page, hidden, 10 * number + attempt))
    )
    return shown, sent


def filled_in(page: Page, hidden: dict[str, str], number: int) -> dict:
    """What is typed; under another id each time, since nothing else makes another row."""
    fields = dict(page.body or {})
    if page.name in FILLINGS:
        fields |= FILLINGS[page.name].fields(number)
    if "client_id" in hidden:
        fields["client_id"] = str(uuid4())
    return fields


def until_quick(once: Callable[[int], Answer]) -> list[Answer]:
    """Asked once, or until it is not late, three times at most."""
    answers = []
    while len(answers) < TRIES:
        answers.append(once(len(answers)))
        if answers[-1].seconds <= LONGEST:
            break
    return answers


def counted(portal: Portal) -> Counter:
    found = Counter()
    for filling in FILLINGS.values():
        for table in filling.tables:
            found[table] = portal.rows(table)
    return found


# --- what is right --------------------------------------------------------------------------------
def quickest(answers: dict) -> dict[tuple[str, int], float]:
    """Seconds of the quickest answer to opening each page (0) and to sending its form (1)."""
    found = {}
    for name, both in answers.items():
        for place, given in enumerate(both):
            if given:
                found[name, place] = min(answer.seconds for answer in given)
    return found


def late(answers: dict, usual: dict[tuple[str, int], float]) -> list[str]:
    """Pages that waited longer than is promised."""
    wrong = []
    for (name, place), seconds in quickest(answers).items():
        waited = seconds - usual[name, place]
        if waited > LONGEST:
            wrong.append(f"{name} waited {waited:.1f} s")
    return wrong


def judged(pages: list[Page], answers: dict) -> list[str]:
    """Answers of another kind than those allowed, and those to a reader who was no longer signed
    in.
    """
    wrong = []
    for page in pages:
        shown, sent = answers[page.name]
        for answer in [*shown, *sent]:
            if not is_right(answer):
                wrong.append(f"{page.name} answered {answer.status}")
            if page.is_own and "/accounts/login/" in answer.url:
                wrong.append(f"{page.name} asked to sign in")
    return wrong


def is_right(answer: Answer) -> bool:
    if answer.status == 503:
        return answer.has_retry
    return answer.status in ALLOWED


def half_done(answers: dict, before: Counter, after: Counter) -> list[str]:
    """Tables that have more or fewer new rows than forms that were taken."""
    taken = Counter()
    for name, filling in FILLINGS.items():
        _shown, sent = answers[name]
        for table in filling.tables:
            taken[table] += sum(answer.status == 200 for answer in sent)

    wrong = []
    for table in before:
        rows = after[table] - before[table]
        if rows != taken[table]:
            wrong.append(f"{taken[table]} forms were taken and {table} has {rows} new rows")
    return wrong
