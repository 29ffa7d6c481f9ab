"""What somebody can do with rows of sessions who may write them, and cannot sign."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from crm.accounts.models import BrowserSession
from crm.accounts.store import digest_of
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_session_copied_under_a_key_of_ones_own_opens_nothing(client):
    """Who may write rows could not sign them, and copied those of an administrator."""
    client.force_login(UserFactory(role="administrator"))
    assert client.get(reverse("crm:session-list")).status_code == 200
    copied = BrowserSession.objects.get()
    chosen = "k" * 32
    copied.session_key, copied.public_id = digest_of(chosen), uuid4()
    copied.save(force_insert=True)

    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = chosen
    assert thief.get(reverse("crm:session-list")).status_code == 302
    assert client.get(reverse("crm:session-list")).status_code == 200
