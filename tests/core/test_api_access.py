"""Who gets into the API: tokens, locks, the second factor, roles and campuses."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, hotp_value
from django.urls import reverse
from rest_framework.test import APIClient

from crm.accounts import tokens
from crm.accounts.models import ApiToken
from crm.readers.models import ConsentEvent
from crm.segments.refresh import refresh_segment
from crm.staff.models import AuditEvent
from tests.core.building import client_of
from tests.factories import (
    CampusFactory,
    ReaderFactory,
    SegmentFactory,
    UserFactory,
)

PASSWORD = "Long-enough-1"


@pytest.fixture
def librarian(db):
    return with_address(UserFactory(role="librarian", username="lin", password=PASSWORD))


def with_address(user):
    """The user, with an e-mail address that is confirmed."""
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def sign_in(client, **body):
    return client.post(reverse("api:token"), body, format="json")


# --- signing in -----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["lin", "lin@example.org"])
def test_token_is_given_for_name_or_address_and_opens_the_api(librarian, name):
    client = APIClient()

    token = sign_in(client, username=name, password=PASSWORD).json()["token"]

    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    assert client.get(reverse("api:segment-list")).status_code == 200
    assert AuditEvent.objects.get(action="api.sign-in").user == librarian


def test_five_wrong_passwords_lock_the_name_here_and_on_the_page(librarian):
    client = APIClient()
    for _attempt in range(5):
        assert sign_in(client, username="lin", password="wrong").status_code == 401

    assert sign_in(client, username="lin", password=PASSWORD).status_code == 429
    page = client.post(reverse("account_login"), {"login": "lin", "password": PASSWORD})
    assert page.status_code == 200
    assert not ApiToken.objects.exists()


def test_spoofed_address_does_not_escape_the_lock(librarian):
    for attempt in range(5):
        sign_in(
            APIClient(HTTP_X_FORWARDED_FOR=f"10.0.0.{attempt}"), username="lin", password="wrong"
        )

    answer = sign_in(APIClient(HTTP_X_FORWARDED_FOR="10.9.9.9"), username="lin", password=PASSWORD)

    assert answer.status_code == 429


def test_neighbour_of_a_locked_name_may_sign_in(librarian):
    neighbour = with_address(UserFactory(username="wang", password=PASSWORD))
    for _attempt in range(6):
        sign_in(APIClient(), username="lin", password="wrong")

    assert sign_in(APIClient(), username="lin", password=PASSWORD).status_code == 429
    answer = sign_in(APIClient(), username="wang", password=PASSWORD)
    assert answer.status_code == 200
    assert tokens.find(answer.json()["token"]).user == neighbour


def test_second_factor_is_asked_for_where_it_is_set_up(librarian):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(librarian, secret)
    # The code of now: it holds for half a minute more, however slow the machine is.
    code = str(hotp_value(secret, int(time.time()) // 30)).zfill(6)

    assert sign_in(APIClient(), username="lin", password=PASSWORD).status_code == 401
    assert sign_in(APIClient(), username="lin", password=PASSWORD, code="000000").status_code == 401
    assert sign_in(APIClient(), username="lin", password=PASSWORD, code=code).status_code == 200
    assert Authenticator.objects.count() == 1


def test_staff_without_second_factor_get_no_token_where_it_is_required(librarian, settings):
    settings.STAFF_TOTP_REQUIRED = True

    assert sign_in(APIClient(), username="lin", password=PASSWORD).status_code == 403
    assert not ApiToken.objects.exists()


def test_deleted_token_and_inactive_account_open_nothing(librarian):
    client = client_of(librarian)
    assert client.delete(reverse("api:token")).status_code == 204
    assert client.get(reverse("api:segment-list")).status_code == 401

    again = client_of(librarian)
    librarian.is_active = False
    librarian.save()
    assert again.get(reverse("api:segment-list")).status_code == 401
    assert sign_in(APIClient(), username="lin", password=PASSWORD).status_code == 401


def test_wrong_tokens_are_slowed_down_and_right_ones_never(librarian, settings):
    settings.API_NETWORK_RATE = "1/day"
    url = reverse("api:segment-list")
    wrong = APIClient(HTTP_AUTHORIZATION="Token 0123456789")

    answers = [wrong.get(url) for _turn in range(3)]

    assert [answer.status_code for answer in answers] == [401, 429, 429]
    assert 0 < int(answers[1]["Retry-After"]) <= 86_400
    assert client_of(librarian).get(url).status_code == 200


def test_browser_session_needs_the_csrf_token_to_change_anything(librarian):
    reader = ReaderFactory()
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(librarian)

    answer = client.patch(
        reverse("api:reader-detail", args=[reader.pk]),
        {"consents": {"sms": {"events": True}}},
        format="json",
    )

    assert answer.status_code == 403
    assert not ConsentEvent.objects.exists()


# --- who may see what -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "name",
    [
        "reader-list",
        "reader-detail",
        "segment-list",
        "segment-detail",
        "segment-members",
        "campaign-list",
    ]
    + ["campaign-detail", "campaign-results", "survey-results", "schema"],
)
@pytest.mark.parametrize(
    ("role", "status"), [("", 401), ("reader", 403), ("librarian", 200), ("administrator", 200)]
)
def test_role_table_holds_for_tokens(world, name, role, status):
    things = {
        "reader": world.reader,
        "segment": world.segment,
        "campaign": world.campaign,
        "survey": world.survey,
    }
    assert world.evaluation.campaign == world.campaign
    thing = things.get(name.split("-")[0]) if not name.endswith("list") else None
    client = client_of(world.user(role)) if role else APIClient()

    assert (
        client.get(reverse(f"api:{name}", args=[thing.pk] if thing else [])).status_code == status
    )


def test_reader_role_may_not_count_nor_refresh(world):
    client = client_of(world.user("reader"))

    assert client.post(reverse("api:segment-count"), {"rule": {}}, format="json").status_code == 403
    assert client.post(reverse("api:segment-refresh", args=[world.segment.pk])).status_code == 403
    world.segment.refresh_from_db()
    assert world.segment.refreshed_at is None


def test_reader_of_another_campus_is_as_missing_as_one_that_is_not_there(db):
    here, there = CampusFactory(code="here"), CampusFactory(code="there")
    own, stranger = ReaderFactory(campus=here), ReaderFactory(campus=there, name="Stranger")
    segment = SegmentFactory()
    refresh_segment(segment)
    client = client_of(UserFactory(role="librarian", campus=here))
    foreign, nobody = (reverse("api:reader-detail", args=[pk]) for pk in (stranger.pk, 999_999))

    assert [row["id"] for row in client.get(reverse("api:reader-list")).json()["results"]] == [
        own.pk
    ]
    assert client.get(foreign).status_code == client.get(nobody).status_code == 404
    assert client.get(foreign).content == client.get(nobody).content
    assert client.patch(foreign, {"consents": {"sms": True}}, format="json").status_code == 404
    members = client.get(reverse("api:segment-members", args=[segment.pk])).json()
    assert [row["reader"] for row in members["results"]] == [own.pk]
    assert not ConsentEvent.objects.exists()
