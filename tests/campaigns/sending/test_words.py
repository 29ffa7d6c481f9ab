"""Sentences about numbers of readers, also where a number may not be told."""

import pytest
from django.utils import translation

from campaigns.sending import words
from campaigns.sending.audience import LaunchCount
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
