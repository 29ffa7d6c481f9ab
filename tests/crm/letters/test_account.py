"""Account mail: no page waits for a mail server, none becomes a 500, and every mail is a row."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mail_admins, send_mail
from django.test import Client
from django.urls import reverse

from crm.letters import post
from crm.letters.models import Letter
from crm.library import chosen
from crm.library.models import LibrarySettings
from crm.staff.models import User
from tests import factories, servers
from tests.crm.letters.building import states

pytestmark = pytest.mark.django_db
PASSWORD = "a good long password"
NEW_PASSWORD = "quite another long one"


@pytest.fixture
def no_mail_server(settings):
    """Nothing listens where mails would be handed over."""
    settings.EMAIL_BACKEND = "crm.letters.backend.LetterBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", servers.free_port()


@pytest.fixture
def ann(db):
    user = factories.UserFactory(username="Ann", email="ann@example.org", password=PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def signed_in(ann):
    client = Client()
    client.post("/accounts/login/", {"login": "Ann", "password": PASSWORD})
    return client


def letter_of(kind: str) -> Letter:
    return Letter.objects.get(kind=kind)


def test_sign_up_ends_without_a_mail_server_and_its_link_confirms_later(
    client, no_mail_server, settings, sink
):
    """Fault 48."""
    settings.EMAIL_PORT = servers.free_port()
    answer = client.post(
        "/accounts/signup/",
        {
            "username": "eve",
            "email": "eve@example.org",
            "password1": NEW_PASSWORD,
            "password2": NEW_PASSWORD,
            "old_enough": "on",
        },
    )
    assert (answer.status_code, User.objects.filter(username="eve").count()) == (302, 1)
    letter = letter_of("account.verify")
    assert (letter.address, letter.state, letter.purpose) == (
        "eve@example.org",
        "pending",
        "account",
    )
    post.send_due()
    letter.refresh_from_db()
    assert (letter.state, letter.attempts) == ("pending", 0)

    settings.EMAIL_PORT = sink.port
    Letter.objects.update(due_at=letter.created_at)
    post.send_due()
    (mail,) = sink.parsed()
    link = re.search(r"/accounts/confirm-email/\S+/", mail.get_content())[0]
    assert client.post(link).status_code == 302
    assert User.objects.get(username="eve").emailaddress_set.get().verified
    letter.refresh_from_db()
    assert letter.has_body is False


def test_reset_ends_without_a_mail_server(client, ann, no_mail_server):
    """Fault 48."""
    answer = client.post("/accounts/password/reset/", {"email": "ann@example.org"})
    assert answer.status_code == 302
    letter = letter_of("account.reset")
    assert (letter.address, letter.state) == ("ann@example.org", "pending")


def test_letter_belongs_to_the_reader_whose_account_it_is(ann, signed_in, no_mail_server):
    """Erased with them, shown to them."""
    reader = factories.ReaderFactory(user=ann)
    change = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert signed_in.post("/accounts/password/change/", change).status_code == 302
    letter = letter_of("account.notice")
    assert (letter.reader, letter.address) == (reader, "ann@example.org")


@pytest.mark.django_db(transaction=True)
def test_second_factor_is_enrolled_without_a_mail_server(signed_in, ann, no_mail_server):
    """Fault 48."""
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = signed_in.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    answer = signed_in.post("/accounts/2fa/totp/activate/", {"code": code})
    assert answer.url == "/accounts/2fa/recovery-codes/"
    assert letter_of("account.notice").address == "ann@example.org"


def test_same_notice_twice_is_two_letters(no_mail_server, ann, signed_in):
    for old, new in ((PASSWORD, NEW_PASSWORD), (NEW_PASSWORD, PASSWORD)):
        signed_in.post("/accounts/login/", {"login": "Ann", "password": old})
        signed_in.post(
            "/accounts/password/change/", {"oldpassword": old, "password1": new, "password2": new}
        )
    assert Letter.objects.filter(kind="account.notice").count() == 2


def test_account_letters_name_the_library_in_whole_sentences(client, ann, no_mail_server, settings):
    """They began "来自图书馆的 Hello!" and thanked for using an address of a machine."""
    settings.LANGUAGE_CODE = "zh-hans"
    client.cookies["django_language"] = "zh-hans"
    client.post("/accounts/password/reset/", {"email": "ann@example.org"})
    text = letter_of("account.reset").text
    assert text.startswith("有人要为你的账号重设密码。")
    assert "你的用户名：Ann" in text
    # The host stands in the link alone.
    assert "来自" not in text
    assert re.findall(r"testserver(?!/)", text) == []


# --- in whose language ----------------------------------------------------------------------------
@pytest.fixture
def writes_in():
    """The library's choice of the language of letters; forgotten when the test is over."""

    def choose(language: str) -> None:
        LibrarySettings.objects.update_or_create(pk=1, defaults={"letters_language": language})
        chosen.shown.forget()

    yield choose
    chosen.shown.forget()


def ask_reset(page_language: str) -> Letter:
    """The letter of a reset that somebody asks for on pages of that language."""
    browser = Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = page_language
    browser.post("/accounts/password/reset/", {"email": "ann@example.org"})
    return letter_of("account.reset")


def is_chinese(letter: Letter) -> bool:
    return re.search("[\u4e00-\u9fff]", letter.text + letter.subject) is not None


@pytest.mark.parametrize("page", ["en", "zh-hans"])
@pytest.mark.parametrize("library", ["en", "zh-hans"])
def test_account_mail_to_staff_is_in_the_librarys_language(
    ann, no_mail_server, writes_in, library, page
):
    """Neither that of the machine nor that of whoever pressed the button."""
    writes_in(library)
    User.objects.filter(pk=ann.pk).update(role="librarian")
    letter = ask_reset(page)
    assert (letter.language, is_chinese(letter)) == (library, library == "zh-hans")


def test_account_mail_of_a_library_that_chose_none_is_in_the_portals_language(
    ann, no_mail_server, writes_in
):
    writes_in("")
    assert ask_reset("en").language == settings.LANGUAGE_CODE


@pytest.mark.parametrize("own", ["en", "zh-hans"])
def test_account_mail_to_a_reader_is_in_their_own_language(ann, no_mail_server, writes_in, own):
    other = {"en": "zh-hans", "zh-hans": "en"}[own]
    writes_in(other)
    factories.ReaderFactory(user=ann, language=own)
    letter = ask_reset(other)
    assert (letter.language, is_chinese(letter)) == (own, own == "zh-hans")


@pytest.mark.parametrize("library", ["en", "zh-hans"])
def test_letter_of_a_lock_and_a_refused_link_are_in_the_librarys_language(
    client, ann, no_mail_server, writes_in, library
):
    """Whoever guesses, and whoever types the address of staff, reads other pages."""
    writes_in(library)
    User.objects.filter(pk=ann.pk).update(role="manager")
    guesser = Client()
    guesser.cookies[settings.LANGUAGE_COOKIE_NAME] = {"en": "zh-hans", "zh-hans": "en"}[library]
    for _one in range(5):
        guesser.post("/accounts/login/", {"login": "Ann", "password": "wrong"})
    assert letter_of("account.notice").language == library
    guesser.post(reverse("crm:sign-in-link"), {"email": "ann@example.org"})
    assert letter_of("account.reset").language == library


@pytest.mark.parametrize("page", ["en", "zh-hans"])
def test_whoever_signs_up_is_written_to_as_the_page_speaks(client, no_mail_server, writes_in, page):
    """Their record keeps that language."""
    writes_in({"en": "zh-hans", "zh-hans": "en"}[page])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = page
    client.post(reverse("crm:sign-in-link"), {"email": "new@example.org"})
    assert letter_of("account.reset").language == page
    user = factories.UserFactory(role="reader")
    client.force_login(user)
    client.get(reverse("crm:me"))
    assert user.reader.language == page


# --- whatever else Django sends -------------------------------------------------------------------
def test_any_mail_of_django_becomes_a_letter(no_mail_server, sink):
    sent = send_mail("Two\nlines", "text", None, ["a@example.org", "b@example.org"])
    assert (sent, states()) == (1, {"pending": 2})
    assert set(Letter.objects.values_list("address", "kind", "subject")) == {
        ("a@example.org", "account.notice", "Two lines"),
        ("b@example.org", "account.notice", "Two lines"),
    }


def test_mail_to_administrators_becomes_a_letter(no_mail_server, settings):
    settings.ADMINS = [("Root", "root@example.org")]
    mail_admins("Disk full", "x")
    assert Letter.objects.get().address == "root@example.org"


def test_html_of_a_mail_is_kept(no_mail_server):
    mail = EmailMultiAlternatives("x", "text", None, ["a@example.org"])
    mail.attach_alternative("<p>page</p>", "text/html")
    mail.send()
    page = EmailMultiAlternatives("x", "<p>page</p>", None, ["a@example.org"])
    page.content_subtype = "html"
    page.send()
    assert list(Letter.objects.order_by("pk").values_list("text", "html")) == [
        ("text", "<p>page</p>"),
        ("", "<p>page</p>"),
    ]
