"""Mar 10: a day or a month of a year, decided by all cells, else asked."""

from crm.tallies.options import CountOptions
from crm.tallies.questions import open_questions
from crm.tallies.short_dates import Meaning, meaning_together
from tests.crm.tallies.building import told

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def march(first, last, shape="Mar {}"):
    return [shape.format(day) for day in range(first, last + 1)]


def visits(n):
    """Each fifth day has fewer, or the numbers would be those of a counter."""
    return 100 + n - 20 * (n % 5 == 3)


def table(cells, head="Date,Visits"):
    return "\n".join([head, *(f"{cell},{visits(n)}" for n, cell in enumerate(cells))])


def test_days_that_run_through_a_month_are_days_of_the_year_that_was_said():
    found = told(table(march(8, 31)), "gate 2026.csv")
    assert len(found.collected.sums) == 24
    assert all(thing.first == thing.last for thing in found.collected.sums)
    assert (found.number(day="2026-03-10"), found.reasons) == (102, {})
    # As Excel shows a day, as a log pads it, in another tongue, behind its weekday, in Chinese.
    for shape in (
        "{}-Mar",
        "Mar {:02}",
        "{}. März",
        "{} mars",
        "3月{}日",
        "Mar {}th",
    ):
        found = told(table(march(10, 31, shape)), "2026.csv")
        assert found.sum_of(day="2026-03-10").value == 100, shape
    wide = ",".join(["Branch", *march(8, 31)]) + "\nHendon" + ",7" * 24
    found = told(wide, "visits 2026.csv")
    assert found.number("Hendon", "2026-03-31") == 7
    assert not questions_on(found, year=2026)


def test_months_of_years_stay_months():
    shapes = ("{}-19", "{} 19", "{} '19", "19-{}")
    for shape in shapes:
        found = told(table([shape.format(month) for month in MONTHS]), "visits.csv")
        assert {thing.first.year for thing in found.collected.sums} == {2019}, shape
        assert found.number(day="2019-12-01") == 111
    years = [f"{month}-{year}" for year in range(17, 27) for month in MONTHS]
    assert meaning_together(years).told == "year"
    assert meaning_together(["Mar-19", "Jun-19", "Sep-19", "Dec-19"]).told == "year"
    assert meaning_together(["Dec-99", "Nov-99"]).told == "year"


def questions_on(found, mapping=None, **asked):
    return list(open_questions(found.looked, mapping or {"period": "Date"}, CountOptions(**asked)))


def test_what_the_column_does_not_tell_is_asked_and_what_contradicts_itself_is_said():
    # Three days, three Januaries, one month; and a list of months with one slip in it.
    for cells in (march(10, 12), ["Jan-18", "Jan-19", "Jan-20"], ["Dec-19"]):
        assert meaning_together(cells) == Meaning(unclear=cells[0])
    slip = [*(f"{month}-19" for month in MONTHS), "Jan-9"]
    assert meaning_together(slip).unclear == "Jan-19"
    open_one = told(table(march(10, 12)), "2026.csv")
    (asked,) = questions_on(open_one, year=2026)
    assert "Mar 10" in asked
    chosen = told(table(march(10, 12)), "2026.csv", digits="day")
    assert questions_on(chosen, year=2026) == []
    assert chosen.number(day="2026-03-11") == 101
    months = told(table(march(10, 12)), "2026.csv", digits="year")
    assert months.number(day="2011-03-01") == 101

    against = told(table(["Mar 8", "Dec '19"]), "2026.csv")
    (said,) = questions_on(against, year=2026)
    assert "Mar 8" in said
    assert "Dec '19" in said


def test_days_without_a_year_ask_for_it_and_a_new_year_is_no_day_of_the_old_one():
    days = told(table(march(8, 31)), "gate.csv")
    assert len(questions_on(days)) == 1
    assert set(days.reasons.values()) == {"missing-year"}
    assert questions_on(days, mapping={"period": "Date", "year": "Year"}) == []
    winter = [*(f"Dec {day}" for day in range(20, 32)), *(f"Jan {day}" for day in range(1, 9))]
    found = told(table(winter), "2025.csv")
    (said,) = questions_on(found, year=2025)
    assert "Dec 31" in said
    # Newest first is an order too; a file in no order says nothing of a new year.
    assert meaning_together(winter[::-1]).new_year == ("Jan 1", "Dec 31")
    assert meaning_together(["Jan 5", "Dec 3", "Feb 1", "Nov 9"]).new_year == ()
    # A leap day of a year that has none is refused, and nothing else.
    leap = told(table([*(f"Feb {day}" for day in range(20, 30))]), "2026.csv")
    assert leap.reasons == {11: "bad-date"}
