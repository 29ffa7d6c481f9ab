"""Sentences about numbers of readers, also where a number may not be told."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from django.utils import translation

from campaigns.contents.models import Content
from campaigns.sending import words
from campaigns.sending.audience import LaunchCount, ShownAudience
from core.disclosure import Count, Missing
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_one_campus():
    return factories.UserFactory(role="librarian", campus=factories.CampusFactory())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(("mailed", "held_out"), [(3, 2), (40, 3), (2, 0), (40, 10)])
def test_a_number_that_is_not_shown_has_a_sentence_of_its_own(
    of_one_campus, language, mailed, held_out
):
    with translation.override(language):
        said = [
            words.launched_in_words(LaunchCount(mailed, held_out), of_one_campus),
            words.queued_again_in_words(mailed, of_one_campus),
        ]
    for sentence in said:
        assert "not shown" not in sentence
        assert "未显示" not in sentence


def test_a_number_that_is_shown_stands_in_its_sentence():
    of_all = factories.UserFactory(role="librarian")
    with translation.override("en"):
        assert words.launched_in_words(LaunchCount(40, 10), of_all) == (
            "40 readers will be mailed · 10 are held out"
        )
        assert words.queued_again_in_words(3, of_all) == "3 mails are queued again."


def test_staff_of_one_campus_are_told_no_number_of_all(of_one_campus):
    """Fault 56. They know how many of their own readers are among them."""
    with translation.override("en"):
        assert words.launched_in_words(LaunchCount(40, 10), of_one_campus) == (
            "The readers who were drawn will be mailed · some are held out"
        )
        assert words.queued_again_in_words(30, of_one_campus) == "The mails are queued again."


@pytest.mark.parametrize(
    ("state", "is_open", "said"),
    [
        ("sending", True, "Going out"),
        ("sending", False, "Nearly done"),
        ("paused", True, "Paused"),
        ("sent", False, "Gone out"),
    ],
)
def test_the_live_page_says_how_far_it_is(state, is_open, said):
    with translation.override("en"):
        assert words.stage_in_words(Content(state=state), is_open=is_open) == said


@pytest.mark.parametrize(
    ("finished_at", "seconds_left", "said"),
    [
        (datetime(2026, 3, 1, 17, tzinfo=UTC), 90, "finished 2 Mar 2026, 01:00"),
        (None, 180, "about 3 minutes left"),
        (None, None, ""),
    ],
)
def test_the_live_page_says_when_it_ends_as_far_as_is_known(finished_at, seconds_left, said):
    with translation.override("en"):
        assert words.ending_in_words(Content(finished_at=finished_at), seconds_left) == said


def test_a_segment_that_could_not_be_counted_is_named_with_its_reason():
    with translation.override("zh-hans"):
        assert words.uncounted_in_words([("新生", "太慢")]) == ["新生：太慢"]


NOBODY = ShownAudience(**{each.name: Count.of(0) for each in fields(ShownAudience)})


@pytest.mark.parametrize(
    ("members", "is_limited", "said"),
    [
        (Count.of(1, exact=True), False, "Of one reader in the segments"),
        (Count.of(1284), False, "Of 1,284 readers in the segments"),
        (Count.without(Missing.WITHHELD), False, "Of the readers in the segments"),
        (Count.of(40), True, "Of the readers of your campus in the segments"),
    ],
)
def test_the_numbers_of_a_launch_say_of_whom_they_are(members, is_limited, said):
    counted = replace(NOBODY, members=members, is_limited=is_limited)
    with translation.override("en"):
        assert words.members_in_words(counted) == said


@pytest.mark.parametrize(
    ("subscribers", "asked", "mailed"),
    [
        (None, "", ""),
        (
            Count.of(1, exact=True),
            "One subscriber who is no reader gets it as well and counts as a reader nowhere.",
            "Mailed to subscribers as well: 1. They are no readers and stand in none of these"
            " numbers.",
        ),
        (
            Count.of(40),
            "40 subscribers who are no readers get it as well; they count as readers nowhere.",
            "Mailed to subscribers as well: 40. They are no readers and stand in none of these"
            " numbers.",
        ),
        (
            Count.without(Missing.WITHHELD),
            "A few subscribers who are no readers get it as well; they count as readers nowhere.",
            "It goes to subscribers as well, who are no readers and stand in none of these"
            " numbers.",
        ),
    ],
)
def test_subscribers_are_told_apart_from_readers(subscribers, asked, mailed):
    with translation.override("en"):
        assert words.subscribers_asked_in_words(subscribers) == asked
        assert words.subscribers_mailed_in_words(subscribers) == mailed
