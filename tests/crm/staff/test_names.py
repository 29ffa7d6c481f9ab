"""User names: one account for all writings of a name, and none that passes for another's."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from crm.staff.models import APART, User
from crm.staff.queries import accounts_named
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough one"
LOGIN, SIGNUP = "/accounts/login/", "/accounts/signup/"


@pytest.fixture
def admin():
    user = UserFactory(username="admin", password=PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def sign_up(name: str):
    form = {"username": name, "email": "new@example.org", "old_enough": "on"}
    return Client().post(SIGNUP, form | {"password1": PASSWORD, "password2": PASSWORD})


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "ADMIN",
        "ａｄｍｉｎ",
        "аdmin",  # Cyrillic а
        "аԁmіn",
        "adm\u0456n",
        "admin\u3164",  # a filler that counts as a letter
        "ad\u200bmin",
        "Αdmin",  # Greek Alpha
        "adm in",
        "\ufdfa" * 30,  # thirty signs that are 540 letters
    ],
)
def test_name_that_could_pass_for_another_is_refused_at_sign_up(admin, name):
    answer = sign_up(name)

    assert answer.status_code == 200
    assert answer.context["form"].errors["username"]
    assert User.objects.get() == admin


@pytest.mark.parametrize("name", ["ann", "林晚晴", "林Ann", "admin2", "Иван"])
def test_name_of_its_own_is_taken(admin, name):
    sign_up(name)

    assert User.objects.filter(username=name).count() == 1


def test_digit_that_looks_like_a_letter_is_seen(admin):
    sign_up("r00t")

    assert sign_up("root").context["form"].errors["username"]
    assert sign_up("rOOt").context["form"].errors["username"]


@pytest.mark.parametrize("typed", ["admin", "Admin", "ADMIN", "ａｄｍｉｎ", " admin"])
def test_every_writing_of_a_name_is_its_account(client, admin, typed):
    client.post(LOGIN, {"login": typed, "password": PASSWORD})

    assert client.session[SESSION_KEY] == str(admin.pk)


def test_database_keeps_two_names_apart(admin):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="ａdmin")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(username="ADMIN")])


def test_pair_that_0_1_took_in_is_told_apart_by_the_row(client):
    """Both sign in under the name exactly as it is, and both can still be changed."""
    first = UserFactory(username="ann", password=PASSWORD)
    second = UserFactory(username="other", email="ann2@example.org")
    User.objects.filter(pk=second.pk).update(username="Ann", likeness=f"ann{APART}{second.pk}")

    assert accounts_named("Ann") == [second]
    assert accounts_named("ann") == accounts_named("ANN") == [first]
    second.refresh_from_db()
    second.display_name = "A."
    second.full_clean(exclude=["password"])
    second.save()
    assert User.objects.get(pk=second.pk).likeness == f"ann{APART}{second.pk}"


@pytest.mark.parametrize("name", ["ADMIN", "аdmin", "admin\u3164"])
def test_djangos_admin_refuses_such_a_name_in_words(admin, name):
    browser = Client()
    browser.force_login(User.objects.create_superuser("root", "root@example.org", PASSWORD))
    form = {"username": name, "password1": PASSWORD, "password2": PASSWORD}

    answer = browser.post(reverse("admin:crm_user_add"), form | {"usable_password": "true"})

    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["username"]
