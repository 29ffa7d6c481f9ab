"""A reader on a phone.

Says something and follows it, writes a work and finds it on show, in light and in dark.
"""

import pytest
from django.urls import reverse

from feedback.calls.actions import decide, publish
from feedback.calls.models import Submission
from feedback.voices.actions import reply
from feedback.voices.models import Voice
from tests.browser import Live, read_by_a_person
from tests.factories import CallFactory, ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def phone(chromium, live_server, request):
    scheme = getattr(request, "param", "light")
    with Live(
        chromium, live_server.url, width=375, height=780, color_scheme=scheme, locale="zh-CN"
    ) as live:
        yield live
        assert live.errors == []


@pytest.mark.parametrize("phone", ["dark"], indirect=True)
def test_reader_says_something_and_sees_what_became_of_it(phone):
    phone.open(reverse("feedback:home"))
    phone.check()
    phone.page.fill("#home-text", "三楼自习区晚上说话声太大")
    phone.page.click("text=告诉图书馆")
    phone.page.wait_for_selector(".refno")
    phone.check()
    voice = Voice.objects.get()
    assert phone.page.inner_text(".refno") == voice.reference
    reply(voice=voice, text="晚七点后设静音时段", by=UserFactory(role="librarian"))
    phone.open(reverse("feedback:voice-find"))
    phone.check()
    phone.page.fill("[name=reference]", voice.reference.lower())
    phone.page.fill("[name=secret]", voice.secret)
    phone.page.click("main form button.primary")
    phone.page.wait_for_selector("text=晚七点后设静音时段")


def test_reader_writes_a_work_that_ends_on_show_with_thanks(phone):
    call = CallFactory(title="节气配图诗征集", longest=60)
    reader = ReaderFactory(user=UserFactory(role="reader"))
    phone.sign_in(reader.user)
    phone.open(reverse("feedback:call-list"))
    phone.check()
    phone.page.click("text=投稿 >> nth=0")
    phone.page.wait_for_selector("[name=text]")
    phone.check()
    read_by_a_person(phone.page)
    phone.page.fill("[name=title]", "立冬")
    phone.page.fill("[name=text]", "风把最后一片银杏夹进了借书证里。")
    phone.page.click("[name=submit]")  # without the licence: refused, and nothing is lost
    phone.page.wait_for_selector(".summary-errors")
    phone.check()
    assert phone.page.input_value("[name=text]") == "风把最后一片银杏夹进了借书证里。"
    phone.page.check("[name=agreed]")
    phone.page.click("[name=submit]")
    phone.page.wait_for_url("**" + reverse("feedback:work-mine"))
    phone.check()
    work, librarian = Submission.objects.get(), UserFactory(role="librarian")
    assert (work.state, work.licence_agreed) == ("submitted", call.licence)
    decide(work=work, accept=True, by=librarian)
    publish(work=work, thanks="谢谢你的立冬。", by=librarian)
    phone.open(reverse("feedback:work-list"))
    phone.check()
    phone.page.click("text=风把最后一片银杏")
    phone.page.wait_for_selector("text=谢谢你的立冬。")
    phone.check()
