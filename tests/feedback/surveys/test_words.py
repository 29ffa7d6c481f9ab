"""Sentences of the survey desk, without a page around them."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from core.disclosure import Count
from feedback.surveys import words
from feedback.surveys.models import SurveyVersion
from feedback.surveys.overview import Headline
from feedback.surveys.views.standing import VisitorStanding, promise_in_brief
from feedback.surveys.words import VersionLine

#: 14:05 by the library's clock.
AS_OF = datetime(2026, 3, 5, 6, 5, tzinfo=UTC)


def headline(n: Count, flagged: int = 0, *, has_held: bool = False) -> Headline:
    """What stands above the charts, without means."""
    return Headline(n, Count.of(flagged), has_held, AS_OF, None, None)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "As of 5 Mar 2026, 14:05 there are 1,204 answers."),
        ("zh-hans", "截至 2026年3月5日 14:05 收到 1,204 份答卷。"),
    ],
)
def test_results_say_how_many_answers_there_are(language, sentence):
    with translation.override(language):
        assert words.above_the_results(headline(Count.of(1204)), least=5) == [sentence]


def test_results_of_few_answers_say_the_least_number_and_not_theirs():
    with translation.override("en"):
        (sentence,) = words.above_the_results(headline(Count.of(4)), least=10)
    assert sentence == "As of 5 Mar 2026, 14:05 there are fewer than 10 answers."


@pytest.mark.parametrize(
    ("flagged", "sentence"),
    [
        (Count.exact(1), "One more looked automatic and is left out."),
        (Count.of(12), "12 more looked automatic and are left out."),
        (Count.of(3), "Some more looked automatic and are left out."),
    ],
)
def test_what_looked_automatic_is_said_with_its_number_where_it_may_be(flagged, sentence):
    with translation.override("en"):
        assert words.left_out(flagged) == sentence


def test_results_say_what_is_left_out_and_what_waits():
    found = headline(Count.of(40), 12, has_held=True)
    with translation.override("en"):
        sentences = words.above_the_results(found, least=5)
    assert sentences[1:] == [
        "12 more looked automatic and are left out.",
        "Anonymous answers are waiting to be mixed with others; no figure counts them yet.",
    ]


@pytest.mark.parametrize(
    ("number", "structural", "change"),
    [(1, True, "first version"), (2, True, "questions changed"), (3, False, "words only")],
)
def test_version_says_what_it_changed(number, structural, change):
    version = SurveyVersion(number=number, structural=structural)
    with translation.override("en"):
        assert VersionLine(version, Count.of(0)).change == change


@pytest.mark.parametrize(
    ("structural", "beginning"),
    [(True, "Questions or options changed: "), (False, "Only words changed: ")],
)
def test_changes_say_whether_answers_so_far_count_together(structural, beginning):
    with translation.override("en"):
        assert words.unseen_changes(structural=structural).startswith(beginning)


@pytest.mark.parametrize(
    ("standing", "promise"),
    [
        (VisitorStanding.INVITED, "Anonymous: your answers cannot be tied to you."),
        (VisitorStanding.SIGNED_IN, "Anonymous: your answers cannot be tied to you."),
        (
            VisitorStanding.INVITED_SELF_MADE,
            "Anonymous: your answers are kept without your name.",
        ),
        (
            VisitorStanding.SIGNED_IN_SELF_MADE,
            "Anonymous: your answers are kept without your name.",
        ),
        (VisitorStanding.ACCOUNT, "Anonymous: nobody asks who you are."),
        (VisitorStanding.RETURNED, "Anonymous: nobody asks who you are."),
        (VisitorStanding.UNKNOWN, "Anonymous: nobody asks who you are."),
    ],
)
def test_anonymous_survey_promises_each_visitor_what_holds_for_them(standing, promise):
    with translation.override("en"):
        assert promise_in_brief(standing, anonymous=True) == promise
        named = promise_in_brief(standing, anonymous=False)
    assert named.startswith("Only the library reads your answers")
