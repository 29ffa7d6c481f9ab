"""Guesses at what is secret of an account: one counter for all of them, in PostgreSQL.

Five wrong entries, wherever they are made and whatever the account is called, and it is locked:
for right entries too, for its own time, and for nobody else.
"""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, hotp_value
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.staff.models import AuditEvent, Bucket, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough one"
NEW_PASSWORD = {"password1": "quite another long one", "password2": "quite another long one"}
LOGIN = "/accounts/login/"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def ann():
    return account("Ann", "ann@example.org")


def account(name: str, email: str, **fields) -> User:
    user = UserFactory(username=name, email=email, password=PASSWORD, **fields)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def with_second_factor(user: User) -> User:
    TOTP.activate(user, SECRET)
    RecoveryCodes.activate(user)
    return user


def code(steps: int = 0) -> str:
    """The code of now, or of some half minutes later."""
    return str(hotp_value(SECRET, int(time.time()) // 30 + steps)).zfill(6)


def attempt(client, name="Ann", password="wrong", address="10.0.0.1", **headers):
    return client.post(
        LOGIN, {"login": name, "password": password}, REMOTE_ADDR=address, headers=headers
    )


def is_in(client) -> bool:
    return SESSION_KEY in client.session


def lets_in(name="Ann", password=PASSWORD, address="10.0.0.1") -> bool:
    """Whether somebody with the right password gets in, from a browser of their own."""
    client = Client()
    attempt(client, name, password, address)
    return is_in(client)


def api_token(**body):
    return Client().post(reverse("api:token"), body, content_type="application/json")


def locks() -> list:
    """Whose accounts were locked, by the audit trail."""
    events = AuditEvent.objects.filter(action="sign-in.locked").order_by("pk")
    return [event.object_id for event in events]


# --- the doors ------------------------------------------------------------------------------------
def guess_password():
    attempt(Client())


def guess_code(client=None):
    client = client or Client()
    attempt(client, password=PASSWORD)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})


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
    assert [letter.to for letter in mail.outbox] == [["ann@example.org"]] * 3
    assert "10.0.0.1" in mail.outbox[0].body


def let_lock_end():
    """As if its time had passed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE crm_guesscounter SET locked_until = now() - interval '1 second'"
            " WHERE locked_until IS NOT NULL"
        )


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


# --- the end of a lock ----------------------------------------------------------------------------
def test_lock_ends_after_its_time_and_entries_during_it_do_not_prolong_it(ann, settings):
    for _try in range(30):
        attempt(Client())
    minutes = connection_value("SELECT extract(epoch FROM locked_until - clock_timestamp()) / 60")
    assert 0 < minutes <= settings.SIGN_IN_LOCK_MINUTES

    let_lock_end()

    assert lets_in()


def connection_value(select: str):
    with connection.cursor() as cursor:
        cursor.execute(f"{select} FROM crm_guesscounter")
        return cursor.fetchone()[0]


def test_wrong_entries_are_forgotten_after_a_sign_in_and_after_a_day(ann):
    for _try in range(4):
        attempt(Client())
    assert lets_in()
    for _try in range(4):
        attempt(Client())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE crm_guesscounter SET at = now() - interval '25 hours'")
    for _try in range(4):
        attempt(Client())

    assert locks() == []
    assert lets_in()


def test_right_password_alone_does_not_forget_wrong_codes(ann):
    with_second_factor(ann)
    for _try in range(4):
        guess_code()
    attempt(Client(), password=PASSWORD)
    guess_code()

    assert locks() == [str(ann.pk)]


def follow_reset_link(client, email="ann@example.org"):
    """From the forgotten password to the page after it."""
    client.post("/accounts/password/reset/", {"email": email})
    link = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[-1].body)[0]
    return client.post(client.get(link).url, NEW_PASSWORD)


def test_reset_link_opens_the_lock_and_the_door(client, ann):
    for _try in range(5):
        attempt(Client())

    follow_reset_link(client)

    assert is_in(client)
    assert lets_in(password=NEW_PASSWORD["password1"])


def test_owner_of_a_second_factor_gets_in_by_the_link_while_others_keep_guessing(client, ann):
    with_second_factor(ann)
    for _try in range(5):
        attempt(Client())

    answer = follow_reset_link(client)
    for _try in range(5):
        attempt(Client())
    assert not lets_in(password=NEW_PASSWORD["password1"])

    assert answer.url == reverse("mfa_authenticate")
    client.post(answer.url, {"code": code()})
    assert is_in(client)


def test_whoever_holds_the_mailbox_cannot_guess_the_second_factor_without_end(ann):
    with_second_factor(ann)
    looked_at = 0
    for _reset in range(8):
        Bucket.objects.filter(name="letters asked for").delete()
        client = Client()
        follow_reset_link(client)
        for _try in range(6):
            answer = client.post(reverse("mfa_authenticate"), {"code": "000000"})
            looked_at += "locked" not in codes_of(answer)

    # Three times the link gives new tries; from then on the lock stands.
    assert looked_at == 15


def test_nobody_s_mailbox_is_filled_from_the_reset_page(client, ann):
    for _request in range(10):
        answer = client.post("/accounts/password/reset/", {"email": "ANN@example.org"})
        assert answer.url == "/accounts/password/reset/done/"

    assert len(mail.outbox) == 3


def codes_of(answer) -> list[str]:
    """Codes of the refusals on the page."""
    data = answer.context["form"].errors.as_data()
    return [error.code for errors in data.values() for error in errors]


def test_administrator_unlocks_and_it_is_written_down(client, ann):
    admin = UserFactory(role="administrator")
    client.force_login(admin)
    edit = reverse("crm:user-edit", args=[ann.pk])
    unlock = reverse("crm:user-unlock", args=[ann.pk])
    assert unlock not in client.get(edit).content.decode()
    for _try in range(5):
        attempt(Client())
    assert unlock in client.get(edit).content.decode()

    client.post(unlock)
    client.post(unlock)

    event = AuditEvent.objects.get(action="sign-in.unlocked")
    assert (event.user, event.object_id) == (admin, str(ann.pk))
    assert lets_in()


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


def test_admin_asks_for_the_old_password_on_the_counted_page(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True, role="administrator"))

    answer = client.get("/admin/password_change/")

    assert answer.url == reverse("account_change_password")


def test_clock_of_the_counter_is_the_database_s(ann):
    before = timezone.now() - timedelta(seconds=5)
    attempt(Client())
    assert connection_value("SELECT at") > before
