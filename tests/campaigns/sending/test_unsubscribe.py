"""The way out of every mail: one click, for every row with the same address, and back again."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.links import keys
from campaigns.sending import audience
from campaigns.sending.delivery import suppressed
from campaigns.sending.mail import Recipient
from crm.readers.actions import set_consent
from crm.readers.models import Reader, Suppression
from crm.segments.refresh import refresh_segment
from crm.staff.models import AuditEvent
from tests import factories
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def delivery(db):
    return factories.DeliveryFactory(state="holdout")


@pytest.fixture
def way_out(delivery):
    return reverse("campaigns:unsubscribe", args=[keys.delivery_key(delivery.pk, keys.UNSUBSCRIBE)])


def consents(delivery) -> list[str]:
    delivery.reader.refresh_from_db()
    return delivery.reader.consents


def test_i4_get_of_the_way_out_changes_nothing(way_out, delivery, client):
    assert client.get(way_out).status_code == 200
    assert client.head(way_out).status_code == 200
    assert consents(delivery) == ["email"]


def test_i4_one_click_post_without_cookies_withdraws_consent(way_out, delivery):
    """RFC 8058: the body is fixed, no cookie and no CSRF token are sent."""
    mail_program = Client(enforce_csrf_checks=True)
    assert mail_program.post(way_out, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert consents(delivery) == []
    event = delivery.reader.consent_events.get()
    assert (event.channel, event.granted, event.by) == ("email", False, None)
    mail_program.post(way_out, {"List-Unsubscribe": "One-Click"})
    assert delivery.reader.consent_events.count() == 1


def test_coming_back_is_offered(way_out, delivery, client):
    client.post(way_out)
    client.post(way_out, {"again": "1"})
    assert consents(delivery) == ["email"]


@pytest.fixture
def twin(delivery):
    """Another row of the same person, with the address written differently."""
    return factories.ReaderFactory(source="other", email=delivery.reader.email.upper())


def mailed(delivery) -> set[int]:
    """Ids of the readers whom a launch would mail and a running campaign does mail."""
    campaign = delivery.content.campaign
    segment = factories.SegmentFactory()
    campaign.segments.set([segment])
    refresh_segment(segment)
    consenting = [reader for reader in Reader.objects.all() if reader.allows("email")]
    asked = [
        Recipient(reader.pk, reader.email, reader.name, None, reader.kind, "en")
        for reader in consenting
    ]
    mailable = set(Reader.objects.mailable().values_list("pk", flat=True))
    assert {reader.pk for reader in consenting} - suppressed(asked) == mailable
    counted = audience.count(campaign)
    assert counted.mailed + counted.held_out == len(mailable)
    return mailable


def test_unsubscribing_stops_every_row_with_the_same_address(way_out, delivery, twin, client):
    stranger = factories.ReaderFactory()
    assert mailed(delivery) == {delivery.reader_id, twin.pk, stranger.pk}
    client.get(way_out)
    assert not Suppression.objects.exists()
    client.post(way_out)
    client.post(way_out)
    assert mailed(delivery) == {stranger.pk}
    assert Suppression.objects.values_list("channel", "reason").get() == ("email", "unsubscribed")
    assert list(twin.consent_events.all()) == []


def test_way_out_of_the_other_row_says_so_and_leads_back(way_out, delivery, twin, client):
    client.post(way_out)
    own = factories.DeliveryFactory(reader=twin, content=delivery.content)
    other = reverse("campaigns:unsubscribe", args=[keys.delivery_key(own.pk, keys.UNSUBSCRIBE)])
    assert client.get(other).context["subscribed"] is False
    assert client.post(other, {"again": "1"}).context["subscribed"] is True
    assert mailed(delivery) == {twin.pk}


def test_coming_back_lifts_the_suppression(way_out, delivery, twin, client):
    client.post(way_out)
    client.post(way_out, {"again": "1"})
    assert mailed(delivery) == {delivery.reader_id, twin.pk}
    assert list(
        AuditEvent.objects.filter(action__startswith="address").values_list("action", flat=True)
    ) == [
        "address.release",
        "address.suppress",
    ]


@pytest.mark.parametrize(
    ("source", "lifted"), [("portal", True), ("staff", True), ("api", True), ("import", False)]
)
def test_own_word_lifts_the_suppression_and_a_file_does_not(
    way_out, delivery, client, source, lifted
):
    client.post(way_out)
    set_consent(reader=delivery.reader, channel="sms", granted=True, source=source, by=None)
    assert Suppression.objects.exists()
    set_consent(reader=delivery.reader, channel="email", granted=True, source=source, by=None)
    assert Suppression.objects.exists() is not lifted


def test_guessed_way_out_is_the_same_404_as_a_vanished_one(way_out, delivery, client):
    last = way_out[-2]
    guessed = client.get(f"{way_out[:-2]}{'b' if last == 'a' else 'a'}/")
    other_purpose = client.get(
        reverse("campaigns:unsubscribe", args=[keys.delivery_key(delivery.pk, keys.CLICK)])
    )
    with as_owner():
        delivery.delete()
    gone = client.get(way_out)
    assert [guessed.status_code, other_purpose.status_code, gone.status_code] == [404] * 3
    assert guessed.content == other_purpose.content == gone.content
