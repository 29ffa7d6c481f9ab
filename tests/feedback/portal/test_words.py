"""Sentences of the front page, without a page around them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from core.disclosure import Count
from feedback.calls.models import Call, Submission
from feedback.portal import words
from feedback.portal.changes import about_changes, done_for, said_and_done
from feedback.surveys.models import Survey
from feedback.voices.models import Voice
from feedback.voices.queries import VoiceCounts

CHINA = ZoneInfo("Asia/Shanghai")


def at(month: int, day: int, hour: int = 12) -> datetime:
    """A moment of 2026 in China."""
    return datetime(2026, month, day, hour, tzinfo=CHINA)


def settled_voice(**fields) -> Voice:
    """Said, answered and closed; nothing of it is stored."""
    fields = {
        "reference": "HX-1",
        "secret": "S",
        "text": "三楼靠窗的插座总是松的。",
        "public_text": "插座总是松的。",
        "done": "换好了，四十六个。每层都查过一遍。",
        "state": Voice.State.CLOSED,
        "received_at": at(10, 9),
        "answered_at": at(10, 10),
        "closed_at": at(11, 25),
    } | fields
    return Voice(**fields)


@pytest.mark.parametrize(
    ("numbers", "english", "chinese"),
    [
        (
            (1250, 40, 12),
            "Last 90 days: 1,250 received, 40 answered, 12 led to a change. As of 5 Mar 2026.",
            "过去 90 天收到 1,250 条，已答复 40 条，促成 12 项改变。截至 2026年3月5日。",
        ),
        (
            (1250, 40, 3),
            "Last 90 days: 1,250 received, 40 answered; too few changes for a number."
            " As of 5 Mar 2026.",
            "过去 90 天收到 1,250 条，已答复 40 条；促成的改变太少，不单列数字。"
            "截至 2026年3月5日。",
        ),
        (
            (6, 2, 0),
            "Last 90 days: 6 received; too few answered for a number. As of 5 Mar 2026.",
            "过去 90 天收到 6 条；已答复的太少，不单列数字。截至 2026年3月5日。",
        ),
        (
            (1250, 40, 0),
            "Last 90 days: 1,250 received, 40 answered, no change yet. As of 5 Mar 2026.",
            "过去 90 天收到 1,250 条，已答复 40 条，还没有促成改变。截至 2026年3月5日。",
        ),
        (
            (6, 0, 0),
            "Last 90 days: 6 received, none answered yet. As of 5 Mar 2026.",
            "过去 90 天收到 6 条，都还没有答复。截至 2026年3月5日。",
        ),
        (
            (0, 0, 0),
            "Nothing was said in the last 90 days. As of 5 Mar 2026.",
            "过去 90 天没有人留言。截至 2026年3月5日。",
        ),
        (
            (3, 0, 0),
            "Last 90 days: too little was said for a number. As of 5 Mar 2026.",
            "过去 90 天的留言太少，不单列数字。截至 2026年3月5日。",
        ),
    ],
)
def test_voices_of_late_are_one_sentence_and_few_are_not_told(numbers, english, chinese):
    counts = VoiceCounts(*map(Count.of, numbers))
    for language, sentence in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            assert said_and_done(counts, date(2026, 3, 5)) == sentence


# --- what the page opens with ---------------------------------------------------------------------
def test_outcome_is_the_first_sentence_and_the_rest_follows():
    with translation.override("zh-hans"):
        opening = words.opening_of_own_voice(settled_voice())
    assert (opening.outcome, opening.rest) == ("换好了，四十六个。", "每层都查过一遍。")
    assert opening.said == "三楼靠窗的插座总是松的。"
    assert opening.caption == "这一滴，是你说的那句话。"
    assert opening.steps == (
        words.DatedStep("你说", "2026年10月9日"),
        words.DatedStep("首次答复", "2026年10月10日"),
        words.DatedStep("办结", "2026年11月25日"),
    )


@pytest.mark.parametrize(
    ("done", "outcome", "rest"),
    [
        ("Fixed. All 46 of them.", "Fixed.", "All 46 of them."),
        ("Opens at 8.30 now", "Opens at 8.30 now", ""),
        ("Desk No. 3 is lit. So is No. 4.", "Desk No. 3 is lit.", "So is No. 4."),
        ("Open at 8 a.m. from Monday on. Come.", "Open at 8 a.m. from Monday on.", "Come."),
        ("Dr. Li and J. Smith chose them! See", "Dr. Li and J. Smith chose them!", "See"),
        ("加了灯", "加了灯", ""),
        ("换了！\n还会查。", "换了！", "还会查。"),
    ],
)
def test_first_sentence_ends_where_a_sentence_does(done, outcome, rest):
    assert words.headline(done) == (outcome, rest)


def test_everybody_reads_the_wording_that_was_looked_at():
    with translation.override("en"):
        opening = words.opening_of_shown_voice(settled_voice(), others=True)
    assert opening.said == "插座总是松的。"
    assert opening.steps[0].what == "A reader said it"
    assert "靠窗" not in str(opening)


def test_to_everybody_a_voice_is_dated_by_its_months():
    """Who saw somebody complain that day would know who speaks here."""
    with translation.override("en"):
        opening = words.opening_of_shown_voice(settled_voice(), others=True)
        below = done_for(settled_voice(category="space"))
    months = [step.day for step in opening.steps]
    assert months == ["October 2026", "October 2026", "November 2026"]
    assert below.facts.endswith(" · October 2026")
    assert "Oct 2026" not in str(opening) + str(below)


def test_opening_leads_to_other_changes_only_where_there_are_some():
    voice = settled_voice()
    with translation.override("en"):
        assert words.opening_of_shown_voice(voice, others=True).url == "#did"
        alone = words.opening_of_shown_voice(voice, others=False)
    assert (alone.url, alone.more) == ("", "")


def test_what_is_said_of_changes_speaks_of_those_that_are_there():
    change = words.opening_of_own_voice(settled_voice())
    work = words.opening_of_own_work(Submission(pk=1, state="submitted", call=Call(), title="雪"))
    with translation.override("en"):
        assert "for these changes" in about_changes(work, others=True)
        assert "is the only one to show" in about_changes(change, others=False)
        for opening in (work, None):
            said = about_changes(opening, others=False)
            assert said.startswith("Nothing to show yet")


def test_only_days_that_are_recorded_are_steps_and_in_their_order():
    voice = settled_voice(answered_at=None)
    assert [step.day for step in words.steps_of_voice(voice)] == [
        "2026年10月9日",
        "2026年11月25日",
    ]
    late = settled_voice(answered_at=at(11, 26))
    with translation.override("en"):
        steps = words.steps_of_voice(late)
    assert [step.what for step in steps] == ["You said it", "Settled", "First answer"]


def test_long_outcome_is_set_smaller_in_either_script():
    assert not words.opening_of_own_voice(settled_voice(done="换好了，四十六个。")).is_long
    assert words.opening_of_own_voice(settled_voice(done="换" * 21)).is_long
    assert not words.opening_of_own_voice(settled_voice(done="x" * 60)).is_long
    assert words.opening_of_own_voice(settled_voice(done="x" * 61)).is_long


@pytest.mark.parametrize("state", words.FATES)
def test_fate_of_a_work_is_a_sentence_in_both_languages(state):
    work = Submission(state=state)
    with translation.override("en"):
        english = words.fate_of(work)
    with translation.override("zh-hans"):
        chinese = words.fate_of(work)
    assert english.endswith(".")
    assert chinese.endswith("。")


@pytest.mark.parametrize(
    ("state", "stands"),
    [
        (Voice.State.HELD, "还没定。"),
        (Voice.State.WORKING, "还没定。"),
        (Voice.State.ANSWERED, "已答复。没有改动的记录。"),
        (Voice.State.CLOSED, "已答复。没有改动的记录。"),
    ],
)
def test_voice_without_an_outcome_says_so(state, stands):
    with translation.override("zh-hans"):
        assert words.own_voice(settled_voice(done="", state=state)).stands == stands


def test_voice_that_was_closed_without_an_answer_is_not_called_answered():
    voice = settled_voice(done="", state=Voice.State.CLOSED, answered_at=None)
    with translation.override("zh-hans"):
        assert words.own_voice(voice).stands == "已办结，没有答复。没有改动的记录。"


# --- works and calls ------------------------------------------------------------------------------
def test_work_begins_in_its_own_lines():
    assert words.first_lines("雪没有来，\n灯先白了\n") == "雪没有来，\n灯先白了"
    assert words.first_lines("一\n二\n三\n四\n五") == "一\n二\n三\n四…"
    assert len(words.first_lines("长" * 500)) == words.LINES * words.LINE


@pytest.mark.parametrize(
    ("closes", "english", "chinese"),
    [
        (at(11, 26, 23), "Closes today", "今天截止"),
        (at(11, 27, 1), "Closes in 1 day", "还有 1 天截止"),
        (at(12, 7), "Closes in 11 days", "还有 11 天截止"),
    ],
)
def test_days_left_are_those_of_the_calendar(closes, english, chinese):
    call, now = Call(closes_at=closes), at(11, 26, 22)
    with translation.override("en"):
        assert words.time_left(call, now) == english
    with translation.override("zh-hans"):
        assert words.time_left(call, now) == chinese


def test_few_works_are_not_told_and_none_is_an_invitation():
    with translation.override("zh-hans"):
        assert words.works_received(Count.of(3)) == "已有几件作品。"
        assert words.works_received(Count.of(41)) == "已有 41 件作品。"
        assert words.works_received(Count.of(0)) == "还没有人投稿，第一件可以是你的。"


def test_survey_says_until_when_it_is_open():
    survey = Survey(slug="x", title={"en": "Seats"}, closes_at=at(12, 1))
    with translation.override("en"):
        assert words.open_survey(survey).until == "Open until 1 Dec 2026."
        survey.closes_at = None
        assert words.open_survey(survey).until == "Open until further notice."
