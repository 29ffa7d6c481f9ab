"""The colour of a state stands in one table of its model."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone, translation

from campaigns.plan.models import Campaign
from core.tones import Toned
from crm.segments.models import STALE_AFTER, Segment
from feedback.calls.models import Call

TONED = [model for model in apps.get_models() if issubclass(model, Toned)]
COLOURS = {"green", "amber", "red"}


def states_of(model) -> set[str]:
    """The states of a model, be they a column's choices or what follows from other columns."""
    if "state" in {field.name for field in model._meta.get_fields()}:
        return {value for value, _label in model._meta.get_field("state").choices}
    return set(model.State.values)


@pytest.mark.parametrize("model", TONED, ids=lambda model: model.__name__)
def test_only_states_that_there_are_have_a_colour(model):
    assert model.TONES
    assert set(model.TONES) <= states_of(model)
    assert set(model.TONES.values()) <= COLOURS


@pytest.mark.parametrize("state", ["held", "draft", "submitted", "received"])
def test_what_waits_for_somebody_has_one_colour_whatever_it_is(state):
    holders = [model for model in TONED if state in states_of(model) and model.TONES.get(state)]
    assert holders
    assert {model.TONES[state] for model in holders} == {"amber"}


def test_what_is_held_is_amber_on_every_model_that_holds():
    holders = [model for model in TONED if "held" in states_of(model)]
    assert {model.__name__ for model in holders} == {"Submission", "Voice", "VoiceMessage"}
    assert all(model.TONES["held"] == "amber" for model in holders)


@pytest.mark.parametrize(
    ("published", "opens_in", "state", "tone", "word"),
    [
        (False, -1, "draft", "amber", "Draft"),
        (True, -1, "open", "green", "open"),
        (True, 1, "not_open", "", "not open"),
        (True, -9, "not_open", "", "not open"),
    ],
)
def test_state_of_a_call_goes_by_the_clock(published, opens_in, state, tone, word):
    opens_at = timezone.now() + timedelta(days=opens_in)
    call = Call(published=published, opens_at=opens_at, closes_at=opens_at + timedelta(days=5))
    with translation.override("en"):
        assert (call.state, call.tone, call.get_state_display()) == (state, tone, word)


@pytest.mark.parametrize(
    ("error", "age", "state", "tone"),
    [
        ("no such place", timedelta(0), "error", "red"),
        ("", None, "never", "amber"),
        ("", STALE_AFTER * 2, "stale", "amber"),
        ("", timedelta(0), "fresh", "green"),
    ],
)
def test_state_of_a_segment_says_the_worst_first(error, age, state, tone):
    segment = Segment(error=error, version=1, refreshed_version=1)
    if age is not None:
        segment.refreshed_at = timezone.now() - age
    assert (segment.state, segment.tone) == (state, tone)


@pytest.mark.parametrize(
    ("locked", "closed", "tone"),
    [(False, False, ""), (True, False, "green"), (True, True, "")],
)
def test_phase_of_a_campaign_has_its_colour_from_the_model(locked, closed, tone):
    now = timezone.now()
    campaign = Campaign(locked_at=now if locked else None, closed_at=now if closed else None)
    assert campaign.phase_tone == tone
