"""Guesses at what is secret of an account: one counter for all of them, in PostgreSQL.

Five wrong entries, wherever they are made and whatever the account is called, and it is locked:
for right entries too, and for nobody else. How the lock ends: ``test_lock.py``.
"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.staff import guesses
from crm.staff.models import AuditEvent, User
from tests.crm.staff.door import (
    NEW_PASSWORD,
    PASSWORD,
    account,
    api_token,
    attempt,
    code,
    guess_code,
    is_in,
    let_lock_end,
    lets_in,
    locks,
    mails,
    with_second_factor,
)
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db


# --- the doors ------------------------------------------------------------------------------------
def guess_password():
    attempt(Client())


def guess_recovery_code():
    client = Client()
    attempt(client, password=PASSWORD)
    client.post(reverse("mfa_authenticate"), {"code": "12345678"})


def guess_api_password():
    api_token(username="Ann", password="wrong")


def guess_api_code():
    api_token(username="ann@example.org", password=PASSWORD, code="000000")


def signed_in() -> Client:
    client = Client()
    client.force_login(User.objects.get(username="Ann"))
    return client


def guess_password_again():
    signed_in().post(reverse("account_reauthenticate"), {"password": "wrong"})


def guess_code_again():
    signed_in().post(reverse("mfa_reauthenticate"), {"code": "000000"})


def guess_old_password():
    signed_in().post(reverse("account_change_password"), {"oldpassword": "wrong"} | NEW_PASSWORD)


DOORS = [
    guess_password,
    guess_code,
    guess_recovery_code,
    guess_api_password,
    guess_api_code,
    guess_password_again,
    guess_code_again,
    guess_old_password,
]


@pytest.mark.parametrize("door", DOORS)
def test_five_guesses_at_any_door_lock_every_door(ann, door):
    """Fault 46."""
    with_second_factor(ann)

    for _try in range(5):
        door()

    assert locks() == [str(ann.pk)]
    assert AuditEvent.objects.get(action="sign-in.locked").address in ("10.0.0.1", "127.0.0.1")
    client = Client()
    attempt(client, password=PASSWORD)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert not is_in(client)
    assert api_token(username="Ann", password=PASSWORD, code=code()).status_code == 429
    again = signed_in()
    again.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    again.post(reverse("mfa_reauthenticate"), {"code": code()})
    assert not again.session.get("account_authentication_methods")


def test_guesses_at_different_doors_are_counted_together(ann):
    """Fault 46."""
    with_second_factor(ann)

    for door in (guess_password, guess_code, guess_api_code, guess_old_password):
        door()
        assert locks() == []
    guess_code_again()

    assert locks() == [str(ann.pk)]


def test_three_hundred_guesses_of_the_second_factor_are_five(ann):
    """Fault 46: whoever knows the password begins again and again, with the right one."""
    with_second_factor(ann)
    client = Client()

    for _try in range(300):
        guess_code(client)

    assert locks() == [str(ann.pk)]
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert not is_in(client)


def test_owner_is_told_by_mail_and_not_without_end(ann, settings):
    """Fault 46."""
    for _lock in range(6):
        for _try in range(5):
            attempt(Client())
        let_lock_end()

    assert len(locks()) == 6
    assert [sent.to for sent in mails()] == ["ann@example.org"] * 3
    assert "10.0.0.1" in mails()[0].body


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "有人尝试登录"), ("en", "Somebody")])
def test_owner_is_told_in_their_own_language(ann, language, words):
    ReaderFactory(user=ann, language=language)
    guesser = Client(headers={"accept-language": "fr, en;q=0.5"})

    for _try in range(5):
        attempt(guesser)

    assert words in mails()[0].subject


# --- whose counter --------------------------------------------------------------------------------
WRITINGS = [
    "Ann",
    "ann",
    " ANN ",
    "ａｎｎ",
    "a\u200bnn",
    "ann@example.org",
    "ANN@Example.ORG",
    "ann@ｅxample.org",
]


@pytest.mark.parametrize("writing", WRITINGS)
def test_every_writing_of_a_name_counts_for_the_account(ann, writing):
    """Fault 42."""
    for _try in range(5):
        attempt(Client(), writing)

    assert locks() == [str(ann.pk)]
    assert not lets_in("Ann")
    assert not lets_in("ann@example.org")


def test_different_writings_and_networks_count_together(ann):
    """Fault 42: the address a guess comes from, and the one it claims, do not matter."""
    for number, writing in enumerate(WRITINGS[:5]):
        attempt(Client(), writing, address=f"10.0.1.{number}", x_forwarded_for=f"10.0.2.{number}")

    assert locks() == [str(ann.pk)]
    assert not lets_in(address="10.0.3.1")


def test_twenty_wrong_passwords_do_not_touch_the_neighbours(ann):
    """Fault 42."""
    account("bob", "bob@example.org")
    account("ann2", "ann2@example.org")
    for _try in range(20):
        attempt(Client())

    assert lets_in("bob")
    assert lets_in("ann2@example.org")
    assert not lets_in("Ann")


def test_a_name_that_nobody_has_is_locked_with_the_same_words(ann):
    known = [attempt(Client(), "Ann") for _try in range(6)]
    unknown = [attempt(Client(), "Eve") for _try in range(6)]

    for one, other in zip(known, unknown, strict=True):
        assert one.status_code == other.status_code
        assert one.context["form"].errors == other.context["form"].errors
    assert known[5].context["form"].errors != known[4].context["form"].errors
    assert locks() == [str(ann.pk), ""]


def test_a_right_entry_is_refused_with_the_same_words_while_locked(ann):
    for _try in range(5):
        attempt(Client())

    wrong, right = attempt(Client()), attempt(Client(), password=PASSWORD)

    assert right.context["form"].errors == wrong.context["form"].errors
    assert right.context["form"].non_field_errors().as_data()[0].code == "locked"


@pytest.mark.parametrize("name", ["Ann", "ann@example.org", "nobody", "nobody@example.org"])
def test_every_name_costs_one_password_check(ann, name, settings):
    """A known address took twice as long as an unknown one in 0.1."""
    settings.PASSWORD_HASHERS = ["tests.crm.staff.test_guesses.CountingHasher"]
    ann.set_password(PASSWORD)
    ann.save()
    CountingHasher.hashed.clear()

    attempt(Client(), name)

    assert CountingHasher.hashed == ["wrong"]


@pytest.mark.parametrize(
    ("known", "unknown"), [("Ann", "Eve"), ("ann@example.org", "eve@example.org")]
)
def test_known_and_unknown_names_run_the_same_statements(ann, known, unknown):
    ran = []
    for name in (known, unknown):
        with CaptureQueriesContext(connection) as captured:
            attempt(Client(), name)
        ran.append([query["sql"][:30] for query in captured])

    assert ran[0] == ran[1]
    assert ran[0]


class CountingHasher(MD5PasswordHasher):
    """Remembers what was hashed."""

    algorithm = "counting"
    hashed = []

    def encode(self, password, salt):
        self.hashed.append(password)
        return super().encode(password, salt)


@pytest.mark.django_db(transaction=True)
def test_a_hundred_guesses_at_once_are_five(ann):
    """Counted before they are looked at, not after."""

    def is_looked_at(_number) -> bool:
        try:
            answer = attempt(Client(), accept_language="en")
            return "Too many wrong entries" not in answer.content.decode()
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        looked_at = list(pool.map(is_looked_at, range(40)))

    assert looked_at.count(True) == 5
    assert locks() == [str(ann.pk)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guess", [guess_code, guess_recovery_code, guess_api_code])
def test_guesses_of_the_second_factor_at_once_are_counted_once_each(ann, guess):
    with_second_factor(ann)

    def guess_once(_number) -> None:
        try:
            guess()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess_once, range(24)))
    assert locks() == [str(ann.pk)]
    client = Client()
    attempt(client, password=PASSWORD)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert not is_in(client)


def test_lock_that_a_right_entry_ends_again_is_not_told(ann):
    """A fifth try locks while a right fourth one is still looked at: then four were wrong."""
    keys = guesses.keys_for("Ann", [ann])
    for _try in range(3):
        assert not guesses.keep(guesses.claim(keys))
    right = guesses.claim(keys)

    fourth_wrong = guesses.claim(keys)
    assert guesses.is_locked(ann)
    assert not guesses.keep(fourth_wrong)
    guesses.give_back(right)
    assert not guesses.is_locked(ann)

    assert guesses.keep(guesses.claim(keys))
    assert guesses.is_locked(ann)


# --- codes of the second factor -------------------------------------------------------------------
def enter_code(entered: str) -> bool:
    client = Client()
    attempt(client, password=PASSWORD)
    client.post(reverse("mfa_authenticate"), {"code": entered})
    return is_in(client)


def test_code_opens_once(ann):
    with_second_factor(ann)
    used = code()

    assert enter_code(used)
    assert not enter_code(used)
    assert api_token(username="Ann", password=PASSWORD, code=used).status_code == 401
    # The clock of a telephone may be half a minute ahead.
    assert enter_code(code(1))


def test_recovery_code_opens_once(ann):
    with_second_factor(ann)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()

    assert enter_code(codes[0])
    assert not enter_code(codes[0])
    assert enter_code(codes[1])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["totp", "recovery"])
def test_code_that_is_entered_four_times_at_once_opens_once(ann, kind):
    with_second_factor(ann)
    recovery = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    entered = code() if kind == "totp" else recovery[0]

    def enter(_number) -> bool:
        try:
            return enter_code(entered)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(enter, range(4))).count(True) == 1


def test_admin_asks_for_the_old_password_on_the_counted_page(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True, role="administrator"))

    answer = client.get("/admin/password_change/")

    assert answer.url == reverse("account_change_password")
