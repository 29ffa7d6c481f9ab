"""What a room says of the way on, the brief, and the money, without a page."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from campaigns.plan.forms import PlanRowForm
from campaigns.plan.models import Campaign, Channel, Cost
from campaigns.room import words
from campaigns.room.checks import ShownCheck
from campaigns.room.views.mixing import MixLine

Phase = Campaign.Phase
CHECK = ShownCheck(
    code="budget",
    ok=False,
    advice=False,
    label="Budget",
    detail="A campaign needs a budget.",
    short="none yet",
    url="/",
)


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        (Phase.PREPARE, "On to strategy"),
        (Phase.STRATEGY, "On to tactics"),
        (Phase.TACTICS, "Go live"),
        (Phase.PERFORMANCE, ""),
        (Phase.CLOSED, ""),
    ],
)
def test_the_button_names_the_phase_it_leads_to(phase, said):
    assert words.next_step(Campaign(phase=phase)) == said


def test_the_brief_leaves_out_what_is_not_written():
    campaign = Campaign(theme="Poems", sentiment="Warmth", send_hour=9)

    assert words.brief_in_pairs(campaign) == [
        ("Theme", "Poems"),
        ("Sentiment", "Warmth"),
        ("Hour of sending", "9:00"),
    ]


@pytest.mark.parametrize(
    ("language", "budget", "said"),
    [
        ("en", Decimal(1000), "¥250 of ¥1,000 spent, ¥750 left"),
        ("en", Decimal(0), "¥250 of ¥0 spent, ¥−250 left"),
        ("en", None, "¥250 spent; no budget is approved yet"),
        ("zh-hans", Decimal(1000), "预算 ¥1,000，已用 ¥250，还剩 ¥750"),
        ("zh-hans", None, "已用 ¥250，预算尚未批准"),
    ],
)
def test_what_is_spent_stands_beside_the_budget(language, budget, said):
    with translation.override(language):
        assert words.spent_in_words(Decimal(250), budget) == said


@pytest.mark.parametrize(
    ("language", "kind", "said"),
    [
        ("en", Cost.Kind.CASH, "¥12"),
        ("en", Cost.Kind.IN_KIND, "¥12"),
        ("en", Cost.Kind.HOURS, "12 h"),
        ("zh-hans", Cost.Kind.HOURS, "12 小时"),
    ],
)
def test_work_of_staff_is_told_in_hours(language, kind, said):
    with translation.override(language):
        assert words.amount_in_words(Cost(kind=kind, amount=Decimal("12.00"))) == said


@pytest.mark.parametrize(
    ("ok", "advice", "dot", "state", "colour"),
    [
        (True, False, "ok", "done", "red"),
        (True, True, "ok", "done", "amber"),
        (False, True, "wait", "advice", "amber"),
        (False, False, "block", "blocks", "red"),
    ],
)
def test_a_check_looks_as_it_found(ok, advice, dot, state, colour):
    check = replace(CHECK, ok=ok, advice=advice)
    assert (check.dot, check.state, check.colour) == (dot, state, colour)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Budget: A campaign needs a budget."),
        ("zh-hans", "Budget：A campaign needs a budget."),
    ],
)
def test_a_check_is_said_in_one_line_with_the_colon_of_the_language(language, said):
    with translation.override(language):
        assert CHECK.in_one_line == said


def test_a_fault_of_a_line_without_a_channel_is_named_by_its_field_alone():
    form = PlanRowForm({"channel": "", "share": "much"})
    labels = [fault.label for fault in MixLine(None, form, None).faults]
    assert labels == ["Channel", "Share, %"]
    poster = Channel(name_en="Poster", name_zh="海报")
    named = [fault.label for fault in MixLine(poster, form, None).faults]
    assert named == ["Poster · Channel", "Poster · Share, %"]
