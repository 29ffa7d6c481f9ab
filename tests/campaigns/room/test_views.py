"""The pages of rooms.

What they show, what they refuse, how many queries they take, what text can do to them.
"""

import re
from decimal import Decimal

import pytest
from django.utils import timezone

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
from core.disclosure import Missing
from tests.bare import bare
from tests.campaigns.building import Phase, channel, complete, taken_to, url
from tests.factories import (
    CampusFactory,
    ContentFactory,
    DeliveryFactory,
    EvaluationFactory,
    SegmentFactory,
    TrackedLinkFactory,
    UserFactory,
    quiet_inputs,
    results_of,
)

SCRIPT = "<script>alert(1)</script>"
HIDDEN = Missing.WITHHELD


@pytest.fixture
def librarian(db):
    return UserFactory(role="librarian", display_name="Zhou")


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


def test_mix_names_the_channel_and_the_field_of_each_error(desk, librarian):
    campaign = complete(librarian)

    response = desk.post(url("plan-edit", campaign.pk), posted_mix(campaign, email=("much", 0)))

    (line,) = response.context["lines"]
    (fault,) = line.faults
    assert (fault.id, fault.label) == ("id_mix-0-share", f"{channel('email')} · 份额（%）")
    named = f'<a href="#{fault.id}">{fault.label}</a>：{fault.error}'
    assert named in response.content.decode()


def test_closing_names_nothing_that_its_own_form_asks(desk, librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)

    response = desk.get(url("campaign-close", campaign.pk))

    assert [check.code for check in response.context["missing"]] == ["evaluation"]
    assert "结束时要写明" not in response.content.decode()


def test_c4_mix_is_saved_as_one_table_and_zero_drops_a_channel(desk, librarian):
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


def poster_followed(campaign, by, *, cost: int) -> None:
    """30 people followed the poster's link, and it cost so much, CNY."""
    TrackedLinkFactory(campaign=campaign, channel=channel("poster"), clicks=30)
    book_cost(
        campaign=campaign,
        channel=channel("poster"),
        amount=Decimal(cost),
        on=campaign.starts_on,
        by=by,
    )


def test_mix_shows_what_the_last_report_says_of_each_channel_or_that_nobody_measured(
    desk, librarian
):
    """In 0.1 it had a figure of its own: 21.2 for WeChat, where the report said 10.6."""
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    poster_followed(campaign, librarian, cost=200)
    draft = draft_from(campaign=campaign, by=librarian)

    page = bare(desk.get(url("plan-edit", draft.pk)).content.decode())
    assert page.count('data-state="not_measured">未测</span>') == 11

    EvaluationFactory(campaign=campaign, results=results_of(with_poster()))
    lines = desk.get(url("plan-edit", draft.pk)).context["lines"]
    told = {line.channel.code: str(line.last_round) for line in lines}
    assert told.pop("poster") == "15.0"
    assert set(told.values()) == {"未测"}


def with_poster() -> dict:
    """Frozen inputs of a campaign whose posters were followed thirty times and cost ¥200."""
    poster = {"name": {"zh-hans": "海报", "en": "Poster"}, "kind": "print", "personal": False}
    return quiet_inputs() | {
        "channels": [{"code": "poster", "share": 100, "planned_cost": 0.0} | poster],
        "costs": [["poster", "cash", 200.0]],
        "open_clicks": [["poster", 1, 30]],
    }


def test_c4_room_shows_planned_beside_obtained_by_channel(desk, librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    poster_followed(campaign, librarian, cost=250)

    response = desk.get(url("campaign-detail", campaign.pk))

    lines = {line.plan.channel.code: line for line in response.context["lines"]}
    assert set(lines) == {"email", "poster"}
    poster = lines["poster"]
    assert (poster.plan.share, poster.now.cost, str(poster.now.responses)) == (40, 250, "30")
    # Booked, mailed (a poster is not) and responses, as the page prints them.
    page = re.sub(r">\s+<", "><", bare(response.content.decode()))
    assert [str(told) for told in poster.brought] == ["¥250", "—", "30"]
    marked = r'data-about="channel:poster" data-measure="(room.\w+)"[^>]*>(.*?)<'
    said = {"room.booked": "¥250", "room.mailed": "—", "room.followed": "30"}
    assert dict(re.findall(marked, page)) == said
    assert not lines["email"].now.sent.is_known


def test_b7_amendment_stands_on_the_room_with_its_reason(desk, librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)
    standard = campaign.standards.get()

    desk.post(
        url("standard-amend", campaign.pk, standard.pk), {"target": "80", "reason": "两个校区停电"}
    )

    page = desk.get(url("campaign-detail", campaign.pk)).content.decode()
    assert "两个校区停电" in page
    assert "100 → 80" in page


def test_a11_closing_names_the_missing_evaluation_and_keeps_the_text(desk, librarian):
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


def test_role_and_phase_in_a_post_are_ignored(desk, librarian):
    """A browser may post any field; phase, owner and locks have verbs."""
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


@pytest.mark.parametrize("phase", ["prepare", "strategy", "tactics", "performance"])
def test_script_in_every_text_is_inert(desk, librarian, phase):
    """A colleague's text runs in nobody's browser, on no page and in no phase."""
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
    with django_assert_num_queries(24):
        desk.get(url("campaign-detail", campaign.pk))


def test_staff_of_one_campus_are_told_of_no_channel_how_many_it_reached(client, db):
    """Fault 56. Their own readers stand in the list of who was mailed."""
    client.force_login(UserFactory(role="manager", campus=CampusFactory()))
    content = ContentFactory()
    campaign = content.campaign
    ChannelPlan.objects.create(campaign=campaign, channel=content.channel, share=100)
    now = timezone.now()
    DeliveryFactory.create_batch(20, content=content, state="sent", sent_at=now)

    page = client.get(campaign.get_absolute_url(), {"phase": "performance"})

    (line,) = page.context["lines"]
    assert line.now.sent.is_withheld
    assert line.now.responses.is_withheld


def test_locked_mix_is_read_and_not_typed_in(desk, librarian):
    campaign = taken_to(Phase.PERFORMANCE, librarian)

    page = bare(desk.get(url("plan-edit", campaign.pk)).content.decode())

    table = page.partition('<table class="mix-table">')[2].partition("</table>")[0]
    assert "<input" not in table
    shares = [plan.share for plan in campaign.channel_plans.all()]
    assert shares
    for share in shares:
        assert f"<td>{share}</td>" in table
    assert "目标可以写明理由后修订" in page
