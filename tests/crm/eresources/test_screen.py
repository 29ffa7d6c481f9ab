"""The page of e-resources as people see it: on a desk, on a phone, in the dark."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from core.days import months_up_to
from crm.eresources.models import PlatformUsage, UsageReport
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
METRICS = ("Searches_Platform", "Total_Item_Requests", "Unique_Item_Requests")


def taken(provider: str, release: str, months: list[date], **more) -> UsageReport:
    """A report of a provider with three metrics in each month."""
    report = UsageReport.objects.create(
        report="PR_P1",
        release=release,
        provider=provider,
        first=months[0],
        last=months[-1],
        sha256=f"{provider}{release}{more}"[:64],
        **more,
    )
    for place, month in enumerate(months):
        for number, metric in enumerate(METRICS, start=1):
            PlatformUsage.objects.create(
                report=report, platform=provider, metric=metric, month=month, n=987 * number + place
            )
    return report


def test_the_use_of_e_resources_reads_on_a_desk_on_a_phone_and_in_the_dark(live):
    months = months_up_to(timezone.localdate(), 13)
    taken("ScienceDirect", "5.0", months[:5])
    taken("ScienceDirect", "5.1", months[5:])
    taken("中国知网", "5.1", months[3:9])
    live.sign_in(UserFactory(role="librarian"))
    live.open(reverse("crm:usage"))
    live.check()
    live.shot("eresources")
    live.page.emulate_media(color_scheme="dark")
    # Anew: colours that are still on their way to the dark ones are no contrast.
    live.open(reverse("crm:usage"))
    live.check()
    live.page.set_viewport_size({"width": 375, "height": 800})
    live.check()
    live.shot("eresources-phone")


def test_what_a_report_would_change_reads_on_a_desk_and_in_the_dark_on_a_phone(live):
    months = months_up_to(timezone.localdate(), 13)
    taken("ScienceDirect", "5.1", months[3:9])
    later = taken("ScienceDirect", "5.1", months[4:12], state="seen", made_at=timezone.now())
    live.sign_in(UserFactory(role="librarian"))
    live.open(later.get_absolute_url())
    live.check()
    live.shot("eresources-report")
    cookie = {"name": "django_language", "value": "en", "url": live.url}
    live.context.add_cookies([cookie])
    live.page.emulate_media(color_scheme="dark")
    live.page.set_viewport_size({"width": 375, "height": 800})
    live.open(later.get_absolute_url())
    live.check()
    live.shot("eresources-report-phone")
