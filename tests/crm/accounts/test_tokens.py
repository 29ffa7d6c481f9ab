"""API tokens: kept as a digest, named, expiring, each revoked by itself."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from core.refusals import Refused
from crm.accounts import tokens
from crm.accounts.actions import make_token
from crm.accounts.models import ApiToken
from crm.staff.models import AuditEvent
from tests.core.building import token_of
from tests.factories import ApiTokenFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough one"


@pytest.fixture
def lin():
    user = UserFactory(username="lin", role="librarian", password=PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def desk(client, lin):
    """Signed in, and the password given once more, as the page asks."""
    client.post("/accounts/login/", {"login": "lin", "password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def ask(token: str) -> int:
    headers = {"Authorization": f"Token {token}"}
    return Client().get(reverse("api:segment-list"), headers=headers).status_code


def made_on(page) -> str:
    return page.context["token"]


# --- on the page ----------------------------------------------------------------------------------
def test_token_is_made_on_the_page_shown_once_and_opens_the_api(desk, lin):
    page = desk.post(reverse("crm:token-create"), {"name": "Nightly export", "days": "365"})

    token = made_on(page)
    assert token in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert ask(token) == 200
    again = desk.get(reverse("crm:token-list")).content.decode()
    assert token not in again
    assert token[: tokens.SHOWN] in again
    row = ApiToken.objects.get()
    assert (row.user, row.name) == (lin, "Nightly export")
    assert abs(row.expires_at - timezone.now() - timedelta(days=365)) < timedelta(minutes=5)
    assert AuditEvent.objects.get(action="token.create").detail == {
        "name": "Nightly export",
        "days": 365,
    }


def test_database_does_not_hold_the_token(lin):
    token = make_token(user=lin, name="x", days=7, by=lin)

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(t)::text FROM crm_apitoken t")
        (row,) = cursor.fetchone()
        cursor.execute("SELECT string_agg(to_jsonb(e)::text, '') FROM crm_auditevent e")
        (audit,) = cursor.fetchone()

    assert token[10:] not in row
    assert token[10:] not in audit
    assert len(token) == 43


def test_token_may_be_made_for_less_than_its_owner_may(desk, lin):
    form = {"name": "Gate", "days": "365", "scope": "activities"}
    token = made_on(desk.post(reverse("crm:token-create"), form))
    assert ask(token) == 403
    assert AuditEvent.objects.get(action="token.create").detail["scope"] == "activities"
    assert "只提交行为记录" in desk.get(reverse("crm:token-list")).content.decode()
    assert desk.post(reverse("crm:token-create"), form | {"scope": "x"}).status_code == 400

    body = {"username": "lin", "password": PASSWORD, "scope": "read"}
    read = APIClient().post(reverse("api:token"), body, format="json").json()["token"]
    assert ask(read) == 200
    headers = {"Authorization": f"Token {read}"}
    assert Client().post(reverse("api:segment-count"), headers=headers).status_code == 403


@pytest.mark.parametrize("form", [{"name": "", "days": "365"}, {"name": "x", "days": "36500"}])
def test_token_without_a_name_or_for_ever_is_not_made(desk, form):
    assert desk.post(reverse("crm:token-create"), form).status_code == 400
    assert not ApiToken.objects.exists()


def test_name_in_use_and_one_token_too_many_are_refused_in_words(desk, lin):
    ApiTokenFactory(user=lin, name="mine")
    page = desk.post(reverse("crm:token-create"), {"name": "mine", "days": "7"})
    assert page.status_code == 400
    assert page.context["form"].errors

    ApiTokenFactory.create_batch(tokens.MOST_TOKENS - 1, user=lin)
    with pytest.raises(Refused):
        make_token(user=lin, name="one more", days=7, by=lin)
    ApiToken.objects.filter(name="mine").update(expires_at=timezone.now())
    make_token(user=lin, name="mine", days=7, by=lin)


def test_making_a_token_asks_for_the_password_again(client, lin):
    client.force_login(lin)

    answer = client.post(reverse("crm:token-create"), {"name": "x", "days": "7"})

    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not ApiToken.objects.exists()


def test_one_token_is_revoked_and_the_others_stay(desk, lin):
    first, second = token_of(lin, "first"), token_of(lin, "second")

    desk.post(reverse("crm:token-revoke", args=[ApiToken.objects.get(name="first").pk]))

    assert (ask(first), ask(second)) == (401, 200)
    assert AuditEvent.objects.get(action="token.revoked").user == lin


def test_somebody_elses_token_is_not_there(desk):
    strange = ApiTokenFactory()

    assert desk.post(reverse("crm:token-revoke", args=[strange.pk])).status_code == 404
    assert strange.name not in desk.get(reverse("crm:token-list")).content.decode()
    assert ApiToken.objects.get() == strange


def test_tokens_are_in_no_list_of_djangos_admin():
    assert not {model for model in admin.site._registry if "token" in model._meta.model_name}


# --- at the API -----------------------------------------------------------------------------------
def test_token_ends_at_its_time_and_its_use_is_written_down(lin):
    token = make_token(user=lin, name="x", days=7, by=lin)
    assert ApiToken.objects.get().last_used_at is None

    assert ask(token) == 200
    used = ApiToken.objects.get().last_used_at
    assert ask(token) == 200
    assert ApiToken.objects.get().last_used_at == used

    ApiToken.objects.update(expires_at=timezone.now())
    assert ask(token) == 401


@pytest.mark.parametrize("wrong", ["", "x", "0" * 43, "\u4e00", "a b"])
def test_wrong_token_is_refused_like_any_other(lin, wrong):
    make_token(user=lin, name="x", days=7, by=lin)
    headers = {"Authorization": f"Token {wrong}".encode().decode("latin-1")}

    assert Client().get(reverse("api:segment-list"), headers=headers).status_code == 401


def test_digest_alone_opens_nothing(lin):
    make_token(user=lin, name="x", days=7, by=lin)

    assert ask(ApiToken.objects.get().digest) == 401


def test_sign_in_by_password_replaces_the_token_of_its_name_only(lin):
    body = {"username": "lin", "password": PASSWORD}
    sign_in = [
        APIClient().post(reverse("api:token"), body | more, format="json").json()["token"]
        for more in ({}, {"name": "Nightly", "days": 30}, {})
    ]

    assert [ask(token) for token in sign_in] == [401, 200, 200]
    assert set(ApiToken.objects.values_list("name", flat=True)) == {tokens.UNNAMED, "Nightly"}


def test_deleting_at_the_api_ends_the_token_of_the_request_and_from_a_browser_all(lin):
    first, second = token_of(lin, "first"), token_of(lin, "second")
    address = reverse("api:token")

    assert Client().delete(address, headers={"Authorization": f"Token {first}"}).status_code == 204
    assert (ask(first), ask(second)) == (401, 200)

    browser = Client()
    browser.force_login(lin)
    assert browser.delete(address).status_code == 204
    assert ask(second) == 401


def test_unconfirmed_address_gets_no_token(lin):
    lin.emailaddress_set.update(verified=False)
    body = {"username": "lin", "password": PASSWORD}

    answer = APIClient().post(reverse("api:token"), body, format="json")

    assert answer.status_code == 403
    assert not ApiToken.objects.exists()
    # A wrong password is not told apart from a wrong name.
    wrong = APIClient().post(reverse("api:token"), body | {"password": "x"}, format="json")
    assert wrong.status_code == 401


def test_token_of_staff_is_worth_nothing_without_their_second_factor(lin, settings):
    token = token_of(lin)
    settings.STAFF_TOTP_REQUIRED = True
    assert ask(token) == 401

    TOTP.activate(lin, "JBSWY3DPEHPK3PXP")
    token = token_of(lin)
    assert ask(token) == 200
    Authenticator.objects.filter(user=lin)._raw_delete("default")
    assert ask(token) == 401


def test_too_many_tokens_are_told_to_the_program(lin):
    ApiTokenFactory.create_batch(tokens.MOST_TOKENS, user=lin)

    answer = APIClient().post(
        reverse("api:token"), {"username": "lin", "password": PASSWORD}, format="json"
    )

    assert answer.status_code == 409
