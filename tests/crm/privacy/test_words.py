"""What a person reads of themselves stands there in words, each thing once, and is true."""

from datetime import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.addresses import address_digests
from crm.privacy.own import identity, sections
from crm.readers.models import Look, Purpose, Suppression
from crm.readers.profile import look_rows
from tests.factories import ReaderFactory, UserFactory, VoiceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return ReaderFactory(user=UserFactory(), source="portal")


@pytest.fixture
def me(reader):
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(reader.user)
    return client


def page(client, name="crm:me") -> str:
    return client.get(reverse(name)).content.decode()


def section(reader, name: str):
    (found,) = [one for one in sections(reader) if one.name == name]
    return found


# --- what I have done -----------------------------------------------------------------------------
def test_after_a_voice_nobody_is_told_to_say_something(me, reader):
    voice = VoiceFactory(reader=reader, text="三楼的灯坏了")
    shown = page(me)
    assert "或者说点什么" not in shown
    assert "这里还没有记录" in shown
    assert voice.own_url in shown


def test_with_analytics_off_it_says_that_nothing_is_recorded(me, reader):
    reader.analytics = False
    reader.save()
    shown = page(me)
    assert "你关掉了对自己的分析，所以这里不记录" in shown
    assert "这里还没有记录" not in shown


# --- codes and counts -----------------------------------------------------------------------------
def test_sources_and_languages_stand_in_words(me, reader):
    VoiceFactory(reader=reader, language="zh-hans")
    reader.activities.create(kind="visit", at=timezone.now(), source="synthetic", ref="x")
    shown = page(me, "crm:me-file")
    for code in (">portal<", ">synthetic<", ">zh-hans<"):
        assert code not in shown
    assert "回响本身" in dict(identity(reader)).values()
    assert section(reader, "activity").rows[0][-1] == "演示用的样例数据"


def test_one_address_stopped_for_all_purposes_is_one_line(reader):
    for purpose in Purpose.values:
        for digest in address_digests(reader.email):
            Suppression.objects.create(
                channel="email", purpose=purpose, digest=digest, reason=Suppression.WITHDRAWN
            )
    found = section(reader, "suppression_digest")
    assert (found.n, len(found.rows)) == (1, 1)
    assert found.rows[0][2].split("、") == [str(Purpose(one).label) for one in Purpose.values[::-1]]


def test_an_address_stopped_for_everything_says_so(reader):
    digest = next(iter(address_digests(reader.email)))
    Suppression.objects.create(channel="email", digest=digest, reason=Suppression.ERASED)
    assert section(reader, "suppression_digest").rows[0][2] == "一切"


def test_looks_of_one_minute_are_told_once(me, reader, librarian):
    hour = timezone.make_aware(datetime(2026, 11, 26, 10))
    for minute, second in [(52, 1), (52, 20), (52, 59), (53, 0)]:
        at = hour.replace(minute=minute, second=second)
        with time_machine.travel(at, tick=False):
            Look.objects.create(reader=reader, user=librarian, place="page")
    (row,) = look_rows(reader, 20)
    assert [f"{timezone.localtime(at):%H:%M}" for at in row.minutes] == ["10:53", "10:52"]
    assert page(me).count(">10:52<") == 1


def test_what_a_program_counted_is_called_so_and_no_closed_account(me, reader):
    """In 0.1 it was somebody whose account is gone, and accounts never go."""
    Look.objects.create(reader=reader, user=None, place="weighed")
    (row,) = look_rows(reader, 20)
    assert row.who == "图书馆的程序，当时没有人登录"


# --- corrections ----------------------------------------------------------------------------------
def test_page_that_sends_to_a_correction_finds_the_field_chosen(me):
    address = reverse("crm:me-correct") + "?field=wechat"
    assert 'value="wechat" selected' in me.get(address).content.decode()
    answer = me.post(address, {"field": "wechat", "wanted": "请绑定我的微信"})
    assert answer.status_code == 302
