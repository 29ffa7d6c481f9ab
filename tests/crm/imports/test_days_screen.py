"""The days of a file as people see them, before and after: the strip, the question when files of a
new source come, and the same numbers on the page of what is recorded.
"""

from datetime import date

import pytest
from django.urls import reverse

from crm.imports.tasks import import_file
from crm.registers.models import SpecialDays
from crm.sources.actions import add_source
from crm.sources.models import DataSource
from crm.sources.recording import record_days
from tests.crm.activities.building import readers, uploaded
from tests.factories import CampusFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def file_of_a_stall():
    """Twelve days at two places, beside a gate of the whole library and an earlier list."""
    east, west = CampusFactory(name_zh="东馆"), CampusFactory(name_zh="西馆")
    gate = add_source(name="到馆闸机", kinds=["visit"], by=None, rhythm="monthly")
    record_days(gate, [None], date(2026, 1, 1), date(2026, 10, 31))
    stall = add_source(name="新生摊位", kinds=["visit"], by=None)
    record_days(stall, [east.pk, west.pk], date(2026, 9, 24), date(2026, 10, 4))
    closed = {"starts_on": date(2026, 10, 9), "ends_on": date(2026, 10, 10)}
    SpecialDays.objects.create(kind="closed", name="国庆", **closed)
    readers("A1")
    rows = [f"A1,2026-10-{day:02d},东馆\n" for day in (1, 2, 3, 4, 5, 6, 7, 8, 12)]
    rows += [f"A1,2026-10-{day:02d} 09:00,西馆\n" for day in (1, 7)]
    rows += ["X9,2026-10-03,西馆\n"]
    return uploaded("读者证号,入馆时间,分馆\n" + "".join(rows), "visits", source=stall)


def test_a_file_of_a_new_source_asks_when_the_next_comes_and_every_page_counts_its_days_alike(live):
    batch = file_of_a_stall()
    live.sign_in(UserFactory(role="librarian"))
    address = reverse("crm:activity-import-preview", args=[batch.pk])
    live.open(address)
    live.check()
    live.shot("days-preview")
    said = live.page.inner_text("#days-told ul:last-of-type")
    asked = live.page.inner_text("#rhythm")
    assert "38 days are wholly recorded without this file" in asked
    # Of a row that was refused it is known that something lacks on these days.
    assert "every day too, and 27 of these days lack something" in asked
    assert "only on the days it tells of, and 8 of these days lack something" in asked
    # A day without a time is a day.
    assert "00:00" not in live.page.inner_text("main")
    live.page.emulate_media(color_scheme="dark")
    live.open(address)
    live.check()
    live.shot("days-preview-dark")
    live.page.emulate_media(color_scheme="light")
    live.page.set_viewport_size({"width": 375, "height": 800})
    live.open(address)
    live.check()
    live.shot("days-preview-phone")

    live.page.set_viewport_size({"width": 1280, "height": 900})
    live.page.check("input[name=rhythm][value=at-will]")
    live.page.click("#run-import .btn.primary")
    live.page.wait_for_url("**" + reverse("crm:activity-import-detail", args=[batch.pk]))
    batch.refresh_from_db()
    import_file(batch.job_id)
    assert DataSource.objects.get(name="新生摊位").rhythm == "at-will"
    live.open(reverse("crm:activity-import-detail", args=[batch.pk]))
    live.check()
    live.shot("days-report")
    assert live.page.inner_text("#days-told ul:last-of-type") == said

    stall = DataSource.objects.get(name="新生摊位")
    east = stall.spans.filter(campus__name_zh="东馆").first().campus_id
    live.open(f"{reverse('crm:coverage')}?source={stall.pk}&place={east}&month=2026-10")
    live.check()
    live.shot("days-coverage")
    # The month of the panel is the month of the strip.
    numbers = said.splitlines()[0].partition(": ")[2]
    assert live.page.inner_text("#gap p").startswith(numbers)
