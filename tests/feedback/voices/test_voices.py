"""What readers say.

Kept once, followed by reference and code, answered once, shown without a name.
"""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from core import traps
from crm.letters import post
from crm.letters.models import Letter
from crm.staff.models import AuditEvent, Campus
from feedback.voices.actions import add_from_reader, conclude, note, reply
from feedback.voices.models import Voice
from tests.core.building import BLANK
from tests.factories import CampusFactory, ReaderFactory, UserFactory, VoiceFactory

pytestmark = pytest.mark.django_db


def form_data(**changes):
    return {
        "client_id": str(uuid4()),
        "kind": "complaint",
        "category": "noise",
        "text": "太吵了。",
        "t": traps.stamp(time.time() - 60),
    } | changes


def test_voice_said_without_signing_in_gets_a_reference_and_can_be_followed(client):
    response = client.post(
        reverse("feedback:voice-create"), form_data(text="三楼太吵 <script>alert(1)</script>")
    )
    voice = Voice.objects.get()
    assert response.status_code == 302
    page = client.get(response.url).content.decode()
    assert voice.reference in page
    assert voice.secret in page
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_d2_complaint_has_category_place_time_anonymity_and_status(client):
    campus, before = CampusFactory(), timezone.now()
    client.post(reverse("feedback:voice-create"), form_data(category="food", campus=campus.pk))
    voice = Voice.objects.get()
    assert (voice.kind, voice.category, voice.campus) == ("complaint", "food", campus)
    assert before <= voice.received_at <= timezone.now()
    assert (voice.reader, voice.email) == (None, "")
    assert voice.state == Voice.State.RECEIVED

    by = UserFactory(role="librarian")
    client.force_login(by)
    page = client.get(voice.get_absolute_url(), headers={"accept-language": "zh-hans"})
    shown = page.content.decode()
    assert str(voice.get_category_display()) in shown
    assert campus.name_zh in shown
    client.post(reverse("feedback:voice-assign", args=[voice.pk]), {"to": by.pk})
    client.post(reverse("feedback:voice-reply", args=[voice.pk]), {"text": "已加派巡视。"})
    client.post(reverse("feedback:voice-conclude", args=[voice.pk]), {"close": "on"})
    voice.refresh_from_db()
    assert voice.state == Voice.State.CLOSED


def test_d2_categories_have_the_five_of_the_report_of_2019(client):
    """占座纠纷, 噪音干扰, 携带杂物, 私藏图书, 违规饮食 (D7)."""
    page = client.get(reverse("feedback:voice-create")).content.decode()
    five = ["seats", "noise", "belongings", "hidden_books", "food"]
    for category in five:
        assert f'<option value="{category}"' in page
        client.post(reverse("feedback:voice-create"), form_data(category=category))
    assert list(Voice.objects.order_by("pk").values_list("category", flat=True)) == five

    client.force_login(UserFactory(role="librarian"))
    found = client.get(reverse("feedback:voice-list"), {"category": "hidden_books"})
    listed = found.content.decode()
    references = Voice.objects.order_by("pk").values_list("category", "reference")
    assert [name for name, reference in references if reference in listed] == ["hidden_books"]


def test_voice_sent_twice_is_kept_once(client):
    data = form_data()
    first = client.post(reverse("feedback:voice-create"), data)
    second = client.post(reverse("feedback:voice-create"), data)
    assert first.url == second.url
    assert Voice.objects.count() == 1


def test_voice_without_text_keeps_what_was_chosen_and_says_what_is_missing(client):
    response = client.post(
        reverse("feedback:voice-create"), form_data(text="", email="someone@example.org")
    )
    assert response.status_code == 400
    assert "someone@example.org" in response.content.decode()
    assert Voice.objects.count() == 0


@pytest.mark.parametrize("text", ["a\x00b", "x" * 5001])
def test_voice_with_unkeepable_text_is_refused_in_words(client, text):
    assert client.post(reverse("feedback:voice-create"), form_data(text=text)).status_code == 400
    assert Voice.objects.count() == 0


@pytest.mark.parametrize("blank", BLANK)
def test_voice_that_nobody_could_read_is_refused(client, blank):
    refused = client.post(reverse("feedback:voice-create"), form_data(text=blank))
    assert refused.status_code == 400
    assert Voice.objects.count() == 0


@pytest.mark.parametrize("blank", BLANK)
def test_message_and_answer_that_nobody_could_read_are_refused(client, blank):
    voice = VoiceFactory()
    address = reverse("feedback:voice-detail", args=[voice.pk])
    client.force_login(UserFactory(role="librarian"))
    client.post(reverse("feedback:voice-reply", args=[voice.pk]), {"text": blank})
    assert not voice.messages.exists()
    assert client.get(address).status_code == 200


def test_voice_with_emoji_and_right_to_left_text_is_kept_exactly(client):
    text = "谢谢 🙏 \u202eabc مرحبا"
    client.post(reverse("feedback:voice-create"), form_data(text=text))
    assert Voice.objects.get().text == text


def test_voice_role_and_state_in_the_post_are_ignored(client):
    client.post(
        reverse("feedback:voice-create"),
        form_data(state="closed", shown="on", done="x", provenance="paper"),
    )
    voice = Voice.objects.get()
    assert (voice.state, voice.shown, voice.done, voice.provenance) == (
        "received",
        False,
        "",
        "own",
    )


def test_voice_followed_with_a_wrong_code_is_not_found(client):
    voice = VoiceFactory()
    assert (
        client.get(
            reverse("feedback:voice-follow", args=[voice.reference, "AAAAAAAAAAAA"])
        ).status_code
        == 404
    )
    page = client.post(
        reverse("feedback:voice-find"), {"reference": voice.reference, "secret": "AAAAAAAAAAAA"}
    )
    assert page.status_code == 400
    assert voice.text not in page.content.decode()


@pytest.mark.parametrize(
    ("reference", "secret"),
    [
        ("hx-2t2v9q", " kuv4jwaqnyfk "),
        ("2T2V9Q", "KUV4 JWAQ NYFK"),
        ("HX—2T2V9Q", "KUV4-JWAQ-NYFK。"),
        ("ＨＸ－２Ｔ２Ｖ９Ｑ", "ＫＵＶ４ＪＷＡＱＮＹＦＫ"),
    ],
)
def test_voice_is_found_however_its_codes_are_typed(client, reference, secret):
    VoiceFactory(reference="HX-2T2V9Q", secret="KUV4JWAQNYFK")
    data = {"reference": reference, "secret": secret}
    assert client.post(reverse("feedback:voice-find"), data).url == reverse(
        "feedback:voice-follow", args=["HX-2T2V9Q", "KUV4JWAQNYFK"]
    )


def test_voice_internal_note_never_reaches_the_reader(client):
    voice = VoiceFactory()
    note(voice=voice, text="上次也是这位读者", by=UserFactory(role="librarian"))
    reply(voice=voice, text="已增设静音时段", by=UserFactory(role="librarian"))
    page = client.get(
        reverse("feedback:voice-follow", args=[voice.reference, voice.secret])
    ).content.decode()
    assert "已增设静音时段" in page
    assert "上次也是这位读者" not in page


def test_voice_first_answer_stops_the_clock_and_a_new_message_starts_work_again():
    voice, by = VoiceFactory(), UserFactory(role="librarian")
    first = reply(voice=voice, text="谢谢", by=by)
    add_from_reader(voice=voice, text="还是很吵")
    reply(voice=voice, text="再看看", by=by)
    add_from_reader(voice=voice, text="好")
    voice.refresh_from_db()
    assert voice.answered_at == first.at
    assert voice.state == Voice.State.WORKING
    assert AuditEvent.objects.filter(action="voice.reply").count() == 2


def test_voice_late_by_its_kind_only():
    now = timezone.now()
    late = VoiceFactory(kind="complaint", received_at=now - timedelta(days=2, minutes=1))
    VoiceFactory(kind="suggestion", received_at=now - timedelta(days=2, minutes=1))
    VoiceFactory(kind="complaint", received_at=now - timedelta(days=9), answered_at=now)
    assert list(Voice.objects.late(now)) == [late]
    assert late.is_overdue(now)


def test_voice_reply_is_mailed_once_however_often_the_worker_looks(sink):
    voice = VoiceFactory(email="reader@example.org")
    message = reply(voice=voice, text="已处理", by=UserFactory(role="librarian"))
    for _look in range(3):
        post.send_due()
    (mail,) = sink.parsed()
    assert (mail["To"], message.letter.kind) == ("reader@example.org", "voice.reply")
    assert voice.secret in mail.get_content()


def test_voice_without_an_address_is_answered_on_its_page_alone():
    message = reply(voice=VoiceFactory(email=""), text="已处理", by=UserFactory(role="librarian"))
    assert (message.letter, Letter.objects.count()) == (None, 0)


def test_voice_shown_needs_something_done():
    voice = VoiceFactory()
    conclude(voice=voice, done="", shown=True, close=True, by=UserFactory(role="librarian"))
    voice.refresh_from_db()
    assert voice.shown is False
    assert voice.closed_at is not None


def test_voice_shown_on_the_front_page_without_the_reader(client):
    reader = ReaderFactory(name="林知行")
    VoiceFactory(
        reader=reader,
        done="设静音时段",
        shown=True,
        public_text="太吵了。",
        answered_at=timezone.now(),
    )
    page = client.get(reverse("feedback:home")).content.decode()
    assert "设静音时段" in page
    assert "林知行" not in page


def test_voice_of_another_campus_is_not_found(client):
    here, there = (
        Campus.objects.create(code="a", name_zh="甲"),
        Campus.objects.create(code="b", name_zh="乙"),
    )
    client.force_login(UserFactory(role="librarian", campus=here))
    voice = VoiceFactory(campus=there)
    assert client.get(voice.get_absolute_url()).status_code == 404
    assert voice.text not in client.get(reverse("feedback:voice-list")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_voice_list_queries_do_not_grow(client, rows, django_assert_num_queries):
    VoiceFactory.create_batch(rows, assigned_to=UserFactory(role="librarian"))
    client.force_login(UserFactory(role="librarian"))
    with django_assert_num_queries(6):  # session, user, late, held, count, page
        client.get(reverse("feedback:voice-list"))


def test_staff_of_a_campus_do_not_see_what_readers_of_another_campus_said(client):
    here, there = CampusFactory(), CampusFactory()
    mine, other = ReaderFactory(campus=here), ReaderFactory(name="Elsewhere", campus=there)
    seen = [VoiceFactory(campus=here), VoiceFactory(), VoiceFactory(reader=mine)]
    hidden = [
        VoiceFactory(campus=there),
        VoiceFactory(reader=other),
        VoiceFactory(reader=mine, campus=there),
    ]
    client.force_login(UserFactory(role="librarian", campus=here))

    page = client.get(reverse("feedback:voice-list")).content.decode()
    assert [voice.reference in page for voice in seen + hidden] == [True] * 3 + [False] * 3
    assert {client.get(voice.get_absolute_url()).status_code for voice in hidden} == {404}
