"""Readers sign in by a link in a mail: once, soon, and nobody learns who has an account."""

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import signing
from django.urls import reverse

from core.refusals import Refused
from crm.accounts import mail_links
from crm.letters.models import Letter
from crm.staff.models import AuditEvent, Bucket
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
ASK = reverse("crm:sign-in-link")


def account(address: str, **more):
    user = UserFactory(email=address, **({"role": "reader"} | more))
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def link_in(letter: Letter) -> str:
    (line,) = [line for line in letter.text.splitlines() if "/sign-in/link/" in line]
    return "/sign-in/link/" + line.partition("/sign-in/link/")[2]


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_link_signs_in_once_by_a_button_and_the_trail_says_how(client):
    user = account("lei@example.com")
    client.post(ASK, {"email": "Lei@Example.com"})
    letter = Letter.objects.get()
    assert letter.address == "lei@example.com"
    link = link_in(letter)

    # A program that looks into mails signs nobody in.
    assert client.get(link).status_code == 200
    assert not is_signed_in(client)
    client.post(link)
    assert client.session["_auth_user_id"] == str(user.pk)
    signed_in = AuditEvent.objects.get(action="sign-in", user=user)
    assert signed_in.detail == {"factors": ["mail_link"]}

    client.logout()
    assert client.post(link).url == ASK
    assert not is_signed_in(client)


def test_answer_is_the_same_whoever_has_the_address(client):
    account("lei@example.com")
    account("staff@example.com", role="librarian")
    account("was@example.com", was_staff=True)
    account("closed@example.com", is_active=False)
    UserFactory(role="reader", email="typed@example.com")
    answers = set()
    for name in ("lei", "staff", "was", "closed", "typed", "nobody"):
        page = client.post(ASK, {"email": f"{name}@example.com"})
        assert page.status_code == 200
        answers.add(page.content.decode().partition("<h1>")[2].partition("</main>")[0])
    assert len(answers) == 1
    assert list(Letter.objects.values_list("address", flat=True)) == ["lei@example.com"]


def test_link_ends_by_itself_and_with_what_it_was_made_of(monkeypatch):
    user = account("lei@example.com")
    made = mail_links.token_of(user)
    assert mail_links.owner_of(made) == user
    for spoilt in ("", "none", made[:-1] + "x", signing.dumps("x", salt=mail_links.SALT)):
        with pytest.raises(Refused):
            mail_links.owner_of(spoilt)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 16 * 60)
    with pytest.raises(Refused):
        mail_links.owner_of(made)
    monkeypatch.undo()
    user.email = "other@example.com"
    user.save()
    with pytest.raises(Refused):
        mail_links.owner_of(made)


def test_links_are_slowed_as_other_entries(client):
    account("lei@example.com")
    for _one in range(7):
        assert client.post(ASK, {"email": "lei@example.com"}).status_code == 200
    assert Letter.objects.count() == 5
    client.post(reverse("crm:sign-in-link-open", args=["guessed"]))
    assert Bucket.objects.filter(name="wrong entries").exists()


def test_second_factor_is_asked_for_after_the_link(client):
    user = account("lei@example.com")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    answer = client.post(reverse("crm:sign-in-link-open", args=[mail_links.token_of(user)]))
    assert answer.url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
