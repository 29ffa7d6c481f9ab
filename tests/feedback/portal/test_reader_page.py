"""The page of one reader as a relationship: what was given and got, and what became of it."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from crm.privacy.actions import decide_correction
from crm.readers.models import Look
from crm.readers.parts import relationship_of
from crm.readers.words import in_month
from tests import factories
from tests.feedback.building import answer, published
from tests.feedback.person import POEM, days_ago, member, tingyu
from tests.looking import said_why

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def opened(desk, librarian):
    """Opens the page of a reader for a reason, with what stands behind the address."""

    def open_page(reader, query=None, **headers):
        said_why(reader, by=librarian)
        return desk.get(reader.get_absolute_url(), query, headers=headers)

    return open_page


def words_of(answer) -> str:
    """What a person reads on a page: without marks, in one line."""
    without_marks = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(unescape(without_marks).split())


def told_of(reader, viewer):
    with translation.override("en"):
        return relationship_of(reader, viewer)


# --- what is told ---------------------------------------------------------------------------------
def test_what_was_given_and_got_stands_in_lines_with_what_came_of_it(librarian):
    told = told_of(tingyu(), librarian)
    assert [(line.said, line.beside) for line in told.gave[:2]] == [
        ("3 works", "2 of them chosen"),
        ("4 messages", "1 of them led to a change"),
    ]
    assert [line.said for line in told.gave[2:]] == ["1 survey answer"]
    assert [line.said for line in told.got] == [
        "1 work published",
        "thanks once",
        "3 answers",
        "2 mails",
    ]
    assert told.got[3].beside == "link followed in 1 of them"
    assert told.last.text == "Complaint “三楼自习区晚上九点以后，总有人在楼梯口打电话”"


def test_what_is_due_first_is_the_next_step(librarian):
    reader = tingyu(email_trouble="no-such-mailbox", email_trouble_at=days_ago(3))
    steps = told_of(reader, librarian).steps
    assert [step.label for step in steps] == [
        "Answer",
        "Write the address down",
        "Publish and thank",
    ]
    assert steps[0].is_late is False
    assert steps[0].beside.endswith(" left for the answer")


def test_voice_past_its_time_comes_before_one_that_has_time(librarian):
    reader = factories.ReaderFactory()
    factories.VoiceFactory(reader=reader, kind="question", text="new", received_at=days_ago(0.5))
    factories.VoiceFactory(reader=reader, kind="complaint", text="old", received_at=days_ago(9))
    first, second = told_of(reader, librarian).steps
    assert (first.said, first.is_late) == ("“old” waits for an answer.", True)
    assert first.beside == "7 days past its time"
    assert (second.said, second.is_late) == ("“new” waits for an answer.", False)


def test_nobody_gave_anything_and_nothing_waits(librarian):
    told = told_of(factories.ReaderFactory(), librarian)
    assert (told.gave, told.got, told.last, told.next_step) == ([], [], None, None)


# --- the page -------------------------------------------------------------------------------------
def test_a3_page_of_a_reader_shows_poems_and_words_before_lists(opened):
    page = words_of(opened(tingyu()))
    poem = " ".join(POEM.split())
    places = [
        page.index(said)
        for said in (
            "陆听雨 has given the library 3 works, 4 messages, 1 survey answer.",
            poem,
            "一楼到二楼的走廊，晚上灯太暗。",
            "4 月 2 日换灯 12 盏",
            "To the library",
            "Why in these segments",
            "The last twelve months",
            "Who this is",
            "Who looked at this page",
        )
    ]
    assert places == sorted(places)


def test_work_that_is_being_judged_stands_nowhere(opened):
    """It would tell its reviewers who wrote it."""
    page = words_of(opened(tingyu()))
    assert "大雪" not in page
    assert "正在评阅的字句" not in page


def test_words_of_a_work_that_was_not_chosen_stay_with_its_author(opened):
    page = words_of(opened(tingyu()))
    assert "芒种 Not chosen" in page
    assert "一行字种下去" not in page


def test_that_a_survey_was_answered_is_told_and_never_what(opened):
    page = words_of(opened(tingyu()))
    assert "Answered the survey “Readers' survey”" in page
    assert "写给下一届坐这个位子的人" not in page


def test_anonymous_survey_is_never_named(opened, librarian):
    reader = factories.ReaderFactory()
    survey = published()
    answer(survey, {"1": 1}, reader_id=reader.pk)
    type(survey).objects.filter(pk=survey.pk).update(anonymous=True)
    assert "Readers' survey" not in words_of(opened(reader))
    assert told_of(reader, librarian).gave == []


def test_voice_that_was_put_aside_is_no_word_of_the_reader(opened):
    reader = factories.ReaderFactory()
    factories.VoiceFactory(reader=reader, text="buy pills", state="aside")
    assert "buy pills" not in words_of(opened(reader))


def test_voice_that_names_another_campus_is_not_shown_to_this_one(client):
    here, elsewhere = factories.CampusFactory(), factories.CampusFactory()
    reader = factories.ReaderFactory(campus=here)
    factories.VoiceFactory(reader=reader, campus=elsewhere, text="said over there")
    factories.VoiceFactory(reader=reader, campus=here, text="said over here")
    keeper = factories.UserFactory(role="librarian", campus=here)
    client.force_login(keeper)
    said_why(reader, by=keeper)
    page = words_of(client.get(reader.get_absolute_url()))
    assert "said over here" in page
    assert "said over there" not in page


def test_nothing_is_shown_before_it_is_written_down_who_looks(desk):
    reader = tingyu()
    page = words_of(desk.get(reader.get_absolute_url()))
    assert "走廊" not in page
    assert not Look.objects.exists()


def test_quiet_reader_has_a_page_without_empty_sections(opened):
    page = words_of(opened(factories.ReaderFactory(name="", number="Q1", consents=[])))
    assert "Nothing is recorded so far that reader Q1 has said, written or sent in." in page
    assert "No word, no work and no correction of this reader waits." in page
    assert "Of older times" not in page
    assert "What they wrote, and what became of it" not in page
    assert "What they said, and what became of it" not in page


def test_reader_who_only_visits_is_not_said_to_be_unknown(opened):
    reader = factories.ReaderFactory(name="沈默")
    for days in (1, 2, 3):
        factories.ActivityFactory(reader=reader, kind="visit", at=days_ago(days))
    page = opened(reader)
    told = words_of(page)
    assert "Nothing is recorded so far that 沈默 has said, written or sent in." in told
    # The visits may lie in two months.
    newest = page.context["timeline"].months[0].told
    assert f"The newest that is recorded is of {in_english(days_ago(1))}: {newest}." in told
    for wrong in ("Nothing is recorded.", "Of older times", "No letter, word or work"):
        assert wrong not in told


def in_english(moment) -> str:
    """The month of a moment in words."""
    with translation.override("en"):
        return in_month(timezone.localdate(moment).replace(day=1))


def test_staff_of_one_campus_are_not_told_that_nothing_was_said_to_another(client):
    here, elsewhere = factories.CampusFactory(), factories.CampusFactory()
    reader = factories.ReaderFactory(campus=here, name="沈默")
    factories.VoiceFactory(reader=reader, campus=elsewhere, text="said over there")
    keeper = factories.UserFactory(role="librarian", campus=here)
    client.force_login(keeper)
    client.cookies["django_language"] = "en"
    said_why(reader, by=keeper)
    page = words_of(client.get(reader.get_absolute_url()))
    assert "At your campus nothing is recorded so far that 沈默 has said" in page
    assert "No work and no correction of this reader waits, and no word to your campus." in page
    assert "Nothing of this kind is recorded at your campus" in page
    assert "Nothing is recorded at your campus." in page
    assert "said over there" not in page


def test_correction_that_waits_is_a_next_step_and_in_the_timeline(opened, librarian):
    reader = factories.ReaderFactory()
    factories.VoiceFactory(reader=reader, text="The lamp hums.", received_at=days_ago(0.5))
    asked = reader.corrections.create(field="phone", wanted="13900000000")
    decided = reader.corrections.create(field="name", wanted="周")
    decide_correction(correction=decided, granted=False, answer="", by=librarian)

    told = told_of(reader, librarian)
    assert [step.label for step in told.steps] == ["Answer", "Decide"]
    assert told.steps[1].said == "A correction waits: Telephone."
    assert told.steps[1].url == reverse("crm:correction-detail", args=[asked.pk])
    assert told.last.text == "Asked for a correction: Name"
    page = words_of(opened(reader))
    assert "Waits as well A correction waits: Telephone." in page
    assert "Correction asked for 2" in page
    # Who sees the page reads what is wrong, and not what somebody wants there.
    assert "13900000000" not in page


def test_correction_is_told_to_nobody_who_may_not_decide(librarian):
    reader = factories.ReaderFactory()
    reader.corrections.create(field="phone", wanted="13900000000")
    other = factories.UserFactory(role="reader")
    assert told_of(reader, other).steps == []
    assert told_of(reader, other).last is None
    assert told_of(reader, librarian).next_step is not None


# --- the timeline ---------------------------------------------------------------------------------
@pytest.mark.parametrize("query", [{"show": "seat"}, {"before": "2019-01"}])
def test_filter_or_month_without_entries_has_a_way_back(opened, query):
    reader = tingyu()
    page = opened(reader, query).content.decode()
    timeline = page[page.index('id="happened"') : page.index("Who this is")]
    assert 'class="kinds"' in timeline
    assert 'href="?#happened"' in timeline
    assert 'aria-current="true"' in timeline
    assert "Nothing" in timeline
    assert 'class="month"' not in timeline


def test_filter_stands_in_the_address_and_works_without_script(opened):
    reader = tingyu()
    page = opened(reader, {"show": "letter"}).content.decode()
    assert "收到" not in page
    assert "Mail “夜读会邀请”, a link in it followed" in unescape(page)
    timeline = page[page.index('id="happened"') : page.index("Who this is")]
    assert "Work “白露” sent in" not in timeline


def test_older_months_come_alone_where_htmx_asks(opened):
    reader = tingyu()
    first = opened(reader)
    before = first.context["timeline"].before_code
    more = opened(reader, {"before": before}, **{"HX-Request": "true"})
    assert "Who this is" not in more.content.decode()
    assert 'id="happened"' not in more.content.decode()
    shown = [month.first for month in more.context["timeline"].months]
    assert shown
    assert max(shown) < min(month.first for month in first.context["timeline"].months)
    whole = opened(reader, {"show": "visit"}, **{"HX-Request": "true"}).content.decode()
    assert whole.lstrip().startswith("<section")
    assert 'id="happened"' in whole


def test_part_of_a_page_left_open_for_long_asks_for_the_whole_page(desk):
    """The reason has to be said anew: its form is no part of the timeline."""
    reader = factories.ReaderFactory()
    more = desk.get(reader.get_absolute_url(), {"show": "loan"}, headers={"HX-Request": "true"})
    assert more.headers["HX-Refresh"] == "true"
    assert not more.content


def queries_of(open_page) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert open_page().status_code == 200
    return len(queries)


@pytest.mark.parametrize("query", [{}, {"show": "loan"}, {"before": "2030-01"}])
def test_page_needs_the_same_queries_however_much_happened(opened, query):
    """With one of everything, and with three hundred activities."""
    reader = factories.ReaderFactory(campus=factories.CampusFactory())
    everything(reader)
    opened(reader, query)
    few = queries_of(lambda: opened(reader, query))

    factories.ActivityFactory.create_batch(
        299, reader=reader, at=days_ago(2), campus=factories.CampusFactory()
    )
    for _n in range(3):
        everything(reader)
    assert queries_of(lambda: opened(reader, query)) == few


def everything(reader):
    """One of each of what the page tells."""
    reader.corrections.create(field="phone", wanted="13900000000")
    factories.ActivityFactory(reader=reader, at=days_ago(1), campus=factories.CampusFactory())
    for state in ("accepted", "declined"):
        factories.SubmissionFactory(author=reader, state=state)
    factories.VoiceFactory(reader=reader, assigned_to=factories.UserFactory(role="librarian"))
    factories.DeliveryFactory(reader=reader, state="sent", sent_at=days_ago(1))
    factories.LetterFactory(reader=reader, state="sent", sent_at=days_ago(1))
    survey = published()
    answer(survey, {"1": 1}, reader_id=reader.pk)
    loans = {"test": "activity", "kind": "loan", "cmp": "ge", "n": 1}
    name = f"Segment of {factories.SegmentFactory.build().name}"
    member(reader, name, {"op": "and", "of": [loans, {"test": "kind", "in": ["teacher"]}]}, 1)
