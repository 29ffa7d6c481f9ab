"""What readers say and see of themselves: consent, and their own page."""

import json

import pytest
from django.urls import reverse

from crm.readers.actions import set_consent, unsubscribe
from crm.readers.models import Reader
from tests.factories import (
    ActivityFactory,
    ReaderFactory,
    UserFactory,
    permissions_of,
)

pytestmark = pytest.mark.django_db


# --- consent --------------------------------------------------------------------------------------
def test_same_word_twice_is_written_once_and_a_change_again():
    reader = ReaderFactory(consents=[])

    for granted in (True, True, False, False, True):
        set_consent(
            reader=reader,
            channel="email",
            purpose="events",
            granted=granted,
            source="portal",
            by=None,
        )

    assert list(reader.consent_events.values_list("granted", flat=True)) == [True, False, True]
    assert reader.consents == ["email:events"]


def test_withdrawal_of_what_was_never_given_is_still_kept():
    reader = ReaderFactory(consents=[])
    set_consent(
        reader=reader, channel="sms", purpose="events", granted=False, source="unsubscribe", by=None
    )

    assert reader.consent_events.get().granted is False


def test_consent_for_an_unknown_channel_is_an_error():
    said = {"granted": True, "source": "x", "by": None}
    with pytest.raises(ValueError, match="pigeon"):
        set_consent(reader=ReaderFactory(), channel="pigeon", purpose="events", **said)
    with pytest.raises(ValueError, match="advertising"):
        set_consent(reader=ReaderFactory(), channel="email", purpose="advertising", **said)


# --- my own page ----------------------------------------------------------------------------------
@pytest.fixture
def me(client):
    reader = ReaderFactory(name="李雷", user=UserFactory(), consents=["email"])
    client.force_login(reader.user)
    return client


def test_my_page_shows_my_things_and_nobody_elses(me):
    ReaderFactory(name="somebody else", number="SECRET-7")
    ActivityFactory(reader=Reader.objects.get(name="李雷"))

    text = me.get(reverse("crm:me")).content.decode()

    assert "李雷" in text
    assert "SECRET-7" not in text


def test_my_choice_by_channel_and_purpose_holds_at_once(me):
    me.post(reverse("crm:me-consent"), {"email:events": "on", "email:research": "on"})

    reader = Reader.objects.get(name="李雷")
    assert reader.consents == ["email:events", "email:research"]
    said = reader.consent_events.order_by("pk").values_list("purpose", "granted", "source")
    assert set(said) == {
        ("notices", False, "portal"),
        ("surveys", False, "portal"),
        ("research", True, "portal"),
    }


def test_nothing_is_allowed_on_a_channel_without_an_address(me):
    me.post(reverse("crm:me-consent"), {"sms:events": "on", "email:events": "on"})

    assert Reader.objects.get(name="李雷").consents == ["email:events"]


def test_consent_points_at_the_notice_that_held(me):
    me.post(reverse("crm:me-consent"), {"email:events": "on"})

    reader = Reader.objects.get(name="李雷")
    assert {event.notice.number for event in reader.consent_events.all()} == {1}


def test_somebody_elses_reader_in_my_post_is_ignored(me):
    """Fault 38: fields that the form does not offer are sent along with it."""
    other = ReaderFactory(consents=["email"])

    me.post(reverse("crm:me-consent"), {"reader": other.pk, "pk": other.pk})

    mine = Reader.objects.get(name="李雷")
    other.refresh_from_db()
    assert (mine.consents, other.consents) == ([], permissions_of(["email"]))


def test_my_data_comes_as_json_with_history(me):
    reader = Reader.objects.get(name="李雷")
    ActivityFactory(reader=reader, kind="visit")
    unsubscribe(reader=reader, source="portal", by=None, purposes=["events"])

    told = json.loads(me.get(reverse("crm:me-download")).content)

    assert (told["reader"]["name"], told["reader"]["consents"]) == (
        "李雷",
        ["email:notices", "email:surveys"],
    )
    assert [row["kind"] for row in told["activity"]] == ["visit"]
    assert [row["granted"] for row in told["consentevent"]] == [False]


def test_somebody_who_signed_up_alone_has_a_page(client):
    client.force_login(UserFactory(username="newcomer"))

    assert "newcomer" in client.get(reverse("crm:me")).content.decode()
    assert Reader.objects.get().source == "portal"


@pytest.mark.parametrize(
    ("role", "target"),
    [
        ("reader", "/"),
        ("librarian", "/desk/"),
        ("manager", "/insight/"),
        ("administrator", "/desk/"),
    ],
)
def test_signing_in_leads_to_the_page_of_the_role(client, role, target):
    client.force_login(UserFactory(role=role))

    answer = client.get(reverse("crm:after-login"))

    assert answer.status_code == 302
    assert answer.url.startswith(target)
