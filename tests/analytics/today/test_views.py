"""The desk's first page: the things themselves, in their order, and only what one may see."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.privacy.models import Correction, Departure
from feedback.voices.models import Voice
from tests.analytics import building as make
from tests.analytics.pages import text
from tests.analytics.today import building
from tests.factories import (
    AdjustmentFactory,
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
TODAY = "analytics:today"


def test_page_names_the_things_themselves(desk):
    adjustment = AdjustmentFactory()
    VoiceFactory(kind="complaint", received_at=make.LAUNCH, text="三楼的插座又断电了。")
    JobFactory(title="Import", state="failed", finished_at=timezone.now())
    page = text(desk.get(reverse(TODAY)))
    assert "“三楼的插座又断电了。”" in page
    assert "an answer is promised within 2 days" in page
    assert "overdue by" in page
    assert "“Import” failed" in page
    assert f'id="proposal-{adjustment.pk}"' in page
    assert "Hour of sending: from 10:00 to 20:00" in page


def test_headline_says_how_much_is_late_also_of_what_is_not_named(desk):
    now = timezone.now()
    for hours in range(12):
        VoiceFactory(kind="question", received_at=now - timedelta(days=2, hours=hours))
    VoiceFactory(kind="question", received_at=now - timedelta(hours=23, minutes=59))
    page = text(desk.get(reverse(TODAY)))
    assert "12 things are overdue" in page
    assert "5 more voices wait." in page
    assert page.count('<article class="today-item') == 8


def test_what_failed_or_is_not_evaluated_is_not_called_overdue(desk, manager):
    JobFactory(title="Import", state="failed", finished_at=timezone.now())
    CampaignFactory(
        title="Over",
        phase="performance",
        ends_on=date(2026, 3, 1),
        locked_at=make.LAUNCH,
        locked_by=manager,
    )
    page = text(desk.get(reverse(TODAY)))
    assert "Nothing is due today" in page
    assert "One thing stands still." in page
    assert "Overdue" not in page
    # Standing still comes before what only waits.
    assert page.index("“Import” failed") < page.index("“Over” is over and not evaluated yet")


def test_groups_stand_in_their_order_and_the_most_urgent_first(desk):
    now = timezone.make_aware(datetime(2026, 11, 26, 11, 15))
    with time_machine.travel(now, tick=False):
        late, later = now - timedelta(days=9), now - timedelta(hours=1)
        today = now - timedelta(hours=20)
        voices = [
            VoiceFactory(kind="suggestion", received_at=later),
            VoiceFactory(kind="question", received_at=today),
            VoiceFactory(kind="complaint", received_at=late),
            VoiceFactory(kind="complaint", received_at=later),
        ]
        sections = desk.get(reverse(TODAY)).context["waiting"].sections
    found = [(section.group.name, [item.key for item in section.items]) for section in sections]
    keys = [f"voice-{voice.pk}" for voice in voices]
    assert found == [("LATE", [keys[2]]), ("TODAY", [keys[1]]), ("LATER", [keys[3], keys[0]])]


def test_nothing_that_waits_is_said_in_words(desk):
    page = text(desk.get(reverse(TODAY)))
    assert "Nothing waits for you. A good moment to read what readers made." in page
    assert "Nothing is due today" in page
    assert "Nothing has changed." in page
    assert "In other hands" not in page
    assert "Being sent" not in page


@pytest.mark.parametrize(
    ("mails", "said", "in_chinese"),
    [
        (1, "a few mails may have gone, or not", "有少量邮件不知是否寄出"),
        (4, "a few mails may have gone, or not", "有少量邮件不知是否寄出"),
        (5, "5 mails may have gone, or not", "5 封邮件不知是否寄出"),
    ],
)
def test_mails_of_unknown_fate_are_told_in_a_sentence(desk, mails, said, in_chinese):
    content = ContentFactory()
    DeliveryFactory.create_batch(mails, content=content, state="unknown")

    page = text(desk.get(reverse(TODAY)))
    assert said in page
    assert "not shown" not in page

    desk.cookies["django_language"] = "zh-hans"
    page = text(desk.get(reverse(TODAY)))
    assert in_chinese in page
    assert "未显示" not in page


def test_letters_that_need_a_person_stand_with_their_reason(desk):
    failed = LetterFactory(state="failed", subject="Answer to V-1", reason="550 no")
    LetterFactory(state="unknown", subject="Answer to V-2", reason="worker_died")
    LetterFactory(state="skipped", subject="Left out")
    LetterFactory(subject="On its way")
    page = text(desk.get(reverse(TODAY)))
    assert "The letter “Answer to V-1” was not mailed" in page
    assert "550 no" in page
    assert "The letter “Answer to V-2” may have gone, or not" in page
    assert f'href="{failed.get_absolute_url()}"' in page
    assert "Left out" not in page
    assert "On its way" not in page


def test_letter_that_waits_too_long_says_what_it_waits_for(desk):
    now = timezone.now()
    letter = LetterFactory(
        queued_at=now - timedelta(hours=1), due_at=now, reason="TimeoutError: timed out"
    )
    page = text(desk.get(reverse(TODAY)))
    assert "waits too long" in page
    assert "TimeoutError: timed out" in page

    type(letter).objects.update(due_at=now - timedelta(minutes=10))
    assert "No worker seems to run." in text(desk.get(reverse(TODAY)))


@pytest.fixture
def at_a_campus(client):
    """Somebody of one campus, and another campus."""
    here, there = CampusFactory(), CampusFactory()
    user = UserFactory(role="librarian", campus=here)
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client, user, there


def test_nothing_of_another_campus_is_named(at_a_campus):
    client, _user, there = at_a_campus
    reader = ReaderFactory(campus=there)
    LetterFactory(reader=reader, state="failed", subject="TO-ANOTHER")
    Correction.objects.create(reader=reader, field="name", wanted="林知行")
    Departure.objects.create(reader=reader, due_at=timezone.now() + timedelta(days=7))
    for state in ("received", "held"):
        VoiceFactory(campus=there, text="SAID-THERE", state=state, received_at=make.LAUNCH)
    busy = UserFactory(role="librarian")
    VoiceFactory(campus=there, text="SAID-THERE", state="working", assigned_to=busy)
    page = text(client.get(reverse(TODAY)))
    assert "Nothing waits for you." in page
    for there_said in ("SAID-THERE", "TO-ANOTHER", "written down wrongly", "asked to leave"):
        assert there_said not in page


def test_jobs_are_those_that_one_may_open(at_a_campus):
    client, own, _there = at_a_campus
    now = timezone.now()
    JobFactory(title="Mine", state="failed", finished_at=now, created_by=own)
    JobFactory(
        title="Theirs", state="failed", finished_at=now, created_by=UserFactory(role="manager")
    )
    page = text(client.get(reverse(TODAY)))
    assert "“Mine” failed" in page
    assert "Theirs" not in page


@pytest.mark.parametrize(
    ("hour", "is_over"),
    # The last day is the first of March; Shanghai is eight hours ahead of Greenwich.
    [(15, False), (17, True), (23, True)],
)
def test_campaign_is_over_by_the_local_day(desk, hour, is_over):
    CampaignFactory(
        phase="performance",
        ends_on=date(2026, 3, 1),
        locked_at=make.LAUNCH,
        locked_by=UserFactory(role="manager"),
    )
    with time_machine.travel(datetime(2026, 3, 1, hour, 30, tzinfo=UTC), tick=False):
        page = text(desk.get(reverse(TODAY)))
    assert ("is over and not evaluated yet" in page) == is_over


@pytest.mark.parametrize("role", ["librarian", "manager"])
def test_page_takes_as_many_statements_for_thirty_of_each_kind_as_for_one(client, role):
    now = timezone.now()
    colleague = UserFactory(role="librarian", email="colleague@example.org")
    counts = []
    # The clock stands: on a busy machine minutes lie between the two pages, and what is asked anew
    # after a minute would be counted with the second.
    with time_machine.travel(now, tick=False):
        client.force_login(UserFactory(role=role))
        for more in (1, 29):
            building.morning(more, now, colleague)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(TODAY)).status_code == 200
            counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.fixture
def requests_of_readers():
    """A held voice, a correction and a departure."""
    reader = ReaderFactory()
    VoiceFactory(state="held", text="Buy now")
    Correction.objects.create(reader=reader, field="name", wanted="林知行")
    Departure.objects.create(reader=reader, due_at=timezone.now() + timedelta(days=7))
    return reader


def test_requests_of_readers_wait_on_the_first_page(desk, requests_of_readers):
    answer = desk.get(reverse(TODAY))
    page, html = text(answer), answer.content.decode()
    assert "“Buy now”" in page
    assert "A reader says that this is written down wrongly: Name" in page
    assert "1 reader asked to leave and is erased on" in page
    correction = Correction.objects.get()
    for url in (f"corrections/{correction.pk}/", "readers/?leaving=on"):
        assert f'href="/desk/{url}"' in html
    # What should stand there names its reader: it is read on the page that tells them so.
    assert "林知行" not in html


def test_list_of_who_leaves_names_them_alone(desk, requests_of_readers):
    staying = ReaderFactory()
    page = text(desk.get(reverse("crm:reader-list"), {"leaving": "on"}))
    assert requests_of_readers.number in page
    assert staying.number not in page


def test_menu_counts_what_waits(desk, requests_of_readers):
    VoiceFactory()
    assert 'hx-get="/desk/waiting/"' in desk.get(reverse(TODAY)).content.decode()
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
