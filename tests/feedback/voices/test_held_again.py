"""That something was put aside is taken back: exactly that is held again, once."""

import pytest
from django.urls import reverse

from core.refusals import Refused
from crm.staff.models import AuditEvent
from feedback.voices.actions import hold_again, let_through, put_aside
from feedback.voices.aside import SetAside
from tests.factories import UserFactory, VoiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(role="librarian")


def states(voice) -> tuple[str, list[str]]:
    voice.refresh_from_db()
    return voice.state, list(voice.messages.order_by("pk").values_list("state", flat=True))


def test_exactly_what_one_step_put_aside_is_held_again(by):
    voice = VoiceFactory(state="held")
    for state in ("aside", "taken", "held", "held"):
        voice.messages.create(from_reader=True, text="x", state=state)
    before = states(voice)
    step = put_aside(voice=voice, by=by)
    assert states(voice) == ("aside", ["aside", "taken", "aside", "aside"])
    hold_again(voice=voice, step=step, by=by)
    assert states(voice) == before
    assert AuditEvent.objects.filter(action="voice.hold-again").count() == 1


def test_message_alone_is_held_again_and_leaves_its_voice(by):
    voice = VoiceFactory(state="answered")
    voice.messages.create(from_reader=True, text="x", state="held")
    step = put_aside(voice=voice, by=by)
    assert not step.is_voice
    hold_again(voice=voice, step=step, by=by)
    assert states(voice) == ("answered", ["held"])


@pytest.mark.parametrize("since", ["the same", "let through", "put aside anew"])
def test_nothing_is_held_again_where_somebody_has_gone_on(by, since):
    voice = VoiceFactory(state="held")
    step = put_aside(voice=voice, by=by)
    if since == "let through":
        let_through(voice=voice, by=by)
    else:
        hold_again(voice=voice, step=step, by=by)
    if since == "put aside anew":
        put_aside(voice=voice, by=by)
    before = states(voice)
    with pytest.raises(Refused):
        hold_again(voice=voice, step=step, by=by)
    assert states(voice) == before


def test_step_that_put_nothing_aside_has_nothing_to_take_back(by):
    voice = VoiceFactory()
    assert put_aside(voice=voice, by=by) == SetAside()
    with pytest.raises(Refused):
        hold_again(voice=voice, step=SetAside(), by=by)


def test_page_that_says_neither_verdict_is_refused(client, by):
    client.force_login(by)
    voice = VoiceFactory(state="held")
    answer = client.post(reverse("feedback:voice-screen", args=[voice.pk]), {"x": "1"})
    assert answer.status_code == 400
    assert states(voice)[0] == "held"
