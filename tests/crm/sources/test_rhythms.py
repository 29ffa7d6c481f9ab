"""When files of a new source come: what is asked beside its first file, and what it does."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from core.refusals import Refused
from crm.sources.actions import add_source, say_rhythm
from crm.sources.coverage import covered
from crm.sources.days import Recorded, Told
from crm.sources.models import DataSource
from crm.sources.recording import record_days, record_told
from crm.sources.rhythms import (
    Effect,
    effect_in_words,
    effect_of,
    likely_rhythm,
    question_about,
)

pytestmark = pytest.mark.django_db
MARCH = date(2026, 3, 1)
STALL = (date(2026, 3, 5), date(2026, 3, 6))


def gate_of_march() -> DataSource:
    gate = add_source(name="Gate", kinds=["visit"], by=None, rhythm="monthly")
    record_days(gate, [None], MARCH, date(2026, 12, 31))
    return gate


def test_the_effect_is_told_with_numbers_and_holds_once_the_file_is_in():
    gate_of_march()
    stall = add_source(name="Stall", kinds=["visit"], by=None)
    now = [Told(stall.pk, None, *STALL, tells=frozenset({"visit"}))]
    found = effect_of(now, ["visit"])
    last = timezone.localdate() - timedelta(days=1)
    days = (last - STALL[0]).days + 1
    assert found == Effect(STALL[0], days, if_regular=days - 2, if_at_will=0)

    record_told(stall, now, import_run=None)
    assert covered("visit", STALL[0], last).state == Recorded.FULL
    say_rhythm(source=stall, rhythm="monthly", by=None)
    assert covered("visit", STALL[0], last).missing_days == found.if_regular
    # An answer that was given stays, and nobody is asked again.
    say_rhythm(source=stall, rhythm="daily", by=None)
    stall.refresh_from_db()
    assert stall.rhythm == "monthly"
    assert question_about(stall, now, ["visit"]) is None
    with pytest.raises(Refused):
        say_rhythm(source=stall, rhythm="", by=None)


def test_a_file_that_harms_no_day_says_so_once():
    """In 0.1 it said twice that 0 days lack something."""
    with override("en"):
        said = effect_in_words(Effect(STALL[0], 60, if_regular=0, if_at_will=0))
        harm = effect_in_words(Effect(STALL[0], 60, if_regular=2, if_at_will=0))
    assert said[1:] == ["Whatever the answer, they stay so."]
    assert "2 of these days lack something" in harm[1]


def test_days_told_in_part_make_recorded_ones_a_part_and_that_is_said_too():
    gate_of_march()
    now = [Told(99, None, *STALL, whole=False, tells=frozenset({"visit"}))]
    assert effect_of(now, ["visit"]).if_at_will == 2
    # Where nothing is recorded nothing suffers, and of other things nothing is asked.
    assert effect_of(now, ["loan"]) is None


def test_a_month_or_a_second_file_is_taken_for_the_first_of_many_and_a_list_of_events_is_not():
    stall = add_source(name="Stall", kinds=["visit"], by=None)
    days = [Told(stall.pk, None, *STALL, tells=frozenset({"visit"}))]
    month = [Told(stall.pk, None, MARCH, date(2026, 3, 31), tells=frozenset({"visit"}))]
    events = [Told(stall.pk, None, MARCH, date(2026, 3, 31), tells=frozenset({"event"}))]
    likely = [likely_rhythm(stall, told) for told in (days, month, events)]
    assert likely == ["at-will", "monthly", "at-will"]
    record_days(stall, [None], date(2026, 2, 1), date(2026, 2, 2))
    assert likely_rhythm(stall, days) == "monthly"
