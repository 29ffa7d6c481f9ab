"""The published rules and a campaign's clicks of machines, on a screen and on a phone."""

import pytest
from django.urls import reverse

from tests import factories
from tests.campaigns.sending.machine_world import mail

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 375, "height": 812}


def test_rules_and_what_they_left_out_can_be_read_on_a_phone(live):
    sent = mail(4, 12)
    for delivery in sent.deliveries[:8]:
        for link in range(4):
            sent.open(delivery, 5 + link / 10, link)
    for delivery in sent.deliveries[7:]:
        sent.open(delivery, 900)
    sent.flush()
    live.sign_in(factories.UserFactory(role="librarian"))
    campaign = sent.deliveries[0].content.campaign_id
    live.page.set_viewport_size(PHONE)
    for path in (
        reverse("campaigns:machine-rules"),
        reverse("campaigns:machine-clicks", args=[campaign]),
        f"{reverse('campaigns:link-list')}?campaign={campaign}",
    ):
        live.open(path)
        live.check()
