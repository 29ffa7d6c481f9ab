"""The pages before the door say what happened and lead on: sign-up, confirmation, new password."""

from datetime import timedelta

import pytest
from allauth.account import app_settings as account_settings
from django.conf import settings
from django.urls import reverse

from crm.letters.models import Letter
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_password_that_is_too_short_is_refused_in_chinese(client):
    client.cookies["django_language"] = "zh-hans"
    given = {"email": "a@example.org", "username": "ann", "password1": "kurz", "password2": "kurz"}
    answer = client.post(reverse("account_signup"), given)
    assert "密码太短，至少要 10 个字符。" in answer.context["form"].errors["password1"]


def test_link_that_was_used_already_leads_on(client):
    client.cookies["django_language"] = "en"
    page = client.get(reverse("account_confirm_email", args=["used-already"])).content.decode()
    assert "your address is confirmed already: sign in" in page
    assert f'<a class="btn primary" href="{reverse("account_login")}"' in page

    spent = {"uidb36": "1", "key": "used-already"}
    page = client.get(reverse("account_reset_password_from_key", kwargs=spent)).content.decode()
    assert f'<a class="btn primary" href="{reverse("account_reset_password")}"' in page


def test_letters_and_pages_say_how_long_links_hold(client):
    client.cookies["django_language"] = "en"
    user = UserFactory(email="ann@example.org")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    ReaderFactory(user=user, language="en")
    said = "The link holds for 3 days"
    page = client.post(reverse("account_reset_password"), {"email": user.email}, follow=True)
    assert said in page.content.decode()
    assert said in Letter.objects.get(address=user.email).text
    # One number is said of both links.
    assert timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT) == timedelta(
        days=account_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS
    )


def test_browser_that_asks_for_a_favicon_gets_one(client):
    assert client.get("/favicon.ico").url.endswith(".svg")
