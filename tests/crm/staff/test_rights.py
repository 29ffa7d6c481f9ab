"""Rights that change: what was signed in under the ones before ends with them."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.accounts.models import ApiToken
from crm.staff.actions import change_user
from crm.staff.models import AuditEvent, User
from tests.core.building import token_of
from tests.crm.staff.door import account
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough one"
LOGIN = "/accounts/login/"


@pytest.fixture
def ann():
    return UserFactory(username="Ann", email="ann@example.org", password=PASSWORD)


@pytest.mark.parametrize(
    ("before", "role"),
    [
        ("reader", "librarian"),
        ("reader", "administrator"),
        ("librarian", "manager"),
        ("librarian", "reader"),
    ],
)
def test_another_role_ends_tokens_and_sessions_of_the_one_before(client, ann, before, role):
    User.objects.filter(pk=ann.pk).update(role=before)
    token_of(bystander := UserFactory())
    old = {"Authorization": f"Token {token_of(ann)}"}
    client.force_login(User.objects.get(pk=ann.pk))
    assert client.get(reverse("account_email")).status_code == 200

    chief = UserFactory(role="administrator")
    change_user(user=ann, role=role, campus=None, is_active=True, by=chief)

    assert Client().get(reverse("api:segment-list"), headers=old).status_code == 401
    assert client.get(reverse("crm:me")).url.startswith(LOGIN)
    assert AuditEvent.objects.get(action="token.revoked").object_id == str(ann.pk)
    assert AuditEvent.objects.get(action="user.change").user == chief
    assert ApiToken.objects.get().user == bystander


def test_token_ends_with_the_role_and_the_account_but_not_with_the_campus(ann):
    chief = UserFactory(role="administrator")
    User.objects.filter(pk=ann.pk).update(role="librarian")
    rights = {"role": "librarian", "campus": None, "is_active": True}
    token_of(ann)

    change_user(user=ann, by=chief, **rights | {"campus": CampusFactory()})
    assert ApiToken.objects.filter(user=ann).exists()
    change_user(user=ann, by=chief, **rights | {"is_active": False})
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    "right", [{"role": "librarian"}, {"role": "administrator", "is_staff": "on"}]
)
def test_rights_given_in_djangos_admin_end_tokens_as_well(client, ann, right):
    client.force_login(User.objects.create_superuser("root", "root@example.org", PASSWORD))
    token_of(ann)
    address = reverse("admin:crm_user_change", args=[ann.pk])
    stamp = timezone.localtime(ann.date_joined)
    kept = {
        "username": "Ann",
        "role": "reader",
        "is_active": "on",
        "date_joined_0": f"{stamp:%Y-%m-%d}",
        "date_joined_1": f"{stamp:%H:%M:%S}",
    }

    client.post(address, kept | {"display_name": "A."})
    assert User.objects.get(pk=ann.pk).display_name == "A."
    assert ApiToken.objects.exists()
    client.post(address, kept | right)
    assert not ApiToken.objects.exists()


# --- taking an account over -----------------------------------------------------------------------
def test_the_address_of_an_account_changes_only_after_the_password(client):
    """In 0.1 whoever found an open browser gave the account another address, and had it."""
    user = account("Ann", "ann@example.org")
    client.force_login(user)
    change = {"action_add": "", "email": "eve@example.org"}

    answer = client.post(reverse("account_email"), change)
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert list(user.emailaddress_set.values_list("email", flat=True)) == ["ann@example.org"]

    client.post(answer.url, {"password": PASSWORD})
    client.post(reverse("account_email"), change)
    assert user.emailaddress_set.filter(email="eve@example.org").exists()
