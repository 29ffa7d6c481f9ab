"""Readers sign in by a link in a mail: once, soon, and nobody learns who has an account."""

import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core import signing
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.refusals import Refused
from crm.accounts import mail_links
from crm.letters.models import Letter
from crm.readers.models import Reader
from crm.staff.models import AuditEvent, Bucket, User
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db
ASK = reverse("crm:sign-in-link")
ENGLISH = {"accept-language": "en"}


def account(address: str, **more):
    user = UserFactory(email=address, **({"role": "reader"} | more))
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def link_in(letter: Letter) -> str:
    (line,) = [line for line in letter.text.splitlines() if "/sign-in/link/" in line]
    return "/sign-in/link/" + line.partition("/sign-in/link/")[2]


def opened(token: str):
    with transaction.atomic():
        return mail_links.opening_of(token).user


def counted(client, address: str) -> int:
    """Statements of asking for a link."""
    with CaptureQueriesContext(connection) as found:
        client.post(ASK, {"email": address})
    return len(found)


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


def test_another_browser_must_know_whose_account_the_link_opens(client):
    """Anybody may mail a link to their own account to somebody else: that one would type an address
    and answers into a stranger's account.
    """
    mallory = account("mallory@example.net")
    client.post(ASK, {"email": "mallory@example.net"})
    link = link_in(Letter.objects.get())
    victim = Client()
    page = victim.get(link).content.decode()
    assert "m***@example.net" in page
    for typed in ({}, {"email": "victim@example.com"}):
        assert victim.post(link, typed).status_code == 400
        assert not is_signed_in(victim)
    # It was not used by that: who knows the whole address opens it, in any writing.
    other = Client()
    assert other.post(link, {"email": "Mallory@EXAMPLE.net"}).status_code == 302
    assert other.session["_auth_user_id"] == str(mallory.pk)


def test_link_opens_an_account_where_nobody_has_the_address_and_the_record_is_offered(client):
    """Whom the library knows by a file alone comes in as well, without a second record."""
    record = ReaderFactory(source="student", number="2023010101", email="Lei@example.com")
    client.post(ASK, {"email": "lei@example.com"})
    link = link_in(Letter.objects.get())
    page = client.get(link).content.decode()
    assert "l***@example.com" in page
    assert record.number not in page
    assert client.post(link, {}).status_code == 400
    assert client.post(link, {"old_enough": "on"}).url == reverse("crm:me")
    user = User.objects.get(email="lei@example.com")
    assert (user.role, user.has_usable_password()) == ("reader", False)
    record.refresh_from_db()
    assert record.user is None

    assert reverse("crm:me-claim") in client.get(reverse("crm:me")).content.decode()
    page = client.get(reverse("crm:me-claim")).content.decode()
    assert "***0101" in page
    assert record.number not in page
    offered = reverse("crm:me-claim-offered")
    assert client.post(offered, {"record": "0"}).url == reverse("crm:me-claim")
    assert client.post(offered, {"record": record.pk}).url == reverse("crm:me")
    record.refresh_from_db()
    assert record.user == user
    assert Reader.objects.filter(user=user).count() == 1
    # The link is used up: the address has an account now.
    assert Client().post(link, {"email": "lei@example.com", "old_enough": "on"}).url == ASK


def test_answer_is_the_same_whoever_has_the_address(client):
    account("lei@example.com")
    account("staff@example.com", role="librarian")
    account("was@example.com", was_staff=True)
    account("closed@example.com", is_active=False)
    UserFactory(role="reader", email="typed@example.com")
    answers = set()
    for name in ("lei", "staff", "was", "closed", "typed", "nobody"):
        page = client.post(ASK, {"email": f"{name}@example.com"}, follow=True)
        assert page.redirect_chain == [(reverse("crm:sign-in-link-sent"), 302)]
        answers.add(page.content.decode().partition("<h1>")[2].partition("</main>")[0])
    assert len(answers) == 1
    # One letter each, so that the work is the same; only two of them hold a link.
    letters = {letter.address: letter for letter in Letter.objects.all()}
    assert len(letters) == 6
    with_link = [address for address, one in letters.items() if "/sign-in/link/" in one.text]
    assert sorted(with_link) == ["lei@example.com", "nobody@example.com"]
    (statements,) = {counted(client, f"{name}2@example.com") for name in ("was", "nobody")}
    assert abs(counted(client, "lei@example.com") - statements) <= 2


def test_link_ends_by_itself_and_with_what_it_was_made_of(monkeypatch):
    user = account("lei@example.com")
    made = mail_links.token_of(user)
    assert opened(made) == user
    for spoilt in ("", "none", made[:-1] + "x", signing.dumps("x", salt=mail_links.SALT)):
        with pytest.raises(Refused):
            opened(spoilt)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 16 * 60)
    with pytest.raises(Refused):
        opened(made)
    monkeypatch.undo()
    user.email = "other@example.com"
    user.save()
    with pytest.raises(Refused):
        opened(made)


def test_links_are_slowed_as_other_entries(client):
    account("lei@example.com")
    for _one in range(7):
        assert client.post(ASK, {"email": "lei@example.com"}).status_code == 302
    assert Letter.objects.count() == 5
    client.post(reverse("crm:sign-in-link-open", args=["guessed"]))
    assert Bucket.objects.filter(name="wrong entries").exists()


def test_second_factor_is_asked_for_after_the_link(client):
    user = account("lei@example.com")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    page = reverse("crm:sign-in-link-open", args=[mail_links.token_of(user)])
    answer = client.post(page, {"email": "lei@example.com"})
    assert answer.url == reverse("mfa_authenticate")
    assert not is_signed_in(client)


@pytest.mark.parametrize(("typed", "called"), [(" 李 雷 ", "李 雷"), ("", "lei")])
def test_whoever_comes_by_a_link_is_called_by_a_name_of_their_own(client, typed, called):
    """In 0.1 the page greeted a name that was drawn by chance."""
    client.post(ASK, {"email": "lei@example.com"})
    link = link_in(Letter.objects.get())
    assert "What shall we call you?" in client.get(link, headers=ENGLISH).content.decode()
    client.post(link, {"old_enough": "on", "name": typed})
    client.get(reverse("crm:me"))
    reader = Reader.objects.get(source="portal")
    assert (reader.name, str(reader.user)) == (called, called)


def test_whoever_has_an_account_is_asked_for_no_name(client):
    user = account("lei@example.com", display_name="李雷")
    client.post(ASK, {"email": "lei@example.com"})
    link = link_in(Letter.objects.get())
    assert "What shall we call you?" not in client.get(link, headers=ENGLISH).content.decode()
    client.post(link, {"name": "somebody else"})
    user.refresh_from_db()
    assert (is_signed_in(client), user.display_name) == (True, "李雷")
