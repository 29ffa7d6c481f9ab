"""Somebody lost telephone and recovery codes: an administrator resets the second factor."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from crm.letters.models import Letter
from crm.staff.models import AuditEvent
from tests.crm.staff.door import PASSWORD, account, attempt, is_in, with_second_factor
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
GIVEN = {"reason": "telephone lost, known to me", "recognised": "on"}


@pytest.fixture
def administrator():
    return UserFactory(role="administrator")


@pytest.fixture
def desk(administrator):
    client = Client()
    client.force_login(administrator)
    client.cookies["django_language"] = "en"
    return client


def page_of(user) -> str:
    return reverse("crm:user-second-factor", args=[user.pk])


def test_reset_lets_in_by_the_password_alone_and_is_told(desk, administrator):
    ann = with_second_factor(account("Ann", "ann@example.org"))
    signed_in = Client()
    signed_in.force_login(ann)

    desk.post(page_of(ann), GIVEN)

    assert not Authenticator.objects.filter(user=ann).exists()
    event = AuditEvent.objects.get(action="user.second-factor")
    assert (event.user, event.detail) == (administrator, {"reason": GIVEN["reason"]})
    assert Letter.objects.filter(address="ann@example.org").exists()
    assert signed_in.get(reverse("crm:me")).status_code == 302

    visitor = Client()
    attempt(visitor, "Ann", PASSWORD)
    assert is_in(visitor)


@pytest.mark.parametrize("missing", ["reason", "recognised"])
def test_reset_wants_a_reason_and_that_the_person_was_recognised(desk, missing):
    ann = with_second_factor(account("Ann", "ann@example.org"))
    answer = desk.post(page_of(ann), GIVEN | {missing: ""})
    assert list(answer.context["form"].errors) == [missing]
    assert Authenticator.objects.filter(user=ann).exists()


def test_own_second_factor_is_not_reset_at_the_desk(desk, administrator):
    with_second_factor(administrator)
    answer = desk.post(page_of(administrator), GIVEN)
    assert answer.status_code == 400
    assert Authenticator.objects.filter(user=administrator).exists()


def test_page_of_a_user_leads_there(desk):
    ann = with_second_factor(account("Ann", "ann@example.org"))
    page = desk.get(reverse("crm:user-edit", args=[ann.pk])).content.decode()
    assert page_of(ann) in page


def test_staff_role_for_a_readers_account_is_asked_twice(desk):
    reader = UserFactory()
    page = reverse("crm:user-edit", args=[reader.pk])
    given = {"role": "librarian", "campus": "", "is_active": "on"}
    answer = desk.post(page, given)
    assert list(answer.context["form"].errors) == ["sure"]
    reader.refresh_from_db()
    assert reader.role == "reader"

    desk.post(page, given | {"sure": "on"})
    reader.refresh_from_db()
    assert reader.role == "librarian"


def test_pages_of_the_second_factor_say_what_recovery_codes_are_for():
    ann = with_second_factor(account("Ann", "ann@example.org"))
    visitor = Client()
    visitor.cookies["django_language"] = "en"
    attempt(visitor, "Ann", PASSWORD)
    door = visitor.get(reverse("mfa_authenticate")).content.decode()
    assert "A recovery code works here, too." in door

    wrong = visitor.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    assert "This code is not right." in wrong

    codes = Authenticator.objects.get(user=ann, type="recovery_codes").wrap().get_unused_codes()
    visitor.post(reverse("mfa_authenticate"), {"code": codes[0]})
    # Before what matters the password is asked for again.
    visitor.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = visitor.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert codes[1] in page
    assert "Keep them where the telephone is not" in page
    assert "data-print" in page
    assert reverse("mfa_download_recovery_codes") in page
