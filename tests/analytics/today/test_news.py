"""What changed since somebody was last here, and how that moment is known."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.loop.actions import decide
from analytics.today.items import DeskClock
from analytics.today.news import news, since_of
from crm.accounts.models import BrowserSession
from crm.imports.models import ImportBatch
from tests.analytics.pages import text
from tests.factories import (
    AdjustmentFactory,
    BrowserSessionFactory,
    CampusFactory,
    ImportBatchFactory,
    SubmissionFactory,
    UserFactory,
    VoiceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    return DeskClock(timezone.now())


def told(user, since, clock) -> list[str]:
    return [one.text for one in news(user, since, clock)]


def test_what_came_before_the_last_visit_is_no_news(manager, clock):
    seen = clock.now - timedelta(hours=16)
    VoiceFactory(text="BEFORE", received_at=seen - timedelta(minutes=1))
    VoiceFactory(text="AFTER", received_at=seen + timedelta(minutes=1))
    SubmissionFactory(text="WORK-BEFORE", submitted_at=seen - timedelta(minutes=1))
    SubmissionFactory(text="WORK-AFTER", submitted_at=seen + timedelta(minutes=2))
    said = told(manager, seen, clock)
    assert [one.strip("“”「」") for one in said] == ["WORK-AFTER", "AFTER"]


def test_own_steps_are_no_news_and_those_of_others_are(manager, clock):
    since = clock.now - timedelta(hours=1)
    mine, theirs = AdjustmentFactory(), AdjustmentFactory()
    other = UserFactory(role="manager", display_name="馆长")
    decide(adjustment=mine, verdict="accept", by=manager)
    decide(adjustment=theirs, verdict="refuse", reason="too late", by=other)
    for by in (manager, other):
        ImportBatchFactory(
            created_by=by,
            state=ImportBatch.State.DONE,
            merged_at=clock.now,
            filename=f"{by.pk}.csv",
        )
    said = " ".join(told(manager, since, DeskClock(timezone.now())))
    assert said.count("馆长") == 1
    assert f"{other.pk}.csv" in said
    assert f"{manager.pk}.csv" not in said


def test_what_readers_add_is_news_to_whoever_may_open_the_voice(clock):
    here, there = CampusFactory(), CampusFactory()
    since = clock.now - timedelta(days=1)
    voice = VoiceFactory(campus=there, received_at=clock.now - timedelta(days=9))
    voice.messages.create(from_reader=True, text="ADDED")
    voice.messages.create(from_reader=True, text="HELD", state="held")
    later = DeskClock(timezone.now())
    assert [one.strip("“”「」") for one in told(UserFactory(role="manager"), since, later)] == [
        "ADDED"
    ]
    assert told(UserFactory(role="librarian", campus=here), since, later) == []


def test_page_tells_from_the_last_session_on_and_writes_nothing(client):
    user = UserFactory(role="librarian")
    client.force_login(user)
    client.cookies["django_language"] = "en"
    assert "the last 7 days" in text(client.get(reverse("analytics:today")))

    seen = timezone.now() - timedelta(days=2)
    BrowserSessionFactory(
        user=user,
        started_at=seen - timedelta(hours=1),
        last_seen_at=seen,
        expire_date=seen,
        ends_at=seen,
    )
    rows = list(BrowserSession.objects.order_by("pk").values())
    for _time in range(2):
        page = text(client.get(reverse("analytics:today")))
        assert "the last 7 days" not in page
    assert list(BrowserSession.objects.order_by("pk").values()) == rows


def test_week_is_told_where_nobody_knows_of_a_visit(clock):
    since = since_of(None, clock)
    assert (since.at, since.is_known) == (clock.now - timedelta(days=7), False)
