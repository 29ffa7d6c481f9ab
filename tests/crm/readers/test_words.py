"""What stands on a reader's page as a list of facts."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from crm.readers.models import ConsentEvent, Reader
from crm.readers.parts import Exchange, Interaction
from crm.readers.profile import ConsentChange, LookRow
from crm.readers.words import (
    contact_in_words,
    facts_in_words,
    gave_in_words,
    in_month,
    kind_in_month,
    kind_in_words,
    kinds_in_words,
    nothing_exchanged,
    nothing_happened,
    nothing_waits,
    year_in_words,
)
from crm.staff.models import Campus, College

WHEN = datetime(2026, 11, 2, 6, 5, tzinfo=UTC)


def gave_nothing(**to) -> str:
    return gave_in_words(Reader(name="陆听雨"), [], **to)


def gave_something(**to) -> str:
    return gave_in_words(Reader(name="陆听雨"), [Exchange("3 works")], **to)


def test_facts_leave_out_what_is_not_known_and_the_usual_state():
    reader = Reader(kind="undergraduate", stage="", number="A1")
    with translation.override("en"):
        assert facts_in_words(reader) == ["Undergraduate", "A1"]
        reader.college, reader.campus = College(name_en="Law"), Campus(name_en="East")
        reader.state = Reader.State.LEFT
        assert facts_in_words(reader) == ["Undergraduate", "Law", "East", "A1", "Left"]


def test_stage_stands_beside_the_kind_unless_it_says_the_same():
    with translation.override("en"):
        assert kind_in_words(Reader(kind="master", stage="final")) == "Master's student, Final year"
        assert kind_in_words(Reader(kind="alumnus", stage="alumnus")) == "Alumnus"
        assert kind_in_words(Reader(kind="teacher", stage="")) == "Teacher"


@pytest.mark.parametrize(
    ("language", "gave", "nothing"),
    [
        (
            "en",
            "陆听雨 has given the library 3 works, 1 message.",
            "Nothing is recorded so far that 陆听雨 has said, written or sent in.",
        ),
        (
            "zh-hans",
            "陆听雨给了图书馆 3 works、1 message。",
            "还没有陆听雨留言、投稿或答卷的记录。",
        ),
    ],
)
def test_what_was_given_is_one_sentence(language, gave, nothing):
    reader = Reader(name="陆听雨", number="A1")
    with translation.override(language):
        assert gave_in_words(reader, [Exchange("3 works"), Exchange("1 message", "x")]) == gave
        assert gave_in_words(reader, []) == nothing


def test_last_contact_says_who_wrote():
    with translation.override("en"):
        ours = Interaction(at=WHEN, text="Mail “News”", is_ours=True)
        said = contact_in_words(ours, None)
        assert said == "They last heard from us on 2 Nov 2026: Mail “News”."
        theirs = Interaction(at=WHEN, text="Question “Why?”")
        said = contact_in_words(theirs, None)
        assert said == "We last heard from them on 2 Nov 2026: Question “Why?”."


def test_where_neither_wrote_the_newest_month_is_told_and_without_one_nothing():
    newest = date(2026, 3, 1), Counter({"visit": 7, "loan": 2})
    with translation.override("en"):
        said = contact_in_words(None, newest)
        assert said == "The newest that is recorded is of March 2026: Visit 7, Loan 2."
        assert contact_in_words(None, None) == ""


@pytest.mark.parametrize(
    "sentence", [nothing_waits, nothing_exchanged, nothing_happened, gave_nothing, gave_something]
)
@pytest.mark.parametrize(("language", "campus"), [("en", "campus"), ("zh-hans", "校区")])
def test_to_staff_of_one_campus_nothing_is_said_of_the_others(sentence, language, campus):
    with translation.override(language):
        assert campus not in sentence()
        assert campus in sentence(of_campus=True)


def test_kind_of_a_month_says_how_much_of_it_has_no_day():
    with translation.override("en"):
        assert kind_in_month("visit", 5, 0) == "Visit 5"
        assert kind_in_month("visit", 5, 4) == (
            "Visit 5; of 4 of them the month is known, and no longer when and where"
        )
        assert kind_in_month("visit", 5, 7).startswith("Visit 5; of 5 of them")


def test_kinds_of_a_month_are_told_the_most_frequent_first():
    counts = Counter({"loan": 2, "visit": 1007, "letter": 2, "seat": 0, "future": 1})
    with translation.override("en"):
        assert kinds_in_words(counts) == "Visit 1,007, Letter received 2, Loan 2, future 1"


def test_year_is_said_by_its_first_and_last_month():
    with translation.override("en"):
        assert year_in_words([date(2025, 12, 1), date(2026, 11, 1)]) == (
            "December 2025 to November 2026"
        )
        assert in_month(date(2026, 3, 1)) == "March 2026"


def test_change_of_a_consent_says_when_what_and_where():
    event = ConsentEvent(at=WHEN, channel="email", purpose="events", granted=True)
    with translation.override("en"):
        change = ConsentChange(event, "at the desk")
        purpose = event.get_purpose_display()
        assert change.facts == ["2 Nov 2026, 14:05", "E-mail", purpose, "agreed", "at the desk"]
        # Words of 0.1 name no purpose.
        event.purpose, event.granted, event.wording = "", False, "by telephone"
        assert change.facts[2:] == ["withdrawn", "at the desk", "by telephone"]


def test_look_comes_again_where_it_has_two_times():
    once = LookRow("Lin", "the page", "", [WHEN])
    twice = LookRow("Lin", "the page", "", [WHEN, WHEN])
    assert (once.comes_again, twice.comes_again) == (False, True)
