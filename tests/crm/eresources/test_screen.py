"""The page of e-resources as people see it: on a desk, on a phone, in the dark."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.eresources.models import PlatformUsage, UsageReport
from crm.sources.months import months_up_to
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
METRICS = ("Searches_Platform", "Total_Item_Requests", "Unique_Item_Requests")


def taken(provider: str, release: str, months: list[date]) -> None:
    """A report of a provider with three metrics in each month."""
    report = UsageReport.objects.create(
        report="PR_P1",
        release=release,
        provider=provider,
        first=months[0],
        last=months[-1],
        sha256=f"{provider}{release}"[:64],
    )
    for place, month in enumerate(months):
        for number, metric in enumerate(METRICS, start=1):
            PlatformUsage.objects.create(
                report=report, platform=provider, metric=metric, month=month, n=987 * number + place
            )


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
