"""The desk's first page: what waits, what is late, and only what one may see of it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from crm.privacy.models import Correction, Departure
from feedback.voices.models import Voice
from tests.analytics import building as make
from tests.analytics.pages import statements_for_one_and_three_rows, text
from tests.factories import (
    CampaignFactory,
    CampusFactory,
    ContentFactory,
    DeliveryFactory,
    JobFactory,
    LetterFactory,
    ReaderFactory,
    UserFactory,
    VoiceFactory,
)

pytestmark = pytest.mark.django_db


def test_today_lists_what_waits_and_what_is_late(desk, told):
    VoiceFactory(kind="complaint", received_at=make.LAUNCH)
    JobFactory(state="failed", finished_at=told.computed_at)
    page = text(desk.get(reverse("analytics:today")))
    assert "1 voice without an answer" in page
    assert "1 voice is past its time" in page
    assert f"{told.adjustments.count()} proposals to decide" in page
    assert "1 job failed this week" in page


@pytest.mark.parametrize(
    ("mails", "said", "in_chinese"),
    [
        (1, "A few mails may or may not have gone", "有少量邮件不知是否寄出"),
        (4, "A few mails may or may not have gone", "有少量邮件不知是否寄出"),
        (5, "5 mails may or may not have gone", "5 封邮件不知是否寄出"),
    ],
)
def test_mails_of_unknown_fate_are_told_in_a_sentence(desk, mails, said, in_chinese):
    content = ContentFactory()
    DeliveryFactory.create_batch(mails, content=content, state="unknown")

    page = text(desk.get(reverse("analytics:today")))
    assert said in page
    assert "not shown" not in page

    desk.cookies["django_language"] = "zh-hans"
    page = text(desk.get(reverse("analytics:today")))
    assert in_chinese in page
    assert "未显示" not in page


def test_letters_that_need_a_person_are_counted_and_led_to(desk):
    LetterFactory.create_batch(2, state="failed", reason="550 no")
    LetterFactory(state="unknown", reason="worker_died")
    LetterFactory(state="skipped")
    LetterFactory()
    answer = desk.get(reverse("analytics:today"))
    page = text(answer)
    assert "2 letters were not mailed" in page
    assert "1 letter may have gone" in page
    assert "too long" not in page
    for query in ("?state=failed", "?state=unknown"):
        assert reverse("crm:letter-list") + query in answer.content.decode()


def test_letter_that_waits_too_long_says_what_it_waits_for(desk):
    now = timezone.now()
    letter = LetterFactory(
        queued_at=now - timedelta(hours=1), due_at=now, reason="TimeoutError: timed out"
    )
    page = text(desk.get(reverse("analytics:today")))
    assert "1 letter waits too long" in page
    assert "TimeoutError: timed out" in page

    type(letter).objects.update(due_at=now - timedelta(minutes=10))
    assert "No worker seems to run." in text(desk.get(reverse("analytics:today")))


def test_letters_of_another_campus_are_not_counted(client):
    here, there = CampusFactory(), CampusFactory()
    LetterFactory(reader=ReaderFactory(campus=there), state="failed")
    client.force_login(UserFactory(role="librarian", campus=here))
    assert "没寄成" not in text(client.get(reverse("analytics:today")))


def test_today_of_a_campus_shows_only_its_voices(client):
    here, there = CampusFactory(), CampusFactory()
    VoiceFactory(kind="complaint", campus=there, reference="HX-THERE", received_at=make.LAUNCH)
    client.force_login(UserFactory(role="librarian", campus=here))
    client.cookies["django_language"] = "en"
    assert "voice without an answer" not in text(client.get(reverse("analytics:today")))


def test_today_of_a_campus_counts_only_the_jobs_it_may_open(client):
    now = timezone.now()
    own = UserFactory(role="librarian", campus=CampusFactory())
    JobFactory(state="failed", finished_at=now, created_by=own)
    JobFactory(state="failed", finished_at=now, created_by=UserFactory(role="manager"))
    client.force_login(own)
    client.cookies["django_language"] = "en"
    assert "1 job failed this week" in text(client.get(reverse("analytics:today")))


@pytest.mark.parametrize(
    ("hour", "is_over"),
    # The last day is the first of March; Shanghai is eight hours ahead of Greenwich.
    [(15, False), (17, True), (23, True)],
)
def test_today_counts_a_campaign_as_over_by_the_local_day(desk, hour, is_over):
    CampaignFactory(
        phase="performance",
        ends_on=date(2026, 3, 1),
        locked_at=make.LAUNCH,
        locked_by=UserFactory(role="manager"),
    )
    with time_machine.travel(datetime(2026, 3, 1, hour, 30, tzinfo=UTC), tick=False):
        page = text(desk.get(reverse("analytics:today")))
    assert ("campaign is over and not evaluated yet" in page) == is_over


def test_today_takes_as_many_statements_for_three_rows_as_for_one(desk):
    for_one, for_three = statements_for_one_and_three_rows(desk, "today")
    assert for_one == for_three


@pytest.fixture
def requests_of_readers():
    """A held voice, a correction and a departure."""
    reader = ReaderFactory()
    VoiceFactory(state="held")
    Correction.objects.create(reader=reader, field="name", wanted="林知行")
    Departure.objects.create(reader=reader, due_at=timezone.now() + timedelta(days=7))
    return reader


def test_requests_of_readers_wait_on_the_first_page(desk, requests_of_readers):
    answer = desk.get(reverse("analytics:today"))
    page, html = text(answer), answer.content.decode()
    for said in ("1 voice to look at first", "1 correction asked for", "1 reader asked to leave"):
        assert said in page
    for url in ("voices/?state=held", "corrections/", "readers/?leaving=on"):
        assert f'href="/desk/{url}"' in html


def test_list_of_who_leaves_names_them_alone(desk, requests_of_readers):
    staying = ReaderFactory()
    page = text(desk.get(reverse("crm:reader-list"), {"leaving": "on"}))
    assert requests_of_readers.number in page
    assert staying.number not in page


def test_menu_counts_what_waits(desk, requests_of_readers):
    VoiceFactory()
    assert 'hx-get="/desk/waiting/"' in desk.get(reverse("analytics:today")).content.decode()
    answer = desk.get(reverse("analytics:menu-counts"))
    counts = {key: str(n) for key, n in answer.context["counts"].items()}
    assert counts == {"voices": "2", "corrections": "1", "readers": "1"}
    assert 'id="waiting-corrections" hx-swap-oob="true">1<' in answer.content.decode()


def test_menu_counts_nothing_of_another_campus(client, requests_of_readers):
    here, there = CampusFactory(), CampusFactory()
    type(requests_of_readers).objects.update(campus=there)
    Voice.objects.update(campus=there)
    client.force_login(UserFactory(role="librarian", campus=here))
    assert client.get(reverse("analytics:menu-counts")).context["counts"] == {}
