"""The page "What is recorded" as people see it: on a desk, on a phone, in the dark."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.registers.models import SpecialDays
from crm.sources.actions import add_source, note_lost
from crm.sources.models import DataSource
from crm.sources.months import end_of_month, months_up_to
from crm.sources.recording import record_days
from crm.staff.models import Campus
from tests.factories import CampusFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill() -> None:
    """Gates of two places, one with a gap and late; loans; seats of which nothing has come."""
    today = timezone.localdate()
    months = months_up_to(today, 13)
    main, east = CampusFactory(name_zh="总馆"), CampusFactory(name_zh="东馆")
    gate = add_source(name="到馆闸机", kinds=["visit"], by=None, rhythm="daily", due_after=1)
    loans = add_source(name="馆藏系统借阅", kinds=["loan"], by=None, rhythm="monthly")
    add_source(name="座位预约", kinds=["seat"], by=None, rhythm="monthly")
    record_days(gate, [main.pk], months[0], months[2] + timedelta(days=13))
    record_days(gate, [main.pk], months[2] + timedelta(days=23), today - timedelta(days=1))
    note_lost(
        source=gate,
        campus=east,
        first=months[6],
        last=end_of_month(months[6]),
        reason="设备送修",
        by=UserFactory(role="librarian"),
    )
    record_days(gate, [east.pk], months[4] + timedelta(days=8), months[6] - timedelta(days=1))
    record_days(gate, [east.pk], months[7], months[-2] + timedelta(days=11))
    record_days(gate, [east.pk], months[-2] + timedelta(days=21), today - timedelta(days=3))
    record_days(loans, [None], months[0], months[-2] - timedelta(days=12))
    SpecialDays.objects.create(
        kind="closed",
        name="寒假",
        starts_on=months[2] + timedelta(days=14),
        ends_on=months[2] + timedelta(days=22),
    )


def test_what_is_recorded_reads_on_a_desk_on_a_phone_and_in_the_dark(live):
    fill()
    live.sign_in(UserFactory(role="librarian"))
    month = months_up_to(timezone.localdate(), 2)[0]
    gate = DataSource.objects.get(name="到馆闸机")
    east = Campus.objects.get(name_zh="东馆")
    looked_at = f"{reverse('crm:coverage')}?source={gate.pk}&place={east.pk}&month={month:%Y-%m}"
    live.open(looked_at)
    live.check()
    live.shot("coverage")
    # Arrows go from month to month, Enter looks at one.
    live.page.focus(".month.on")
    live.page.keyboard.press("ArrowLeft")
    live.page.keyboard.press("Enter")
    live.page.wait_for_url("**month=" + f"{months_up_to(timezone.localdate(), 3)[0]:%Y-%m}**")
    live.page.emulate_media(color_scheme="dark")
    # Anew: colours that are still on their way to the dark ones are no contrast.
    live.open(looked_at)
    live.check()
    live.shot("coverage-dark")
    live.page.emulate_media(color_scheme="light")
    live.page.set_viewport_size({"width": 375, "height": 800})
    live.check()
    live.shot("coverage-phone")


def test_a_new_library_is_led_to_the_door(live):
    live.sign_in(UserFactory(role="librarian"))
    live.open(reverse("crm:coverage"))
    live.check()
    live.shot("coverage-new")
    live.page.click("[aria-labelledby=beginning] .btn")
    live.page.wait_for_url(f"**{reverse('crm:activity-import-create')}")


def test_months_can_be_seen_and_touched_on_a_phone_below_heads_of_groups(live):
    """In 0.1 the head of a group was as wide as all months, also as those that a phone hides: the
    three that it shows were lines of a few pixels as soon as there were two groups.
    """
    fill()
    counter = add_source(name="北门计数器", kinds=[], by=None, rhythm="daily")
    record_days(counter, [None], months_up_to(timezone.localdate(), 2)[0], timezone.localdate())
    live.sign_in(UserFactory(role="librarian"))
    live.page.set_viewport_size({"width": 375, "height": 800})
    live.open(reverse("crm:coverage"))
    live.check()
    assert live.page.locator(".coverage .group:visible").count() == 2
    months = live.page.locator(".coverage a.month:visible")
    widths = [month.bounding_box()["width"] for month in months.all()]
    assert min(widths) >= 24
