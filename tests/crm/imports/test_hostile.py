"""Files that went wrong in 0.1, and their variants: each is read as a person would read it.

From the bytes to the header that is recognised, the rows and what is said of them; no database.
"""

from datetime import date
from functools import partial
from pathlib import Path

import pytest

from core.kinds import kind_named
from crm.imports import fields
from crm.imports.date_columns import ColumnOfDates, columns_of_dates
from crm.imports.dates import date_of
from crm.imports.fields import Refusal
from crm.imports.findings import Findings
from crm.imports.guessing import guess, meaning_of, words_of
from crm.imports.heading import locate
from crm.imports.opening import TableFormat
from crm.imports.rows import BrokenRow, parse_table
from crm.imports.rows import is_total as looks_like_a_total
from crm.imports.sniff import check_ending, sniff
from crm.imports.values import number_text, plain_text

DATA = Path(__file__).parents[2] / "data"
HOSTILE = DATA / "hostile"
PATRONS = kind_named("patrons")
WORDS = words_of(PATRONS)
KNOWN = partial(meaning_of, fields=WORDS)


def read(path: Path, **asked):
    """(format, {field: column}, rows as {field or column: cell}, findings) of a file."""
    form = sniff(path)
    check_ending(path.name, form)
    form = locate(path, form, KNOWN, **asked)
    found = Findings()
    header, rows = parse_table(path, form, found)
    rows = list(rows)
    whole = [row for _line, row in rows if isinstance(row, list)]
    mapping = guess(header, whole, PATRONS)
    names = {column: field for field, column in mapping.items()}
    told = [
        {names.get(one, one): cell for one, cell in zip(header, row, strict=True)} for row in whole
    ]
    broken = [(line, row.reason) for line, row in rows if isinstance(row, BrokenRow)]
    return form, mapping, told, (found, broken)


def column(name: str, field: str) -> list[str]:
    _form, _mapping, rows, _found = read(HOSTILE / name)
    return [row[field] for row in rows]


BASE = {"number", "name", "kind", "email"}


@pytest.mark.parametrize(
    ("name", "numbers", "also"),
    [
        ("01_number_format_zeros.xlsx", ["00012345", "20240002", "00000007"], {"consent_email"}),
        ("05_x000d.xlsx", ["E5001", "E5002"], {"college"}),
        ("08_cover_sheet_first.xlsx", ["H8002"], set()),
        ("08_hidden_first_sheet.xlsx", ["H8001"], set()),
        ("09_title_row.csv", ["I9201", "I9202"], set()),
        ("09_title_row.xlsx", ["I9001", "I9002"], set()),
        ("09_two_level_header.xlsx", ["I9101", "I9102"], {"phone"}),
        ("10_totals.csv", ["J1001", "J1002"], set()),
        ("15_gbk_rare_names.csv", ["O1501", "O1502", "O1503", "O1504", "O1505"], set()),
        ("17_html_table.xls", ["Q1701"], set()),
        ("19_latin1.csv", ["S1901", "S1902", "S1903"], {"consent_email"}),
        ("20_unknown_number_a.csv", ["T2001", "T2002"], set()),
        ("22_decorated_headers.csv", ["V2201"], {"consent_email"}),
        ("24_cut_utf8.csv", ["X2401", "X2402", "X2403"], set()),
        ("25_round_trip_exported.csv", ["Y2501", "Y2502"], {"campus", "last_seen_on"}),
        ("26_refused_mended.csv", ["Z2601"], {"phone"}),
        ("27_merged_body.xlsx", ["AA2701", "AA2702", "AA2703", "AA2704"], {"college"}),
        ("28_filtered_rows.xlsx", ["AB2801", "AB2802", "AB2803", "AB2804"], set()),
        ("29_strict_ooxml.xlsx", ["AC2901"], {"consent_email"}),
        ("31_semicolons.csv", ["AD3101", "AD3102"], set()),
    ],
)
def test_header_and_rows_are_found_whatever_stands_around_them(name, numbers, also):
    form, mapping, rows, _found = read(HOSTILE / name)

    assert mapping.keys() >= BASE | also
    assert [row["number"] for row in rows] == numbers
    assert form.doubts == ()


def test_what_is_strange_about_cells_and_rows_is_counted_by_column():
    _form, _mapping, rows, (found, _broken) = read(HOSTILE / "06_error_cells.xlsx")
    assert [row["college"] for row in rows] == ["", "文学院", "文学院"]
    assert [rows[1]["name"], rows[1]["campus"], rows[2]["email"]] == ["", "", ""]
    assert found.cells == {("error", 5): 1, ("error", 1): 1, ("error", 6): 1, ("error", 3): 1}

    _form, _mapping, _rows, (found, _broken) = read(HOSTILE / "07_formula_without_values.xlsx")
    assert found.to_json(["number", "name", "kind", "邮箱", "同意邮件"]) == {
        "hidden": 0,
        "cells": [["formula", "邮箱", 3], ["formula", "同意邮件", 3]],
    }

    _form, _mapping, rows, (found, _broken) = read(HOSTILE / "27_merged_body.xlsx")
    assert [row["college"] for row in rows] == ["文学院", "文学院", "物理学院", "物理学院"]
    assert found.cells == {("merged", 0): 2}

    form, _mapping, _rows, (found, _broken) = read(HOSTILE / "28_filtered_rows.xlsx")
    assert found.hidden == 2
    path = HOSTILE / "28_filtered_rows.xlsx"
    _header, few = parse_table(path, TableFormat("xlsx", header=1, skip_hidden=True), Findings())
    assert [row[0] for _line, row in few] == ["AB2801", "AB2803"]


def test_totals_and_footers_are_no_persons_unless_somebody_says_so():
    form, _mapping, _rows, (_found, broken) = read(HOSTILE / "10_totals.csv")
    assert broken == [(4, "total-row"), (5, "total-row")]

    path = HOSTILE / "10_totals.csv"
    taken = TableFormat("csv", "utf-8", ",", header=1, take_totals=True)
    assert [row[0] for _line, row in parse_table(path, taken)[1]][2:] == ["合计", "制表人：某某"]


def test_header_that_is_printed_on_every_page_is_no_person(tmp_path):
    path = tmp_path / "readers.csv"
    path.write_text("读者证号,姓名\nA1,李雷\n读者证号,姓名\nA2,韩梅梅\n")

    _form, _mapping, rows, (_found, broken) = read(path)

    assert [row["number"] for row in rows] == ["A1", "A2"]
    assert broken == [(3, "header-again")]


@pytest.mark.parametrize(
    ("row", "is_total"),
    [
        (["合 计：", "", "120"], True),
        (["", "小计", "3"], True),
        (["Grand Total", "", "3"], True),
        (["共 120 人", "", ""], True),
        (["备注：以上为在校生", "", ""], True),
        (["A1", "合计", ""], False),
        (["备注：", "full", "row"], False),
        (["总馆", "", "3"], False),
        (["注册会计", "", ""], False),
    ],
)
def test_a_total_is_told_by_its_first_cell(row, is_total):
    assert looks_like_a_total(row) is is_total


# --- letters --------------------------------------------------------------------------------------
def test_letters_come_as_they_were_meant():
    name = fields.text_of("name")
    assert column("19_latin1.csv", "name") == ["André Müller", "José Peña", "Zoë Naïve"]
    rare = [name(cell) for cell in column("15_gbk_rare_names.csv", "name")]
    assert rare == ["王䶮", "王\u1e3f", "王㑳", "王\u9fb4", "王\ufe10"]
    assert [name(cell) for cell in column("05_x000d.xlsx", "name")] == ["戊一", "戊二"]
    assert {name(cell) for cell in column("05_x000d.xlsx", "college")} == {"历史学院"}
    assert plain_text("a_x005F_x000D_b") == "a_x000D_b"
    assert [name(cell) for cell in column("25_round_trip_exported.csv", "name")] == [
        "-林一",
        "@林二",
    ]
    assert fields.phone(column("26_refused_mended.csv", "phone")[0]) == "+86 13800138001"
    assert name("\u202e李四\u202c") == "李四"
    assert name("子二\u200b") == "子二"
    assert name("علی\u200cرضا") == "علی\u200cرضا"
    assert fields.number('="00012345"') == fields.number("'00012345") == "00012345"
    assert name("O'Brien") == "O'Brien"
    assert name("'quoted'") == "'quoted'"


def test_one_mailbox_and_one_number_in_many_writings_are_one():
    numbers = {fields.number(cell) for cell in column("11_invisible.csv", "number")[:3]}
    assert numbers == {"K1101"}
    boxes = {fields.email(cell) for cell in column("11_invisible.csv", "email")[:3]}
    assert boxes == {"inv1@example.com"}
    written = [fields.number(cell) for cell in column("30_number_writings.csv", "number")[:4]]
    assert {one.casefold() for one in written} == {"3201011990010112x4"}


@pytest.mark.parametrize(
    ("text", "encoding", "told", "is_sure"),
    [
        ("number,name\n1,Müller\n", "cp1252", "cp1252", True),
        ("number,name\n1,FRANÇOIS\n2,“quoted” – Zürich\n", "cp1252", "cp1252", True),
        ("讀者證號,姓名\nA1,王小明\nA2,陳淑芬\n", "big5", "big5hkscs", True),
        ("读者号,姓名\nA1,李雷\n", "gb18030", "gb18030", True),
        ("number,name\nA1,李雷\nA2,韩梅梅\n", "gb18030", "gb18030", True),
        ("number,name\nA1,李雷\n", "utf-8", "utf-8", True),
        ("number,name\nA1,李雷\n", "utf-16", "utf-16-le", True),
        # One rare letter and nothing else: 镕 or "ço" of a Western file cut short.
        ("number,name\nA1,镕\n", "gb18030", "gb18030", False),
        ("number,name\nA1,Иванов\nA2,Петров\n", "cp1251", "cp1251", True),
    ],
)
def test_encoding_is_told_or_asked_about(tmp_path, text, encoding, told, is_sure):
    path = tmp_path / "readers.csv"
    path.write_bytes(text.encode(encoding))

    form = sniff(path)

    assert form.encoding == told
    assert (form.doubts == ()) is is_sure


# --- numbers --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("02_long_id_as_number.xlsx", ["shortened-number"] * 3),
        ("03_scientific.csv", ["shortened-number"] * 2),
        ("04_float_ids.csv", ["fraction-number"] * 2),
        ("04_float_ids_b.csv", ["fraction-number"] * 2),
        ("04_plain_ids.csv", []),
        ("01_number_format_zeros.xlsx", []),
    ],
)
def test_numbers_that_a_program_spoiled_are_refused_with_the_cause(name, reasons):
    said = []
    for cell in column(name, "number"):
        try:
            fields.number(cell)
        except Refusal as refusal:
            said.append(refusal.reason)

    assert said == reasons


@pytest.mark.parametrize(
    ("value", "shape", "text"),
    [
        (7, "00000000", "00000007"),
        (12345, '"TS"000000', "TS012345"),
        (12345678, "000-0000", "1234-5678"),
        (45, "000-0000", "000-0045"),
        (12345, "[$-804]00000000;[Red]-0", "00012345"),
        (12345, "#,##0", "12345"),
        (12345, "0", "12345"),
        (12345.0, "General", "12345"),
        (2.5, "0.00", "2.5"),
        (123456789012345, "0", "123456789012345"),
        (1234567890123456, "0", "1.23456789012346E+15"),
    ],
)
def test_a_number_shows_the_zeros_of_its_format(value, shape, text):
    assert number_text(value, shape) == text


def test_optional_numbers_are_put_right():
    assert [fields.year_of("cohort")(cell) for cell in ["2024.0", "２０２３", "2023级"]] == [
        2024,
        2023,
        2023,
    ]
    phones = [fields.phone(cell) for cell in column("23_several_values.csv", "phone")]
    assert phones == ["13800000001", "13800000022", "13800000033"]


# --- days -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("raw", "day"),
    [
        ("5-Mar-2021", date(2021, 3, 5)),
        ("05 March 21", date(2021, 3, 5)),
        ("March 5, 2021", date(2021, 3, 5)),
        ("二〇二四年九月二十一日", date(2024, 9, 21)),
        ("2024 年 9 月 1 日", date(2024, 9, 1)),
        ("2024.9.1", date(2024, 9, 1)),
        ("2024-09-01 00:00:00", date(2024, 9, 1)),
        ("20240901123000", date(2024, 9, 1)),
        ("0000-00-00", None),
        ("0000-00-00 00:00:00", None),
        ("1900/1/0", None),
        ("1900-01-01", None),
        ("00000000", None),
        ("0", None),
    ],
)
def test_days_as_systems_write_them_and_days_that_are_none(raw, day):
    assert date_of("registered_on")(raw) == day


def column_of(*cells: str) -> ColumnOfDates:
    rows = [(line, [cell]) for line, cell in enumerate(cells)]
    return columns_of_dates(rows, {"day": 0})["day"]


def test_the_whole_column_tells_how_its_days_are_written():
    day_first = column_of("03/04/2020", "25/12/2020", "", "0000-00-00", "2020-01-01")
    assert day_first.style == "dmy"
    assert date_of("registered_on", day_first.style)("03/04/2020") == date(2020, 4, 3)
    assert column_of("03/04/2020", "12/25/2020").style == "mdy"

    unclear = column_of("03/04/2020", "05/05/2020")
    assert (unclear.style, unclear.needs_an_order, unclear.unclear) == ("", True, "03/04/2020")

    against = column_of("25/12/2020", "12/25/2020", "03/04/2020")
    assert against.against == ["25/12/2020", "12/25/2020"]

    serials = column_of("45351", "45352", "45353.0")
    assert serials.style == "serial"
    assert date_of("registered_on", "serial")("45351") == date(2024, 2, 29)
    # One number alone, or among dates, may be anything.
    assert (
        column_of("45351").style == column_of("45351", "45352", "45353", "2024-01-01").style == ""
    )
    with pytest.raises(Refusal, match="day-number"):
        date_of("registered_on")(column("18_date_as_serial.xlsx", "registered_on")[0])
    assert column("18_dates_1904.xlsx", "registered_on") == ["2024-02-29"]
