"""A reader who is signed in finds back to what they said, and is told of the answer."""

import time
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import traps
from core.addresses import address_digest
from crm.letters.models import Letter
from crm.readers.models import Suppression, permission
from feedback.voices.models import Voice
from tests.factories import ReaderFactory, SubmissionFactory, UserFactory, VoiceFactory

pytestmark = pytest.mark.django_db

NOTICES = permission("email", "notices")


@pytest.fixture
def reader():
    user = UserFactory()
    EmailAddress.objects.create(user=user, email="mine@example.org", verified=True, primary=True)
    return ReaderFactory(user=user, consents=[NOTICES])


@pytest.fixture
def browser(reader):
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(reader.user)
    return client


@pytest.fixture
def desk():
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(UserFactory(role="librarian"))
    return client


def page(client, name, *args) -> str:
    return client.get(reverse(name, args=args)).content.decode()


def say(client, **changes):
    data = {
        "client_id": str(uuid4()),
        "kind": "question",
        "category": "other",
        "text": "三楼的灯坏了",
        "t": traps.stamp(time.time() - 60),
    } | changes
    return client.post(reverse("feedback:voice-create"), data)


def answer(desk, voice) -> str:
    """Answered at the desk; what the desk says then."""
    reply = reverse("feedback:voice-reply", args=[voice.pk])
    return desk.post(reply, {"text": "修好了"}, follow=True).content.decode()


@pytest.mark.parametrize("name", ["crm:me", "feedback:voice-mine", "feedback:voice-find"])
def test_own_voices_lead_to_their_conversations_and_no_others(browser, reader, name):
    mine = VoiceFactory(reader=reader, text="我说过的话")
    other = VoiceFactory(reader=ReaderFactory(), text="别人的话")
    shown = page(browser, name)
    assert f'href="{mine.own_url}"' in shown
    assert "我说过的话" in shown
    assert other.own_url not in shown


@pytest.mark.parametrize(
    "name", ["crm:me", "feedback:voice-mine", "feedback:voice-find", "feedback:home"]
)
def test_no_page_that_names_own_voices_holds_their_codes(browser, reader, name):
    """Beside what an address says, the length of a compressed page would tell of them."""
    voices = [
        VoiceFactory(reader=reader),
        VoiceFactory(reader=reader, done="修好了。", closed_at=timezone.now()),
    ]
    shown = browser.get(reverse(name), {"guess": "GUESSED"}).content.decode()
    assert any(voice.own_url in shown for voice in voices)
    for voice in voices:
        assert voice.secret not in shown
    assert "GUESSED" not in shown


def test_own_voice_is_opened_without_its_code_by_whoever_said_it_and_nobody_else(
    browser, reader, desk
):
    voice = VoiceFactory(reader=reader)
    assert browser.get(voice.own_url).url == voice.followed_url
    assert desk.get(voice.own_url).status_code == 404
    assert reverse("account_login") in Client().get(voice.own_url).url


def test_own_works_stand_on_my_page(browser, reader):
    work = SubmissionFactory(author=reader, title="我的诗")
    assert f'href="{work.own_url}"' in page(browser, "crm:me")


def test_who_is_not_signed_in_is_shown_no_voices(client):
    voice = VoiceFactory()
    assert voice.own_url not in page(client, "feedback:voice-find")


@pytest.mark.parametrize("rows", [1, 3])
def test_my_page_asks_as_often_for_many_voices(browser, reader, rows, django_assert_num_queries):
    VoiceFactory.create_batch(rows, reader=reader)
    with django_assert_num_queries(4):  # session, user, count, page
        page(browser, "feedback:voice-mine")


def test_thanks_stand_first_with_the_code(browser):
    shown = browser.get(say(browser).url).content.decode()
    voice = Voice.objects.get()
    thanks = shown.index("已收到，谢谢")
    assert thanks < shown.index(voice.secret, thanks) < shown.index(voice.text)


def test_thanks_go_with_the_answer(browser, desk):
    said = say(browser).url
    answer(desk, Voice.objects.get())
    assert "已收到，谢谢" not in browser.get(said).content.decode()


def test_answer_goes_to_the_confirmed_address_of_the_account(desk, reader):
    said = answer(desk, VoiceFactory(reader=reader))
    letter = Letter.objects.get()
    assert (letter.address, letter.reader) == ("mine@example.org", reader)
    assert "没有留下邮箱" not in said


def test_address_left_for_the_answer_comes_first(desk, reader):
    answer(desk, VoiceFactory(reader=reader, email="other@example.org"))
    assert Letter.objects.get().address == "other@example.org"


def forbid_nothing(reader):
    reader.consents = []


def unconfirm(reader):
    reader.user.emailaddress_set.update(verified=False)


def stop(reader):
    Suppression.objects.create(
        channel="email", digest=address_digest("mine@example.org"), reason="unsubscribed"
    )


def no_account(reader):
    reader.user = None


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (forbid_nothing, "不接收邮件通知"),
        (unconfirm, "没有确认过邮箱"),
        (stop, "不再投递"),
        (no_account, "现在也没有账号"),
    ],
)
def test_desk_says_truly_why_no_letter_goes(desk, reader, change, because):
    change(reader)
    reader.save()
    voice = VoiceFactory(reader=reader)
    assert because in desk.get(voice.get_absolute_url()).content.decode()
    assert because in answer(desk, voice)
    assert not Letter.objects.exists()


def test_desk_says_that_somebody_unsigned_left_no_address(desk):
    assert "没有登录，也没有留下邮箱" in answer(desk, VoiceFactory())


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("fast", "两秒"),
        ("honeypot", "看不见的一栏"),
        ("unread", "没有先打开页面"),
        ("browser", "你的浏览器"),
        ("network", "你所在的网络"),
        ("account", "你的账号"),
    ],
)
def test_each_reason_of_a_held_voice_has_a_true_sentence(client, why, said):
    voice = VoiceFactory(state="held", suspected=why)
    shown = client.get(voice.followed_url, headers={"accept-language": "zh-hans"}).content.decode()
    assert said in shown


def test_desk_finds_a_held_voice_by_its_number(desk):
    held = VoiceFactory(state="held")
    found = desk.get(reverse("feedback:voice-list"), {"q": held.reference}).content.decode()
    assert held.get_absolute_url() in found
    assert held.get_absolute_url() not in page(desk, "feedback:voice-list")
