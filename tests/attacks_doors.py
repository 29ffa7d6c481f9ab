"""Doors that are open where they should be shut, and shut where they should be open.

Run by name: ``pytest tests/attacks_doors.py``.
"""

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.test import override_settings
from django.urls import reverse

from feedback.surveys.models import Response
from feedback.voices.models import Voice
from tests import factories
from tests.feedback.building import form, published

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
@pytest.mark.parametrize("blank", ["\u200b\u200d\u3000", "\u2800\u3164"])
def test_a_voice_of_invisible_characters_says_nothing(client, blank):
    page = client.get(reverse("feedback:voice-create"))
    client.post(
        reverse("feedback:voice-create"),
        {
            "client_id": str(page.context["form"]["client_id"].value()),
            "kind": "praise",
            "category": "other",
            "text": blank,
        },
    )
    assert not Voice.objects.exists()


def test_an_answer_of_invisible_characters_is_none(client):
    items = [{"kind": "text", "text": {"en": "Why?"}, "required": True}]
    survey = published(items)
    client.post(survey.public_url, form(i1="\u2800\u3164", i2=None, i3=None, i4=None, i5=None))
    assert not Response.objects.filter(survey=survey).exists()
