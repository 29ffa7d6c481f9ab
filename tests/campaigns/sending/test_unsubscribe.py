"""The way out of every mail: one click, for every row with the same address, and back again."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.links import keys
from campaigns.sending import audience
from campaigns.sending.actions import launch_content
from campaigns.sending.delivery import claim, suppressed
from campaigns.sending.mail import Recipient
from campaigns.sending.views import unsubscribe
from core.refusals import Refused
from crm.readers.actions import set_consent
from crm.readers.actions import unsubscribe as withdraw
from crm.readers.models import Purpose, Reader, Suppression
from crm.segments.refresh import refresh_segment
from crm.staff.models import AuditEvent
from tests import factories
from tests.crm.imports.building import imported
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


ALLOWED = ["email:events", "email:notices", "email:surveys"]


def test_i4_get_of_the_way_out_changes_nothing(way_out, delivery, client):
    assert client.get(way_out).status_code == 200
    assert client.head(way_out).status_code == 200
    assert consents(delivery) == ALLOWED


def test_i4_one_click_post_without_cookies_withdraws_consent(way_out, delivery):
    """RFC 8058: the body is fixed, no cookie and no CSRF token are sent.

    What is withdrawn is what the mail was about.
    """
    mail_program = Client(enforce_csrf_checks=True)
    assert mail_program.post(way_out, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert consents(delivery) == ["email:events", "email:surveys"]
    event = delivery.reader.consent_events.get()
    assert (event.channel, event.purpose, event.granted, event.by) == (
        "email",
        "notices",
        False,
        None,
    )
    mail_program.post(way_out, {"List-Unsubscribe": "One-Click"})
    assert delivery.reader.consent_events.count() == 1


def test_all_mail_can_be_stopped_at_once(way_out, delivery, client):
    client.post(way_out, {"all": "1"})
    assert consents(delivery) == []


def test_coming_back_is_offered_to_whoever_has_just_left(way_out, delivery, client):
    left = client.post(way_out)
    client.post(way_out, {"undo": left.context["undo"]})
    assert consents(delivery) == ALLOWED


def test_undoing_gives_back_what_was_taken_and_no_more(way_out, delivery, client):
    Reader.objects.update(consents=["email:notices"])
    left = client.post(way_out, {"all": "1"})
    client.post(way_out, {"undo": left.context["undo"]})
    assert consents(delivery) == ["email:notices"]


def test_key_of_a_mail_gives_no_consent(way_out, delivery, client, monkeypatch):
    """It holds for ever and in many hands; in 0.1 it could give consent as often as wanted."""
    left = client.post(way_out)
    assert client.post(way_out, {"again": "1"}).context["subscribed"] is False
    for text in ("", "1", left.context["undo"][:-1]):
        assert client.post(way_out, {"undo": text}).status_code == 404

    monkeypatch.setattr(unsubscribe, "UNDO_SECONDS", -1)
    assert client.post(way_out, {"undo": left.context["undo"]}).status_code == 404
    assert "email:notices" not in consents(delivery)


def test_undo_of_another_mail_is_worth_nothing(way_out, delivery, client):
    other = factories.DeliveryFactory(content=delivery.content)
    key = keys.delivery_key(other.pk, keys.UNSUBSCRIBE)
    left = client.post(reverse("campaigns:unsubscribe", args=[key]))
    client.post(way_out)

    assert client.post(way_out, {"undo": left.context["undo"]}).status_code == 404


def test_undo_is_worth_nothing_a_second_time(way_out, delivery, client):
    """In 0.1 the text could be kept and gave consent against a later no."""
    undo = client.post(way_out).context["undo"]
    client.post(way_out, {"undo": undo})
    assert consents(delivery) == ALLOWED

    withdraw(reader=delivery.reader, source="portal", by=None, purposes=["notices"])
    client.post(way_out, {"undo": undo})
    assert "email:notices" not in consents(delivery)
    assert Suppression.objects.filter(purpose="notices").exists()


def test_undo_gives_nothing_against_a_later_word(way_out, delivery, client):
    undo = client.post(way_out).context["undo"]
    said = {"reader": delivery.reader, "channel": "email", "purpose": "notices", "by": None}
    set_consent(granted=True, source="portal", **said)
    set_consent(granted=False, source="portal", **said)

    client.post(way_out, {"undo": undo})
    assert "email:notices" not in consents(delivery)


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
    purpose = delivery.content.purpose
    consenting = [reader for reader in Reader.objects.all() if reader.allows("email", purpose)]
    asked = [
        Recipient(reader.pk, reader.email, reader.name, None, reader.kind, "en")
        for reader in consenting
    ]
    mailable = set(Reader.objects.mailable(purpose).values_list("pk", flat=True))
    assert {reader.pk for reader in consenting} - suppressed(delivery.content, asked) == mailable
    # One mailbox gets one mail, however many rows have it.
    mailboxes = {reader.email.lower() for reader in consenting if reader.pk in mailable}
    counted = audience.count(delivery.content)
    assert counted.mailed + counted.held_out == len(mailboxes)
    assert counted.same_mailbox == len(mailable) - len(mailboxes)
    return mailable


def test_unsubscribing_stops_every_row_with_the_same_address(way_out, delivery, twin, client):
    stranger = factories.ReaderFactory()
    assert mailed(delivery) == {delivery.reader_id, twin.pk, stranger.pk}
    client.get(way_out)
    assert not Suppression.objects.exists()
    client.post(way_out)
    client.post(way_out)
    assert mailed(delivery) == {stranger.pk}
    assert Suppression.objects.values_list("channel", "purpose", "reason").get() == (
        "email",
        "notices",
        "unsubscribed",
    )
    assert list(twin.consent_events.all()) == []


def test_way_out_of_the_other_row_says_so_and_leads_back(way_out, delivery, twin, client):
    client.post(way_out)
    own = factories.DeliveryFactory(reader=twin, content=delivery.content)
    other = reverse("campaigns:unsubscribe", args=[keys.delivery_key(own.pk, keys.UNSUBSCRIBE)])
    assert client.get(other).context["subscribed"] is False
    set_consent(
        reader=twin, channel="email", purpose="notices", granted=True, source="portal", by=None
    )
    assert client.get(other).context["subscribed"] is True
    assert mailed(delivery) == {twin.pk}


def test_coming_back_lifts_the_suppression(way_out, delivery, twin, client):
    left = client.post(way_out)
    client.post(way_out, {"undo": left.context["undo"]})
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
    said = {"reader": delivery.reader, "granted": True, "source": source, "by": None}
    set_consent(channel="sms", purpose="notices", **said)
    set_consent(channel="email", purpose="events", **said)
    assert Suppression.objects.exists()
    set_consent(channel="email", purpose="notices", **said)
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


# --- one mailbox, however it is written -----------------------------------------------------------
WRITINGS = ["Li@Bücher.example", "li@xn--bcher-kva.example", "ＬＩ@bücher.example"]


@pytest.mark.parametrize("first", WRITINGS)
@pytest.mark.parametrize("second", WRITINGS)
def test_one_mailbox_has_one_consent_one_stop_list_and_one_mail(campaign, librarian, first, second):
    """Fault 62. One mailbox in two writings."""
    segment = campaign.segments.get()
    one = factories.ReaderFactory(email=first)
    other = factories.ReaderFactory(email=second, source="other")
    refresh_segment(segment)
    content = factories.ContentFactory(campaign=campaign)

    launched = launch_content(content=content, by=librarian)
    rows = dict(content.deliveries.values_list("reader", "state"))
    assert (launched.mailed, rows) == (1, {one.pk: "pending", other.pk: "skipped"})

    withdraw(reader=other, source="portal", by=None)
    again = factories.ContentFactory(campaign=campaign)
    with pytest.raises(Refused):
        launch_content(content=again, by=librarian)
    assert audience.count(again).suppressed == 1


@pytest.mark.parametrize("source", ["portal", "staff", "api", "unsubscribe page"])
@pytest.mark.parametrize("channel", ["email", "sms"])
def test_withdrawn_on_any_door_stays_withdrawn_after_an_import(source, channel, librarian):
    """Fault 59. Withdrawn on one door, brought in again by a file of another source. No file brings
    an account at WeChat.
    """
    field = {"email": "email", "sms": "phone"}[channel]
    address = {"email": "li@example.org", "sms": "13900001111"}[channel]
    reader = factories.ReaderFactory(**{field: address}, consents=[channel])
    for purpose in Purpose.values:
        set_consent(
            reader=reader,
            channel=channel,
            purpose=purpose,
            granted=False,
            source=source,
            by=None,
        )

    imported(
        f"number,kind,address,agreed\nB1,teacher,{address},yes\n",
        librarian,
        mapping={
            "number": "number",
            "kind": "kind",
            field: "address",
            f"consent_{channel}": "agreed",
        },
    )
    brought = Reader.objects.get(number="B1")
    assert (brought.address_on(channel), brought.consents) == ("", [])


def test_one_purpose_withdrawn_is_not_brought_back_and_the_others_are(librarian):
    reader = factories.ReaderFactory(email="li@example.org")
    withdraw(reader=reader, source="portal", by=None, purposes=["events"])

    imported(
        "number,kind,address,agreed\nB1,teacher,LI@example.org,yes\n",
        librarian,
        mapping={
            "number": "number",
            "kind": "kind",
            "email": "address",
            "consent_email": "agreed",
        },
    )
    brought = Reader.objects.get(number="B1")
    assert (brought.email, brought.consents) == (
        "LI@example.org",
        ["email:notices", "email:surveys"],
    )


def test_mail_goes_only_to_who_allows_its_purpose_at_fan_out_and_at_sending(campaign, librarian):
    segment = campaign.segments.get()
    keen = factories.ReaderFactory(consents=["email:research"])
    factories.ReaderFactory(consents=["email:notices"])
    refresh_segment(segment)
    content = factories.ContentFactory(campaign=campaign, purpose="research")

    launch_content(content=content, by=librarian)
    assert list(content.deliveries.values_list("reader", flat=True)) == [keen.pk]

    Reader.objects.filter(pk=keen.pk).update(consents=["email:notices"])
    content.refresh_from_db()
    assert claim(content, "run:1", 10) == []
    assert content.deliveries.values_list("state", "reason").get() == ("skipped", "no_consent")
