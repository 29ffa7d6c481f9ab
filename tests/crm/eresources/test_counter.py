"""COUNTER reports of both releases give the same figures, and whatever is none is refused."""

from datetime import datetime

import pytest
from django.utils import translation
from openpyxl import Workbook

from crm.eresources.counter import PLATFORM_REPORTS, TITLE_REPORTS
from crm.eresources.counter_json import READERS, read_51
from crm.eresources.reading import read_report
from crm.imports.opening import Unreadable
from tests.crm.eresources.reports import (
    BODY,
    COLUMNS,
    FIGURES,
    JSON_51,
    LATIN_MONTHS,
    NAMES,
    changed,
    of_release_5,
    table,
    written,
)


@pytest.fixture(autouse=True)
def in_english():
    """Refusals are compared in English."""
    with translation.override("en"):
        yield


def figures(path) -> dict:
    header, found = read_report(path)
    known = found.known(header)
    assert {platform for platform, _metric, _month in known} == {"Example Press"}
    return {(metric, f"{month:%Y-%m}"): n for (_platform, metric, month), n in known.items()}


@pytest.mark.parametrize(
    "content",
    [
        JSON_51,
        [JSON_51],
        of_release_5(),
        table(),
        table(sign=","),
        table(Release="5", Registry_Record=None),
        table(months=["Jan-26", "Feb-26", "Mar-26"]),
        table(months=["2026年1月", "2026年2月", "2026年3月"]),
        table(months=["2026-01-01", "2026-02-01", "2026-03-01"]),
    ],
    ids=["5.1", "in a list", "5", "TSV", "CSV", "TSV of 5", "short", "Chinese", "days"],
)
def test_each_writing_of_a_report_gives_the_same_figures(tmp_path, content):
    assert figures(written(tmp_path, content)) == FIGURES


def test_a_workbook_whose_months_became_dates_gives_the_same_figures(tmp_path):
    book = Workbook()
    for name, value in NAMES:
        book.active.append([name, 5.1 if name == "Release" else value])
    book.active.append([])
    book.active.append([*COLUMNS, *(datetime(2026, month, 1) for month in (1, 2, 3))])
    for row in BODY:
        counts = [int(cell.replace(",", "")) if cell else None for cell in row[3:]]
        book.active.append([*row[:3], *counts])
    book.save(tmp_path / "report.xlsx")
    assert figures(tmp_path / "report.xlsx") == FIGURES


def test_a_reader_of_release_5_would_have_read_zero_and_this_one_refuses(tmp_path):
    header, _found = read_report(written(tmp_path, JSON_51))
    assert header.release == "5.1"
    # The header says 5, the figures are written as 5.1 writes them, and the other way round.
    for report, release in ((JSON_51, "5"), (of_release_5(), "5.1")):
        filters = report["Report_Header"]["Report_Filters"]
        lying = changed(report, Release=release, Report_Filters=filters)
        with pytest.raises(Unreadable, match="Read as either, figures would be lost"):
            read_report(written(tmp_path, lying))
    empty = changed(JSON_51) | {"Report_Items": []}
    header, found = read_report(written(tmp_path, empty))
    with pytest.raises(Unreadable, match="Nothing is stored"):
        found.known(header)
    assert READERS["5.1"] is read_51


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (changed(JSON_51, Release="5.2"), "follows release 5.2 of COUNTER"),
        (changed(JSON_51, Release="4"), "follows release 4 of COUNTER"),
        (changed(JSON_51, Release=None), "does not say which release"),
        (table(Release="6"), "follows release 6 of COUNTER"),
        ("Journal Report 1 (R4),Number of Requests\nJournal,Platform\n", "follows release 4"),
        (changed(JSON_51, Report_ID="IR"), "Report “IR” is not taken"),
        (table(Report_ID="DR"), "has no column “Database”"),
        ({"Code": 2000, "Message": "Requestor Not Authorized"}, "Requestor Not Authorized"),
        (b'{"Report_Header": {"Rel', "cut off"),
        ({"Report_Header": {"Release": "5.1"}}, "which months"),
        ("a,b,c\n1,2,3\n", "no line names the columns"),
        (table(months=[], body=[row[:4] for row in BODY]), "no column for a month"),
        (table(body=[[*BODY[0][:3], "9", "1", "2", "3"]]), "Line 16 contradicts itself"),
        (table(body=[[*BODY[0][:3], "", "1", "X", "3"]]), "“X” is no count"),
    ],
)
def test_what_is_no_report_of_these_releases_is_refused_in_words(tmp_path, content, words):
    with pytest.raises(Unreadable, match=words):
        read_report(written(tmp_path, content))


@pytest.mark.parametrize("said", ["2026-01-01:2026-03-31", "2026", "2026-13", "²026-01"])
def test_a_figure_of_several_months_is_not_spread_over_them(tmp_path, said):
    performance = {"Performance": {"Total_Item_Requests": {said: 5}}}
    items = [{"Platform": "P", "Attribute_Performance": [performance]}]
    with pytest.raises(Unreadable, match="is no month"):
        read_report(written(tmp_path, JSON_51 | {"Report_Items": items}))
    report = of_release_5()
    report["Report_Items"][0]["Performance"][0]["Period"]["End_Date"] = "2026-03-31"
    with pytest.raises(Unreadable, match="is no month"):
        read_report(written(tmp_path, report))


@pytest.mark.parametrize("count", [True, -1, 1.5, "7", None])
def test_what_is_no_count_is_no_zero(tmp_path, count):
    performance = {"Performance": {"Total_Item_Requests": {"2026-01": count}}}
    items = [{"Platform": "P", "Attribute_Performance": [performance]}]
    with pytest.raises(Unreadable, match="is no count"):
        read_report(written(tmp_path, JSON_51 | {"Report_Items": items}))


def test_a_month_that_the_provider_has_not_ready_is_unknown_and_no_zero(tmp_path):
    not_ready = [{"Code": 3031, "Message": "Usage Not Ready for Requested Dates"}]
    header, found = read_report(written(tmp_path, changed(JSON_51, Exceptions=not_ready)))
    months = {month.month for _platform, metric, month in found.known(header) if "Search" in metric}
    assert (header.is_partial, months) == (True, {2})
    said = "3031: Usage Not Ready for Requested Dates (request was for 2026)"
    header, _found = read_report(written(tmp_path, table(Exceptions=said)))
    assert header.is_partial


def test_an_empty_cell_that_no_sum_explains_leaves_its_month_unknown(tmp_path):
    body = [*BODY[:2], ["Example Press", "Book", "Total_Item_Requests", "", "100", "", "15"]]
    found = figures(written(tmp_path, table(body=body)))
    assert ("Total_Item_Requests", "2026-02") not in found
    assert found["Total_Item_Requests", "2026-01"] == 977


def test_titles_are_summed_away_while_they_are_read(tmp_path):
    columns = ["Title", "Publisher", "Platform", "ISBN", "Data_Type", *COLUMNS[2:]]
    body = [
        [f"秘密的书 {place}", "出版社", *row[:1], "979-8-88888-888-8", *row[1:]]
        for place, row in enumerate(BODY)
    ]
    text = table(Report_ID="TR", columns=columns, body=body)
    header, found = read_report(written(tmp_path, text))
    assert {place[0] for place in found.totals} == {"Example Press"}
    assert "秘密" not in repr((header, found))
    titled = changed(JSON_51, Report_ID="TR_J1")
    titled["Report_Items"][0]["Title"] = "Secret Journal"
    header, found = read_report(written(tmp_path, titled))
    assert "Secret" not in repr((header, found))
    assert not set(PLATFORM_REPORTS) & set(TITLE_REPORTS)
    assert len(LATIN_MONTHS) == 3


def filters(**said):
    return JSON_51["Report_Header"]["Report_Filters"] | said


def months_known(content, tmp_path):
    """(whether the report is partial, the months of which it tells, those with a zero)."""
    header, found = read_report(written(tmp_path, content))
    known = found.known(header)
    zeros = {month.month for (_platform, _metric, month), n in known.items() if n == 0}
    told = {f"{month:%Y-%m}" for _platform, _metric, month in known}
    return header.is_partial, sorted(told), sorted(zeros)


ALL = ["2026-01", "2026-02", "2026-03"]
#: What a header says, and the months of which the report tells the whole.
WHOLE = [
    (changed(JSON_51, Report_Filters=filters(End_Date="2027-12-31")), ALL),
    (changed(JSON_51, Created="2026-03-10T00:00:00Z"), ALL[:2]),
    (changed(JSON_51, Created="2026-03-10"), ALL[:2]),
    (changed(JSON_51, Report_Filters=filters(Begin_Date="2026-01-15")), ALL[1:]),
    (changed(JSON_51, Report_Filters=filters(End_Date="2026-03-10")), ALL[:2]),
    (table(Reporting_Period="Begin_Date=2026-01-01; End_Date=2026-12-31"), ALL),
    (table(Reporting_Period="2026-01 to 2026-12"), ALL),
]


@pytest.mark.parametrize(("content", "months"), WHOLE)
def test_a_month_told_in_part_or_not_over_is_unknown(tmp_path, content, months):
    partial, told, zeros = months_known(content, tmp_path)
    assert (partial, told) == (False, months)
    assert zeros == [month for month in (1, 3) if f"2026-0{month}" in months]


def test_a_report_of_no_whole_month_and_a_figure_of_another_month_are_refused(tmp_path):
    early = changed(JSON_51, Created="2026-01-10T00:00:00Z")
    with pytest.raises(Unreadable, match="No month of this report was over"):
        months_known(early, tmp_path)
    other = changed(JSON_51, Report_Filters=filters(Begin_Date="2026-02-01"))
    with pytest.raises(Unreadable, match="A figure of 2026-01"):
        months_known(other, tmp_path)


PARTIAL = [
    changed(JSON_51, Exceptions=[{"Code": "3031"}]),
    changed(JSON_51, Exceptions=[{"Code": 3031.0}]),
    changed(JSON_51, Exception={"Code": 3040}),
    JSON_51 | {"Exceptions": [{"Code": 3031}]},
    changed(JSON_51, Exceptions=[{"Message": "not ready"}]),
    changed(JSON_51, Exceptions=["not ready"]),
    table(Exceptions="3060: a filter, 3031: Usage Not Ready"),
    table(Exceptions="{3031}{Usage Not Ready}"),
    table(Exceptions="Usage Not Ready, 2026"),
    changed(JSON_51, Report_Filters=filters(Data_Type=["Article"])),
    changed(JSON_51, Report_ID="TR_J3", Report_Filters=filters(Access_Type=["OA_Gold"])),
    table(Report_Filters="Access_Method=Regular; Data_Type=Article|Book"),
]


@pytest.mark.parametrize("content", PARTIAL)
def test_an_exception_or_a_filter_that_leaves_use_out_makes_no_zeros(tmp_path, content):
    header, found = read_report(written(tmp_path, content))
    assert header.is_partial
    blank = [place for place, n in found.known(header).items() if n == 0 and "Item" in place[1]]
    assert blank == []


@pytest.mark.parametrize(
    "content",
    [
        changed(JSON_51, Exceptions=[{"Code": "3050"}, {"Code": 0}]),
        changed(JSON_51, Exceptions=[]),
        table(Exceptions="3050: Parameter Not Recognized"),
        changed(
            JSON_51,
            Report_ID="TR_J1",
            Report_Filters=filters(Data_Type=["Journal"], Access_Type="Controlled"),
        ),
    ],
)
def test_an_exception_or_a_filter_that_leaves_nothing_out_makes_no_part(tmp_path, content):
    assert not read_report(written(tmp_path, content))[0].is_partial


def test_an_empty_month_of_a_table_that_is_not_ready_is_unknown(tmp_path):
    body = [["Example Press", "Book", "Total_Item_Requests", "115", "100", "", "15"]]
    assert figures(written(tmp_path, table(body=body)))["Total_Item_Requests", "2026-02"] == 0
    late = figures(written(tmp_path, table(body=body, Exceptions="3031: Usage Not Ready")))
    assert ("Total_Item_Requests", "2026-02") not in late
