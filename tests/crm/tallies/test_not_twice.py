"""Sums are no rows, days of a month are no months, kinds of readers no campuses, and what was
written twice or only grows is asked about.
"""

from datetime import date

import pytest
from django.utils import translation

from crm.imports.load import preview
from crm.sources.models import CoveredSpan
from crm.staff.models import Campus
from crm.tallies.forms import CountMapForm
from crm.tallies.heads import kind_of_column
from crm.tallies.loading import problems_of
from crm.tallies.models import Tally
from crm.tallies.words import remarks_of, remarks_on
from tests.crm.tallies.building import imported, told, uploaded


def by_day(found):
    return {
        f"{thing.first:%m%d}-{thing.last:%m%d}": (said.value, said.whole)
        for thing, said in found.collected.sums.items()
    }


# --- days beside their months ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("年,月,日,人次", ["2026,3,2,5", "2026,3,3,6"]),
        ("Year,Month,Day,Visits", ["2026,3,2,5", "2026,3,3,6"]),
        ("Day,Month,Year,Visits", ["2,March,2026,5", "3,March,2026,6"]),
        ("年份,月份,号,人次", ["2026年,3月,2日,5", "2026年,3月,3日,6"]),
        ("月份,日,人次", ["2026-03,2,5", "2026-03,03,6"]),
    ],
)
def test_day_in_a_column_of_its_own_is_the_date_with_its_month(header, rows):
    found = told("\n".join([header, *rows]))
    assert by_day(found) == {"0302-0302": (5, True), "0303-0303": (6, True)}


def test_day_that_its_month_has_not_is_refused_and_a_sum_of_days_as_well():
    found = told("年,月,日,人次\n2026,2,28,5\n2026,2,30,6\n2026,2,,7\n2026,2,1,1\n")
    assert found.reasons == {3: "bad-date", 4: "missing-date"}
    # Whole dates stay what they are, and a weekday is no day of the month.
    assert by_day(told("日期,日,人次\n2026-03-02,2,5\n")) == {"0302-0302": (5, True)}
    assert by_day(told("Month,Day,Visits\n2026-03,Monday,5\n")) == {"0301-0331": (5, True)}


@pytest.mark.django_db
def test_days_that_are_left_out_keep_the_file_from_coming_in_as_months():
    batch = uploaded("年,月,日,人次\n2026,3,2,5\n2026,3,3,6\n")
    assert batch.mapping == {"year": "年", "period": "月", "day": "日", "visits": "人次"}
    del batch.mapping["day"]
    with translation.override("en"):
        (said,) = problems_of(batch)
    assert said.startswith("The column “日” holds days of the month.")
    imported("年,月,日,人次\n2026,3,2,5\n2026,3,3,6\n")
    assert not CoveredSpan.objects.filter(last=date(2026, 3, 31)).exists()


# --- sums -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("column", ["楼层", "学院", "项目", "Floor"])
@pytest.mark.parametrize(
    "word",
    [
        "合计",
        "合 计",
        "小计",
        "总计",
        "三楼小计",
        "Total",
        "Subtotal:",
        "March total",
        "Summe",
        "平均",
    ],
)
def test_row_of_a_sum_is_refused_whatever_becomes_of_its_column(column, word):
    rows = f"日期,{column},人次\n2026-03-02,一,5\n2026-03-02,二,6\n2026-03-02,{word},11\n"
    found = told(rows)
    assert by_day(found) == {"0302-0302": (11, True)}
    assert found.reasons == {4: "total-place"}


def test_title_that_holds_a_word_for_sums_is_none():
    rows = [
        "日期,片名,人次",
        "2026-03-02,Total Recall,5",
        "2026-03-03,平均律钢琴曲集,6",
        "2026-03-04,小计时器工作坊,7",
        "2026-03-05,Summer Reading,8",
    ]
    assert told("\n".join(rows)).reasons == {}
    # Where every row says so the word tells what the numbers are.
    assert told("日期,指标,人次\n2026-03-02,合计,5\n2026-03-03,合计,6\n").reasons == {}


@pytest.mark.django_db
def test_column_of_sums_is_not_offered_as_one_that_was_left_out_by_mistake():
    text = "日期,楼层,人次,合计,日均人次,温度\n2026-03-02,一,5,5,5,20\n2026-03-03,一,7,7,7,22\n"
    seen = preview(uploaded(text))
    assert [one.column for one in seen.overlooked] == ["温度"]


# --- kinds of readers -----------------------------------------------------------------------------
def test_heads_that_are_kinds_of_readers_are_told_from_places():
    heads = ["本科生", "研究生人次", "Faculty", "Undergraduates", "东馆", "09:00", "其他"]
    kinds = list(map(kind_of_column, heads))
    assert kinds == ["audience", "audience", "audience", "audience", "place", "hour", "place"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header",
    [
        "日期,本科生,研究生,教师",
        "日期,本科生人次,研究生人次,教师人次",
        "Date,Undergraduate,Staff,Faculty",
    ],
)
def test_kinds_of_readers_over_columns_are_audiences(header):
    batch = imported(header + "\n2026-03-02,5,6,7\n2026-03-03,1,2,3\n")
    assert batch.refused == 0
    assert not Campus.objects.exists()
    found = dict(Tally.objects.filter(first=date(2026, 3, 2)).values_list("audience", "value"))
    names = [name.removesuffix("人次") for name in header.split(",")[1:]]
    assert found == dict(zip(names, [5, 6, 7], strict=True))
    assert Tally.objects.get(audience=names[0], value=5).labels == [names[0]]


def test_kinds_of_readers_beside_a_place_are_audiences_of_it():
    found = told("日期,分馆,本科生,教师\n2026-03-02,东馆,5,6\n")
    assert found.number("东馆", audience="本科生") == 5
    assert found.number("东馆", audience="教师") == 6


# --- counters that are called visits --------------------------------------------------------------
METER = "Date,Gate count\n" + "".join(
    f"2026-03-{day:02},{104_000 + 310 * day}\n" for day in range(1, 31)
)


@pytest.mark.django_db
def test_numbers_that_only_grow_from_on_high_are_asked_about_whatever_they_are_called():
    batch = uploaded(METER)
    assert batch.mapping == {"period": "Date"}
    header, *rows = [line.split(",") for line in METER.splitlines()]
    form = CountMapForm(batch=batch, header=header, sample=rows)
    with translation.override("en"):
        (why,) = [row.why for row in form.column_rows() if row.name == "Gate count"]
    assert why.asks
    assert "(visits)" in why.said
    # Whoever says that it is a reading gets what passed.
    batch.mapping["reading"] = "Gate count"
    batch.save()
    assert problems_of(batch) == []
    # Visits go up and down, also far from zero.
    swaying = "Date,Gate count\n" + "".join(
        f"2026-03-{day:02},{9_000 + 300 * (day % 3)}\n" for day in range(1, 31)
    )
    assert uploaded(swaying).mapping["visits"] == "Gate count"


def test_counters_side_by_side_and_days_over_columns_are_no_places():
    wide = "日期,东门,西门\n" + "".join(
        f"2026-03-{day:02},{50_000 + 90 * day},{7_000 + 40 * day}\n" for day in range(1, 11)
    )
    assert told(wide).collected.sums == {}
    assert told("月份,1日,2日\n2026-03,5,6\n").collected.sums == {}


# --- rows that stand there twice ------------------------------------------------------------------
TWICE = "日期,人次\n2026-03-02,5\n2026-03-02,5\n2026-03-03,7\n"


def values():
    return dict(Tally.objects.order_by("first").values_list("first__day", "value"))


@pytest.mark.django_db
def test_same_row_twice_is_asked_about():
    with translation.override("en"):
        (said,) = problems_of(uploaded(TWICE))
    assert "2026-03-02 · 5" in said
    once = uploaded(TWICE, twice="once")
    with translation.override("en"):
        assert "One row was written twice and is counted once." in remarks_on(preview(once))
    batch = imported(TWICE, twice="once")
    assert values() == {2: 5, 3: 7}
    with translation.override("en"):
        assert "One row was written twice and is counted once." in remarks_of(batch)


@pytest.mark.django_db
def test_same_row_twice_is_added_where_somebody_says_so_and_that_is_told():
    imported(TWICE, twice="added")
    assert values() == {2: 10, 3: 7}
    programmes = "月份,场次,参加人数\n2026-03,1,20\n2026-03,1,20\n"
    batch = uploaded(programmes)
    assert problems_of(batch) == []
    with translation.override("en"):
        told_of = remarks_on(preview(batch))
    assert "A row stands there twice, and both are counted: “2026-03 · 1 · 20”." in told_of
    # Nothing is asked of rows that count nobody.
    nobody = "日期,人次\n2026-03-02,0\n2026-03-02,0\n2026-03-03,X\n2026-03-03,X\n"
    assert problems_of(uploaded(nobody)) == []


# --- doors that are buildings ---------------------------------------------------------------------
def test_column_called_door_that_names_buildings_is_one_of_places():
    assert told("日期,门,人次\n2026-03-02,北馆,5\n2026-03-02,逸夫楼,6\n").mapping["place"] == "门"
    assert told("日期,门,人次\n2026-03-02,北门,5\n2026-03-02,南门,6\n").mapping["gate"] == "门"
