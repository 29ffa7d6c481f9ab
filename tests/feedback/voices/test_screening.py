"""What is said above a rate, or by a program: kept, looked at first, and never refused.

Works take the same way (``tests/feedback/calls/test_screening.py``), accounts a similar one
(``tests/crm/staff/test_sign_up.py``).
"""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import traps
from crm.staff.models import AuditEvent
from feedback.voices.actions import add_from_reader
from feedback.voices.models import Voice, VoiceMessage
from feedback.voices.queries import counts_since
from tests.factories import UserFactory, VoiceFactory

pytestmark = pytest.mark.django_db

SAY = "/say/"
CAMPUS = "203.0.113.5"


def form(**changes) -> dict:
    return {
        "client_id": str(uuid4()),
        "kind": "complaint",
        "category": "noise",
        "text": "太吵了。",
        "t": traps.stamp(time.time() - 60),
    } | changes


def say(client=None, **changes):
    """As a browser sends it: with the cookie that every form of ours sets."""
    client = client or browser()
    return client.post(SAY, form(**changes), REMOTE_ADDR=CAMPUS)


def browser() -> Client:
    client = Client()
    client.cookies["csrftoken"] = uuid4().hex
    return client


def reasons() -> list[str]:
    return list(Voice.objects.order_by("pk").values_list("suspected", flat=True))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"website": "http://spam.example"}, "honeypot"),
        ({"t": ""}, "unread"),
        ({"t": "1800000000:forged"}, "unread"),
        # A day ahead: the run may reach this test long after it was collected.
        ({"t": traps.stamp(time.time() + 86_400)}, "fast"),
    ],
)
def test_program_is_answered_like_a_person_and_its_words_wait(changes, why):
    """Fault 25."""
    answer, human = say(text="一字不差 <b>", **changes), say()

    voice, other = Voice.objects.order_by("pk")
    assert (voice.state, voice.suspected, voice.text) == ("held", why, "一字不差 <b>")
    assert (other.state, other.suspected) == ("received", "")
    assert answer.status_code == human.status_code == 302
    assert answer.url == reverse("feedback:voice-follow", args=[voice.reference, voice.secret])


def test_one_browser_that_says_very_much_is_looked_at_and_others_are_not():
    one, other = browser(), browser()

    answers = [say(one) for _voice in range(13)]
    say(other)

    assert {answer.status_code for answer in answers} == {302}
    assert reasons() == [""] * 10 + ["browser"] * 3 + [""]


def test_thousands_behind_one_address_are_never_refused():
    """Fault 24: above the rate of a network what comes is kept and looked at first."""
    answers = [say() for _reader in range(90)]

    assert {answer.status_code for answer in answers} == {302}
    # The network's bucket got a few more tokens while they were sent: one in three seconds.
    assert reasons()[:60] == [""] * 60
    assert "network" in reasons()
    assert Voice.objects.count() == 90
    elsewhere = browser().post(SAY, form(), REMOTE_ADDR="198.51.100.1")
    assert elsewhere.status_code == 302
    assert reasons()[-1] == ""


def test_the_page_carries_what_the_traps_ask_for(client):
    for page in (SAY, "/"):
        shown = client.get(page).context["form"]
        assert shown["t"].value()
        assert traps.suspicion("", shown["t"].value()) == "fast"
        html = client.get(page).content.decode()
        assert 'name="website"' in html
        assert 'name="t"' in html


def test_reader_is_told_kindly_and_nothing_is_lost(client):
    answer = say(client, website="x", text="我的话")

    page = client.get(answer.url, headers={"accept-language": "zh-hans"}).content.decode()

    assert "我的话" in page
    assert "已收到，谢谢" in page
    english = client.get(answer.url, headers={"accept-language": "en"}).content.decode()
    assert "Received, thank you" in english


@pytest.fixture
def held():
    return VoiceFactory(state="held", suspected="network", text="等着的话")


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="librarian"))
    return client


def listed(desk, **query) -> list[str]:
    """References on the desk's list."""
    page = desk.get(reverse("feedback:voice-list"), query).content.decode()
    references = Voice.objects.order_by("pk").values_list("reference", flat=True)
    return [reference for reference in references if reference in page]


def test_desk_sees_what_waits_and_why_apart_from_the_inbox(desk, held):
    other = VoiceFactory()
    aside = VoiceFactory(state="aside")

    assert listed(desk) == [other.reference]
    assert listed(desk, state="held") == [held.reference]
    assert listed(desk, state="aside") == [aside.reference]
    page = desk.get(reverse("feedback:voice-list"), headers={"accept-language": "en"})
    assert "One waits for a look" in page.content.decode()
    detail = desk.get(held.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "Very many came from the same network." in detail


def screen(desk, voice, **data):
    return desk.post(reverse("feedback:voice-screen", args=[voice.pk]), data)


def test_voice_let_through_comes_in_as_of_when_it_was_said(desk, held):
    before = held.received_at

    answer = screen(desk, held, let_through="1")

    held.refresh_from_db()
    assert (held.state, held.received_at) == ("received", before)
    assert answer.url == reverse("feedback:voice-list")
    assert listed(desk) == [held.reference]
    assert AuditEvent.objects.filter(action="voice.let-through").count() == 1


def test_voice_put_aside_stays_and_leads_to_the_next_that_waits(desk, held):
    following = VoiceFactory(state="held", received_at=timezone.now())

    answer = screen(desk, held, aside="1")
    screen(desk, held, aside="1")

    held.refresh_from_db()
    assert (held.state, held.text) == ("aside", "等着的话")
    assert answer.url == following.get_absolute_url()
    assert AuditEvent.objects.filter(action="voice.aside").count() == 1
    screen(desk, held, let_through="1")
    held.refresh_from_db()
    assert held.state == "received"


def test_voice_that_is_answered_already_is_not_put_aside(desk):
    voice = VoiceFactory(state="answered")

    screen(desk, voice, aside="1")
    screen(desk, voice, let_through="1")

    voice.refresh_from_db()
    assert voice.state == "answered"
    assert not AuditEvent.objects.filter(action__in=["voice.aside", "voice.let-through"]).exists()


def test_reader_whose_words_were_put_aside_writes_again_and_is_looked_at_again(held):
    held.state = Voice.State.ASIDE
    held.save()

    add_from_reader(voice=held, text="真的是我")

    held.refresh_from_db()
    assert held.state == Voice.State.HELD


def test_what_is_set_apart_is_in_no_count(held):
    VoiceFactory.create_batch(6, state="received")
    VoiceFactory(state="aside", received_at=timezone.now() - timedelta(days=40))
    start = timezone.now() - timedelta(days=60)

    assert counts_since(start).said.public_number == 6
    assert Voice.objects.waiting().count() == 6
    assert Voice.objects.late().count() == 0
    assert not held.is_overdue(timezone.now() + timedelta(days=400))


def test_answering_a_held_voice_lets_it_through(desk, held):
    desk.post(reverse("feedback:voice-reply", args=[held.pk]), {"text": "知道了。"})

    held.refresh_from_db()
    assert held.state == Voice.State.ANSWERED


# --- writing again --------------------------------------------------------------------------------
def write_again(voice, client=None, **changes):
    """As the page that follows a matter sends it."""
    page = reverse("feedback:voice-follow", args=[voice.reference, voice.secret])
    said = {"client_id": str(uuid4()), "text": "还有。", "t": traps.stamp(time.time() - 60)}
    return (client or browser()).post(page, said | changes, REMOTE_ADDR=CAMPUS)


def test_program_that_writes_again_is_answered_like_a_person_and_its_words_wait():
    """Fault 25. In 0.1 a hundred and fifty came in, and an answered voice was opened again."""
    voice, other = VoiceFactory(state="answered"), VoiceFactory(state="answered")

    answer, human = write_again(voice, website="http://spam.example"), write_again(other)

    assert answer.status_code == human.status_code == 302
    held, taken = VoiceMessage.objects.order_by("pk")
    assert (held.state, held.suspected) == ("held", "honeypot")
    assert (taken.state, taken.suspected) == ("taken", "")
    assert set(Voice.objects.values_list("pk", "state")) == {
        (voice.pk, "answered"),
        (other.pk, "working"),
    }


def test_one_browser_that_writes_again_and_again_is_looked_at():
    """Fault 25."""
    one, voice = browser(), VoiceFactory()

    answers = [write_again(voice, one, text=f"还有 {n}") for n in range(13)]

    assert {answer.status_code for answer in answers} == {302}
    states = VoiceMessage.objects.order_by("pk").values_list("state", "suspected")
    assert list(states) == [("taken", "")] * 10 + [("held", "browser")] * 3


def test_page_of_a_matter_carries_what_the_traps_ask_for(client):
    voice = VoiceFactory()
    page = reverse("feedback:voice-follow", args=[voice.reference, voice.secret])
    html = client.get(page).content.decode()
    assert html.count('name="website"') == 1
    assert html.count('name="t"') == 1
    assert 'class="sr" aria-hidden="true"' in html


@pytest.fixture
def answered():
    """An answered voice with a message that waits for a look."""
    voice = VoiceFactory(state="answered")
    voice.messages.create(from_reader=True, text="再说一句", state="held", suspected="network")
    return voice


def message_states(voice) -> list[str]:
    return list(voice.messages.order_by("pk").values_list("state", flat=True))


def test_held_message_stands_in_the_desk_queue_with_its_reason(desk, answered):
    other = VoiceFactory()

    assert listed(desk, state="held") == [answered.reference]
    assert listed(desk) == [answered.reference, other.reference]
    page = desk.get(reverse("feedback:voice-list"), headers={"accept-language": "en"})
    assert "One waits for a look" in page.content.decode()
    detail = desk.get(answered.get_absolute_url(), headers={"accept-language": "en"})
    assert "Very many came from the same network." in detail.content.decode()
    assert "Being looked at" in detail.content.decode()


def test_message_let_through_opens_an_answered_voice_again(desk, answered):
    screen(desk, answered, let_through="1")

    answered.refresh_from_db()
    assert (answered.state, message_states(answered)) == ("working", ["taken"])
    assert listed(desk, state="held") == []
    assert AuditEvent.objects.filter(action="voice.let-through").count() == 1


def test_message_put_aside_leaves_the_voice_answered_and_can_be_let_through_after_all(
    desk, answered
):
    screen(desk, answered, aside="1")

    answered.refresh_from_db()
    assert (answered.state, message_states(answered)) == ("answered", ["aside"])
    assert listed(desk, state="held") == []
    assert AuditEvent.objects.filter(action="voice.aside").count() == 1
    screen(desk, answered, let_through="1")
    answered.refresh_from_db()
    assert (answered.state, message_states(answered)) == ("working", ["taken"])


def test_answering_lets_held_messages_through(desk, answered):
    desk.post(reverse("feedback:voice-reply", args=[answered.pk]), {"text": "知道了。"})

    answered.refresh_from_db()
    assert (answered.state, message_states(answered)) == ("answered", ["taken", "taken"])


def test_held_message_stands_on_the_readers_page_which_says_that_it_waits(client, answered):
    page = reverse("feedback:voice-follow", args=[answered.reference, answered.secret])
    html = client.get(page, headers={"accept-language": "en"}).content.decode()
    assert "再说一句" in html
    assert "a colleague looks at" in html
