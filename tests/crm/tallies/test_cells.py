"""What cells of tables of counts mean: numbers, none, days, months, audiences."""

from datetime import date

import pytest

from crm.imports.fields import Refusal
from crm.tallies.audiences import labels_of
from crm.tallies.cells import count_of, is_everywhere, is_total, minute_of
from crm.tallies.options import CountOptions
from crm.tallies.questions import open_questions
from crm.tallies.spans import month_in_header, parted, span_of, year_in
from tests.crm.tallies.building import told

NUMBERS = {
    "0": 0,
    " 56,660 ": 56660,
    "56 660": 56660,
    "５６": 56,
    "12.0": 12,
    "1.5万": 15000,
    "": None,
    "X": None,
    "x": None,
    "<5": None,
    "未统计": None,
    "…": None,
    "n/a": None,
}
NO_NUMBERS = ["-3", "12.5", "Ten", "10/11", "About 1000", "1.234", "1,23", "=A1", "1e5"]


def test_a_blank_and_an_x_are_unknown_and_never_zero():
    assert {text: count_of("visits", text) for text in NUMBERS} == NUMBERS
    for text in NO_NUMBERS:
        with pytest.raises(Refusal) as refused:
            count_of("visits", text)
        assert refused.value.reason == "bad-count", text


def test_nil_is_zero_or_unknown_as_somebody_has_said():
    for cell in ("nil", "Nil", " NONE ", "无"):
        with pytest.raises(Refusal):
            count_of("visits", cell)
        assert count_of("visits", cell, "zero") == 0
        assert count_of("visits", cell, "unknown") is None
    table = "date,visits\n2026-03-02,nil\n2026-03-03,5\n"
    (asked,) = open_questions(told(table).looked, {}, CountOptions())
    assert "nil" in asked
    assert not list(open_questions(told(table).looked, {}, CountOptions(nothing="zero")))
    assert told(table, nothing="zero").number(day="2026-03-02") == 0
    assert told(table, nothing="unknown").number(day="2026-03-02") is None


def days(text, style="", year=None):
    span = span_of(text, style, year)
    return f"{span.first:%m%d}-{span.last:%m%d} {span.first:%Y}"


def test_days_months_quarters_and_years_as_files_write_them():
    december = "1201-1231 2019"
    for text in (
        *("2019-12", "2019/12", "201912", "12/2019", "2019年12月", "2019年12月份", "Dec-19"),
        *("December 2019", "2019 Dec", "Dec 2019", "dec.2019"),
    ):
        assert days(text) == december, text
    assert days("2019-12-28") == "1228-1228 2019"
    assert days("28/12/2019") == "1228-1228 2019"
    assert days("03/04/2019", "mdy") == "0304-0304 2019"
    assert days("8月", year=2021) == days("8", year=2021) == days("Aug", year=2021)
    assert days("2019 Q2") == "0401-0630 2019" == days("2019年第二季度")
    assert days("2019") == "0101-1231 2019"
    wrong = {"13/2019": "bad-month", "8": "missing-year", "2019-31-01": "bad-date"}
    wrong |= {"": "missing-date", "Total": "total-place", "1931-05-01": "bad-date", "July": ""}
    wrong["July"] = "missing-year"
    found = {}
    for text in wrong:
        with pytest.raises(Refusal) as refused:
            span_of(text)
        found[text] = refused.value.reason
    assert found == wrong


def test_times_stand_beside_a_date_or_alone():
    assert parted("2019-01-02 09:05:00") == ("2019-01-02", 545)
    assert parted("2019年1月2日 下午3:20") == ("2019年1月2日", 920)
    assert parted("2019-01-02") == ("2019-01-02", None)
    assert parted("1/2/2019 12:05 AM") == ("1/2/2019", 5)
    assert parted("2019年1月2日下午3点") == ("2019年1月2日", 900)
    assert parted("1/2/2019 3 PM") == ("1/2/2019", 900)
    hours = {
        "9": 540,
        "09:00-10:00": 540,
        "9时": 540,
        "9 PM": 1260,
        "12 pm": 720,
        "下午13时": 780,
        "下午 3:05": 905,
        "0:05": 5,
        "12:05 AM": 5,
        "15時": 900,
        "오후 3시": 900,
        "15h": 900,
        "0900": 540,
        "9:00 AM - 10:00 AM": 540,
        "9时至10时": 540,
        "12 am": 0,
        "": None,
    }
    assert {text: minute_of("hour", text) for text in hours} == hours
    # The last is the end of a day, and of an hour that nobody named.
    for text in ("25:00", "9:60", "晚上12时", "24:00"):
        with pytest.raises(Refusal):
            minute_of("hour", text)


def test_heads_of_wide_tables_are_months_and_names_are_none():
    months = ["2019-01", "Jan-19", "January", "1月", "2019年1月", "2019-01-05"]
    assert all(map(month_in_header, months))
    others = ["May Street Library", "Total", "2019", "12", "分馆", "Library", "March Hall"]
    assert not any(map(month_in_header, others))
    assert year_in("Normalized_2021Programs.csv") == 2021
    assert year_in("2019-2020 visits.csv") is None


def test_rows_of_sums_are_known_whatever_stands_around_the_word():
    totals = ["All Branches (Total) ", "TOTAL", "Grand total:", "合　计", "总计", "全校合计"]
    assert all(map(is_total, totals))
    assert not any(map(is_total, ["Totteridge", "Sumner", "All Locations", "All Ages", "总馆"]))
    assert is_everywhere("All Locations")


SUMS = [
    "全部",
    "所有闸机",
    "全校",
    "全体师生",
    "合计",
    "总数",
    "总人次",
    "日均",
    "平均",
    "同比",
    "环比",
]
SUMS += [
    "Total",
    "All",
    "Overall",
    "All gates",
    "All readers",
    "Average",
    "Daily average",
    "Everybody",
    "% change",
]


@pytest.mark.parametrize("word", SUMS)
@pytest.mark.parametrize("column", ["闸机", "校区", "读者类型"])
def test_a_row_of_a_sum_or_a_mean_is_refused_in_each_column_that_names(word, column):
    rows = f"日期,{column},人次\n2026-03-02,甲,100\n2026-03-02,乙,98\n2026-03-02,{word},198\n"
    found = told(rows)
    assert found.reasons == {4: "total-place"}
    assert found.total("visits") == 198


def test_names_that_only_sound_like_sums_are_names():
    names = [
        "全体学生",
        "All Saints",
        "Meanwood",
        "Everyman Library",
        "总馆",
        "平江路",
        "Share Street",
    ]
    assert not any(map(is_total, names))
    # An event for everybody is one event.
    events = "活动日期,活动对象,参加人数\n2026-03-02,全校,100\n2026-03-03,合计,100\n"
    found = told(events)
    assert (found.number(measure="events", audience="全校"), found.reasons) == (
        1,
        {3: "total-place"},
    )


def test_a_total_of_both_directions_is_a_sum_only_beside_who_comes():
    rows = "日期,方向,人次\n2026-03-02,in,100\n2026-03-02,out,98\n2026-03-02,Total,198\n"
    found = told(rows)
    assert (found.total("visits"), found.reasons) == (100, {4: "total-place"})
    alone = told("日期,方向,人次\n2026-03-02,Total,198\n")
    assert (alone.total("visits"), alone.reasons) == (99, {})


def test_labels_with_commas_inside_are_not_taken_apart():
    cells = [
        "All Ages",
        "Adults, 18 and older",
        "Teens (12-18, grades 7-12), Adults, 18 and older",
        "Teens (12-18, grades 7-12)",
        "Teens (12-18, grades 7-12), Family",
        "",
    ]
    adults, teens = "Adults, 18 and older", "Teens (12-18, grades 7-12)"
    assert labels_of(cells) == {
        "All Ages": ("All Ages",),
        adults: (adults,),
        cells[2]: (teens, adults),
        teens: (teens,),
        cells[4]: (teens, "Family"),
        "": (),
    }


def test_a_month_ends_on_its_last_day():
    assert span_of("2024-02").last == date(2024, 2, 29)
