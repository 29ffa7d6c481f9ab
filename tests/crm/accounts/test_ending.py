"""What ends sessions besides time: other keys, another factor, signing out everywhere."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, hotp_value
from django.db import connection
from django.test import Client
from django.urls import reverse

from crm.accounts.actions import make_token
from tests.crm.accounts.test_sessions import (
    HELD,
    PASSWORD,
    SECRET,
    attempt,
    proof_ages,
    prove_again,
    row_of,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin():
    user = UserFactory(username="lin", **HELD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def test_dump_of_the_table_gives_no_session(client, lin):
    client.force_login(lin)
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_key, to_jsonb(s)::text FROM crm_browsersession s")
        ((stored, row),) = cursor.fetchall()
    thief = Client()

    assert client.cookies["sessionid"].value not in row
    for key in (stored, stored[:32], stored[:40]):
        thief.cookies["sessionid"] = key
        assert thief.get(reverse("crm:session-list")).status_code == 302
    assert client.get(reverse("crm:session-list")).status_code == 200


def test_session_has_another_key_once_the_password_was_given_again(client, lin):
    attempt(client)
    before = client.cookies["sessionid"].value
    ends_at = row_of(client).ends_at

    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    assert client.cookies["sessionid"].value != before
    assert row_of(client).ends_at == ends_at
    old = Client()
    old.cookies["sessionid"] = before
    assert old.get(reverse("crm:session-list")).status_code == 302


@pytest.mark.parametrize("name", ["one", "all"])
def test_open_browser_ends_no_other_session_without_the_password(lin, name):
    here, there = Client(), Client()
    attempt(here)
    attempt(there)
    proof_ages(here)
    address = reverse("crm:session-end-all")
    if name == "one":
        address = reverse("crm:session-end", args=[row_of(there).public_id])

    answer = here.post(address)

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert there.get(reverse("crm:session-list")).status_code == 200
    # What was asked for is done once the password is there.
    here.post(answer.url, {"password": PASSWORD, "next": address})
    assert there.get(reverse("crm:session-list")).status_code == 302


@pytest.mark.parametrize(("form", "left"), [({}, 0), ({"keep_tokens": "on"}, 1)])
def test_signing_out_everywhere_ends_tokens_unless_told_not_to(client, lin, form, left):
    make_token(user=lin, name="Nightly export", days=7, by=lin)
    client.force_login(lin)
    prove_again(client)
    assert 'name="keep_tokens"' in client.get(reverse("crm:session-list")).content.decode()

    client.post(reverse("crm:session-end-all"), form)

    assert lin.api_tokens.count() == left


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["set up", "removed"])
def test_another_second_factor_ends_other_sessions_and_tokens(lin, change):
    if change == "removed":
        TOTP.activate(lin, SECRET)
    here, there = Client(), Client()
    here.force_login(lin)
    there.force_login(lin)
    prove_again(here)
    make_token(user=lin, name="x", days=7, by=lin)

    if change == "set up":
        here.get(reverse("mfa_activate_totp"))
        secret = here.session["mfa.totp.secret"]
        code = str(hotp_value(secret, int(time.time()) // 30)).zfill(6)
        here.post(reverse("mfa_activate_totp"), {"code": code})
    else:
        here.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.filter(type="totp").exists() is (change == "set up")
    assert here.get(reverse("crm:session-list")).status_code == 200
    assert there.get(reverse("crm:session-list")).status_code == 302
    assert not lin.api_tokens.exists()


def test_second_factor_deleted_in_djangos_admin_ends_its_owners_sessions(client, lin):
    factor = TOTP.activate(lin, SECRET).instance
    client.force_login(lin)
    chief = Client()
    chief.force_login(UserFactory(role="administrator", is_staff=True, is_superuser=True))

    address = reverse("admin:mfa_authenticator_delete", args=[factor.pk])
    chief.post(address, {"post": "yes"})

    assert not Authenticator.objects.exists()
    assert client.get(reverse("crm:session-list")).status_code == 302


def test_open_browser_changes_no_address_without_the_password(client, lin):
    attempt(client)
    proof_ages(client)

    answer = client.post(reverse("account_email"), {"action_add": "", "email": "thief@example.org"})

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not lin.emailaddress_set.filter(email="thief@example.org").exists()


@pytest.mark.parametrize("page", ["mfa_activate_totp", "crm:token-create"])
def test_password_typed_at_the_sign_in_a_moment_ago_is_not_asked_for_again(client, lin, page):
    """In 0.1 it was asked for a second after it had been typed."""
    attempt(client)

    assert client.get(reverse(page)).status_code == 200

    proof_ages(client)
    assert client.get(reverse(page)).url.startswith(reverse("account_reauthenticate"))
