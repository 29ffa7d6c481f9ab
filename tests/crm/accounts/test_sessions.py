"""Browser sessions: when they end, who sees them, and that nothing typed is lost with them."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings as configured
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.accounts import kept
from crm.accounts.models import BrowserSession, KeptForm
from crm.accounts.store import SessionStore, digest_of
from crm.staff.models import AuditEvent
from tests.factories import BrowserSessionFactory, KeptFormFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough one"
SECRET = "JBSWY3DPEHPK3PXP"
LOGIN = "/accounts/login/"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/148.0.0.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like"
    " Gecko) Mobile/15E148 MicroMessenger/8.0.60"
)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
HELD = {"role": "librarian", "password": PASSWORD}


@pytest.fixture
def lin():
    user = UserFactory(username="lin", **HELD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def attempt(browser, name="lin", path=LOGIN, agent=CHROME, address="10.1.2.3"):
    headers = {"user-agent": agent}
    form = {"login": name, "password": PASSWORD}
    return browser.post(path, form, headers=headers, REMOTE_ADDR=address)


def row_of(browser) -> BrowserSession:
    digest = digest_of(browser.cookies["sessionid"].value)
    return BrowserSession.objects.get(session_key=digest)


def pass_time(browser, gone: timedelta) -> None:
    """As if the last step in this browser had been made so long ago."""
    row = row_of(browser)
    for name in ("started_at", "last_seen_at", "ends_at", "expire_date"):
        setattr(row, name, getattr(row, name) - gone)
    row.save()


def prove_again(browser, password=PASSWORD) -> None:
    browser.post(reverse("account_reauthenticate"), {"password": password})


def proof_ages(browser) -> None:
    """As if the password had been typed longer ago than it counts."""
    session = browser.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] -= REAUTHENTICATION_TIMEOUT + 1
    session.save()


def is_in(browser) -> bool:
    return SESSION_KEY in browser.session


# --- ends -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("role", "gone", "stays"),
    [
        ("librarian", 29 * MINUTE, True),
        ("librarian", 31 * MINUTE, False),
        ("administrator", 31 * MINUTE, False),
        ("reader", 31 * MINUTE, True),
        ("reader", 11 * HOUR, True),
        ("reader", 13 * HOUR, False),
    ],
)
def test_session_ends_where_nothing_is_done(client, role, gone, stays):
    client.force_login(UserFactory(role=role))

    pass_time(client, gone)

    answer = client.get(reverse("crm:session-list"))
    assert (answer.status_code == 200) is stays


def test_work_keeps_staff_signed_in_but_not_beyond_twelve_hours(client, lin):
    client.force_login(lin)

    for _step in range(30):
        pass_time(client, 25 * MINUTE)
        if client.get(reverse("crm:session-list")).status_code != 200:
            break

    row = row_of(client)
    assert row.expire_date == row.ends_at
    assert 28 <= _step + 1 <= 29  # 12 h are 28.8 steps


def test_end_stands_in_the_row_and_a_cookie_that_is_kept_longer_opens_nothing(client, lin):
    client.force_login(lin)
    cookie = client.cookies["sessionid"].value
    pass_time(client, 13 * HOUR)

    other = Client()
    other.cookies["sessionid"] = cookie
    other.cookies["sessionid"]["max-age"] = 10**9

    assert other.get(reverse("crm:session-list")).url.startswith(LOGIN)


def test_page_that_asks_by_itself_is_nobodys_step(client, lin):
    client.force_login(lin)
    pass_time(client, 20 * MINUTE)
    before = row_of(client).expire_date

    client.get(reverse("crm:session-list"), headers={"Huixiang-Polls": "1"})
    assert row_of(client).expire_date == before

    client.get(reverse("crm:session-list"))
    assert row_of(client).expire_date > before + 15 * MINUTE


def test_every_fragment_that_asks_by_itself_says_so():
    silent = []
    for path in (Path(configured.BASE_DIR) / "templates").rglob("*.html"):
        for tag in re.findall(r'<[^>]*hx-trigger="every[^>]*(?:>|$)', path.read_text()):
            if "Huixiang-Polls" not in path.read_text():
                silent.append((path.name, tag))
    assert silent == []


def test_sign_in_begins_a_session_under_another_key(client, lin):
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = session.session_key
    before = session.digest

    attempt(client)

    row = row_of(client)
    assert row.session_key != before
    assert not BrowserSession.objects.filter(session_key=before).exists()
    assert (row.user, row.idle_seconds) == (lin, 1800)
    assert (row.browser, row.system, row.network) == ("Chrome", "Windows", "10.1.2.0/24")


def test_one_page_costs_one_question_for_the_session(client, lin, django_assert_num_queries):
    client.force_login(lin)

    with django_assert_num_queries(4):  # session, user, their sessions, whether they have tokens
        client.get(reverse("crm:session-list"))


def test_ended_sessions_and_old_forms_are_forgotten():
    now = timezone.now()
    long_over = {"ends_at": now - 9 * 24 * HOUR, "expire_date": now - 9 * 24 * HOUR}
    BrowserSessionFactory(user=UserFactory(), **long_over)
    BrowserSessionFactory(user=None, ends_at=None, expire_date=now - HOUR)
    kept_one = BrowserSessionFactory(user=UserFactory(), expire_date=now - HOUR)
    KeptFormFactory(at=now - 8 * 24 * HOUR)
    fresh = KeptFormFactory()

    assert (kept.forget_ended(), kept.forget_ended()) == (3, 0)

    assert BrowserSession.objects.get() == kept_one
    assert KeptForm.objects.get() == fresh


# --- own list -------------------------------------------------------------------------------------
def test_own_list_names_devices_shortens_networks_and_knows_this_one(lin):
    here, phone = Client(), Client()
    attempt(here)
    attempt(phone, agent=PHONE, address="2001:db8:1:2::7")
    BrowserSessionFactory(user=UserFactory())

    page = here.get(reverse("crm:session-list"), headers={"accept-language": "en"})

    lines = page.context["lines"]
    assert [(line.device, line.is_this_one) for line in lines] == [
        ("Chrome on Windows", True),
        ("WeChat on iPhone", False),
    ]
    text = page.content.decode()
    assert "10.1.2.0/24" in text
    assert "2001:db8:1::/48" in text
    assert "10.1.2.3" not in text
    assert here.cookies["sessionid"].value not in text


@pytest.mark.parametrize("role", ["reader", "librarian", "manager", "administrator"])
def test_everybody_has_the_page_and_ends_one_session_or_all(role):
    here, there = Client(), Client()
    user = UserFactory(role=role, password=PASSWORD)
    for browser in (here, there):
        browser.force_login(user)
    prove_again(here)

    here.post(reverse("crm:session-end", args=[row_of(there).public_id]))
    assert (is_in(here), there.get(reverse("crm:session-list")).status_code) == (True, 302)

    there.force_login(user)
    here.post(reverse("crm:session-end-all"))
    for browser in (here, there):
        assert browser.get(reverse("crm:session-list")).url.startswith(LOGIN)
    assert AuditEvent.objects.filter(action="session.end", user=user).count() == 1
    assert AuditEvent.objects.get(action="session.end-all").detail == {"sessions": 2}


def test_own_session_ended_leads_to_the_sign_in(client, lin):
    client.force_login(lin)

    answer = client.post(reverse("crm:session-end", args=[row_of(client).public_id]))

    assert answer.url == LOGIN
    assert not is_in(client)


def test_nobody_ends_somebody_elses_session(client, lin):
    strange = BrowserSessionFactory(user=UserFactory())
    client.force_login(lin)

    answer = client.post(reverse("crm:session-end", args=[strange.public_id]))

    assert answer.status_code == 404
    assert BrowserSession.objects.filter(pk=strange.pk).exists()


def test_session_of_another_password_is_not_listed(client, lin):
    other = Client()
    other.force_login(lin)
    lin.set_password("quite another long one")
    lin.save()
    client.force_login(lin)

    lines = client.get(reverse("crm:session-list")).context["lines"]

    assert [line.is_this_one for line in lines] == [True]


def test_administrator_ends_what_somebody_is_signed_in_with(client, lin):
    theirs = Client()
    attempt(theirs)
    client.force_login(UserFactory(role="administrator"))

    page = client.get(reverse("crm:user-session-list", args=[lin.pk]))
    assert [line.is_this_one for line in page.context["lines"]] == [False]
    client.post(reverse("crm:user-session-end", args=[lin.pk]))

    assert theirs.get(reverse("crm:session-list")).url.startswith(LOGIN)
    assert is_in(client)


# --- what was being typed -------------------------------------------------------------------------
def reader_edit(world):
    return reverse("crm:reader-edit", args=[world.reader.pk])


def test_form_posted_after_the_end_is_kept_and_sent_after_the_sign_in(client, world):
    user = world.user("librarian")
    user.set_password(PASSWORD)
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    client.force_login(user)
    pass_time(client, HOUR)
    page = reader_edit(world)
    typed = {"name": "A name that took long to type", "kind": "master", "language": "en"}

    # Another tab asks first; that must not make the browser forget whose session it was.
    client.get(reverse("crm:session-list"))
    asked = client.post(page, typed)
    answer = attempt(client, "librarian", path=asked.url)

    kept_page = client.get(answer.url)
    assert kept_page.status_code == 200
    assert "A name that took long to type" in kept_page.content.decode()
    assert kept_page.context["kept"].path == page
    resend = dict(kept_page.context["kept"].fields)
    assert resend == typed


def test_kept_form_is_shown_to_its_writer_alone(client, lin):
    strange = KeptFormFactory()
    client.force_login(lin)

    for name in ("crm:kept-form", "crm:kept-form-discard"):
        method = client.post if name.endswith("discard") else client.get
        assert method(reverse(name, args=[strange.pk])).status_code == 404
    assert KeptForm.objects.get() == strange


def test_page_of_a_kept_form_says_how_long_and_that_files_must_be_chosen_again(client, lin):
    form = KeptFormFactory(user=lin, had_files=True)
    client.force_login(lin)
    address = reverse("crm:kept-form", args=[form.pk])
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert "kept for 7 days" in page
    assert "choose the files anew" in page
    assert "Send it without files" in page
    assert f'href="{form.path}"' in page


def test_kept_form_is_thrown_away_on_request(client, lin):
    form = KeptFormFactory(user=lin)
    client.force_login(lin)

    client.post(reverse("crm:kept-form-discard", args=[form.pk]))

    assert not KeptForm.objects.exists()


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/accounts/password/change/", {"oldpassword": "x", "password1": "y"}),
        ("/me/consent/", {"new_password": "y"}),
        ("/me/consent/", {"text": "NUL \0 inside"}),
        ("/me/consent/", {"text": "x" * 300_000}),
        ("/me/consent/", {}),
    ],
)
def test_password_and_what_cannot_be_kept_is_not_kept(client, lin, path, form):
    client.force_login(lin)
    pass_time(client, HOUR)

    answer = client.post(path, form)

    assert answer.url.startswith(LOGIN)
    assert not KeptForm.objects.exists()


def test_only_the_last_few_forms_are_kept(lin):
    ended = BrowserSessionFactory(user=lin)
    for number in range(9):
        posted = Client().post("/x/", {"text": f"text {number}"}).wsgi_request.POST
        kept.keep(ended, "/say/", posted, had_files=False)

    texts = KeptForm.objects.order_by("at").values_list("fields", flat=True)
    assert [fields[0][1] for fields in texts] == [f"text {number}" for number in range(4, 9)]


def test_visitor_without_a_session_keeps_nothing(client):
    client.post("/me/consent/", {"channel": "email", "granted": "yes"})
    client.cookies["sessionid"] = "0" * 32
    client.post("/me/consent/", {"channel": "email", "granted": "yes"})

    assert not KeptForm.objects.exists()


def test_fragment_asked_for_after_the_end_says_so_and_leaves_the_page(client, lin):
    client.force_login(lin)
    pass_time(client, HOUR)

    answer = client.get(reverse("crm:reader-list"), headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Retarget"]) == (286, "#main")
    assert "<html" not in answer.content.decode()
    assert LOGIN in answer.content.decode()


def test_sign_in_page_says_why_it_is_there(client, lin):
    client.force_login(lin)
    pass_time(client, HOUR)

    page = client.get(client.get(reverse("crm:reader-list")).url)

    assert 'role="status"' in page.content.decode()
    assert 'role="status"' not in Client().get(LOGIN).content.decode()


def test_row_that_was_ended_meanwhile_does_not_come_back(client, lin):
    client.force_login(lin)
    pass_time(client, 10 * MINUTE)
    store = SessionStore(client.cookies["sessionid"].value)
    assert store.get(SESSION_KEY)
    BrowserSession.objects.all().delete()

    store.touch()

    assert not BrowserSession.objects.exists()
