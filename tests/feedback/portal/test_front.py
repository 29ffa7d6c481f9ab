"""The front page: what became of somebody's words, one's own first, and nothing of whoever left."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.privacy.actions import erase
from feedback.calls.actions import withdraw
from feedback.calls.models import Submission
from feedback.portal import front
from feedback.surveys.models import Survey
from feedback.voices.models import Voice
from tests.factories import (
    CallFactory,
    ReaderFactory,
    SubmissionFactory,
    UserFactory,
    VoiceFactory,
)
from tests.feedback.building import published

pytestmark = pytest.mark.django_db

State = Submission.State


def days_ago(days: int):
    return timezone.now() - timedelta(days=days)


def voice_on_show(**fields) -> Voice:
    fields = {
        "done": "换好了，四十六个。",
        "shown": True,
        "public_text": "三楼靠窗的插座总是松的。",
        "state": Voice.State.CLOSED,
        "received_at": days_ago(40),
        "answered_at": days_ago(39),
        "closed_at": days_ago(1),
    } | fields
    return VoiceFactory(**fields)


def work_on_show(**fields) -> Submission:
    fields = {
        "state": State.PUBLISHED,
        "licence_agreed": "Yes.",
        "published_at": days_ago(2),
        "published_by": UserFactory(role="librarian"),
    } | fields
    return SubmissionFactory(**fields)


@pytest.fixture
def reader():
    return ReaderFactory(user=UserFactory(role="reader"))


@pytest.fixture
def signed_in(reader):
    client = Client()
    client.force_login(reader.user)
    return client


def page_of(client, language="zh-hans") -> str:
    client.cookies["django_language"] = language
    return client.get(reverse("feedback:home")).content.decode()


def heading(page: str) -> str:
    return re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)[1].strip()


# --- what it opens with ---------------------------------------------------------------------------
def test_visitor_reads_the_newest_voice_of_which_something_came(client):
    voice_on_show(done="加了灯。", closed_at=days_ago(9))
    voice_on_show()
    # Its answer came first, and nothing is known of a close.
    voice_on_show(done="换了椅子。", answered_at=None, closed_at=None)

    page = page_of(client)

    assert heading(page) == "换好了，四十六个。"
    assert "三楼靠窗的插座总是松的。" in page
    # The others stand under it, and the first one not a second time.
    assert page.count("加了灯。") == page.count("换了椅子。") == 1
    assert page.count("换好了，四十六个。") == 1


def test_readers_own_voice_comes_first_in_their_own_words(reader, signed_in):
    voice_on_show()
    mine = VoiceFactory(reader=reader, text="灯坏了。", done="修好了。", closed_at=days_ago(30))

    page = page_of(signed_in)

    assert heading(page) == "修好了。"
    assert "灯坏了。" in page
    assert mine.own_url in page
    assert heading(page_of(Client())) == "换好了，四十六个。"


def test_what_is_not_on_show_opens_nobody_elses_page(client):
    VoiceFactory(text="只给图书馆看。", done="改了。", closed_at=days_ago(1))
    voice_on_show(text="搁置的", state=Voice.State.ASIDE, done="不该出现")

    page = page_of(client)

    assert heading(page) == "你说的，会有回响"
    for secret in ("只给图书馆看", "改了。", "不该出现"):
        assert secret not in page


@pytest.mark.parametrize(
    ("state", "fate"),
    [
        (State.SUBMITTED, "正在评阅。还没定。"),
        (State.ACCEPTED, "选上了，就要展出。"),
    ],
)
def test_without_an_outcome_the_page_opens_with_the_fate_of_ones_work(
    reader, signed_in, state, fate
):
    voice_on_show()
    SubmissionFactory(author=reader, title="霜降", text="抄书的人停了笔，", state=state)

    page = page_of(signed_in)

    assert heading(page) == fate
    assert "抄书的人停了笔，" in page
    assert "抄书的人停了笔，" not in page_of(Client())


def test_refusal_opens_no_page_and_is_told_in_its_place(reader, signed_in):
    voice_on_show()
    SubmissionFactory(author=reader, title="霜降", state=State.DECLINED)
    page = page_of(signed_in)
    assert heading(page) == "换好了，四十六个。"
    assert "这次没有选上。" in page


def test_open_voice_of_ones_own_is_not_decided_yet(reader, signed_in):
    VoiceFactory(reader=reader, text="能不能开到零点？")
    VoiceFactory(reader=reader, text="谢谢。", state=Voice.State.ANSWERED, answered_at=days_ago(1))

    page = page_of(signed_in)

    assert "还没定。" in page
    assert "已答复。没有改动的记录。" in page
    assert "能不能开到零点" not in page_of(Client())


def test_page_says_that_an_effect_nobody_measured_cannot_be_judged(client):
    voice_on_show()
    assert "无法判断" in page_of(client)
    assert "it cannot be said" in page_of(client, "en")


def did_of(page: str) -> str:
    """What stands under “you said, we did”, without its marks."""
    section = page[page.index('id="did"') :].partition("</section>")[0]
    return re.sub(r"<[^>]+>", " ", section)


def test_author_whose_work_opens_the_page_reads_of_no_change_that_is_not_there(reader, signed_in):
    SubmissionFactory(author=reader, title="霜降", text="抄书的人停了笔，")
    page = page_of(signed_in, "en")
    assert "Nothing to show yet" in did_of(page)
    assert "Whether it helped" not in page
    assert "Nothing was said in the last 90 days." in did_of(page)


def test_only_change_leads_to_no_empty_list(client):
    voice_on_show()
    page = page_of(client, "en")
    assert 'href="#did"' not in page
    assert "What else was done" not in page
    assert "The change at the top of this page is the only one to show so far." in did_of(page)
    voice_on_show(done="Lamps.", closed_at=days_ago(9))
    page = page_of(client, "en")
    assert 'href="#did"' in page
    assert "Lamps." in did_of(page)


# --- works of those who left ----------------------------------------------------------------------
def test_withdrawn_work_and_that_of_an_erased_author_are_gone(client):
    kept, taken_back, gone = (
        work_on_show(text=text) for text in ("雪没有来，", "灯先白了", "风夹进书里")
    )
    voice = voice_on_show(reader=gone.author)
    assert "灯先白了" in page_of(client)

    withdraw(work=taken_back, by=UserFactory(role="reader"))
    erase(reader=gone.author, reason="asked-desk", by=None)

    page = page_of(client)
    assert kept.text in page
    for text in (taken_back.text, gone.text, voice.public_text):
        assert text not in page


@pytest.mark.parametrize("state", sorted(set(State) - {State.PUBLISHED}))
def test_only_published_works_hang_on_the_wall(client, state):
    SubmissionFactory(state=state, text="还没有给人看。")
    assert "还没有给人看" not in page_of(client)


def test_short_poems_hang_as_posters_and_sheets_by_turns(client):
    texts = ["雪没有来，\n灯先白了", "风夹进书里", "长" * 13, "In English."]
    for days, text in enumerate(texts):
        work_on_show(text=text, published_at=days_ago(days + 1))
    looks = [shown.look for shown in front.works_on_show()]
    assert looks == ["poster", "upright", "level", "level"]
    wall = page_of(client).partition('class="wall"')[2].partition("</section>")[0]
    assert wall.count("<img") == 1


# --- the call to write ----------------------------------------------------------------------------
def test_ones_draft_stands_inside_the_call_it_was_written_for(reader, signed_in):
    soon = CallFactory(title="先截止的", closes_at=timezone.now() + timedelta(days=3))
    later = CallFactory(title="大雪征诗", closes_at=timezone.now() + timedelta(days=11))
    draft = SubmissionFactory(
        author=reader, call=later, text="雪没有来，\n灯先白了", state=State.DRAFT
    )

    response = signed_in.get(reverse("feedback:home"))

    assert response.context["invitation"].call == later
    assert "雪没有来，\n灯先白了" in response.content.decode()
    assert draft.own_url in response.content.decode()
    for_others = Client().get(reverse("feedback:home"))
    assert for_others.context["invitation"].call == soon
    assert "雪没有来" not in for_others.content.decode()


def test_draft_of_a_call_that_is_over_is_offered_nowhere(reader, signed_in):
    over = CallFactory(opens_at=days_ago(9), closes_at=days_ago(1))
    SubmissionFactory(author=reader, call=over, text="雪没有来，", state=State.DRAFT)
    page = page_of(signed_in)
    assert "雪没有来" not in page
    assert over.title not in page


def test_what_does_not_exist_is_not_drawn(client):
    page = page_of(client)
    assert "invitation" not in page
    assert 'class="wall"' not in page
    assert "正在发生" not in page
    assert 'id="home-text"' in page


# --- weight ---------------------------------------------------------------------------------------
def fill(rows: int, reader) -> None:
    """So many of each kind of thing that the page shows."""
    author = UserFactory(role="librarian")
    for _ in range(rows):
        call = CallFactory(created_by=author)
        voice_on_show()
        VoiceFactory(reader=reader)
        work_on_show(call=call, published_by=author, text="雪没有来，\n灯先白了\n" * 9)
        SubmissionFactory(call=call, author=reader)
        SubmissionFactory(call=call, author=reader, state=State.DRAFT)
        published()


@pytest.mark.parametrize("rows", [1, 30])
def test_queries_of_the_front_page_do_not_grow(signed_in, reader, rows, django_assert_num_queries):
    fill(rows, reader)
    page_of(signed_in)
    page_of(Client())
    assert Survey.objects.count() == rows
    # session, account, four of one's own, voices, calls, works, counts, surveys
    with django_assert_num_queries(11):
        page_of(signed_in)
    with django_assert_num_queries(5):
        page_of(Client())


def test_pictures_below_the_first_screen_wait_and_nothing_jumps_when_they_come(client):
    """What holds the page up, and what it weighs, tests/house/test_weight.py finds."""
    voice_on_show()
    for _ in range(3):
        work_on_show(text="雪没有来，\n灯先白了", call=CallFactory())
    page = page_of(client)
    pictures = re.findall(r"<img[^>]*>", page[page.index("<main") :])
    assert len(pictures) == 4
    assert [tag for tag in pictures[1:] if 'loading="lazy"' not in tag] == []
    assert all('width="600"' in tag and 'height="400"' in tag for tag in pictures)


def test_order_of_outcomes_is_the_same_whoever_asks():
    same = {"closed_at": days_ago(1), "received_at": days_ago(5), "answered_at": days_ago(4)}
    first, second = voice_on_show(**same), voice_on_show(**same)
    assert front.shown_voices() == [second, first]
