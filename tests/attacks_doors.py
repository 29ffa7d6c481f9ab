"""Doors that are open where they should be shut, and shut where they should be open.

Run by name: ``pytest tests/attacks_doors.py``.
"""

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.test import override_settings
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db
AWAY = {"default": configured.CACHES["default"] | {"LOCATION": "unix:///nowhere/valkey.sock?db=0"}}


@pytest.fixture
def librarian(client):
    user = factories.UserFactory(role="librarian")
    client.force_login(user)
    return user


# --- works ----------------------------------------------------------------------------------------
# --- signing in -----------------------------------------------------------------------------------
def test_a_cache_that_is_away_shuts_nobody_out(client):
    user = factories.UserFactory(password="a long password")
    with override_settings(CACHES=AWAY):
        cache.get("x")
        answer = client.post(
            reverse("account_login"), {"login": user.username, "password": "a long password"}
        )
    assert answer.status_code != 429


# --- invitations ----------------------------------------------------------------------------------
# --- one form of numbers --------------------------------------------------------------------------
# --- texts and days -------------------------------------------------------------------------------
