"""What stands on a reader's page as a list of facts."""

from datetime import UTC, datetime

from django.utils import translation

from crm.readers.models import ConsentEvent, Reader
from crm.readers.profile import ConsentChange, LookRow
from crm.readers.words import facts_in_words
from crm.staff.models import Campus, College

WHEN = datetime(2026, 11, 2, 6, 5, tzinfo=UTC)


def test_facts_leave_out_what_is_not_known_and_the_usual_state():
    reader = Reader(kind="undergraduate", number="A1")
    with translation.override("en"):
        assert facts_in_words(reader) == ["Undergraduate", "A1"]
        reader.college, reader.campus = College(name_en="Law"), Campus(name_en="East")
        reader.state = Reader.State.LEFT
        assert facts_in_words(reader) == ["Undergraduate", "Law", "East", "A1", "Left"]


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
