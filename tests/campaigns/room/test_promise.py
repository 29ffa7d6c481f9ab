"""A librarian plans with the smallest visible effect (J1), in the room."""

import re

import pytest
from django.utils import timezone
from django.utils.translation import override

from campaigns.experiments.models import Experiment
from campaigns.plan.models import Campaign
from crm.segments.refresh import refresh_segment
from tests import factories, recorded
from tests.bare import bare
from tests.campaigns.building import taken_to, url
from tests.campaigns.experiments.building import experiment, live

pytestmark = pytest.mark.django_db

PROMISE = {
    "outcome": "visit",
    "window_days": "28",
    "smallest_effect": "4",
    "adjusts": "on",
    "unsubscribes": "0.6",
    "complaints": "",
    "staff_hours": "110",
}
ARMS = {
    "holdout_percent": "20",
    "A_label": "一首诗",
    "A_weight": "50",
    "B_label": "一张座位图",
    "B_weight": "50",
    "B_hour": "20",
}


@pytest.fixture
def plan(librarian):
    recorded.always()
    return taken_to("strategy", librarian)


def with_base(campaign, **fields) -> Experiment:
    """Its promise, of readers of whom a quarter came before."""
    found = {
        "base_rate": "0.25",
        "base_n": 4800,
        "base_from": "2026-02-01",
        "base_to": "2026-02-28",
    }
    made = factories.ExperimentFactory(campaign=campaign, **(found | fields))
    factories.ArmFactory(experiment=made)
    return made


def test_j1_an_outcome_is_named_and_stands_in_the_room(desk, plan):
    answer = desk.post(url("promise-edit", plan.pk), PROMISE)
    assert answer.status_code == 302
    made = Experiment.objects.get(campaign=plan)
    assert (made.outcome, made.window_days) == ("visit", 28)
    assert {one.kind: str(one.margin) for one in made.guardrails.all()} == {
        "unsubscribes": "0.60",
        "staff_hours": "110.00",
    }
    page = bare(desk.get(url("campaign-detail", plan.pk) + "?phase=strategy").content.decode())
    assert "到馆" in page
    assert "28 天" in page
    assert "4.0 个百分点" in page


HOW_OFTEN = PROMISE | {"outcome": "visit:times", "smallest_effect": "120"}


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh-hans", ["读者到馆几次", "120.0 次/百名读者", "31.0 次/百名读者"]),
        ("en", ["How often a reader visits", "120.0 times per 100", "31.0 times per 100"]),
    ],
)
def test_j1_how_often_a_reader_does_it_may_be_named(desk, plan, language, said):
    desk.cookies["django_language"] = language
    form = bare(desk.get(url("promise-edit", plan.pk)).content.decode())
    assert 'value="visit:times"' in form
    # Nobody contributes by count.
    assert 'value="contribution:times"' not in form
    assert desk.post(url("promise-edit", plan.pk), HOW_OFTEN).status_code == 302
    made = Experiment.objects.filter(campaign=plan, outcome="visit", as_amount=True)
    found = {"base_rate": "0.31", "base_spread": "0.8", "base_n": 4800}
    assert made.update(**found, base_from="2026-02-01", base_to="2026-02-28") == 1
    page = bare(desk.get(url("campaign-detail", plan.pk) + "?phase=strategy").content.decode())
    for one in said:
        assert one in page
    again = bare(desk.get(url("promise-edit", plan.pk)).content.decode())
    (chosen,) = re.findall(r'<input[^>]*name="outcome"[^>]*checked[^>]*>', again)
    assert 'value="visit:times"' in chosen


def test_of_a_hundred_readers_no_more_than_a_hundred_do_it(desk, plan):
    answer = desk.post(url("promise-edit", plan.pk), PROMISE | {"smallest_effect": "120"})
    assert answer.status_code == 400
    assert not Experiment.objects.exists()


def test_what_was_typed_stays_where_the_form_is_refused(desk, plan):
    answer = desk.post(url("promise-edit", plan.pk), PROMISE | {"smallest_effect": "much"})
    assert answer.status_code == 400
    assert 'value="much"' in answer.content.decode()
    assert not Experiment.objects.exists()


def test_j1_the_holdout_is_chosen_by_what_can_be_seen(desk, plan, librarian):
    with_base(plan)
    segment = plan.segments.get()
    for reader in factories.ReaderFactory.create_batch(80):
        segment.members.create(reader=reader, since=timezone.now())
    page = bare(desk.get(url("arms-edit", plan.pk)).content.decode())
    assert "约 8 位" in page
    assert "可看出" in page
    answer = desk.post(url("arms-edit", plan.pk), ARMS)
    assert answer.status_code == 302
    plan.refresh_from_db()
    assert plan.holdout_percent == 20
    arms = Experiment.objects.get().arms.values_list("code", "weight", "send_hour")
    assert list(arms) == [("A", 50, None), ("B", 50, 20)]


def test_arms_that_make_no_whole_are_refused_with_what_was_typed(desk, plan):
    with_base(plan)
    answer = desk.post(url("arms-edit", plan.pk), ARMS | {"B_weight": "40"})
    assert answer.status_code == 400
    assert 'value="一张座位图"' in answer.content.decode()


def test_a_holdout_that_sees_nothing_worth_having_says_so(desk, plan):
    with_base(plan, smallest_effect=1)
    segment = plan.segments.get()
    for reader in factories.ReaderFactory.create_batch(80):
        segment.members.create(reader=reader, since=timezone.now())
    page = bare(desk.get(url("campaign-detail", plan.pk) + "?phase=tactics").content.decode())
    assert "单凭这次活动" in page
    # No page tells yet what all campaigns bring together, so none promises it.
    assert "全年" not in page


def test_the_arms_wait_for_an_outcome(desk, plan):
    answer = desk.get(url("arms-edit", plan.pk))
    assert answer.url == url("promise-edit", plan.pk)


def test_a_live_campaign_shows_its_promise_and_changes_nothing(desk, plan, librarian):
    made = with_base(plan)
    live = type(plan).objects.filter(pk=plan.pk)
    live.update(phase="performance", locked_at=plan.created_at, locked_by=librarian)
    for name, data in (("promise-edit", PROMISE), ("arms-edit", ARMS)):
        answer = desk.post(url(name, plan.pk), data)
        assert answer.status_code == 400
    made.refresh_from_db()
    assert made.guardrails.count() == 0


def test_the_launch_page_shows_what_was_promised(client, plan):
    made = with_base(plan)
    made.guardrails.create(kind="unsubscribes", margin="0.6")
    content = plan.contents.get()
    client.force_login(factories.UserFactory(role="manager"))
    page = bare(client.get(url("content-launch", content.pk)).content.decode())
    assert "28 天" in page
    assert "0.6" in page
    assert "不寄" in page


def test_a_mail_is_written_for_one_arm(desk, plan):
    made = with_base(plan)
    other = factories.ArmFactory(experiment=made, code="B", label="Seats", weight=50)
    content = plan.contents.get()
    page = desk.get(url("content-edit", content.pk)).content.decode()
    assert 'name="arm"' in page
    foreign = factories.ArmFactory()
    data = {"title": "x", "purpose": "notices", "subject": "x", "body": "x"}
    refused = desk.post(url("content-edit", content.pk), data | {"arm": foreign.pk})
    assert refused.status_code == 400
    desk.post(url("content-edit", content.pk), data | {"arm": other.pk})
    content.refresh_from_db()
    assert content.arm == other


def test_the_arm_as_before_takes_over_the_mails_of_the_round_before(desk, plan, librarian):
    before = factories.CampaignFactory(owner=librarian)
    former = factories.ContentFactory(campaign=before, title="秋夜", to_subscribers=True)
    type(plan).objects.filter(pk=plan.pk).update(previous=before)
    page, button = url("campaign-detail", plan.pk) + "?phase=tactics", "沿用上一轮的信"
    with_base(plan)
    assert button not in desk.get(page).content.decode()
    data = ARMS | {"A_weight": "80", "B_weight": "", "B_label": "", "before_weight": "20"}
    desk.post(url("arms-edit", plan.pk), data)
    assert button in desk.get(page).content.decode()
    for _time in range(2):
        desk.post(url("content-take-over", plan.pk))
    (copy,) = plan.contents.filter(arm__role="as_before")
    assert (copy.title, copy.body, copy.state) == ("秋夜", former.body, "draft")
    assert not copy.to_subscribers
    assert button not in desk.get(page).content.decode()


# --- the next round -------------------------------------------------------------------------------
def live_round(librarian, readers: int) -> Campaign:
    """A live campaign with a promise, whose segment holds so many readers."""
    factories.ReaderFactory.create_batch(readers)
    made = experiment(librarian, arms=(("A", "new", 100),), window_days=14, smallest_effect=3)
    campaign = live(made)
    refresh_segment(campaign.segments.get())
    return campaign


def begun_by_the_button(desk, campaign: Campaign) -> None:
    desk.post(url("campaign-draft", campaign.pk))


def begun_by_the_form(desk, campaign: Campaign) -> None:
    start = {"start": f"copy-{campaign.pk}", "title": "", "year": "2026"}
    desk.post(url("campaign-create"), start)


@pytest.mark.parametrize("begun", [begun_by_the_button, begun_by_the_form])
def test_j12_a_next_round_promises_the_same_wherever_it_is_begun(desk, librarian, begun):
    recorded.always()
    campaign = live_round(librarian, 200)
    for _time in range(2):
        begun(desk, campaign)
    promised = Experiment.objects.get(campaign__previous=campaign)
    assert (promised.outcome, promised.window_days, promised.smallest_effect) == ("visit", 14, 3)
    assert list(promised.arms.values_list("code", "role", "weight")) == [
        ("A", "new", 80),
        ("Z", "as_before", 20),
    ]


def test_j12_where_few_would_go_on_as_before_nobody_does(desk, librarian):
    recorded.always()
    campaign = live_round(librarian, 80)
    desk.post(url("campaign-draft", campaign.pk))
    promised = Experiment.objects.get(campaign__previous=campaign)
    assert list(promised.arms.values_list("code", "weight")) == [("A", 100)]


def test_a_live_next_round_is_opened_and_promises_nothing_afterwards(desk, librarian):
    recorded.always()
    campaign = live_round(librarian, 1)
    following = factories.CampaignFactory(
        owner=librarian,
        previous=campaign,
        phase="performance",
        locked_at=timezone.now(),
        locked_by=librarian,
        starts_on=campaign.starts_on,
    )
    answer = desk.post(url("campaign-draft", campaign.pk))
    assert answer.url == following.get_absolute_url()
    assert not Experiment.objects.filter(campaign=following).exists()


def test_j12_the_form_offers_the_hour_of_the_plan_before(desk, plan, librarian):
    before = factories.CampaignFactory(owner=librarian, send_hour=9)
    type(plan).objects.filter(pk=plan.pk).update(previous=before, send_hour=18)
    with_base(plan)
    segment = plan.segments.get()
    for reader in factories.ReaderFactory.create_batch(200):
        segment.members.create(reader=reader, since=timezone.now())
    page = desk.get(url("arms-edit", plan.pk)).content.decode()
    assert 'name="before_hour" value="9"' in page
    data = ARMS | {"A_weight": "80", "B_weight": "", "B_label": "", "before_weight": "20"}
    desk.post(url("arms-edit", plan.pk), data | {"before_hour": "9"})
    arms = Experiment.objects.get(campaign=plan).arms
    assert list(arms.values_list("code", "send_hour")) == [("A", None), ("Z", 9)]
    assert 'name="before_hour" value="9"' in desk.get(url("arms-edit", plan.pk)).content.decode()


# --- names ----------------------------------------------------------------------------------------
def test_a_name_that_nobody_typed_is_read_in_ones_own_language(desk, plan):
    desk.post(url("promise-edit", plan.pk), PROMISE)
    data = {"holdout_percent": "20", "A_label": "", "A_weight": "100"}
    assert desk.post(url("arms-edit", plan.pk), data).status_code == 302
    arm = Experiment.objects.get().arms.get()
    assert arm.label == ""
    with override("en"):
        assert str(arm) == "A The campaign's mail"
    with override("zh-hans"):
        assert str(arm) == "A 这次活动的信"


def test_a_second_arm_has_a_name(desk, plan):
    with_base(plan)
    answer = desk.post(url("arms-edit", plan.pk), ARMS | {"B_label": ""})
    assert answer.status_code == 400
