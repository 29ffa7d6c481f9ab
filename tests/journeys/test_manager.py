"""A manager reads the month and a report, accepts, changes and refuses proposals, and finds them in
the next plan.
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.facts import computing
from analytics.loop.evaluate import evaluate
from analytics.loop.models import Adjustment, Decision
from campaigns.plan.models import Campaign
from demo.paper import load_paper_facts
from tests import recorded
from tests.analytics.building import telling_campaign
from tests.browser import Live
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def insight(chromium, live_server):
    with Live(chromium, live_server.url, color_scheme="dark", locale="zh-CN") as live:
        yield live
        assert live.errors == []


def go(live, path: str):
    live.open(path)
    live.check()


def test_manager_reads_decides_and_finds_it_in_the_next_plan(insight):
    recorded.always()
    campaign = telling_campaign()
    evaluation = evaluate(campaign, timezone.now())
    computing.compute(computing.first_day(), timezone.localdate())
    load_paper_facts()
    manager = UserFactory(role="manager")
    insight.sign_in(manager)

    pages = ("month", "campaign-comparison", "evaluation-list", "decision-list", "loop")
    for name in (*pages, "observation-list", "today"):
        go(insight, reverse(f"analytics:{name}"))
    go(insight, evaluation.get_absolute_url())

    accepted, changed, refused = shares_of(evaluation)
    go(insight, accepted.get_absolute_url())
    insight.follow(insight.page.locator("main form:has([value=accept]) button"))
    insight.check()
    go(insight, changed.get_absolute_url())
    insight.page.fill("#change-value", "25")
    insight.page.fill("#change-reason", "海报也给来馆的人指路。")
    insight.follow(insight.page.locator("#change button").first)
    insight.check()
    go(insight, refused.get_absolute_url())
    insight.page.fill(
        "#refuse-reason", "   "
    )  # spaces are no reason: refused in words, nothing is decided
    insight.page.click("#refuse button")
    insight.page.wait_for_selector("[role=alert]")
    insight.check()
    assert not Decision.objects.filter(adjustment=refused).exists()
    insight.page.fill("#refuse-reason", "答卷还太少。")
    insight.follow(insight.page.locator("#refuse button").first)
    insight.check()
    assert [Decision.objects.get(adjustment=a).verdict for a in (accepted, changed, refused)] == [
        "accept",
        "change",
        "refuse",
    ]

    go(insight, campaign.get_absolute_url())
    insight.page.click(
        f"form[action='{reverse('analytics:campaign-draft', args=[campaign.pk])}'] button >> nth=0"
    )
    insight.settle()
    following = Campaign.objects.get(previous=campaign)
    go(insight, following.get_absolute_url())
    insight.page.wait_for_selector("text=海报也给来馆的人指路。")
    assert following.channel_plans.get(channel__code=changed.target.partition(":")[2]).share == 25


def shares_of(evaluation) -> list[Adjustment]:
    """An accepted field, a channel's share to change, and another proposal to refuse."""
    proposals = list(evaluation.adjustments.order_by("pk"))
    poster = next(a for a in proposals if a.target == "channel:poster")
    others = [a for a in proposals if a.kind != Adjustment.Kind.CHANNEL_SHARE]
    return [others[0], poster, others[1]]
