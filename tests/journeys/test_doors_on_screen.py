"""Doors that stood half open, on a screen and on a phone."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.accounts.mail_links import token_for_new
from crm.activities.by_month import month_of
from crm.readers.models import Reader
from crm.registers.actions import merge_places
from crm.segments.refresh import refresh_segment
from crm.subscribers import keys
from tests.crm.activities.building import imported, uploaded
from tests.crm.subscribers.test_subscribing import subscribed
from tests.factories import CampusFactory, ReaderFactory, SegmentFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KIND = "reader-months"
NAMES = ("王小明", "李雷", "韩梅梅", "张伟", "赵敏", "陈晨")


def counts(first: int) -> str:
    """A file of the loans, renewals and visits of last October and September."""
    rows = ["读者号,月份,借书册数,续借次数,到馆次数,分馆"]
    for place, _name in enumerate(NAMES):
        for month in ("2026-09", "2026-10"):
            rows.append(f"A{place},{month},{first + place},{place},{12 + place},东馆")
    rows.append("X9,2026-10,1,0,3,东馆")
    return "\n".join(rows)


def speak(live, language: str) -> None:
    cookie = {"name": "django_language", "value": language, "url": live.url}
    live.context.add_cookies([cookie])


def merged_segment():
    """A segment whose members are at campuses of which two went on as a third."""
    east, west, main = (CampusFactory(name_zh=name) for name in ("东馆", "西馆", "总馆"))
    for campus, n in ((east, 14), (west, 22), (main, 31)):
        ReaderFactory.create_batch(n, campus=campus)
    merge_places(parts=[west], into=main, last_day=date(2020, 1, 1), by=None)
    segment = SegmentFactory(name="全部读者", rule={})
    refresh_segment(segment)
    return segment


def test_doors_read_on_a_desk_on_a_phone_and_in_the_dark(live):
    for place, name in enumerate(NAMES):
        ReaderFactory(source="library", number=f"A{place}", name=name)
    segment = merged_segment()
    done = imported(counts(3), KIND, name="十月借阅.csv")
    waiting = uploaded(counts(4), KIND, name="十月借阅（更正）.csv")
    subscriber = subscribed("xiaoming@example.org", "events", "surveys", "research")
    link = token_for_new("lei@example.org", "")
    way_out = keys.way_out(bytes(subscriber.digest))
    assert month_of()("2026-10").date() < timezone.localdate()
    pages = {
        "months-map": reverse("crm:activity-import-map", args=[waiting.pk]),
        "months-preview": reverse("crm:activity-import-preview", args=[waiting.pk]),
        "months-report": reverse("crm:activity-import-detail", args=[done.pk]),
        "months-reader": Reader.objects.get(number="A3").get_absolute_url(),
        "merged-today": segment.get_absolute_url(),
        "merged-then": f"{segment.get_absolute_url()}?places=then",
        "mail-settings": reverse("crm:mail-settings"),
        "subscription": reverse("crm:subscription", args=[way_out, "events"]),
        "new-account": reverse("crm:sign-in-link-open", args=[link]),
        "import-list": reverse("crm:import-list"),
    }
    live.sign_in(UserFactory(role="administrator"))
    speak(live, "zh-hans")
    for name, address in pages.items():
        live.open(address)
        live.check()
        live.shot(f"door-{name}")
    live.page.set_viewport_size({"width": 375, "height": 800})
    live.page.emulate_media(color_scheme="dark")
    speak(live, "en")
    for name, address in pages.items():
        live.open(address)
        live.check()
        live.shot(f"door-{name}-phone")
