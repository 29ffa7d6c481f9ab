"""Passwords of the demonstration: known on this machine alone, random wherever others can reach."""

import io
import json
import socket

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.urls import reverse

from core.safety import TAG
from crm.staff.models import User
from demo import accounts, seed
from ops import preparing
from tests import servers

PBKDF2 = "django.contrib.auth.hashers.PBKDF2PasswordHasher"
NAMES = [name for name, *_role in seed.SIGN_INS]


@pytest.fixture
def users(db):
    return seed.seed_users()


def said_about(settings, base_url: str) -> list[str]:
    settings.BASE_URL, settings.HTTPS = base_url, False
    messages = run_checks(tags=[TAG], include_deployment_checks=True)
    return [message.msg for message in messages if message.id == "huixiang.demo-password"]


def test_known_password_is_an_error_where_others_can_reach_the_demonstration(users, settings):
    (sentence,) = said_about(settings, "http://10.0.0.7:8000")
    for name in NAMES:
        assert name in sentence
    assert said_about(settings, "http://127.0.0.1:8000") == []

    accounts.set_passwords(dict.fromkeys(NAMES, "something else"))
    assert said_about(settings, "http://10.0.0.7:8000") == []


def test_passwords_are_set_from_the_standard_input_and_only_where_they_differ(users, monkeypatch):
    kept = User.objects.get(username="reader").password
    wanted = {"reader": seed.PASSWORD, "admin": "quite another"}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(wanted)))

    call_command("demo_passwords")

    assert User.objects.get(username="reader").password == kept
    assert User.objects.get(username="admin").check_password("quite another")


@pytest.mark.django_db(transaction=True)
def test_other_address_gets_random_passwords_and_this_machine_the_known_ones_again(
    users, tmp_path, monkeypatch, settings
):
    settings.PASSWORD_HASHERS = [PBKDF2, *settings.PASSWORD_HASHERS]  # as the command hashes
    for name, value in servers.environment().items():
        monkeypatch.setenv(name, value)

    first = preparing.give_passwords(tmp_path, "0.0.0.0", NAMES)
    second = preparing.give_passwords(tmp_path, "0.0.0.0", NAMES)
    assert len({*first.values(), *second.values()}) == 8
    assert seed.PASSWORD not in first.values()
    for name in NAMES:
        assert User.objects.get(username=name).check_password(second[name])

    back = preparing.give_passwords(tmp_path, "127.0.0.1", NAMES)
    assert set(back.values()) == {seed.PASSWORD}
    assert User.objects.get(username="admin").check_password(seed.PASSWORD)


def test_sign_in_page_tells_the_password_only_where_it_is_known(client, settings):
    assert seed.PASSWORD in client.get(reverse("account_login")).content.decode()

    settings.DEMO_PASSWORD_IS_KNOWN = False
    page = client.get(reverse("account_login")).content.decode()

    assert seed.PASSWORD not in page
    assert "librarian" in page


@pytest.mark.parametrize(
    ("host", "shown", "names"),
    [
        ("127.0.0.1", "127.0.0.1", {"127.0.0.1", "localhost"}),
        ("10.0.0.7", "10.0.0.7", {"127.0.0.1", "localhost", "10.0.0.7"}),
        ("0.0.0.0", socket.gethostname(), {"127.0.0.1", "localhost", socket.gethostname()}),
    ],
)
def test_portal_answers_to_the_names_it_is_reached_by(host, shown, names):
    assert preparing.shown(host) == shown
    assert names <= set(preparing.names_of(host))
    assert "*" not in preparing.names_of(host)
