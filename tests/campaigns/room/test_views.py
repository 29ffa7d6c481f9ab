"""The pages of rooms.

What they show, what they refuse, how many queries they take, what text can do to them.
"""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.plan.actions import (
    add_goal,
    add_need,
    add_segment,
    add_task,
    book_cost,
    close,
    create_campaign,
    draft_from,
    set_standard,
)
from campaigns.plan.models import Campaign, ChannelPlan
from campaigns.room import outcome
from core.disclosure import Missing
from tests.campaigns.building import Phase, channel, complete, taken_to
from tests.factories import (
    CampaignFactory,
    EvaluationFactory,
    SegmentFactory,
    TrackedLinkFactory,
    UserFactory,
)

SCRIPT = "<script>alert(1)</script>"
HIDDEN = Missing.WITHHELD


@pytest.fixture
def librarian(db):
    return UserFactory(role="librarian", display_name="Zhou")


@pytest.fixture
def desk(librarian):
    client = Client()
    client.force_login(librarian)
    return client


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def posted_mix(campaign, **shares) -> dict:
    """What a browser would send for the channel mix."""
    data = {"mix-TOTAL_FORMS": len(shares), "mix-INITIAL_FORMS": len(shares)}
    for index, (code, (share, cost)) in enumerate(shares.items()):
        data |= {
            f"mix-{index}-channel": channel(code).pk,
            f"mix-{index}-share": share,
            f"mix-{index}-planned_cost": cost,
        }
    return data


def test_room_says_what_blocks_and_offers_no_step(desk, librarian):
    campaign = create_campaign(title="四小只带你逛图书馆", by=librarian)

    page = desk.get(url("campaign-detail", campaign.pk)).content.decode()

    assert "还没有记下任何需求" in page
    assert 'aria-disabled="true"' in page
    assert url("campaign-advance", campaign.pk, "prepare") not in page


def test_step_from_a_stale_page_moves_nothing_and_says_so(desk, librarian):
    campaign = taken_to(Phase.STRATEGY, librarian)

    page = desk.post(url("campaign-advance", campaign.pk, "prepare"), follow=True).content.decode()

    campaign.refresh_from_db()
    assert campaign.phase == "strategy"
    assert "刚刚有人已把这个活动推进到" in page


def test_going_live_names_what_is_locked_and_locks_it(desk, librarian):
    campaign = taken_to(Phase.TACTICS, librarian)
    assert "锁定 1 项评估标准" in desk.get(url("campaign-detail", campaign.pk)).content.decode()

    page = desk.post(url("campaign-advance", campaign.pk, "tactics"), follow=True).content.decode()

    campaign.refresh_from_db()
    assert (campaign.phase, campaign.locked_by) == ("performance", librarian)
    assert "已锁定" in page
    assert "Zhou" in page


def test_mix_above_100_keeps_what_was_typed_and_saves_nothing(desk, librarian):
    campaign = complete(librarian)

    response = desk.post(
        url("plan-edit", campaign.pk), posted_mix(campaign, email=(80, 123), poster=(30, 0))
    )

    assert response.status_code == 400
    assert "份额合计 110 %" in response.content.decode()
    assert 'value="123"' in response.content.decode()
    assert campaign.channel_plans.get(channel__code="email").share == 60


def test_mix_is_saved_as_one_table_and_zero_drops_a_channel(desk, librarian):
    """C4"""
    campaign = complete(librarian)

    response = desk.post(
        url("plan-edit", campaign.pk),
        posted_mix(campaign, email=(70, 50), poster=(0, 0), stall=(30, 200)),
    )

    assert response.status_code == 302
    assert set(
        ChannelPlan.objects.filter(campaign=campaign).values_list(
            "channel__code", "share", "planned_cost"
        )
    ) == {
        ("email", 70, Decimal(50)),
        ("stall", 30, Decimal(200)),
    }


def test_mix_shows_what_each_channel_brought_last_round_or_that_nobody_measured(desk, librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    TrackedLinkFactory(campaign=campaign, channel=channel("poster"), clicks=30)
    book_cost(
        campaign=campaign,
        channel=channel("poster"),
        amount=Decimal(200),
        on=campaign.starts_on,
        by=librarian,
    )
    draft = draft_from(campaign=campaign, by=librarian)

    page = desk.get(url("plan-edit", draft.pk)).content.decode()

    assert '<td class="n">15.0</td>' in page
    assert page.count('<td class="n">未测</td>') == 10


def test_c4_room_shows_planned_beside_obtained_by_channel(desk, librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    TrackedLinkFactory(campaign=campaign, channel=channel("poster"), clicks=30)
    book_cost(
        campaign=campaign,
        channel=channel("poster"),
        amount=Decimal(250),
        on=campaign.starts_on,
        by=librarian,
    )

    response = desk.get(url("campaign-detail", campaign.pk))

    lines = {line.plan.channel.code: line for line in response.context["lines"]}
    assert set(lines) == {"email", "poster"}
    poster = lines["poster"]
    assert (poster.plan.share, poster.now.cost, str(poster.now.responses)) == (40, 250, "30")
    # Booked, mailed (a poster is not) and responses, as the page prints them.
    assert '<td class="n">¥250</td><td class="n">—</td><td class="n">30</td>' in (
        response.content.decode()
    )
    assert not lines["email"].now.sent.is_known


def test_part_with_an_error_comes_back_with_what_was_typed(desk, librarian):
    campaign = complete(librarian)

    response = desk.post(
        url("part-add", campaign.pk, "task"), {"text": "", "owner": "采编流一体化"}
    )

    assert response.status_code == 400
    assert "采编流一体化" in response.content.decode()
    assert campaign.tasks.count() == 1


def test_cost_beyond_the_budget_is_refused_beside_the_form(desk, librarian):
    """A4"""
    campaign = taken_to(Phase.PERFORMANCE, librarian)

    response = desk.post(
        url("part-add", campaign.pk, "cost"),
        {"amount": "1000.01", "kind": "cash", "on": "2026-03-02"},
    )

    assert response.status_code == 400
    assert "只剩 ¥1,000.00" in response.content.decode()
    assert campaign.costs.count() == 0


def test_amendment_stands_on_the_room_with_its_reason(desk, librarian):
    """B7"""
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    standard = campaign.standards.get()

    desk.post(
        url("standard-amend", campaign.pk, standard.pk), {"target": "80", "reason": "两个校区停电"}
    )

    page = desk.get(url("campaign-detail", campaign.pk)).content.decode()
    assert "两个校区停电" in page
    assert "100 → 80" in page


def test_closing_names_the_missing_evaluation_and_keeps_the_text(desk, librarian):
    """A11"""
    campaign = taken_to(Phase.PERFORMANCE, librarian)

    response = desk.post(url("campaign-close", campaign.pk), {"next_time": "提早两周贴海报"})

    page = response.content.decode()
    assert response.status_code == 400
    assert "缺少：评估" in page
    assert "提早两周贴海报" in page


def test_f3_last_round_s_word_opens_the_next_room(desk, librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    EvaluationFactory(campaign=campaign)
    close(campaign=campaign, next_time="提早两周贴海报", by=librarian)

    page = desk.post(url("campaign-draft", campaign.pk), follow=True).content.decode()

    assert "提早两周贴海报" in page
    assert Campaign.objects.filter(previous=campaign).count() == 1


def test_creating_from_a_season_fills_the_plan(desk):
    """B6"""
    desk.post(url("campaign-create"), {"title": "", "start": "welcome", "year": "2026"})

    campaign = Campaign.objects.get()
    assert campaign.season == "welcome"
    assert campaign.segments.get().name == "2026 级新生"


def test_empty_campaign_without_title_is_refused(desk):
    response = desk.post(url("campaign-create"), {"title": "", "start": "blank"})
    assert (response.status_code, Campaign.objects.count()) == (400, 0)


def test_role_and_phase_in_a_post_are_ignored(desk, librarian):
    """Hostile 38"""
    campaign = complete(librarian)
    other = UserFactory(role="librarian")
    data = {
        "title": "New title",
        "purpose": "p",
        "send_hour": 9,
        "holdout_percent": 10,
        "phase": "closed",
        "owner": other.pk,
        "locked_by": other.pk,
        "provenance": "paper",
    }

    assert desk.post(url("campaign-edit", campaign.pk), data).status_code == 302

    campaign.refresh_from_db()
    assert (campaign.title, campaign.phase) == ("New title", "prepare")
    assert (campaign.owner, campaign.locked_by, campaign.provenance) == (librarian, None, "own")


def test_part_of_another_campaign_is_not_there(desk, librarian):
    mine, theirs = complete(librarian), complete(librarian, title="Other")
    goal = theirs.goals.get()

    assert desk.post(url("part-remove", mine.pk, "goal", goal.pk)).status_code == 404
    assert theirs.goals.count() == 1


@pytest.mark.parametrize("phase", ["prepare", "strategy", "tactics", "performance"])
def test_script_in_every_text_is_inert(desk, librarian, phase):
    """Hostile 29"""
    campaign = complete(
        librarian, title=SCRIPT, purpose=SCRIPT, theme=SCRIPT, tone=SCRIPT, sentiment=SCRIPT
    )
    add_need(campaign=campaign, text=SCRIPT, source=SCRIPT, answer=SCRIPT, by=librarian)
    add_goal(campaign=campaign, text=SCRIPT, by=librarian)
    add_task(campaign=campaign, text=SCRIPT, owner=SCRIPT, by=librarian)
    add_segment(campaign=campaign, segment=SegmentFactory(name=SCRIPT), by=librarian)
    set_standard(campaign=campaign, metric="nps", target=Decimal(1), source=SCRIPT, by=librarian)
    TrackedLinkFactory(campaign=campaign, placement=SCRIPT)

    for page in (
        desk.get(url("campaign-detail", campaign.pk), {"phase": phase}),
        desk.get(url("campaign-list")),
        desk.get(url("campaign-list"), {"view": "list"}),
        desk.get(url("match-list", campaign.pk)),
        desk.get(url("link-poster", campaign.links.get().pk)),
    ):
        assert page.status_code == 200
        assert SCRIPT not in page.content.decode()


def test_nul_in_a_text_is_refused_not_a_fault(desk, librarian):
    campaign = complete(librarian)
    assert desk.post(url("part-add", campaign.pk, "goal"), {"text": "a\0b"}).status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("view", ["board", "list"])
def test_list_takes_the_same_queries_for_one_and_three(
    desk, librarian, django_assert_num_queries, rows, view
):
    for number in range(rows):
        campaign = CampaignFactory(title=f"C{number}", owner=UserFactory(role="librarian"))
        campaign.segments.add(SegmentFactory(), SegmentFactory())
    with django_assert_num_queries(5 if view == "list" else 4):
        desk.get(url("campaign-list"), {"view": view})


@pytest.mark.parametrize("rows", [1, 3])
def test_room_takes_the_same_queries_for_one_and_three_of_everything(
    desk, librarian, django_assert_num_queries, rows
):
    campaign = complete(librarian)
    for number in range(rows):
        add_need(
            campaign=campaign, text=f"n{number}", origin="survey", answer=f"a{number}", by=librarian
        )
        add_task(campaign=campaign, text=f"t{number}", by=librarian)
        add_segment(campaign=campaign, segment=SegmentFactory(), by=librarian)
        TrackedLinkFactory(campaign=campaign, channel=channel("poster"))
    with django_assert_num_queries(23):
        desk.get(url("campaign-detail", campaign.pk))


def test_search_and_phase_filter_the_list(desk):
    CampaignFactory(title="春夜读诗")
    CampaignFactory(title="迎新季")

    page = desk.get(
        url("campaign-list"), {"view": "list", "q": "读诗", "phase": "prepare"}
    ).content.decode()

    assert "春夜读诗" in page
    assert "迎新季</a>" not in page


def test_poster_carries_the_short_address_and_its_code(desk):
    link = TrackedLinkFactory(placement="南门海报")

    page = desk.get(url("link-poster", link.pk)).content.decode()

    assert link.get_absolute_url() in page
    assert "<svg" in page
    assert "style=" not in page


@pytest.mark.parametrize(("clicked", "per_hundred"), [(0, 0.0), (1, HIDDEN), (4, HIDDEN), (5, 2.5)])
def test_responses_per_cost_do_not_give_away_a_few_readers(clicked, per_hundred):
    trace = outcome.ChannelTrace(clicked=clicked, cost=Decimal(200))
    assert trace.shown().per_hundred == per_hundred
