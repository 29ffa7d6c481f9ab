"""Somebody under fourteen gets an account by a guardian's word at the desk."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.letters.models import Letter
from crm.privacy import letters
from crm.readers.models import ConsentEvent, Reader
from crm.staff.models import AuditEvent, User
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = reverse("crm:reader-child")
GIVEN = {
    "name": "王小明",
    "email": "xiaoming@example.org",
    "guardian": "王芳",
    "relation": "mother",
    "day": "2026-03-02",
    "purposes": ["notices", "events"],
    "identified": "on",
}


@pytest.fixture
def desk():
    client = Client()
    client.force_login(factories.UserFactory(role="librarian"))
    return client


def test_desk_opens_an_account_for_a_child_whose_guardian_agrees(desk):
    answer = desk.post(PAGE, GIVEN)
    reader = Reader.objects.get(name="王小明")
    assert answer.url == reader.get_absolute_url()
    assert sorted(reader.consents) == ["email:events", "email:notices"]

    event = ConsentEvent.objects.filter(reader=reader, purpose="notices").get()
    assert (event.granted, event.source) == (True, "guardian")
    assert "王芳" in event.wording
    assert event.by.role == "librarian"

    trail = AuditEvent.objects.get(action="reader.guardian")
    assert trail.detail == {"day": "2026-03-02", "purposes": ["events", "notices"]}


def test_letter_lets_the_child_choose_a_password_and_sign_in(desk):
    desk.post(PAGE, GIVEN)
    letter = Letter.objects.get(address="xiaoming@example.org")
    link = re.search(r"https?://\S+(/accounts/password/reset/key/\S+)", letter.text).group(1)

    child = Client()
    form = child.get(link, follow=True)
    chosen = {"password1": "quite-long-and-new-1", "password2": "quite-long-and-new-1"}
    child.post(form.redirect_chain[-1][0], chosen)
    known = {"login": "xiaoming@example.org", "password": "quite-long-and-new-1"}
    assert Client().post(reverse("account_login"), known).status_code == 302


def test_second_account_with_one_address_is_refused(desk):
    factories.UserFactory(email="xiaoming@example.org")
    answer = desk.post(PAGE, GIVEN)
    assert answer.status_code == 400
    assert "email" in answer.context["form"].errors
    assert not Reader.objects.filter(name="王小明").exists()


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_once_it_opens_one_account(desk):
    """Two clicks at the same moment opened two accounts, with two letters."""
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _click: in_thread(desk), range(4)))
    assert sorted(answers) == [302, 400, 400, 400]
    assert User.objects.filter(email=GIVEN["email"]).count() == 1
    assert Letter.objects.filter(address=GIVEN["email"]).count() == 1


def in_thread(desk) -> int:
    try:
        other = Client()
        other.cookies = desk.cookies
        return other.post(PAGE, GIVEN).status_code
    finally:
        connection.close()


def test_asking_who_has_an_account_is_limited_and_in_the_trail(desk):
    factories.UserFactory(email="xiaoming@example.org")
    answers = [desk.post(PAGE, GIVEN) for _each in range(letters.REFUSED_A_DAY + 1)]
    refusals = [answer.context["form"].errors["email"][0] for answer in answers]
    assert set(refusals[:-1]) == {"这个邮箱已经有账号了。"}
    assert refusals[-1] != refusals[0]
    trail = AuditEvent.objects.filter(action="reader.guardian-refused")
    assert trail.count() == letters.REFUSED_A_DAY
    assert trail.first().detail == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("guardian", ""),
        ("purposes", []),
        ("identified", ""),
        ("day", str(date(timezone.localdate().year + 1, 1, 1))),
    ],
)
def test_nothing_is_opened_without_a_guardians_word(desk, field, value):
    answer = desk.post(PAGE, GIVEN | {field: value})
    assert list(answer.context["form"].errors) == [field]
    assert not Reader.objects.filter(name="王小明").exists()


def test_sign_up_says_what_fits_a_child_and_who_only_forgot_the_tick(client):
    client.cookies["django_language"] = "en"
    answer = client.post(reverse("account_signup"), {"email": "a@example.org"})
    (said,) = answer.context["form"].errors["old_enough"]
    assert said.startswith("Fourteen or older? Then tick this box. Younger?")
    assert "Your account is opened there" in answer.content.decode()
