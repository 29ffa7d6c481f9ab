"""Signing in (faults 41, 42, 43).

Passwords that are guessed, a second factor that is missing or tried out, sessions that outlive
their password, and the headers every page carries.
"""

import re

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import SESSION_KEY
from django.db import connection
from django.test import Client
from django.urls import reverse

from crm.accounts.models import ApiToken
from crm.letters.models import Letter
from crm.readers.models import Reader
from crm.staff.models import AuditEvent, User
from tests.core.building import token_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough one"
LOGIN = "/accounts/login/"


@pytest.fixture
def ann():
    user = UserFactory(username="Ann", email="ann@example.org", password=PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def attempt(client, name, password, address="10.0.0.1", **headers):
    return client.post(
        LOGIN, {"login": name, "password": password}, REMOTE_ADDR=address, headers=headers
    )


def is_in(client) -> bool:
    return SESSION_KEY in client.session


@pytest.mark.parametrize("name", ["Ann", "ann@example.org", "ANN@example.org"])
def test_user_signs_in_by_name_or_address_and_it_is_written_down(client, ann, name):
    answer = attempt(client, name, PASSWORD)

    assert (answer.url, is_in(client)) == (reverse("crm:after-login"), True)
    event = AuditEvent.objects.get(action="sign-in")
    assert (event.user, event.address) == (ann, "10.0.0.1")


@pytest.mark.parametrize(
    ("name", "password"), [("Ann", "wrong"), ("nobody", PASSWORD), ("", ""), ("A\0nn", "x")]
)
def test_wrong_name_or_password_are_told_apart_by_nobody(client, ann, name, password):
    answer = attempt(client, name, password)

    assert (answer.status_code, is_in(client)) == (200, False)


def test_inactive_user_does_not_get_in(client, ann):
    ann.is_active = False
    ann.save()

    attempt(client, "Ann", PASSWORD)

    assert not is_in(client)


def test_session_key_changes_at_sign_in(client, ann):
    client.get(LOGIN)
    session = client.session
    session["planted"] = "by somebody else"
    session.save()
    client.cookies["sessionid"] = before = session.session_key

    attempt(client, "Ann", PASSWORD)

    assert client.session.session_key != before
    assert is_in(client)


def test_changed_password_ends_every_other_session(ann):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        attempt(client, "Ann", PASSWORD)

    new = "quite another long one"
    here.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )

    for client in (here, elsewhere):
        assert client.get(reverse("crm:me")).url.startswith(LOGIN)
    attempt(here, "Ann", new)
    assert is_in(here)


@pytest.mark.parametrize("by", ["change", "reset"])
def test_new_password_makes_the_api_token_worthless(client, ann, by):
    token_of(bystander := UserFactory())
    old = {"Authorization": f"Token {token_of(ann)}"}
    new = {"password1": "quite another long one", "password2": "quite another long one"}
    assert Client().get(reverse("api:segment-list"), headers=old).status_code == 403

    if by == "change":
        attempt(client, "Ann", PASSWORD)
        client.post("/accounts/password/change/", {"oldpassword": PASSWORD} | new)
    else:
        client.post("/accounts/password/reset/", {"email": ann.email})
        link = re.search(
            r"/accounts/password/reset/key/\S+", Letter.objects.get(kind="account.reset").text
        )[0]
        client.post(client.get(link).url, new)

    assert Client().get(reverse("api:segment-list"), headers=old).status_code == 401
    assert AuditEvent.objects.get(action="token.revoked").object_id == str(ann.pk)
    assert AuditEvent.objects.get(action="password.change").user == ann
    assert ApiToken.objects.get().user == bystander


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123", "ann@example.org"])
def test_weak_password_is_refused_at_sign_up(client, password):
    data = {
        "username": "ann2",
        "email": "ann@example.org",
        "password1": password,
        "password2": password,
        "old_enough": "on",
    }

    answer = client.post("/accounts/signup/", data)

    assert answer.status_code == 200
    assert answer.context["form"].errors


def test_sign_up_cannot_choose_a_role(client):
    """Fault 38: fields that the form does not offer are sent along with it."""
    data = {
        "username": "eve",
        "email": "eve@example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "old_enough": "on",
    }

    client.post(
        "/accounts/signup/",
        data | {"role": "administrator", "is_staff": "on", "is_superuser": "on"},
    )

    eve = Reader._meta.get_field("user").related_model.objects.get(username="eve")
    assert (eve.role, eve.is_staff, eve.is_superuser) == ("reader", False, False)


# --- second factor --------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["librarian", "manager", "administrator"])
def test_staff_set_up_a_second_factor_before_anything_else(client, settings, role):
    settings.STAFF_TOTP_REQUIRED = True
    client.force_login(UserFactory(role=role))

    answer = client.get(reverse("crm:reader-list"))

    assert answer.url == reverse("mfa_activate_totp")
    assert client.get("/admin/").url == reverse("mfa_activate_totp")


def test_reader_needs_no_second_factor(client, settings):
    settings.STAFF_TOTP_REQUIRED = True
    reader = UserFactory()
    client.force_login(reader)

    page = client.get(reverse("crm:me"))

    assert page.status_code == 200
    assert page.context["user"] == reader


def test_password_alone_does_not_sign_in_who_has_a_second_factor(client, ann):
    TOTP.activate(ann, generate_totp_secret())

    answer = attempt(client, "Ann", PASSWORD)

    assert (answer.url, is_in(client)) == (reverse("mfa_authenticate"), False)


# --- headers --------------------------------------------------------------------------------------
SHELLS = [("reader", "crm:me"), ("librarian", "crm:reader-list"), ("manager", "analytics:month")]


@pytest.mark.parametrize(("role", "page"), [*SHELLS, ("", "account_login")])
def test_every_shell_sends_the_security_headers(client, role, page):
    if role:
        client.force_login(UserFactory(role=role))

    answer = client.get(reverse(page))

    assert answer.status_code == 200
    policy = answer["Content-Security-Policy"]
    for rule in (
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ):
        assert rule in policy
    assert "unsafe" not in policy
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    inline = re.findall(
        r"<script(?![^>]*(?:src=|application/json))|<style| style=| on\w+=\"",
        answer.content.decode(),
    )
    assert inline == []


@pytest.mark.parametrize(("role", "page"), SHELLS)
def test_no_cache_keeps_what_a_signed_in_person_sees(client, role, page):
    client.force_login(UserFactory(role=role))

    assert "no-store" in client.get(reverse(page))["Cache-Control"]


def test_post_without_the_form_token_is_refused(ann):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ann)

    answer = client.post(reverse("crm:me-consent"), {"channel": "email", "granted": "yes"})

    assert answer.status_code == 403


def test_wrong_host_is_refused(client):
    assert client.get(LOGIN, headers={"host": "evil.example.com"}).status_code == 400


def test_sign_in_leads_to_no_other_site(client, ann):
    answer = client.post(
        f"{LOGIN}?next=//evil.example.com/", {"login": "Ann", "password": PASSWORD}
    )

    assert "evil" not in answer.url


@pytest.mark.django_db(transaction=True)
def test_database_that_is_away_while_the_session_is_read_answers_503(client, monkeypatch):
    client.force_login(UserFactory())
    client.raise_request_exception = False
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nowhere")

    answer = client.get(reverse("crm:me"))

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")


def test_admin_has_no_door_of_its_own(client, ann):
    """Password, lock-out and second factor are asked on the one sign-in page."""
    answer = client.post("/admin/login/", {"username": "Ann", "password": PASSWORD})

    assert answer.status_code == 302
    assert answer.url.startswith(LOGIN)
    assert not is_in(client)


@pytest.mark.django_db
def test_superuser_is_an_administrator_and_counts_as_staff():
    root = User.objects.create_superuser("root", "root@example.org", PASSWORD)

    assert (root.role, root.is_library_staff) == ("administrator", True)
    assert UserFactory.build(role="reader", is_superuser=True).is_library_staff


@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "hex", "nonsense"])
@pytest.mark.parametrize("path", [LOGIN, "/say/", "/i18n/setlang/"])
@pytest.mark.django_db
def test_form_in_another_encoding_is_refused_in_words(client, path, charset):
    answer = client.generic(
        "POST", path, b"a=b", content_type=f"application/x-www-form-urlencoded; charset={charset}"
    )

    assert answer.status_code == 415
    assert "Content-Security-Policy" in answer
