"""Accounts that programs may have opened: opened all the same, and what they send in waits."""

import time
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from core import traps
from crm.staff.models import User
from tests.crm.staff.door import mails
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough one"
CAMPUS = "203.0.113.5"


def sign_up(name: str, client=None, **changes):
    client = client or Client()
    data = {
        "username": name,
        "email": f"{name}@example.org",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "old_enough": "on",
        "t": traps.stamp(time.time() - 60),
    }
    return client.post(reverse("account_signup"), data | changes, REMOTE_ADDR=CAMPUS)


def reason(name: str) -> str:
    return User.objects.get(username=name).suspected


@pytest.mark.parametrize(
    ("changes", "why"), [({}, ""), ({"website": "x"}, "honeypot"), ({"t": ""}, "unread")]
)
def test_account_is_opened_and_its_letter_sent_whoever_asks(changes, why):
    """Fault 25."""
    answer = sign_up("bob", **changes)

    assert answer.status_code == 302
    assert reason("bob") == why
    assert [sent.to for sent in mails()] == ["bob@example.org"]


def test_thousands_who_open_accounts_behind_one_address_are_not_refused():
    """Fault 24: in 0.1 the 21st in a minute was."""
    for number in range(25):
        client = Client()
        client.cookies["csrftoken"] = uuid4().hex
        assert sign_up(f"reader{number}", client).status_code == 302
        assert reason(f"reader{number}") == ""


def test_one_browser_that_opens_many_accounts_is_suspected_and_told_so():
    client = Client()
    client.cookies["csrftoken"] = uuid4().hex
    for number in range(4):
        answer = sign_up(f"reader{number}", client)
        client.cookies.pop("sessionid", None)

    assert [reason(f"reader{number}") for number in range(4)] == ["", "", "", "browser"]
    assert answer.status_code == 302


def test_answer_does_not_tell_whether_there_is_such_an_account():
    there = UserFactory(username="Ann", email="ann@example.org")
    there.emailaddress_set.create(email=there.email, verified=True, primary=True)
    headers = {"accept-language": "en"}

    known = Client(headers=headers)
    unknown = Client(headers=headers)
    one = sign_up("ann3", known, email="ann@example.org", website="x")
    other = sign_up("eve", unknown, website="x")

    assert one.url == other.url
    words = "a colleague looks at what you send in"
    assert words in known.get(one.url).content.decode()
    assert words in unknown.get(other.url).content.decode()


def test_page_shows_five_fields_and_keeps_what_was_typed(client):
    page = client.get(reverse("account_signup")).content.decode()
    assert page.count('class="field"') == 5
    assert 'name="website"' in page

    refused = sign_up("bob", client, password2="another")
    assert refused.status_code == 200
    assert 'value="bob@example.org"' in refused.content.decode()


def test_administrator_finds_suspected_accounts(client):
    UserFactory(username="suspect", suspected="network")
    UserFactory(username="neighbour")
    client.force_login(UserFactory(role="administrator", username="admin"))

    page = client.get(reverse("crm:user-list"), {"suspected": "on"}).content.decode()

    assert "suspect" in page
    assert "neighbour" not in page
