"""The page "What is recorded" as people see it: on a desk, on a phone, in the dark."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.sources.actions import add_source
from crm.sources.models import ClosedSpan
from crm.sources.months import months_up_to
from crm.sources.recording import record_days
from tests.factories import CampusFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill() -> None:
    """Gates of two places, one with a gap and late; loans; seats of which nothing has come."""
    today = timezone.localdate()
    months = months_up_to(today, 13)
    main, east = CampusFactory(name_zh="总馆"), CampusFactory(name_zh="东馆")
    gate = add_source(name="到馆闸机", kinds=["visit"], by=None, rhythm="daily", due_after=1)
    loans = add_source(name="馆藏系统借阅", kinds=["loan"], by=None)
    add_source(name="座位预约", kinds=["seat"], by=None)
    record_days(gate, [main.pk], months[0], today - timedelta(days=1))
    record_days(gate, [east.pk], months[4] + timedelta(days=8), months[-2] + timedelta(days=11))
    record_days(gate, [east.pk], months[-2] + timedelta(days=21), today - timedelta(days=3))
    record_days(loans, [None], months[0], months[-2] - timedelta(days=12))
    shut = ClosedSpan(first=months[2] + timedelta(days=14), last=months[2] + timedelta(days=22))
    shut.reason = "寒假"
    shut.save()


def test_what_is_recorded_reads_on_a_desk_on_a_phone_and_in_the_dark(live):
    fill()
    live.sign_in(UserFactory(role="librarian"))
    live.open(reverse("crm:coverage"))
    live.check()
    live.shot("coverage")
    live.page.emulate_media(color_scheme="dark")
    # Anew: colours that are still on their way to the dark ones are no contrast.
    live.open(reverse("crm:coverage"))
    live.check()
    live.shot("coverage-dark")
    live.page.emulate_media(color_scheme="light")
    live.page.set_viewport_size({"width": 375, "height": 800})
    live.check()
    live.shot("coverage-phone")
