"""What each gate asks for (B4, A1, A4, B7, A11).

One condition taken away shuts exactly its own check, and with it only what asks about the same
rows: where there is no need, none is sourced or matched either.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from campaigns.contents.models import Content
from campaigns.experiments.models import Arm, Experiment
from campaigns.plan import gates
from campaigns.plan.models import Campaign, Channel, ChannelPlan, Element, Need, Standard
from campaigns.plan.queries import Picture
from crm.segments.models import Segment

Phase = Campaign.Phase
EMAIL = Channel(pk=1, code="email", name_zh="邮件", name_en="E-mail", contact="email")
POSTER = Channel(pk=2, code="poster", name_zh="海报", name_en="Poster")
NEED = Need(pk=1, text="To be heard", origin=Need.Origin.SURVEY)
STAGE = Element(pk=1, text="A stage")
FULL = Picture(
    purpose="Readers hear their own voice.",
    goals=1,
    tasks=1,
    needs=[NEED],
    elements=[STAGE],
    matched_needs=frozenset({1}),
    matched_elements=frozenset({1}),
    segments=[Segment(name="Teachers", size=483)],
    holdout_percent=10,
    plans=[ChannelPlan(channel=EMAIL, share=60), ChannelPlan(channel=POSTER, share=40)],
    budget=Decimal(1000),
    starts_on=date(2026, 3, 1),
    ends_on=date(2026, 3, 31),
    contents=[Content(channel=EMAIL, title="Invitation", body="<p>Come</p>", state="sent")],
    linked_channels=frozenset({2}),
    standards=[Standard(metric="reach", target=Decimal(100), source="Council")],
    evaluations=1,
    next_time="Earlier posters.",
    experiment=Experiment(outcome="visit"),
    arms=[Arm(pk=1, code="A", label="A poem", weight=100)],
)


#: (phase, what is taken from the full picture, codes that shut its gate).
MISSING = [
    (
        Phase.PREPARE,
        {"needs": [], "matched_needs": frozenset()},
        ["needs", "sources", "matches"],
    ),
    (Phase.PREPARE, {"needs": [Need(pk=1, text="x", origin="other")]}, ["sources"]),
    (Phase.PREPARE, {"matched_needs": frozenset()}, ["matches"]),
    (Phase.STRATEGY, {"purpose": ""}, ["aims"]),
    (Phase.STRATEGY, {"goals": 0}, ["aims"]),
    (Phase.STRATEGY, {"tasks": 0}, ["aims"]),
    (Phase.STRATEGY, {"plans": []}, ["mix"]),
    (Phase.STRATEGY, {"plans": [ChannelPlan(channel=EMAIL, share=90)]}, ["mix"]),
    (Phase.STRATEGY, {"budget": None}, ["budget"]),
    (
        Phase.STRATEGY,
        {"plans": [ChannelPlan(channel=EMAIL, share=100, planned_cost=Decimal(1001))]},
        ["budget"],
    ),
    (Phase.STRATEGY, {"ends_on": None}, ["period"]),
    (Phase.TACTICS, {"contents": []}, ["contents", "arms"]),
    (Phase.TACTICS, {"arms": [Arm(pk=1, code="A", weight=80)]}, ["arms"]),
    (
        Phase.TACTICS,
        {"contents": [Content(channel=EMAIL, arm_id=2, title="For B", body="x", state="sent")]},
        ["arms"],
    ),
    (Phase.TACTICS, {"standards": []}, ["standards", "standard-sources"]),
    (
        Phase.TACTICS,
        {"standards": [Standard(metric="reach", target=Decimal(1))]},
        ["standard-sources"],
    ),
    (Phase.PERFORMANCE, {"evaluations": 0}, ["evaluation"]),
    (Phase.PERFORMANCE, {"next_time": ""}, ["next-time"]),
]
#: (phase, what is taken from the full picture, code of the advice).
ADVICE = [
    (Phase.PREPARE, {"matched_elements": frozenset()}, "idle"),
    (Phase.STRATEGY, {"experiment": None}, "promise"),
    (Phase.TACTICS, {"linked_channels": frozenset()}, "links"),
    (
        Phase.PERFORMANCE,
        {"contents": [*FULL.contents, Content(channel=EMAIL, title="Reminder")]},
        "sent",
    ),
]


def failed(picture) -> dict[str, list[str]]:
    """Of every phase, the codes of its checks that are not ok."""
    return {
        phase: [check.code for check in gates.checks(picture, phase) if not check.ok]
        for phase in gates.PHASES
    }


def blocked(picture) -> dict[str, list[str]]:
    """Of every phase, the codes that keep its gate shut."""
    return {
        phase: [check.code for check in gates.blocking(picture, phase)] for phase in gates.PHASES
    }


OPEN = {phase: [] for phase in gates.PHASES}


def test_nothing_blocks_a_complete_campaign():
    assert failed(FULL) == blocked(FULL) == OPEN


def test_every_check_has_a_code_of_its_own():
    codes = [check.code for phase in gates.PHASES for check in gates.checks(FULL, phase)]
    assert sorted(codes) == sorted(set(codes))


def test_a_closed_campaign_is_asked_nothing():
    assert gates.checks(FULL, Phase.CLOSED) == []


@pytest.mark.parametrize(("phase", "change", "codes"), MISSING)
def test_a_missing_part_shuts_exactly_its_gate(phase, change, codes):
    picture = replace(FULL, **change)
    assert blocked(picture) == OPEN | {phase: codes}
    assert failed(picture) == OPEN | {phase: codes}


@pytest.mark.parametrize(("phase", "change", "code"), ADVICE)
def test_advice_is_said_and_shuts_no_gate(phase, change, code):
    picture = replace(FULL, **change)
    assert failed(picture) == OPEN | {phase: [code]}
    assert blocked(picture) == OPEN


@pytest.mark.parametrize("segments", [[], [Segment(name="Nobody", size=0)]])
def test_an_audience_of_nobody_shuts_every_gate_before_going_live(segments):
    picture = replace(FULL, segments=segments)
    shut = {Phase.STRATEGY: ["segments"], Phase.TACTICS: ["audience"]}
    assert failed(picture) == blocked(picture) == OPEN | shut


def test_every_check_of_a_phase_is_taken_away_once_by_itself():
    """So that no check is asserted only as one that fails together with another."""
    alone = {codes[0] for _phase, _change, codes in MISSING if len(codes) == 1}
    advice = {code for _phase, _change, code in ADVICE}
    with_its_rows = {codes[0] for _phase, _change, codes in MISSING if len(codes) > 1}
    every = {check.code for phase in gates.PHASES for check in gates.checks(FULL, phase)}

    assert alone | advice | with_its_rows | {"segments", "audience"} == every
    # Without a need nothing is sourced or matched, without a standard none has a source, and no arm
    # has a mail where none is written.
    assert with_its_rows == {"needs", "standards", "contents"}


def test_b4_need_without_content_and_content_without_need_are_both_listed():
    lonely = replace(FULL, matched_needs=frozenset(), matched_elements=frozenset())

    found = {check.code: check for check in gates.checks(lonely, Phase.PREPARE)}

    assert found["matches"].lacking == (NEED,)
    assert (found["matches"].matched, found["matches"].count) == (0, 1)
    assert found["matches"].blocks
    assert found["idle"].left == (STAGE,)
    assert not found["idle"].blocks


def test_a_mix_below_100_says_how_much_is_lacking():
    picture = replace(FULL, plans=[ChannelPlan(channel=EMAIL, share=90)])

    (check,) = [check for check in gates.checks(picture, Phase.STRATEGY) if check.code == "mix"]

    assert (check.share, check.lacking) == (90, 10)


def test_a_plan_without_mail_needs_no_mail():
    picture = replace(FULL, plans=[ChannelPlan(channel=POSTER, share=100)], contents=[])
    assert gates.blocking(picture, Phase.TACTICS) == []


def test_a_channel_without_link_is_advice_only():
    (check,) = [
        c
        for c in gates.checks(replace(FULL, linked_channels=frozenset()), Phase.TACTICS)
        if not c.ok
    ]
    assert (check.code, check.blocks) == ("links", False)
