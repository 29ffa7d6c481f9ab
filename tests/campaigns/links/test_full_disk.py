"""A full disk costs a count, and no reader their way (fault 51)."""

import resource
from contextlib import contextmanager
from importlib import import_module

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from campaigns.links import following
from campaigns.links.models import MissedClicks
from campaigns.sending import clicks
from core import disks
from feedback.voices.models import Voice
from tests import factories
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


@contextmanager
def no_room(size: int = 0):
    """No file of this process grows beyond ``size`` bytes: what a full disk does to a write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def link():
    following.targets.known.clear()
    return factories.TrackedLinkFactory(target="/s/one/")


def followed(link) -> tuple[str, dict]:
    answered = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": link.get_absolute_url()}
    # Starting the program asks the database, so not before a test may.
    application = import_module("config.wsgi").application
    application(environ, lambda status, headers: answered.extend([status, dict(headers)]))
    return answered[0], answered[1]


def test_reader_is_led_on_and_the_missed_click_is_told_on_the_desk(link, client, librarian):
    """Fault 51. In 0.1 whoever followed a link of a mail met a server error."""
    with no_room():
        for _time in range(3):
            status, headers = followed(link)
            assert (status, headers["Location"]) == ("302 Found", "/s/one/")
    assert MissedClicks.objects.get().n == 3

    # As soon as there is room, clicks are counted again.
    assert followed(link)[0] == "302 Found"
    clicks.flush()
    link.refresh_from_db()
    assert link.clicks == 1

    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    page = client.get(reverse("analytics:today")).content.decode()
    assert "3 clicks were not counted this week: the disk was full" in page


def test_line_that_was_cut_short_is_not_taken_for_a_click(link):
    """Fault 51. Half of a line, and the whole line after it, stay two lines of two files."""
    followed(link)
    with no_room(following.click_journal.path.stat().st_size + 7):
        assert followed(link)[0] == "302 Found"
    followed(link)
    clicks.flush()
    link.refresh_from_db()
    assert (link.clicks, MissedClicks.objects.get().n) == (2, 1)


def test_today_says_that_a_disk_is_full(client, librarian):
    """Fault 51."""
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    with no_room():
        page = client.get(reverse("analytics:today")).content.decode()
    assert "The disk of the journals is full" in page
    assert "The disk of uploaded files is full" in page
    assert all(disks.has_room(folder) for folder in disks.folders().values())
    page = client.get(reverse("analytics:today")).content.decode()
    assert "is full" not in page


def test_upload_for_which_there_is_no_room_says_so(client, librarian):
    """Fault 51. Nothing is kept of it, neither a row nor half a file."""
    client.force_login(librarian)
    client.raise_request_exception = False
    client.cookies["django_language"] = "en"
    file = SimpleUploadedFile("a.csv", b"number,name\n1,a\n")
    with no_room():
        answer = client.post(reverse("crm:import-create"), {"file": file})
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "The disk of the library system is full" in answer.content.decode()


def test_database_without_room_asks_to_come_again(client):
    """Fault 51. The page keeps what was typed: 503, as for a database that is away."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = '53100'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON feedback_voice"
            " FOR EACH ROW EXECUTE FUNCTION no_room()"
        )
    client.raise_request_exception = False
    data = {"client_id": "7f9c24e5-2b9e-4f9e-9d4b-1a2b3c4d5e6f", "kind": "question"}
    answer = client.post(
        reverse("feedback:voice-create"), data | {"text": "x", "category": "other"}
    )
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert not Voice.objects.exists()
