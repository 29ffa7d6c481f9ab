"""Sentences about proposals, without a page."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from analytics.loop.models import Adjustment, Decision
from analytics.loop.words import (
    agreed_name,
    checked_in_words,
    decided_in_words,
    linked,
    promised_in_words,
)
from analytics.templatetags.loop import can_be_changed, with_links
from tests.factories import EvaluationFactory, UserFactory

State = Adjustment.State


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def promise(**fields) -> Adjustment:
    """A proposal that promised between 20 and 40 percent."""
    given = {
        "kind": Adjustment.Kind.TIMING,
        "measure": "response_rate",
        "expected": 30,
        "expected_low": 20,
        "expected_high": 40,
        "expected_level": 0.9,
        "n": 100,
    }
    return Adjustment(**given | fields)


def test_link_of_a_sentence_is_what_its_brackets_hold():
    said = linked("Of all [%(n)s came], %(change)s.", "#came", {"n": 7, "change": "2 more"})
    assert (said.before, said.link, said.after) == ("Of all ", "7 came", ", 2 more.")
    assert str(said) == "Of all 7 came, 2 more."


def test_bracket_in_a_value_ends_no_link():
    said = linked("[%(title)s waits].", "#waits", {"title": "Spring [2] ]"})
    assert (said.link, said.after) == ("Spring [2] ] waits", ".")


def test_sentences_are_set_as_the_language_sets_them_and_escaped():
    sentences = ["<b>One.", linked("[%(title)s].", "#two", {"title": "<i>Two"})]
    in_english = '&lt;b&gt;One. <a href="#two">&lt;i&gt;Two</a>.'
    assert with_links(sentences) == in_english
    with translation.override("zh-hans"):
        assert with_links(sentences) == in_english.replace(". <a", ".<a")


@pytest.mark.parametrize(
    ("state", "colour", "name"),
    [
        (State.PROPOSED, "red", "Proposed"),
        (State.ACCEPTED, "green", "Proposed"),
        (State.CHANGED, "green", "Decided"),
        (State.REFUSED, "amber", "Proposed"),
        (State.SUPERSEDED, "", "Proposed"),
    ],
)
def test_state_of_a_proposal_has_a_colour_and_its_value_a_name(state, colour, name):
    adjustment = promise(state=state)
    assert (adjustment.tone, agreed_name(adjustment)) == (colour, name)


def test_promise_is_told_with_its_interval():
    adjustment = promise(evaluation=EvaluationFactory.build(campaign=None))
    assert promised_in_words(adjustment) == "promised 30.0 % (20.0–\u206040.0 %)"


@pytest.mark.parametrize(
    ("observed", "verdict", "tone"),
    [
        (25, "as promised or better", "green"),
        (50, "as promised or better", "green"),
        (10, "less than promised", "amber"),
    ],
)
def test_what_was_observed_stands_beside_the_verdict(observed, verdict, tone):
    checked = checked_in_words(
        promise(observed=observed, observed_low=5, observed_high=55, observed_n=80)
    )
    assert (checked.verdict, checked.tone) == (verdict, tone)
    assert checked.observed == f"observed {observed}.0 % (5.0–\u206055.0 %; n=80)"


def test_promise_that_nobody_measured_has_no_verdict():
    assert checked_in_words(promise()).verdict == "not due yet"
    again = checked_in_words(promise(observed_in_id=1))
    assert (again.verdict, again.observed) == ("cannot say: not measured again", "")


@pytest.mark.parametrize(
    ("reason", "in_english", "in_chinese"),
    [
        ("", "Ms Chen, 2 Mar 2026", "Ms Chen，2026年3月2日"),
        ("No room", "Ms Chen, 2 Mar 2026: “No room”", "Ms Chen，2026年3月2日：“No room”"),
    ],
)
def test_decision_is_told_by_the_day_of_the_library(reason, in_english, in_chinese):
    # In Greenwich it is still the first of March.
    at = datetime(2026, 3, 1, 20, tzinfo=UTC)
    decision = Decision(by=UserFactory.build(display_name="Ms Chen"), at=at, reason=reason)
    assert decided_in_words(decision) == in_english
    with translation.override("zh-hans"):
        assert decided_in_words(decision) == in_chinese


def test_only_a_value_of_the_plan_can_be_changed():
    by_kind = {kind.value: can_be_changed(promise(kind=kind)) for kind in Adjustment.Kind}
    assert by_kind == {
        "channel_share": True,
        "segment_add": False,
        "segment_drop": False,
        "timing": True,
        "standard": True,
        "stop": False,
        "reduce": True,
        "content_arm": False,
        "learn": True,
    }
