"""Following links: the door, the journal, the flush."""

import io
from contextlib import contextmanager
from urllib.parse import unquote

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from campaigns.links import following, keys
from campaigns.links.door import LinkDoor
from campaigns.links.models import TrackedLink
from campaigns.sending import audience, clicks
from campaigns.sending.delivery import suppressed
from campaigns.sending.mail import Recipient
from campaigns.sending.models import Click
from crm.readers.actions import set_consent
from crm.readers.models import Activity, Reader, Suppression
from crm.segments.refresh import refresh_segment
from crm.staff.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_cache():
    following.targets.known.clear()


@pytest.fixture
def delivery(db):
    return factories.DeliveryFactory(state="holdout")


@pytest.fixture
def link(delivery):
    return factories.TrackedLinkFactory(
        content=delivery.content, campaign=delivery.content.campaign
    )


def knock(path: str, method: str = "GET", **environ) -> tuple[str, dict]:
    """Status and headers the door answers with; "django" where it handed over."""
    answered = {}

    def start(status, headers):
        answered.update(status=status, headers=dict(headers))

    door = LinkDoor(lambda _environ, _start: answered.update(status="django", headers={}) or [])
    body = door(
        {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO()} | environ, start
    )
    assert b"".join(body) == b""
    return answered["status"], answered["headers"]


def with_key(link, delivery) -> str:
    return f"/go/{link.code}/{keys.delivery_key(delivery.pk, keys.CLICK)}"


def test_followed_link_redirects_and_is_counted_once_flushed(link, delivery):
    status, headers = knock(with_key(link, delivery))
    assert (status, headers["Location"], headers["Cache-Control"]) == (
        "302 Found",
        link.target,
        "no-store",
    )
    assert not Click.objects.exists()
    assert clicks.flush() == 1
    row = Click.objects.get()
    assert (row.link, row.delivery) == (link, delivery)
    link.refresh_from_db()
    delivery.refresh_from_db()
    assert link.clicks == 1
    assert delivery.clicked_at == row.at
    activity = Activity.objects.get()
    assert (activity.reader, activity.kind, activity.at) == (delivery.reader, "click", row.at)


def test_flush_twice_counts_once_even_after_a_crash_before_the_file_went(link, delivery, settings):
    """15"""
    knock(with_key(link, delivery))
    knock(f"/go/{link.code}")
    (path,) = settings.JOURNAL_DIR.glob("*.clicks")
    kept = path.read_bytes()
    clicks.flush()
    path.with_suffix(".flush").write_bytes(kept)
    clicks.flush()
    link.refresh_from_db()
    assert (link.clicks, Click.objects.count(), Activity.objects.count()) == (2, 2, 1)


def test_clicks_after_a_flush_are_not_lost(link):
    for _round in range(3):
        knock(f"/go/{link.code}")
        clicks.flush()
    assert TrackedLink.objects.get().clicks == 3


@pytest.mark.parametrize(
    ("method", "environ"),
    [
        ("HEAD", {}),
        ("GET", {"HTTP_SEC_PURPOSE": "prefetch;prerender"}),
        ("GET", {"HTTP_PURPOSE": "prefetch"}),
    ],
)
def test_scanner_and_prefetch_are_sent_on_but_not_counted(link, method, environ):
    assert knock(f"/go/{link.code}", method, **environ)[1]["Location"] == link.target
    clicks.flush()
    assert not Click.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        "/go/nothing1",
        "/go/{code}x",
        "/go/{code}/{key}x",
        "/go/{code}/1-aaaa",
        "/go/{code}/https://evil.org",
        "/go/",
    ],
)
def test_changed_link_is_left_to_djangos_404(link, delivery, change, client):
    """39"""
    path = change.format(code=link.code, key=keys.delivery_key(delivery.pk, keys.CLICK))
    assert knock(path)[0] == "django"
    assert client.get(path).status_code == 404
    clicks.flush()
    assert not Click.objects.exists()


@pytest.mark.parametrize(
    "code", ["a%00b", "%00", "a%0ab", "a.b", "a%F0%9F%92%A9", "%C3%A9", "a" * 13, "a-b", "%FF"]
)
def test_code_that_can_be_none_asks_nothing_and_is_a_404(
    link, delivery, client, code, django_assert_num_queries
):
    key = keys.delivery_key(delivery.pk, keys.CLICK)
    for path in (f"/go/{code}", f"/go/{code}/{key}"):
        with django_assert_num_queries(0):
            assert knock(unquote(path, encoding="latin-1"))[0] == "django"
        assert client.get(path).status_code == 404


@pytest.mark.parametrize("key", ["%00", "1-%00", "%00-aaaa", "1-aaaa%00", "%C3%A9-a", "-"])
def test_malformed_key_is_a_404(link, client, key):
    assert knock(unquote(f"/go/{link.code}/{key}", encoding="latin-1"))[0] == "django"
    for path in (f"/go/{link.code}/{key}", f"/u/{key}/"):
        assert client.get(path).status_code == 404
    assert client.post(f"/u/{key}/").status_code == 404


def test_target_in_the_query_is_ignored(link):
    """39"""
    assert knock(f"/go/{link.code}", QUERY_STRING="target=//evil.org")[1]["Location"] == link.target


def test_survey_invitation_hands_on_the_answer_key(delivery):
    link = factories.TrackedLinkFactory(
        target="/s/x/?a=1", carries_key=True, content=delivery.content
    )
    location = knock(with_key(link, delivery))[1]["Location"]
    assert location == f"/s/x/?a=1&k={keys.delivery_key(delivery.pk, keys.ANSWER)}"
    assert knock(f"/go/{link.code}")[1]["Location"] == "/s/x/?a=1"


def test_key_of_another_contents_delivery_counts_without_a_person(link):
    stranger = factories.DeliveryFactory()
    knock(with_key(link, stranger))
    clicks.flush()
    assert Click.objects.get().delivery is None
    stranger.refresh_from_db()
    assert stranger.clicked_at is None


@contextmanager
def database_away():
    def refuse(*_arguments):
        raise OperationalError("away")

    with connection.execute_wrapper(refuse):
        yield


def test_known_link_needs_no_database_and_an_unknown_one_says_503(link):
    knock(f"/go/{link.code}")
    with database_away():
        assert knock(f"/go/{link.code}")[0] == "302 Found"
        status, headers = knock("/go/other")
    assert (status, headers["Retry-After"]) == ("503 Service Unavailable", "5")


def test_second_look_at_a_link_asks_nothing(link, django_assert_num_queries):
    with django_assert_num_queries(1):
        knock(f"/go/{link.code}")
        knock(f"/go/{link.code}")


def test_view_does_what_the_door_does(link, delivery, client):
    response = client.get(with_key(link, delivery))
    assert (response.status_code, response["Location"]) == (302, link.target)
    client.head(with_key(link, delivery))
    clicks.flush()
    assert Click.objects.count() == 1


# --- leaving --------------------------------------------------------------------------------------
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
    delivery.delete()
    gone = client.get(way_out)
    assert [guessed.status_code, other_purpose.status_code, gone.status_code] == [404] * 3
    assert guessed.content == other_purpose.content == gone.content
