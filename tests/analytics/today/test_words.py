"""What the desk's first page says, without a page: one and many, in both languages."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.translation import override

from analytics.loop.models import Adjustment, Decision
from analytics.today import head, time_left, words
from analytics.today.items import DeskClock, Group
from campaigns.plan.models import Campaign
from core.disclosure import Count
from crm.letters.models import Letter
from feedback.voices.models import Voice

#: Thursday, a quarter past eleven by the library's clock.
NOW = timezone.make_aware(datetime(2026, 11, 26, 11, 15))
CLOCK = DeskClock(NOW)


@pytest.fixture(autouse=True)
def that_morning():
    """A day of another year is said with its year."""
    with time_machine.travel(NOW, tick=False):
        yield


def both(say) -> tuple[str, str]:
    """What is said, in Chinese and in English."""
    with override("zh-hans"):
        chinese = say()
    with override("en"):
        english = say()
    return str(chinese), str(english)


# --- time -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("hours", "group", "chinese", "english"),
    [
        (-2, Group.LATE, "超时 2 小时", "overdue by 2 hours"),
        (7, Group.TODAY, "还有 7 小时", "7 hours left"),
        (24 * 4, Group.LATER, "还有 4 天", "4 days left"),
    ],
)
def test_time_left_is_told_in_words_by_what_is_due(hours, group, chinese, english):
    due = NOW + timedelta(hours=hours)
    assert both(lambda: time_left.until(due, CLOCK).words) == (chinese, english)
    assert time_left.until(due, CLOCK).group == group


def test_what_is_due_today_says_the_hour_and_what_is_due_later_the_day():
    today = NOW + timedelta(hours=7)
    later = NOW + timedelta(days=5)
    assert both(lambda: time_left.until(today, CLOCK).beneath) == ("18:15 前", "by 18:15")
    assert both(lambda: time_left.until(later, CLOCK).beneath) == ("12月1日前", "by 1 December")


def test_the_very_moment_is_not_late_and_midnight_is_still_today():
    assert time_left.until(NOW, CLOCK).group == Group.TODAY
    assert time_left.until(CLOCK.midnight, CLOCK).group == Group.TODAY
    assert time_left.until(CLOCK.midnight + timedelta(seconds=1), CLOCK).group == Group.LATER


@pytest.mark.parametrize(
    ("day", "group", "chinese", "english"),
    [
        (date(2026, 11, 25), Group.LATE, "超时 1 天", "overdue by one day"),
        (date(2026, 11, 23), Group.LATE, "超时 3 天", "overdue by 3 days"),
        (date(2026, 11, 26), Group.TODAY, "今天之内", "until tonight"),
        (date(2026, 11, 27), Group.LATER, "还有 1 天", "one day left"),
        (date(2026, 11, 30), Group.LATER, "还有 4 天", "4 days left"),
    ],
)
def test_a_day_is_in_time_until_it_is_over(day, group, chinese, english):
    assert both(lambda: time_left.until_day(day, CLOCK).words) == (chinese, english)
    assert time_left.until_day(day, CLOCK).group == group


def test_a_segment_is_proposed_in_a_sentence():
    """In 0.1: from not in the plan to in the plan."""
    segment = {"target": "segment:1", "label": {"zh-hans": "新生", "en": "Freshmen"}}
    add = Adjustment(kind=Adjustment.Kind.SEGMENT_ADD, before=False, after=True, **segment)
    drop = Adjustment(kind=Adjustment.Kind.SEGMENT_DROP, before=True, after=False, **segment)
    assert both(lambda: words.proposal(add)) == (
        "把分群“新生”加入计划",
        "Add the segment “Freshmen” to the plan",
    )
    assert both(lambda: words.proposal(drop)) == (
        "把分群“新生”移出计划",
        "Leave the segment “Freshmen” out of the plan",
    )


def test_what_has_no_term_says_how_long_it_waits():
    left = both(lambda: time_left.waiting_since(NOW - timedelta(days=3), CLOCK).words)
    assert left == ("等了 3 天", "waits for 3 days")
    assert time_left.waiting_since(NOW, CLOCK).group == Group.LATER


def test_what_stands_still_is_not_called_late_whether_or_not_one_knows_since_when():
    assert both(lambda: time_left.standing_since(None, CLOCK).words) == ("就在现在", "right now")
    since = NOW - timedelta(hours=3)
    assert both(lambda: time_left.standing_since(since, CLOCK).words) == ("3 小时前", "3 hours ago")
    for at in (None, since):
        assert time_left.standing_since(at, CLOCK).group == Group.STILL
        assert not time_left.standing_since(at, CLOCK).is_late


@pytest.mark.parametrize(
    ("hours", "chinese", "english"),
    [
        (2, "09:15", "09:15"),
        (18, "昨天 17:15", "yesterday, 17:15"),
        (24 * 3, "11月23日 11:15", "23 November, 11:15"),
    ],
)
def test_moments_near_by_are_told_shortly(hours, chinese, english):
    at = NOW - timedelta(hours=hours)
    assert both(lambda: time_left.moment(at, CLOCK)) == (chinese, english)


def test_day_of_the_page_and_since_when_it_tells():
    said = both(lambda: time_left.day_in_words(CLOCK))
    assert said == ("11月26日，星期四，11:15", "26 November, Thursday, 11:15")
    seen = NOW - timedelta(hours=18)
    known = both(lambda: time_left.since_in_words(seen, CLOCK, is_known=True))
    assert known == ("昨天 17:15 以来", "since yesterday, 17:15")
    week = NOW - timedelta(days=7)
    unknown = both(lambda: time_left.since_in_words(week, CLOCK, is_known=False))
    assert unknown == ("近 7 天", "the last 7 days")


# --- the head -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("late", "today", "chinese", "english"),
    [
        (1, 3, "1 件事已逾期", "One thing is overdue"),
        (12, 0, "12 件事已逾期", "12 things are overdue"),
        (0, 1, "1 件事今天到期", "One thing is due today"),
        (0, 3, "3 件事今天到期", "3 things are due today"),
        (0, 0, "今天没有到期的事", "Nothing is due today"),
    ],
)
def test_headline_says_what_is_late_before_what_is_due(late, today, chinese, english):
    assert both(lambda: head.headline(late, today)) == (chinese, english)


@pytest.mark.parametrize(
    ("late", "today", "still", "chinese", "english"),
    [
        (0, 3, 0, "", ""),
        (2, 0, 0, "今天没有别的事到期。", "Nothing else is due today."),
        (2, 1, 0, "另有 1 件今天到期。", "One more is due today."),
        (2, 3, 0, "另有 3 件今天到期。", "3 more are due today."),
        (0, 0, 1, "有 1 件事停着。", "One thing stands still."),
        (
            2,
            1,
            4,
            "另有 1 件今天到期。有 4 件事停着。",
            "One more is due today. 4 things stand still.",
        ),
    ],
)
def test_lead_says_what_the_headline_leaves_out(late, today, still, chinese, english):
    assert both(lambda: head.lead(late, today, still)) == (chinese, english)


# --- lines ----------------------------------------------------------------------------------------
def test_first_line_is_the_readers_own_and_no_longer_than_a_line():
    text = "\n\n三楼的插座又断电了。\n论文差点没存上。"
    assert both(lambda: words.quoted(text)) == (
        "“三楼的插座又断电了。”",
        "“三楼的插座又断电了。”",
    )
    assert len(words.first_line("很" * 500)) == words.LONGEST_LINE
    assert words.first_line("") == ""


def test_promise_is_told_by_the_kind_of_a_voice():
    question, complaint = Voice(kind="question"), Voice(kind="complaint")
    assert both(lambda: words.promise(question)) == (
        "约定 1 天内答复",
        "an answer is promised within one day",
    )
    assert both(lambda: words.promise(complaint))[1] == "an answer is promised within 2 days"


def test_every_kind_says_how_many_more_wait_in_both_languages():
    for kind in words.MORE:
        one, many = (
            both(lambda kind=kind: words.more(kind, 1)),
            both(lambda kind=kind: words.more(kind, 7)),
        )
        assert one[1].startswith(("One more", "1 more"))
        assert many[1].startswith("7 more")
        assert one[0].startswith("另有 1 ")
        assert many[0].startswith("另有 7 ")


def test_letters_are_told_by_what_is_the_matter():
    said = []
    for state in (Letter.State.FAILED, Letter.State.UNKNOWN, Letter.State.PENDING):
        letter = Letter(subject="约谈", state=state)
        said.append(both(lambda letter=letter: words.letter(letter)))
    assert said == [
        ("邮件“约谈”没有寄出", "The letter “约谈” was not mailed"),
        ("邮件“约谈”不知是否寄出", "The letter “约谈” may have gone, or not"),
        ("邮件“约谈”等得太久", "The letter “约谈” waits too long"),
    ]


@pytest.mark.parametrize(
    ("mails", "chinese", "english"),
    [
        (None, "有邮件不知是否寄出", "some mails may have gone, or not"),
        (Count.of(3), "有少量邮件不知是否寄出", "a few mails may have gone, or not"),
        (Count.exact(1), "1 封邮件不知是否寄出", "1 mail may have gone, or not"),
        (Count.of(5), "5 封邮件不知是否寄出", "5 mails may have gone, or not"),
    ],
)
def test_mails_in_doubt_are_counted_only_where_that_may_be_told(mails, chinese, english):
    said = both(lambda: words.doubtful_mails("春信", mails))
    assert said == (f"“春信”：{chinese}", f"“春信”: {english}")


def test_every_verdict_has_a_sentence():
    assert words.DECIDED.keys() == set(Decision.Verdict)


def test_files_say_their_rows_and_those_that_were_refused():
    class Batch:
        filename, rows, refused = "gate.csv", 4182, 0

    assert both(lambda: words.came_in(Batch)) == (
        "“gate.csv”进来了，4,182 行",
        "“gate.csv” came in: 4,182 rows",
    )
    assert both(lambda: words.refused_rows(Batch)) == ("没有被拒的行", "no row was refused")
    Batch.refused = 1
    assert both(lambda: words.refused_rows(Batch))[1] == "one row was refused"
    Batch.refused = 2
    assert both(lambda: words.refused_rows(Batch)) == ("2 行被拒", "2 rows were refused")


def test_file_of_which_no_row_was_counted_says_nothing_of_refused_ones():
    class Batch:
        filename, rows, refused = "gate.csv", None, 0

    assert both(lambda: words.came_in(Batch))[1] == "“gate.csv” came in"
    assert both(lambda: words.refused_rows(Batch)) == ("", "")


# --- mailings -------------------------------------------------------------------------------------
def test_mailing_says_how_far_it_is_and_nothing_of_a_few():
    sent, total = Count.of(2316), Count.of(3407)
    assert both(lambda: words.mailed(sent, total, 360)) == (
        "已寄 2,316 封，共 3,407 封，约 6 分钟后寄完",
        "2,316 of 3,407 mailed, about 6 minutes left",
    )
    assert both(lambda: words.mailed(sent, total, None))[1] == "2,316 of 3,407 mailed"
    few = both(lambda: words.mailed(Count.of(3), total, 360))
    assert few == (
        "正在寄；人数太少，未显示。",
        "It is being mailed; the numbers are too small to be shown.",
    )


def test_holdout_and_limit_are_told_as_sentences():
    assert both(lambda: words.held_out(Count.of(341))) == (
        "对照组 341 人不寄，结果才比得出来。",
        "341 readers are held out and get nothing, so that the effect can be told.",
    )
    assert words.held_out(Count.of(0)) == ""
    assert "341" not in both(lambda: words.held_out(Count.of(3)))[1]
    assert both(lambda: words.limit(5, 200))[0] == "寄到 200 封以后，退信到 5 % 会自己停。"
    assert both(lambda: words.limit(None, 200))[1] == "No limit is set at which it stops by itself."
    assert both(lambda: words.bounced(11, 2316))[0] == "退信 11 封，0.5 %。"
    assert words.bounced(0, 0) == ""


def test_campaigns_and_readers_who_leave_are_told_by_day():
    campaign = Campaign(title="冬夜读诗", phase="strategy")
    assert both(lambda: words.planned(campaign)) == (
        "“冬夜读诗”还没有上线，在战略阶段",
        "“冬夜读诗” is not live yet: Strategy",
    )
    assert both(lambda: words.leaving(2, NOW)) == (
        "2 位读者申请离开，最早的在11月26日自动删除。",
        "2 readers asked to leave; the first is erased on 26 November.",
    )
    assert both(lambda: words.leaving(1, NOW))[1] == (
        "1 reader asked to leave and is erased on 26 November."
    )
