"""Following links: the door, the journal, and the flush that turns lines into rows."""

import io
from contextlib import contextmanager
from urllib.parse import unquote

import pytest
from django.db import OperationalError, connection

from campaigns.links import following, keys
from campaigns.links.door import LinkDoor
from campaigns.links.models import TrackedLink
from campaigns.sending import clicks
from campaigns.sending.models import Click
from crm.readers.models import Activity
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
    """Fault 15. The rows are committed, the process dies before it removes the file."""
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
    """Fault 39. A code or key that somebody edited or guessed leads nowhere and counts nothing."""
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
    """Fault 39. The target is stored; an address cannot turn our link into an open redirect."""
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
    # What the link leads to, and whether that host was taken off.
    with django_assert_num_queries(2):
        knock(f"/go/{link.code}")
        knock(f"/go/{link.code}")


def test_view_does_what_the_door_does(link, delivery, client):
    response = client.get(with_key(link, delivery))
    assert (response.status_code, response["Location"]) == (302, link.target)
    client.head(with_key(link, delivery))
    clicks.flush()
    assert Click.objects.count() == 1
