"""Who looked at whom is written down, limited, told to the person, and forgotten in time."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.clock.nightly import run_night
from crm.privacy.models import Correction
from crm.readers import reasons
from crm.readers.looks import TooMany, look_at_accounts, look_at_many, look_at_one
from crm.readers.models import Look, Reader
from crm.readers.models.look import KEPT_DAYS
from crm.readers.profile import look_rows
from crm.segments.models import SegmentMember
from tests import factories
from tests.core.building import client_of
from tests.feedback.building import answer, published
from tests.owner import as_owner
from tests.servers import wait_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def librarian(db):
    return factories.UserFactory(role="librarian", username="secret-login")


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    return client


@pytest.fixture
def reader(db):
    return factories.ReaderFactory(name="欧阳独一", user=factories.UserFactory())


def page_of(reader) -> str:
    return reverse("crm:reader-detail", args=[reader.pk])


def say_why(desk, reader, reason: str):
    """As the buttons of the page do; gives the page itself."""
    said = reverse("crm:reader-reason", args=[reader.pk])
    return desk.post(said, {"reason": reason}, follow=True)


# --- why ------------------------------------------------------------------------------------------
def test_page_is_shown_only_once_it_is_said_why(desk, reader):
    asked = desk.get(page_of(reader)).content.decode()
    assert "欧阳独一" not in asked
    assert not Look.objects.exists()

    desk.post(reverse("crm:reader-reason", args=[reader.pk]), {"reason": "enquiry"})
    assert "欧阳独一" in desk.get(page_of(reader)).content.decode()
    look = Look.objects.get()
    assert (look.reader, look.place, look.reason) == (reader, "page", "enquiry")


def test_no_address_can_say_why(desk, reader):
    """In 0.1 whoever sent a link chose the reason that the reader was told, and a browser that
    fetched it ahead opened the page.
    """
    assert "欧阳独一" not in desk.get(f"{page_of(reader)}?why=work").content.decode()
    assert not Look.objects.exists()


def test_page_that_knows_the_reason_posts_it_with_one_tap(desk, reader):
    voice = factories.VoiceFactory(reader=reader)
    page = desk.get(reverse("feedback:voice-detail", args=[voice.pk])).content.decode()
    said = reverse("crm:reader-reason", args=[reader.pk])
    assert f'method="post" action="{said}"' in page
    assert 'name="reason" value="enquiry"' in page

    opened = desk.post(said, {"reason": "enquiry"}, follow=True)
    assert opened.request["PATH_INFO"] == page_of(reader)
    assert "欧阳独一" in opened.content.decode()


def test_reason_holds_for_the_next_person_while_the_work_goes_on(desk, reader):
    say_why(desk, reader, "work")
    other = factories.ReaderFactory(name="另一位")

    assert "另一位" in desk.get(page_of(other)).content.decode()
    assert Look.objects.get(reader=other).reason == "work"


def test_after_a_pause_it_is_asked_again(desk, reader, monkeypatch):
    say_why(desk, reader, "work")
    monkeypatch.setattr(reasons, "WORK_ENDS", -1)

    # Of the same person it was said today.
    assert "欧阳独一" in desk.get(page_of(reader)).content.decode()
    other = factories.ReaderFactory(name="另一位")
    assert "另一位" not in desk.get(page_of(other)).content.decode()


def test_reason_that_is_not_on_the_list_is_none(desk, reader):
    desk.post(reverse("crm:reader-reason", args=[reader.pk]), {"reason": "curious"})
    assert "欧阳独一" not in desk.get(page_of(reader)).content.decode()
    assert not Look.objects.exists()


def test_opening_the_page_again_is_one_look(desk, reader):
    for _time in range(3):
        say_why(desk, reader, "work")
    assert Look.objects.count() == 1


def test_nobody_is_told_that_they_looked_at_themselves():
    me = factories.UserFactory(role="librarian")
    assert look_at_one(factories.ReaderFactory(user=me), by=me) is None


def test_own_account_in_a_list_tells_nobody():
    me = factories.UserFactory(role="librarian")
    factories.ReaderFactory(user=me)
    other = factories.ReaderFactory(user=factories.UserFactory())
    look_at_accounts([me.pk, other.user_id], by=me)
    assert Look.objects.get().readers == [other.pk]


# --- sets -----------------------------------------------------------------------------------------
def test_list_of_many_is_one_row_and_each_of_them_can_be_told(desk, librarian):
    shown = factories.ReaderFactory.create_batch(3)
    desk.get(reverse("crm:reader-list"))
    stranger = factories.ReaderFactory()

    look = Look.objects.get()
    assert (look.place, look.n, look.reader) == ("list", 3, None)
    assert [len(look_rows(one, 10)) for one in (*shown, stranger)] == [1, 1, 1, 0]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_file_is_one_row_with_everybody_in_it(desk, form):
    factories.ReaderFactory.create_batch(3)
    answer = desk.get(reverse(f"crm:reader-export-{form}"))

    assert answer.status_code == 200
    assert Look.objects.values_list("place", "n").get() == ("export", 3)


def test_programs_and_the_admin_are_told_as_well(librarian, reader, admin_client):
    api = client_of(librarian)
    api.get(reverse("api:reader-list"))
    api.get(reverse("api:reader-detail", args=[reader.pk]))
    admin_client.get(reverse("admin:crm_reader_changelist"))
    admin_client.get(reverse("admin:crm_reader_change", args=[reader.pk]))

    told = Look.objects.at(reader).order_by("pk").values_list("place", "n")
    assert list(told) == [("api", 1), ("api", 1), ("admin", 1), ("admin", 1)]


def test_who_got_a_mail_is_a_list_of_readers(desk, reader, campaign):
    delivery = factories.DeliveryFactory(
        reader=reader, content=factories.ContentFactory(campaign=campaign)
    )
    desk.get(reverse("campaigns:delivery-list", args=[delivery.content_id]))
    assert Look.objects.at(reader).get().place == "list"


def test_one_account_is_shown_so_many_a_day(desk, librarian, settings):
    settings.READERS_SHOWN_A_DAY = 4
    factories.ReaderFactory.create_batch(3)
    assert desk.get(reverse("crm:reader-list")).status_code == 200

    refused = desk.get(reverse("crm:reader-export-csv"))
    assert refused.status_code == 403
    assert "4" in refused.content.decode()
    assert client_of(librarian).get(reverse("api:reader-list")).status_code == 403
    # Others are not limited by it, nor is tomorrow.
    colleague = factories.UserFactory(role="librarian")
    look_at_many([1, 2, 3], by=colleague, place="list")
    with as_owner():
        Look.objects.filter(user=librarian).update(at=timezone.now() - timedelta(days=1))
    assert desk.get(reverse("crm:reader-list")).status_code == 200


SEARCHES = [
    ("crm:reader-list", {"q": "S17"}),
    ("crm:reader-export-csv", {"q": "S17"}),
    ("api:reader-list", {"number": "S17"}),
]


@pytest.mark.parametrize("kind", ["teacher", "master"])
@pytest.mark.parametrize(("address", "search"), SEARCHES)
def test_search_of_an_account_that_had_its_share_tells_not_whether_it_finds(
    desk, librarian, settings, address, search, kind
):
    """Found was 403 and not found 200: an address could be read letter by letter without a look."""
    settings.READERS_SHOWN_A_DAY = 2
    factories.ReaderFactory(number="S17", kind="teacher")
    look_at_many([1, 2], by=librarian, place="list")
    client = client_of(librarian) if address.startswith("api") else desk

    assert client.get(reverse(address), search | {"kind": kind}).status_code == 403


def test_nothing_is_written_of_what_was_refused(librarian, settings):
    settings.READERS_SHOWN_A_DAY = 1
    with pytest.raises(TooMany):
        look_at_many([1, 2], by=librarian, place="export")
    assert not Look.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_do_not_both_find_room(settings):
    """In 0.1 two lists opened in the same moment counted before either was written down."""
    settings.READERS_SHOWN_A_DAY = 4
    librarian = factories.UserFactory(role="librarian")
    ended = []

    def second():
        try:
            look_at_many([4, 5, 6], by=librarian, place="list")
        except TooMany:
            ended.append("refused")
        else:
            ended.append("shown")
        connection.close()

    with transaction.atomic():
        look_at_many([1, 2, 3], by=librarian, place="list")
        other = Thread(target=second)
        other.start()
        wait_for(lambda: ended or somebody_waits())
    other.join()
    assert ended == ["refused"]


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0] > 0


def test_page_after_page_is_bulk_reading_too(librarian, settings):
    settings.READERS_SHOWN_A_DAY = 2
    first, second, third = factories.ReaderFactory.create_batch(3)
    for reader in (first, second, first):
        look_at_one(reader, by=librarian, reason="work")
    with pytest.raises(TooMany):
        look_at_one(third, by=librarian, reason="work")


# --- told -----------------------------------------------------------------------------------------
def test_reader_sees_who_looked_and_why_but_no_login_name(client, reader, librarian):
    named = factories.UserFactory(role="librarian", username="login-2", display_name="何叙")
    look_at_one(reader, by=librarian, reason="enquiry")
    look_at_one(reader, by=named, reason="work")
    client.force_login(reader.user)

    text = client.get(reverse("crm:me"), headers={"accept-language": "en"}).content.decode()
    assert "何叙 (Librarian)" in text
    assert "for a work or a certificate" in text
    assert "to answer an enquiry" in text
    assert "secret-login" not in text
    assert "login-2" not in text


def test_staff_see_the_same_list_on_the_page(desk, reader):
    text = say_why(desk, reader, "work").content.decode()
    assert 'id="looks"' in text


def test_looks_are_forgotten_after_half_a_year(reader, librarian):
    look_at_one(reader, by=librarian, reason="work")
    with as_owner():
        Look.objects.update(at=timezone.now() - timedelta(days=KEPT_DAYS + 1))

    assert list(Look.objects.at(reader)) == []
    run_night(night=timezone.localdate())
    assert not Look.objects.exists()


# --- staff are no readers -------------------------------------------------------------------------
def told() -> list:
    """(place, one person, a set) of each look, oldest first."""
    return list(Look.objects.order_by("pk").values_list("place", "reader", "readers"))


def test_members_of_a_segment_are_told_that_a_program_was_shown_them(librarian, reader, settings):
    """In 0.1 a program read whole segments, and nobody in them was told."""
    segment = factories.SegmentFactory()
    SegmentMember.objects.create(segment=segment, reader=reader, since=timezone.now())
    members = reverse("api:segment-members", args=[segment.pk])

    assert client_of(librarian).get(members).status_code == 200
    assert told() == [("api", None, [reader.pk])]

    settings.READERS_SHOWN_A_DAY = 1
    assert client_of(librarian).get(members).status_code == 403


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_who_answered_by_name_is_told_of_the_file(desk, reader, suffix):
    """In 0.1 the file named readers, and none of them was told."""
    survey = published(anonymous=False)
    answer(survey, {"1": 1}, reader_id=reader.pk)
    desk.get(reverse(f"feedback:survey-export-{suffix}", args=[survey.pk]))

    assert told() == [("export", None, [reader.pk])]


def test_pages_of_a_correction_and_of_an_erasure_are_told(client, reader):
    """In 0.1 both showed a person who was told of neither."""
    client.force_login(factories.UserFactory(role="manager"))
    correction = Correction.objects.create(reader=reader, field="name", wanted="x")
    client.get(reverse("crm:correction-detail", args=[correction.pk]))
    assert Look.objects.get().reason == "correction"

    client.get(reverse("crm:reader-erase", args=[reader.pk]))
    assert told() == [("page", reader.pk, None)] * 2


@pytest.mark.parametrize("number", ["²", "٣", "x", "9" * 40])
def test_page_of_the_admin_for_what_is_no_number_shows_nobody(admin_client, number):
    """In 0.1 a superscript two was an error of the server."""
    answer = admin_client.get(f"/admin/crm/reader/{number}/change/")
    assert answer.status_code == 302
    assert not Look.objects.exists()


@pytest.mark.parametrize("role", ["librarian", "manager", "administrator"])
def test_staff_become_readers_only_by_their_own_word(client, role):
    user = factories.UserFactory(role=role)
    client.force_login(user)
    for name in ("me", "me-download", "me-file", "me-leave"):
        client.get(reverse(f"crm:{name}"))
    call = factories.CallFactory()
    client.get(reverse("feedback:work-create", args=[call.slug]))
    assert not Reader.objects.exists()

    client.post(reverse("crm:me-join"))
    assert Reader.objects.get().user == user


def test_equal_looks_of_one_day_are_one_line_with_their_times(reader, librarian):
    today = timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)
    for hours in (0, 1, 2, 24):
        look = Look.objects.create(user=librarian, reader=reader, place="page")
        with as_owner():
            Look.objects.filter(pk=look.pk).update(at=today - timedelta(hours=hours))
    Look.objects.create(user=factories.UserFactory(), reader=reader, place="page")

    rows = look_rows(reader, 20)

    assert sorted(len(row.times) for row in rows) == [1, 1, 3]
    page = Client(headers={"accept-language": "en"})
    page.force_login(reader.user)
    said = " ".join(page.get(reverse("crm:me")).content.decode().split())
    assert "3 times" in said
    assert ">12:00</time> <time" in said
