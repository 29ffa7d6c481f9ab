"""Parsing a file that somebody chose.

What it is, which rows it has, what its cells mean (faults 31, 34). Among the files are those that
systems write badly or somebody made to do harm: damaged, mislabelled, packed to burst, without an
end.
"""

import csv
import gzip
import io
import zipfile
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from core.kinds import kind_named
from crm.imports import dates, fields
from crm.imports.fields import Refusal
from crm.imports.guessing import guess
from crm.imports.opening import Unreadable
from crm.imports.rows import MOST_COLUMNS, BrokenRow, csv_rows, parse_table
from crm.imports.sniff import sniff

PATRONS = kind_named("patrons")
#: A busy machine makes neither the making of examples nor the parsing of one wrong.
TABLE = "读者号,姓名,类型\nA1,李雷,本科生\nA2,韩梅梅,教师\n"


def file_of(tmp_path, content: bytes, name="readers.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def rows_of(path):
    header, rows = parse_table(path, sniff(path))
    return header, list(rows)


def workbook(rows) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        b"\xef\xbb\xbf" + TABLE.encode(),
        TABLE.encode("gb18030"),
        b"\xff\xfe" + TABLE.encode("utf-16-le"),
        b"\xfe\xff" + TABLE.encode("utf-16-be"),
        gzip.compress(TABLE.encode()),
        TABLE.replace(",", ";").encode(),
        TABLE.replace(",", "\t").replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r").encode(),
        b"sep=;\n" + TABLE.replace(",", ";").encode(),
        TABLE.replace("\n", "\n\n").encode(),
        workbook([line.split(",") for line in TABLE.splitlines()]),
    ],
    ids=[
        "utf8",
        "bom",
        "gb18030",
        "utf16le",
        "utf16be",
        "gzip",
        "semicolon",
        "tab-crlf",
        "cr",
        "sep-line",
        "blank-lines",
        "xlsx",
    ],
)
def test_the_same_table_in_any_dress_reads_the_same(tmp_path, content):
    header, rows = rows_of(file_of(tmp_path, content))

    assert header == ["读者号", "姓名", "类型"]
    assert [row for _line, row in rows] == [["A1", "李雷", "本科生"], ["A2", "韩梅梅", "教师"]]


def test_cells_of_a_workbook_are_written_as_files_of_text_write_them(tmp_path):
    cells = [
        None,
        "李雷",
        True,
        7,
        20245001.0,
        2.5,
        datetime(2023, 9, 1),
        datetime(2023, 9, 1, 8, 30),
    ]
    content = workbook([["number", *"abcdefghi"], ["A1", *cells, time(8, 30)], [], ["A2", None]])

    header, rows = rows_of(file_of(tmp_path, content, "readers.xlsx"))

    assert header == ["number", *"abcdefghi"]
    assert rows == [
        (
            2,
            [
                "A1",
                "",
                "李雷",
                "true",
                "7",
                "20245001",
                "2.5",
                "2023-09-01",
                "2023-09-01 08:30:00",
                "08:30:00",
            ],
        ),
        (4, ["A2", *[""] * 9]),
    ]


def test_utf16_without_a_mark_is_told_by_its_zeroes(tmp_path):
    content = "number,name\n" + "\n".join(f"{n},Reader {n}" for n in range(300))

    assert rows_of(file_of(tmp_path, content.encode("utf-16-le")))[1][299] == (
        301,
        ["299", "Reader 299"],
    )


def test_first_chinese_name_late_in_a_large_file_still_tells_gb18030(tmp_path):
    lines = ["number,name", *(f"{n},Reader" for n in range(150_000)), "X,欧阳娜娜"]

    assert sniff(file_of(tmp_path, "\n".join(lines).encode("gb18030"))).encoding == "gb18030"


def zip_of(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n \n\n",
        b"%PDF-1.7\n",
        b"\xd0\xcf\x11\xe0 an old workbook",
        b"\x89PNG\r\n\x1a\n",
        bytes(range(256)) * 20,
        gzip.compress(gzip.compress(b"number\n1\n")),
        gzip.compress(b"number\n1\n" * 1000)[:40],
        zip_of({"readme.md": b"no table"}),
        zip_of({"xl/workbook.xml": b"<broken"}),
        zip_of({"xl/workbook.xml": b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><x>&a;</x>"}),
        zip_of(
            {
                "xl/workbook.xml": b"<x/>",
                "xl/worksheets/sheet1.xml": b"<row><c><v>" + b"x" * (9 << 20),
            }
        ),
        b"PK\x03\x04 and then nothing",
        b"number," + b",".join(b"c%d" % n for n in range(MOST_COLUMNS)) + b"\n",
        b'"number\nnever closed',
        b"number\n" + b"x" * (9 << 20),
    ],
    ids=[
        "empty",
        "blank",
        "pdf",
        "xls",
        "png",
        "binary",
        "gzip2",
        "gzip-cut",
        "zip",
        "broken-xlsx",
        "entities",
        "endless-row",
        "cut-xlsx",
        "columns",
        "header",
        "line",
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path, content):
    with pytest.raises(Unreadable) as refusal:
        rows_of(file_of(tmp_path, content))

    assert len(str(refusal.value)) > 5


def test_decompression_bomb_stops_at_the_limit(tmp_path, settings):
    settings.IMPORT_MAX_BYTES = 1 << 20

    with pytest.raises(Unreadable):
        sniff(file_of(tmp_path, gzip.compress(b"number\n" + b"1\n" * (2 << 20))))
    with pytest.raises(Unreadable):
        sniff(
            file_of(
                tmp_path, zip_of({"xl/workbook.xml": b"<x/>", "xl/sheet.xml": b" " * (2 << 20)})
            )
        )


def test_stray_quote_costs_its_own_row_only():
    lines = ["number,name\n", '1,"Ann\n', "2,Bob\n", '3,"Cid"\n', '4,"D"x\n', "5,Eve\n"]

    assert list(csv_rows(iter(lines), ",")) == [
        (1, ["number", "name"]),
        (2, BrokenRow("quotes", '1,"Ann\n')),
        (3, ["2", "Bob"]),
        (4, ["3", "Cid"]),
        (5, BrokenRow("quotes", '4,"D"x\n')),
        (6, ["5", "Eve"]),
    ]


def test_cell_of_a_megabyte_is_refused_and_the_next_row_read(tmp_path):
    _header, rows = rows_of(file_of(tmp_path, b"number,name\n1," + b"x" * (1 << 20) + b"\n2,Bob\n"))

    assert [(line, getattr(row, "reason", row)) for line, row in rows] == [
        (2, "too-long"),
        (3, ["2", "Bob"]),
    ]


def test_repeated_and_nameless_columns_are_told_apart(tmp_path):
    header, rows = rows_of(file_of(tmp_path, b"number,name,name,\n1,a,b,c\n2,a\n3,a,b,c,d\n"))

    assert header[:3] == ["number", "name", "name (3)"]
    assert rows[1] == (3, ["2", "a", "", ""])
    assert rows[2][1].reason == "too-many-columns"


CELL = st.text(st.characters(exclude_characters="\0\r\n", exclude_categories=("Cs",)), max_size=12)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3).filter(any), min_size=1, max_size=20))
def test_what_the_csv_writer_writes_is_read_back(table):
    out = io.StringIO()
    csv.writer(out).writerows([["a", "b", "c"], *table])

    rows = [row for _line, row in csv_rows(io.StringIO(out.getvalue(), newline=""), ",")]

    assert rows == [["a", "b", "c"], *table]


@given(st.binary(max_size=4000))
def test_no_bytes_at_all_break_the_reader(tmp_path_factory, content):
    path = file_of(tmp_path_factory.mktemp("any"), content)
    try:
        header, rows = rows_of(path)
    except Unreadable:
        return
    assert all(isinstance(row, BrokenRow) or len(row) == len(header) for _line, row in rows)


def test_columns_are_guessed_in_chinese_and_english():
    header = ["读者证号", "姓名", "E-mail Address", "身份", "Campus", "Shoe size"]

    assert guess(header, [], PATRONS) == {
        "number": "读者证号",
        "name": "姓名",
        "email": "E-mail Address",
        "kind": "身份",
        "campus": "Campus",
    }


def test_a_column_of_addresses_is_recognised_by_its_values():
    assert guess(["id", "contact"], [["1", "a@b.cn"], ["2", ""], ["3", "c@d.org"]], PATRONS) == {
        "email": "contact"
    }


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("2023-09-01", date(2023, 9, 1)),
        ("2023/9/1", date(2023, 9, 1)),
        ("2023年9月1日", date(2023, 9, 1)),
        ("20230901", date(2023, 9, 1)),
        ("2023-09-01 08:30:00", date(2023, 9, 1)),
        ("31/12/2023", date(2023, 12, 31)),
        ("12/31/2023", date(2023, 12, 31)),
        ("None", None),
        ("", None),
    ],
)
def test_dates_as_systems_write_them(raw, found):
    assert dates.date_of("registered_on")(raw) == found


@pytest.mark.parametrize(
    ("convert", "raw", "reason"),
    [
        (dates.date_of("registered_on"), "03/04/2020", "ambiguous-date"),
        (dates.date_of("registered_on"), "2023-02-30", "bad-date"),
        (dates.date_of("registered_on"), "yesterday", "bad-date"),
        (fields.number, "  ", "missing-number"),
        (fields.number, "x" * 65, "too-long"),
        (fields.number, "a\0b", "nul"),
        (fields.text_of("name"), "caf\ufffd", "undecodable"),
        (fields.email, "nobody", "bad-email"),
        (fields.email, "a@b.cn\nBcc: c@d.org", "bad-email"),
        (fields.phone, "call me", "bad-phone"),
        (fields.first_of_year, "23", "bad-year"),
        (fields.month_and_year, ("Brumaire", "2012"), "bad-month"),
    ],
)
def test_a_cell_that_means_nothing_is_refused_with_its_reason(convert, raw, reason):
    with pytest.raises(Refusal) as refusal:
        convert(raw)

    assert refusal.value.reason == reason


@pytest.mark.parametrize(
    ("convert", "raw", "found"),
    [
        (fields.number, " Ａ１２\u200b ", "A12"),
        (fields.email, "Li＠Example.org", "Li@Example.org"),
        (fields.phone, "１３９\u00a01234", "139 1234"),
    ],
)
def test_numbers_and_addresses_come_in_in_one_form(convert, raw, found):
    assert convert(raw) == found


def test_ambiguous_date_is_read_as_the_profile_says():
    assert dates.date_of("registered_on", "mdy")("03/04/2020") == date(2020, 3, 4)
    assert dates.date_of("registered_on", "dmy")("03/04/2020") == date(2020, 4, 3)
