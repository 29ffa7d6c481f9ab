"""Signing in while the servers beside the database are away.

A cache that is touched costs its whole time-out each time, so what is asserted is that it is not
touched at all: the log says so for every miss.
"""

import re
import socket
import time
from datetime import timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP, hotp_value
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.letters import post
from crm.letters.models import Letter
from crm.staff.models import User
from tests import servers
from tests import sink as sinks
from tests.crm.staff.door import mails
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough one"
NEW_PASSWORD = {"password1": "quite another long one", "password2": "quite another long one"}
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def ann():
    user = UserFactory(username="Ann", email="ann@example.org", password=PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


@pytest.fixture(params=["dead", "frozen"])
def cache_away(request, tmp_path, settings, caplog):
    """A cache of this test's own, killed or stopped in the middle of its work."""
    with servers.valkey(tmp_path) as broker:
        away = {"LOCATION": broker.url()}
        options = {"SOCKET_TIMEOUT": 0.2, "SOCKET_CONNECT_TIMEOUT": 0.2}
        away["OPTIONS"] = settings.CACHES["default"]["OPTIONS"] | options
        settings.CACHES = {"default": settings.CACHES["default"] | away}
        if request.param == "dead":
            broker.kill()
        else:
            broker.freeze()
        yield


def code(secret=SECRET) -> str:
    return str(hotp_value(secret, int(time.time()) // 30)).zfill(6)


def is_in(client) -> bool:
    return SESSION_KEY in client.session


def sign_in(client, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": "Ann", "password": password})


def link_in_last_mail() -> str:
    return re.search(r"/accounts/\S+", mails()[-1].body)[0]


# --- what people do at the door -------------------------------------------------------------------
def sign_in_by_password(client, ann):
    sign_in(client)


def sign_up(client, ann):
    data = {"username": "bob", "email": "bob@example.org", "old_enough": "on"}
    client.get(reverse("account_signup"))
    password = {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post(reverse("account_signup"), data | password).status_code == 302
    confirm = link_in_last_mail()
    client.post(confirm)
    client.post(reverse("account_login"), {"login": "bob", "password": PASSWORD})


def reset_the_password(client, ann):
    client.post(reverse("account_reset_password"), {"email": ann.email})
    client.post(client.get(link_in_last_mail()).url, NEW_PASSWORD)


def enrol_a_second_factor(client, ann):
    sign_in(client)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    client.get(reverse("mfa_activate_totp"))
    secret = client.session[SECRET_SESSION_KEY]
    answer = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert answer.status_code == 302
    assert ann.authenticator_set.filter(type="totp").exists()


def sign_in_by_second_factor(client, ann):
    TOTP.activate(ann, SECRET)
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code()})


def sign_in_by_recovery_code(client, ann):
    TOTP.activate(ann, SECRET)
    codes = RecoveryCodes.activate(ann).get_unused_codes()
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})


def sign_in_again(client, ann):
    TOTP.activate(ann, SECRET)
    client.force_login(ann)
    answer = client.post(reverse("mfa_reauthenticate"), {"code": code()})
    assert answer.status_code == 302


def change_the_password(client, ann):
    sign_in(client)
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD} | NEW_PASSWORD)
    sign_in(client, NEW_PASSWORD["password1"])


def sign_in_a_program(client, ann):
    ann.role = User.Role.LIBRARIAN
    ann.save()
    body = {"username": "Ann", "password": PASSWORD}
    answer = client.post(reverse("api:token"), body, content_type="application/json")
    token = {"Authorization": f"Token {answer.json()['token']}"}
    assert client.get(reverse("api:segment-list"), headers=token).status_code == 200
    client.force_login(ann)


WAYS = [
    sign_in_by_password,
    sign_up,
    reset_the_password,
    enrol_a_second_factor,
    sign_in_by_second_factor,
    sign_in_by_recovery_code,
    sign_in_again,
    change_the_password,
    sign_in_a_program,
]


@pytest.mark.parametrize("way", WAYS)
def test_door_opens_without_the_cache(client, ann, cache_away, caplog, way):
    """Fault 45."""
    way(client, ann)

    assert is_in(client)
    assert misses(caplog) == []


def misses(caplog) -> list[str]:
    """What the log says of a cache that was asked and did not answer."""
    return [record.message for record in caplog.records if record.name.startswith("django_redis")]


def test_log_says_that_the_cache_was_asked(cache_away, caplog):
    """What the test above relies on."""
    cache.get("anything")
    assert misses(caplog)


def test_five_wrong_entries_lock_without_the_cache(ann, cache_away):
    """Fault 45: a dead cache opens nothing either."""
    for _try in range(5):
        sign_in(Client(), "wrong")

    client = Client()
    sign_in(client)
    assert not is_in(client)


# --- a mail server that is away -------------------------------------------------------------------
@pytest.fixture(params=["dead", "frozen"])
def mail_away(request, settings):
    """Nobody listens where mails are handed over, or somebody does who never says a word.

    ``LetterBackend`` as in an installation: pytest-django
    puts Django's own outbox in its place.
    """
    settings.EMAIL_BACKEND = "crm.letters.backend.LetterBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", servers.free_port()
    settings.EMAIL_TIMEOUT = 0.3
    if request.param == "dead":
        yield
        return
    with socket.socket() as silent:
        silent.bind((settings.EMAIL_HOST, settings.EMAIL_PORT))
        silent.listen()
        yield


def wait_in_vain() -> list[Letter]:
    """The letters of the test after the sender has tried them all."""
    letters = list(Letter.objects.order_by("pk"))
    assert post.send_due() is False
    for letter in letters:
        letter.refresh_from_db()
        assert (letter.state, letter.attempts) == ("pending", 0)
    assert any(letter.reason == "unreachable" for letter in letters), "nobody asked the mail server"
    return letters


def go_out(letters: list[Letter], settings) -> None:
    """The mail server is back: each letter goes out, once."""
    Letter.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    with sinks.running() as sink:
        settings.EMAIL_PORT = sink.port
        post.send_due()
        post.send_due()
        assert sorted(sink.addresses) == sorted(letter.address for letter in letters)


def test_sign_up_is_finished_without_the_mail_server(client, mail_away, settings):
    """Fault 48."""
    password = {"password1": PASSWORD, "password2": PASSWORD}
    data = {"username": "bob", "email": "bob@example.org", "old_enough": "on"} | password

    answer = client.post(reverse("account_signup"), data)

    assert answer.status_code == 302
    assert User.objects.filter(username="bob").exists()
    letters = wait_in_vain()
    assert [letter.address for letter in letters] == ["bob@example.org"]
    go_out(letters, settings)


@pytest.mark.django_db(transaction=True)
def test_reset_and_enrolment_are_finished_without_the_mail_server(client, ann, mail_away, settings):
    """Fault 48."""
    answer = client.post(reverse("account_reset_password"), {"email": ann.email})
    assert answer.status_code == 302

    enrol_a_second_factor(client, ann)
    for _try in range(5):
        assert sign_in(Client(), "wrong").status_code == 200
    letters = wait_in_vain()
    assert len(letters) > 2
    assert {letter.address for letter in letters} == {ann.email}
    go_out(letters, settings)
