"""Files of other libraries as they publish them, with the sums that are known of them."""

from tests.crm.tallies.building import told
from tests.data import real_file as real


def test_timberland_programmes_add_up_and_an_x_is_unknown():
    found = told(real("timberland/Normalized_2021Programs.csv"))
    assert not found.reasons
    assert (found.total("events"), found.total("attendance")) == (2195, 28527)
    unknown = [one for thing, one in found.collected.sums.items() if thing[3] == "attendance"]
    assert sum(one.unknown for one in unknown) == 435
    # Of a month of which nothing is known there is no zero.
    assert found.number("Aberdeen", "2021-07-01", "attendance", "All Ages") is None
    assert found.number("Aberdeen", "2021-07-01", "events", "All Ages") == 19
    labels = {label for cell in found.looked.labels.values() for label in cell}
    assert labels == {
        "All Ages",
        "Adult (18 and older)",
        "Teen (ages 12-18)",
        "School Age (ages 7-11)",
        "Preschool (ages 3-6)",
        "Babies and Toddlers (ages 0-2)",
        "Family",
    }


def test_barnet_events_are_counted_by_their_rows_and_typo_years_are_refused():
    found = told(real("barnet/events_barnet.csv"))
    assert (found.total("events", 2019), found.total("attendance", 2019)) == (2237, 34564)
    assert list(found.reasons.values()) == ["far-away"] * 5
    assert found.total("events") == 4312 - 5


def test_barnet_loans_of_a_quarter_are_not_spread_over_its_months():
    found = told(real("barnet/loans_barnet.csv"))
    assert not found.reasons
    spans = {(thing[1].isoformat(), thing[2].isoformat()) for thing in found.collected.sums}
    assert spans == {("2019-04-01", "2019-06-30"), ("2019-07-01", "2019-09-30")}
    assert {thing[3] for thing in found.collected.sums} == {"loans"}


def test_newcastle_visits_stand_by_month_and_where_only_a_week_was_counted_by_week():
    found = told(real("barnet/physical_visits_newcastle.csv"))
    assert not found.reasons
    assert found.number("City", "2019-01-01") == 56660
    assert found.number("Outer West", "2019-02-11") == 767
    weeks = [thing for thing in found.collected.sums if (thing[2] - thing[1]).days == 6]
    assert len(weeks) == 4


def test_files_that_were_made_to_fail_fail_for_their_reason():
    reasons = []
    for name in ("events", "loans", "physical_visits"):
        reasons += told(real(f"barnet/validation_{name}_fail.csv")).reasons.values()
    assert reasons == ["missing-place", "missing-year", "missing-place"]
    loans = told(real("barnet/validation_loans_success.csv"))
    assert loans.number("Test library", "2019-12-01", "loans") == 23
    event = told(real("barnet/validation_events_success.csv"))
    assert event.number("Test library", "2019-12-28", "attendance") == 10
    assert event.number("Test library", "2019-12-28", "events") == 1
