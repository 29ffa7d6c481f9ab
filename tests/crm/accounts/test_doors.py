"""A right that is taken away closes every door at once, and so does another password."""

import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from crm.accounts.models import ApiToken
from crm.staff.actions import change_user
from crm.staff.models import AuditEvent, User
from tests.core.building import token_of
from tests.factories import JobFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough one"
NEW = "quite another long one"
LOGIN = "/accounts/login/"


# --- doors ----------------------------------------------------------------------------------------
def page(browser, _token) -> int:
    return browser.get(reverse("crm:user-list")).status_code


def fragment(browser, _token) -> int:
    job = JobFactory()
    address = reverse("crm:job-progress", args=[job.pk])
    return browser.get(address, headers={"HX-Request": "true"}).status_code


def export(browser, _token) -> int:
    return browser.get(reverse("crm:reader-export-csv")).status_code


def api_by_session(browser, _token) -> int:
    return browser.get(reverse("api:reader-list")).status_code


def api_by_token(_browser, token) -> int:
    address = reverse("api:reader-list")
    return Client().get(address, headers={"Authorization": f"Token {token}"}).status_code


def admin(browser, _token) -> int:
    return browser.get("/admin/").status_code


def admin_list(browser, _token) -> int:
    return browser.get(reverse("admin:crm_user_changelist")).status_code


DOORS = [page, fragment, export, api_by_session, api_by_token, admin, admin_list]


# --- ways to take a right away --------------------------------------------------------------------
def by_desk(chief, ann):
    change_user(user=ann, role="reader", campus=None, is_active=True, by=chief)


def shut_out_by_desk(chief, ann):
    change_user(user=ann, role="administrator", campus=None, is_active=False, by=chief)


def by_djangos_admin(chief, ann):
    browser = Client()
    browser.force_login(chief)
    joined = {"date_joined_0": "2026-01-02", "date_joined_1": "03:04:05"}
    form = {"username": "ann", "role": "reader", "is_active": "on"}
    answer = browser.post(reverse("admin:crm_user_change", args=[ann.pk]), form | joined)
    assert answer.status_code == 302


def by_statement(_chief, ann):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE crm_user SET role = 'reader', is_staff = false, is_superuser = false"
            " WHERE id = %s",
            [ann.pk],
        )


WAYS = [by_desk, shut_out_by_desk, by_djangos_admin, by_statement]


@pytest.fixture
def chief():
    return User.objects.create_superuser("chief", "chief@example.org", PASSWORD)


@pytest.fixture
def ann():
    """An administrator whom every door is open to."""
    return User.objects.create_superuser("ann", "ann@example.org", PASSWORD)


def signed_in(user) -> Client:
    browser = Client()
    browser.force_login(User.objects.get(pk=user.pk))
    return browser


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("way", WAYS)
def test_role_taken_away_closes_every_door(chief, ann, way, door):
    """Fault 52. In a browser that was open, in one that signs in again, and for programs."""
    opened, token = signed_in(ann), token_of(ann)
    assert door(opened, token) == 200

    way(chief, ann)

    assert door(opened, token) in {302, 286, 401, 403}
    if User.objects.get(pk=ann.pk).is_active:
        again = signed_in(ann)
        assert door(again, token) in {302, 401, 403}


def test_flags_of_djangos_admin_are_refused_under_any_other_role(chief, ann):
    browser = signed_in(chief)
    joined = {"date_joined_0": "2026-01-02", "date_joined_1": "03:04:05"}
    form = {"username": "ann", "role": "manager", "is_active": "on", "is_staff": "on"}

    answer = browser.post(reverse("admin:crm_user_change", args=[ann.pk]), form | joined)

    assert answer.status_code == 200
    assert "Django" in str(answer.context["adminform"].form.errors)
    assert User.objects.get(pk=ann.pk).role == "administrator"


# --- passwords ------------------------------------------------------------------------------------
def on_the_command_line(_chief, ann, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda **_prompt: NEW)
    call_command("changepassword", "ann", stdout=io.StringIO())


def in_djangos_admin(chief, ann, _monkeypatch):
    address = reverse("admin:auth_user_password_change", args=[ann.pk])
    form = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    assert signed_in(chief).post(address, form).status_code == 302


def on_the_page(_chief, ann, _monkeypatch):
    form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert signed_in(ann).post("/accounts/password/change/", form).status_code == 302


@pytest.mark.parametrize("way", [on_the_command_line, in_djangos_admin, on_the_page])
def test_another_password_ends_tokens_and_sessions_however_it_was_made(
    chief, ann, monkeypatch, way
):
    token_of(bystander := UserFactory())
    opened, token = signed_in(ann), token_of(ann)

    way(chief, ann, monkeypatch)

    assert User.objects.get(pk=ann.pk).check_password(NEW)
    assert api_by_token(opened, token) == 401
    assert opened.get(reverse("crm:me")).url.startswith(LOGIN)
    assert ApiToken.objects.get().user == bystander
    event = AuditEvent.objects.get(action="token.revoked")
    assert (event.object_type, event.object_id) == ("crm.user", str(ann.pk))


def test_password_that_is_only_hashed_anew_ends_no_token(ann, settings):
    md5 = "django.contrib.auth.hashers.MD5PasswordHasher"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", md5]
    token = token_of(ann)

    assert ann.check_password(PASSWORD)

    assert User.objects.get(pk=ann.pk).password.startswith("pbkdf2")
    assert api_by_token(Client(), token) == 200
