"""A librarian plans with the smallest visible effect (J1): names the outcome, reads what can be
seen, chooses who is held out and the arms, and reads all of it once more before the launch.
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.experiments.models import Experiment
from campaigns.plan.models import Campaign
from tests import factories, recorded
from tests.campaigns.building import taken_to

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = {"width": 375, "height": 800}


def plan_of_many(by) -> Campaign:
    """A plan in tactics, as the next round, addressed to 600 readers of whom a quarter came."""
    recorded.always()
    before = factories.CampaignFactory(owner=by, title="秋夜读诗")
    campaign = taken_to("tactics", by, title="冬夜来信")
    Campaign.objects.filter(pk=campaign.pk).update(previous=before)
    segment = campaign.segments.get()
    now = timezone.now()
    readers = factories.ReaderFactory.create_batch(600)
    for reader in readers:
        segment.members.create(reader=reader, since=now)
    for reader in readers[:150]:
        at = now - timezone.timedelta(days=3)
        factories.ActivityFactory(reader=reader, kind="visit", at=at)
    return campaign


def test_j1_librarian_plans_with_the_smallest_visible_effect(live):
    librarian = factories.UserFactory(role="librarian", display_name="周文静")
    campaign = plan_of_many(librarian)
    live.sign_in(librarian)
    live.context.set_extra_http_headers({"Accept-Language": "zh-hans"})
    page = live.page

    # What is looked at, in the strategy phase.
    live.open(f"{campaign.get_absolute_url()}?phase=strategy")
    page.locator("#promise a").click()
    page.locator("[name=outcome][value=visit]").check()
    page.locator("[name=smallest_effect]").fill("12")
    page.locator("[name=unsubscribes]").fill("0.6")
    live.check()
    live.shot("promise-edit")
    live.follow(page.locator("form.form .btn.primary"))
    live.check()
    live.shot("promise-room")
    assert "25 %" in page.locator("#promise").inner_text()

    # What can be seen, and who gets what, in the tactics phase.
    live.open(f"{campaign.get_absolute_url()}?phase=tactics")
    assert page.locator("#arms .note").count() == 1
    live.shot("arms-warned")
    page.locator("#arms a").first.click()
    live.check()
    live.shot("arms-edit")
    values = page.locator("[name=holdout_percent]").evaluate_all("all => all.map(i => i.value)")
    # Beside the usual shares stands the smallest one that sees what is worth having.
    (enough,) = set(values) - {"5", "10", "20", "30"}
    assert 20 < int(enough) < 30
    assert page.locator("[name=before_weight]").input_value() == "20"
    page.locator(f"[name=holdout_percent][value='{enough}']").check()
    page.locator("[name=A_label]").fill("一首诗")
    page.locator("[name=A_weight]").fill("40")
    page.locator("[name=B_label]").fill("一张座位图")
    page.locator("[name=B_weight]").fill("40")
    live.follow(page.locator("form.form .btn.primary"))
    live.check()
    live.shot("arms-room")
    made = Experiment.objects.get(campaign=campaign)
    assert list(made.arms.values_list("code", "weight")) == [("A", 40), ("B", 40), ("Z", 20)]
    assert page.locator("#arms .note").count() == 0

    # The same on a phone and in the dark, and once more before the launch.
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")
    live.check()
    live.shot("arms-room-phone-dark")
    launch = reverse("campaigns:content-launch", args=[campaign.contents.get().pk])
    live.open(launch)
    live.check()
    live.shot("launch-phone-dark")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")
    live.shot("launch")
    assert "收信后 28 天里到馆" in page.locator("main").inner_text()
    assert "一张座位图" in page.locator("main").inner_text()
    assert live.errors == []
