"""What the gates found, said in whole sentences."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.utils import translation

from campaigns.plan import gates, words
from campaigns.plan.models import ChannelPlan, Element, Need, Standard
from crm.segments.models import Segment
from tests.campaigns.plan.test_gates import EMAIL, FULL, NEED, POSTER, STAGE


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def said(check: type[gates.GateCheck], **change) -> tuple[str, str]:
    """(sentence, words for a chip) of one check on a complete campaign with ``change``."""
    found = words.check_in_words(check.of(replace(FULL, **change)))
    return found.detail, found.short


def test_every_check_has_a_label_and_a_sentence():
    asked = [check for phase in gates.PHASES for check in gates.ASKED[phase]]
    assert set(words.LABELS) == set(words.SENTENCES) == set(asked)
    for check in asked:
        found = words.check_in_words(check.of(FULL))
        assert found.label
        assert found.detail
        assert found.short == ""


OTHER = Need(pk=2, text="A quiet seat", origin=Need.Origin.OTHER)
BARE = Standard(metric="reach", target=Decimal(1))


@pytest.mark.parametrize(
    ("check", "change", "sentence", "short"),
    [
        (gates.NeedsKnown, {"needs": []}, "No need has been written down yet.", "none yet"),
        (gates.NeedsKnown, {"needs": [NEED, OTHER]}, "2 needs written down", ""),
        (gates.NeedsSourced, {"needs": []}, "Say where each need is known from.", ""),
        (
            gates.NeedsSourced,
            {"needs": [NEED, OTHER]},
            "Without a source: A quiet seat",
            "1 without",
        ),
        (gates.NeedsSourced, {"needs": [NEED, NEED]}, "Survey", ""),
        (
            gates.NeedsMatched,
            {"matched_needs": frozenset()},
            "Without an answer: To be heard",
            "1 open",
        ),
        (gates.NeedsMatched, {}, "1 of 1 needs have a cultural content", ""),
        (
            gates.ElementsNeeded,
            {"elements": [STAGE, *(Element(pk=n, text=f"E{n}") for n in range(2, 7))]},
            "Nobody asked for: E2, E3, E4 and 2 more",
            "5 idle",
        ),
        (
            gates.AimsGiven,
            {"purpose": "", "tasks": 0},
            "Still missing: purpose, a task",
            "2 missing",
        ),
        (gates.AimsGiven, {"goals": 2}, "purpose written · 2 goals · 1 task", ""),
        (
            gates.AudienceChosen,
            {"segments": []},
            "Nobody is addressed yet: choose at least one segment.",
            "none yet",
        ),
        (
            gates.AudienceChosen,
            {"segments": [Segment(name="Teachers", size=1483), Segment(name="New")]},
            "Teachers 1,483 readers, New, not counted yet; holdout 10 %",
            "",
        ),
        (gates.MixComplete, {"plans": []}, "No channel has been chosen yet.", "none yet"),
        (
            gates.MixComplete,
            {"plans": [ChannelPlan(channel=EMAIL, share=90)]},
            "E-mail 90",
            "10 % lacking",
        ),
        (
            gates.MixComplete,
            {
                "plans": [
                    ChannelPlan(channel=EMAIL, share=90),
                    ChannelPlan(channel=POSTER, share=30),
                ]
            },
            "E-mail 90 · Poster 30",
            "20 % too much",
        ),
        (
            gates.BudgetCovers,
            {"budget": None},
            "A campaign needs a budget, even if it is 0.",
            "none yet",
        ),
        (
            gates.BudgetCovers,
            {"plans": [ChannelPlan(channel=EMAIL, share=100, planned_cost=Decimal(1501))]},
            "The channels are planned at ¥1,501, the budget is ¥1,000.",
            "¥501 too much",
        ),
        (gates.BudgetCovers, {}, "¥1,000 approved, ¥0 planned for channels", ""),
        (
            gates.PeriodGiven,
            {"ends_on": None},
            "Give the first and the last day: the evaluation begins after the last.",
            "none yet",
        ),
        (
            gates.MailWritten,
            {"contents": []},
            "E-mail is in the channel mix, but no mail has been written.",
            "none yet",
        ),
        (
            gates.MailWritten,
            {"plans": [ChannelPlan(channel=POSTER, share=100)], "contents": []},
            "The channel mix has no e-mail.",
            "",
        ),
        (gates.MailWritten, {}, "Invitation", ""),
        (gates.StandardsSet, {}, "1 standard; going live locks it", ""),
        (gates.StandardsSourced, {"standards": []}, "No standard yet.", ""),
        (
            gates.StandardsSourced,
            {"standards": [BARE]},
            "Without a source: Readers reached",
            "1 without",
        ),
        (
            gates.ChannelsTracked,
            {"linked_channels": frozenset()},
            "No tracked link yet: Poster",
            "1 without",
        ),
        (gates.CampaignEvaluated, {"evaluations": 2}, "2 evaluations", ""),
        (
            gates.NextTimeSaid,
            {"next_time": ""},
            "Closing asks what will be done differently next time.",
            "not said",
        ),
        (gates.NextTimeSaid, {}, "Earlier posters.", ""),
    ],
)
def test_what_was_found_is_a_whole_sentence(check, change, sentence, short):
    assert said(check, **change) == (sentence, short)


def test_labels_of_several_checks_are_one_list_in_the_reader_s_language():
    missing = [gates.NeedsKnown(count=0), gates.CampaignEvaluated(count=0)]
    assert words.labels(missing) == "Readers' needs, Evaluation"
    with translation.override("zh-hans"):
        assert words.labels(missing) == "读者需求、评估"
