"""The sentences above a month's figures, without a page."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from analytics.facts import computing
from analytics.loop.words import linked
from analytics.month import charts
from analytics.month.figures import Month
from analytics.month.sentences import (
    _said_of_change,
    _said_of_contributors,
    _said_of_readers,
    change_of_rate,
    contributors_in_words,
    readers_in_words,
    voices_in_words,
    waiting_in_words,
)
from analytics.month.words import OnLastYear, Trend, trend_of
from core.estimates import Estimate
from tests.analytics import building as make
from tests.factories import CampusFactory, VoiceFactory

pytestmark = pytest.mark.django_db
FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)
NO_COMPARISON = "no comparison with last year is possible"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def at(month: int, day: int = 5) -> datetime:
    return datetime(2026, month, day, 4, tzinfo=UTC)


def march() -> Month:
    computing.compute(FEBRUARY, date(2026, 4, 30))
    return Month(MARCH)


def test_contributors_are_told_with_the_new_ones_among_them():
    make.visit(make.readers(12), at=at(3), kind="contribution")
    said = contributors_in_words(march())
    assert str(said) == (
        f"12 readers made something with the library, {NO_COMPARISON}, 12 of them for the first"
        " time."
    )
    assert (said.link, said.href) == (
        "12 readers made something with the library",
        "#contributors",
    )


def test_contributors_of_whom_few_are_no_newcomers_are_told_without_the_new_ones():
    old = make.readers(3)
    make.visit(old, at=at(2), kind="contribution")
    make.visit([*old, *make.readers(9)], at=at(3), kind="contribution")
    said = str(contributors_in_words(march()))
    assert said == f"12 readers made something with the library, {NO_COMPARISON}."


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (3, "Fewer than five readers made something with the library."),
        (0, "Contributions were not measured this month."),
    ],
)
def test_contributors_without_a_number_say_why(n, said):
    make.visit(make.readers(n), at=at(3), kind="contribution")
    assert str(contributors_in_words(march())) == said


@pytest.mark.parametrize(
    ("users", "at_events", "said"),
    [
        (30, 8, f"30 readers used the library, {NO_COMPARISON}, 8 came to an event."),
        (30, 3, f"30 readers used the library, {NO_COMPARISON}."),
        (3, 0, "Fewer than five readers used the library."),
        (0, 0, "Active readers were not measured."),
    ],
)
def test_readers_are_told_with_those_at_events(users, at_events, said):
    readers = make.readers(users)
    make.visit(readers, at=at(3))
    make.visit(readers[:at_events], at=at(3), kind="event")
    assert str(readers_in_words(march())) == said


def test_sentence_of_readers_is_whole_in_chinese():
    make.visit(make.readers(30), at=at(3))
    month = march()
    with translation.override("zh-hans"):
        said = readers_in_words(month)
        assert str(said) == "30 位读者用了图书馆，无法与去年比较。"
        assert said.link == "30 位读者用了图书馆"


def test_voices_are_told_with_complaints_beside_the_month_before():
    for month in (2, 3):
        make.visit(make.readers(250), at=at(month))
        VoiceFactory.create_batch(5, kind="complaint", received_at=at(month))
    assert str(voices_in_words(march())) == (
        "Readers told us 5 things, complaints came to 20.00 per 1,000 visits"
        " (the month before: 20.00), the interval is too wide to call it a change."
    )


def test_complaints_without_a_month_before_stand_alone():
    make.visit(make.readers(250), at=at(3))
    VoiceFactory.create_batch(5, kind="complaint", received_at=at(3))
    assert str(voices_in_words(march())) == (
        "Readers told us 5 things, complaints came to 20.00 per 1,000 visits, not comparable with"
        " the month before."
    )


def test_complaints_without_visits_or_that_are_few_are_no_rate():
    VoiceFactory.create_batch(5, kind="complaint", received_at=at(3))
    assert str(voices_in_words(march())) == (
        "Readers told us 5 things, complaints per visit cannot be said: the visits of the whole"
        " month are not known."
    )
    VoiceFactory.create_batch(4, kind="praise", received_at=at(3))
    make.visit(make.readers(250), at=at(3))
    said = "Readers told us 9 things, complaints per visit are not shown."
    assert str(voices_in_words(march())) == said


def test_voices_without_a_number_say_why():
    campus = CampusFactory()
    VoiceFactory.create_batch(2, received_at=at(3))
    assert str(voices_in_words(march())) == "Readers told us fewer than five things."
    own = voices_in_words(Month(MARCH, campus.pk))
    assert str(own) == "What readers told the whole library is not shown."
    assert str(voices_in_words(Month(date(2020, 1, 1)))) == "Nobody wrote down what readers said."


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (Estimate(None, None, None, 0), "too few to tell a change."),
        (Estimate(2.0, 1.2, 3.1, 90), "clearly more."),
        (Estimate(0.5, 0.3, 0.8, 90), "clearly fewer."),
        (Estimate(1.1, 0.7, 1.6, 90), "the interval is too wide to call it a change."),
    ],
)
def test_change_of_a_rate_is_judged_by_its_interval(ratio, said):
    assert _said_of_change()[change_of_rate(ratio)].endswith(f"%(before)s), {said}")


#: Readers in the same month a year before, and what is then said of twelve.
COMPARED = [
    (None, "no comparison with last year is possible", "无法与去年比较"),
    (12, "as many as in the same month last year", "与去年同月持平"),
    (5, "7 more than in the same month last year", "比去年同月多 7 位"),
    (20, "8 fewer than in the same month last year", "比去年同月少 8 位"),
]


@pytest.mark.parametrize(("before", "said", "in_chinese"), COMPARED)
def test_sentences_stand_whole_beside_last_year_in_both_languages(before, said, in_chinese):
    a_year_before = datetime(2025, 3, 5, 4, tzinfo=UTC)
    then, now = make.readers(before or 0), make.readers(12)
    for kind in ("visit", "contribution"):
        make.visit(then, at=a_year_before, kind=kind)
        make.visit(now, at=at(3), kind=kind)
    computing.compute(date(2025, 3, 1), date(2026, 4, 30))
    month = Month(MARCH)
    assert str(readers_in_words(month)) == f"12 readers used the library, {said}."
    with translation.override("zh-hans"):
        assert str(readers_in_words(month)) == f"12 位读者用了图书馆，{in_chinese}。"
        assert str(contributors_in_words(month)) == (
            f"12 位读者与图书馆共同创作，{in_chinese}，其中 12 位是第一次。"
        )


def test_every_message_of_the_sentences_says_its_values_and_nothing_is_left_open():
    values = {"n": 12, "change": 3, "new": 5, "events": 6}
    for language, stop in (("en", "."), ("zh-hans", "。")):
        with translation.override(language):
            for said in (_said_of_contributors, _said_of_readers):
                for has_more in (True, False):
                    messages = said(has_more)
                    assert messages.keys() == set(OnLastYear)
                    sentences = [str(linked(one, "#a", values)) for one in messages.values()]
                    assert len(set(sentences)) == len(OnLastYear)
                    assert {one[-1] for one in sentences} == {stop}


def test_small_drawings_of_the_tiles_are_told_apart():
    """A screen reader heard four equal pictures."""
    month = march()
    names = [charts.small(month, tile.metric, None).spoken for tile in month.tiles()]
    assert len(set(names)) == len(names) == 4
    assert names[0].startswith("Contributors")


@pytest.mark.parametrize(
    ("waiting", "said"),
    [
        (0, "No proposal waits for a decision."),
        (1, "One proposal waits for a decision."),
        (3, "3 proposals wait for a decision."),
    ],
)
def test_proposals_that_wait_are_counted(waiting, said):
    assert str(waiting_in_words(waiting)) == said


@pytest.mark.parametrize(
    ("change", "trend"),
    [(-3, Trend("down", "▼ 3")), (1200, Trend("up", "▲ 1,200"))],
)
def test_trend_of_a_tile_is_an_arrow_with_its_number(change, trend):
    assert trend_of(change) == trend
