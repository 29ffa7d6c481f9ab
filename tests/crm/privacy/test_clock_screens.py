"""The page of the retention clock, and a person's months, on every screen."""

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.clock.nightly import run_night
from crm.readers.models import FoldedMonth
from tests import clock, factories
from tests.crm.privacy.test_screens import SCREENS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("screen", SCREENS)
def test_pages_of_the_clock_have_no_barrier_and_fit(live, screen):
    clock.fill()
    run_night(night=timezone.localdate())
    reader = FoldedMonth.objects.get().reader
    size, scheme = SCREENS[screen]
    live.page.set_viewport_size(size)
    live.page.emulate_media(color_scheme=scheme)
    live.sign_in(factories.UserFactory(role="manager"))
    paths = {
        "clock": reverse("crm:privacy-clock"),
        "clock-term": reverse("crm:privacy-clock-term", args=["activities"]),
        "register": reverse("crm:privacy-register"),
        "months": f"{reverse('crm:reader-detail', args=[reader.pk])}?why=enquiry",
    }
    for name, path in paths.items():
        live.open(path)
        live.check()
        live.shot(f"{name}-{screen}")
