"""What happened, by month: single rows, folded ones and what rooms tell, counted together."""

from datetime import date, datetime

import pytest
from django.utils import timezone, translation

from crm.readers.models import Activity, FoldedMonth
from crm.readers.parts import gaps_together
from crm.readers.timeline import (
    MONTHS_SHOWN,
    counted_by_month,
    following_month,
    month_asked,
    timeline_of,
)
from crm.readers.year import year_of
from tests import factories

pytestmark = pytest.mark.django_db

KIND = Activity.Kind


def at(*parts) -> datetime:
    return timezone.make_aware(datetime(*parts))


@pytest.fixture
def viewer():
    return factories.UserFactory(role="librarian")


@pytest.fixture
def reader():
    return factories.ReaderFactory()


def does(reader, kind, *moments):
    for moment in moments:
        factories.ActivityFactory(reader=reader, kind=kind, at=moment)


def folded(reader, kind, n):
    """So many in February 2026, without their days."""
    FoldedMonth.objects.create(
        reader=reader,
        kind=kind,
        month=date(2026, 2, 1),
        n=n,
        first=at(2026, 2, 2),
        last=at(2026, 2, 9),
    )


def told(reader, viewer, **asked):
    with translation.override("en"):
        return timeline_of(reader, viewer, counted_by_month(reader, viewer), **asked)


def test_months_count_single_rows_and_folded_ones_together(reader, viewer):
    does(reader, KIND.VISIT, at(2026, 3, 2, 9), at(2026, 3, 31, 23, 30), at(2026, 2, 1, 9))
    does(reader, KIND.LOAN, at(2026, 3, 3, 9))
    folded(reader, KIND.VISIT, 4)
    march, february = told(reader, viewer).months
    assert (march.first, march.told) == (date(2026, 3, 1), "Visit 2, Loan 1")
    assert (february.told, february.entries) == ("Visit 5", [])
    assert told(reader, viewer).ends_without_days


def test_month_of_one_kind_says_how_much_of_it_is_known_by_the_month_alone(reader, viewer):
    does(reader, KIND.VISIT, at(2026, 3, 2, 9), at(2026, 2, 1, 9))
    folded(reader, KIND.VISIT, 4)
    folded(reader, KIND.VOICE, 1)
    factories.VoiceFactory(reader=reader, received_at=at(2026, 2, 2, 9))
    visits = told(reader, viewer, kind="visit")
    assert [month.told for month in visits.months] == [
        "Visit 1",
        "Visit 5; of 4 of them the month is known, and no longer when and where",
    ]
    # A room tells of it with its day, whatever became of the activity.
    assert [month.told for month in told(reader, viewer, kind="voice").months] == [
        "Said something 1"
    ]
    assert not visits.ends_without_days


def test_where_all_have_their_day_nothing_is_said_of_older_times(reader, viewer):
    does(reader, KIND.VISIT, at(2026, 3, 2, 9))
    assert not told(reader, viewer).ends_without_days
    folded(reader, KIND.VOICE, 1)
    assert not told(reader, viewer).ends_without_days


def test_what_is_older_is_said_at_the_end_and_not_before(reader, viewer):
    for month in range(3, 10):
        does(reader, KIND.LOAN, at(2026, month, 5))
    folded(reader, KIND.VISIT, 4)
    newest = told(reader, viewer)
    assert newest.before is not None
    assert not newest.ends_without_days
    assert told(reader, viewer, before=newest.before).ends_without_days


def test_visits_are_told_one_by_one_only_where_they_are_asked_for(reader, viewer):
    """In 0.1 forty equal rows stood on the page."""
    campus = factories.CampusFactory(name_en="East")
    factories.ActivityFactory(reader=reader, kind="visit", at=at(2026, 3, 2, 9), campus=campus)
    does(reader, KIND.EVENT, at(2026, 3, 5, 18))
    does(reader, KIND.LOAN, at(2026, 1, 5, 18))

    march, _january = told(reader, viewer).months
    assert [entry.text for entry in march.entries] == ["Event attended"]

    visits = told(reader, viewer, kind="visit")
    assert [month.told for month in visits.months] == ["Visit 1"]
    assert [entry.text for entry in visits.months[0].entries] == ["Visit, East"]
    assert [kind.said for kind in visits.kinds if kind.is_chosen] == ["Visit 1"]


def test_unknown_kind_in_the_address_shows_everything(reader, viewer):
    does(reader, KIND.LOAN, at(2026, 1, 5, 18))
    assert told(reader, viewer, kind="'; DROP").chosen == ""
    assert len(told(reader, viewer, kind="'; DROP").months) == 1


def test_older_months_begin_where_the_shown_ones_end(reader, viewer):
    for month in range(1, 10):
        does(reader, KIND.LOAN, at(2026, month, 5))
    newest = told(reader, viewer)
    assert [month.first.month for month in newest.months] == [9, 8, 7, 6, 5, 4]
    assert len(newest.months) == MONTHS_SHOWN
    assert newest.before_code == "2026-04"

    older = told(reader, viewer, before=month_asked(newest.before_code))
    assert [month.first.month for month in older.months] == [3, 2, 1]
    assert (older.before, older.is_first) == (None, False)


def test_word_without_an_activity_counts_and_one_with_it_counts_once(reader, viewer):
    """Who switched analytics off has no activities, and has spoken all the same."""
    factories.VoiceFactory(reader=reader, received_at=at(2026, 3, 2, 9), text="The lamp hums.")
    (march,) = told(reader, viewer).months
    assert march.told == "Said something 1"
    assert march.entries[0].text == "Suggestion “The lamp hums”"
    does(reader, KIND.VOICE, at(2026, 3, 2, 9))
    assert told(reader, viewer).months[0].told == "Said something 1"


def test_mails_and_letters_are_one_kind(reader, viewer):
    factories.DeliveryFactory(reader=reader, state="sent", sent_at=at(2026, 3, 2))
    factories.LetterFactory(reader=reader, state="sent", sent_at=at(2026, 3, 3))
    factories.LetterFactory(reader=reader, state="failed")
    factories.LetterFactory(reader=reader, state="sent", sent_at=at(2026, 3, 3), purpose="account")
    (march,) = told(reader, viewer).months
    assert march.told == "Letter received 2"
    assert [entry.is_ours for entry in march.entries] == [True, True]


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "x" * 999, "2026-05-01", "\0"])
def test_month_that_an_address_does_not_name(text):
    assert month_asked(text) is None


def test_following_month_of_december_is_in_the_next_year():
    assert following_month(date(2026, 12, 1)) == date(2027, 1, 1)
    assert following_month(date(2026, 11, 1)) == date(2026, 12, 1)


# --- the last twelve months -----------------------------------------------------------------------
def test_month_that_was_not_recorded_is_no_zero(reader, viewer):
    does(reader, KIND.VISIT, at(2026, 3, 2), at(2026, 3, 3))
    months = [date(2026, month, 1) for month in (1, 2, 3)]
    counted = counted_by_month(reader, viewer)
    gaps = {"visit": {date(2026, 1, 1), date(2026, 3, 1)}}
    (visits,) = year_of(counted, months, gaps, str)
    # What is recorded of a month stays, even where the month is said to be unknown.
    assert [value for _month, value in visits.points] == [None, 0, 2]
    assert visits.told == "2"


def test_year_says_when_something_happened_last_by_its_day_or_by_its_month(reader, viewer):
    does(reader, KIND.VISIT, at(2026, 1, 2), at(2026, 1, 3, 23, 30))
    does(reader, KIND.LOAN, at(2026, 3, 2), at(2026, 3, 1))
    does(reader, KIND.VOICE, at(2026, 3, 9))
    folded(reader, KIND.VISIT, 4)
    factories.VoiceFactory(reader=reader, received_at=at(2026, 3, 5, 9))
    months = [date(2026, month, 1) for month in (1, 2, 3)]
    with translation.override("en"):
        rows = year_of(counted_by_month(reader, viewer), months, {}, str)
    assert {row.label: row.last for row in rows} == {
        "Visit": "February 2026",
        "Loan": "2 March",
        # By the room, which says what this viewer may see.
        "Said something": "5 March",
    }


def test_a_kind_without_rows_is_narrowed_and_not_unknown(reader, viewer):
    does(reader, KIND.LOAN, at(2026, 1, 5, 18))
    none = told(reader, viewer, kind="visit")
    assert (none.months, none.is_narrowed) == ([], True)
    # The filter that holds stands among the others, without a number.
    assert [kind.said for kind in none.kinds] == ["Everything", "Loan 1", "Visit"]
    assert [kind.said for kind in none.kinds if kind.is_chosen] == ["Visit"]
    early = date(2025, 1, 1)
    assert told(reader, viewer, before=early).is_narrowed
    assert not told(reader, viewer).is_narrowed
    loans = told(reader, viewer, kind="loan", before=early)
    with translation.override("en"):
        assert none.nothing_found == "Nothing of this kind is recorded so far."
        assert loans.nothing_found == "Nothing of this kind in these months."
        said = told(reader, viewer, before=early).nothing_found
        assert said == "Nothing is recorded of these months."


def test_months_that_two_rooms_call_unknown_are_added_up():
    january, march = date(2026, 1, 1), date(2026, 3, 1)
    said = [{"visit": {january}}, {"visit": {march}, "loan": {march}}, {}]
    assert gaps_together(said) == {"visit": {january, march}, "loan": {march}}
    # What a room said stays its own.
    assert said[0] == {"visit": {january}}
