"""Workbooks of every kind, pages, packed tables, and where in them the table begins."""

import io
import zipfile

import pytest
from django.utils import translation
from openpyxl import Workbook, load_workbook

from core.kinds import kind_named
from crm.imports import fields
from crm.imports.guessing import guess, meaning_of
from crm.imports.heading import locate
from crm.imports.looking import look_through
from crm.imports.opening import TableFormat, Unreadable, in_silence
from crm.imports.rows import parse_table
from crm.imports.sniff import sniff
from crm.readers.kinds import PATRONS
from tests.crm.imports.test_hostile import DATA, HOSTILE, KNOWN, WORDS, read


# --- kinds of files -------------------------------------------------------------------------------
def ods(rows: str, *, hidden: str = "") -> bytes:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:automatic-styles>'
        '<style:style style:name="ta1"><style:table-properties table:display="false"/>'
        "</style:style>"
        "</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="代码" table:style-name="ta1">{hidden}</table:table>'
        f'<table:table table:name="读者">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
    return out.getvalue()


def cell(text: str, **attributes: str) -> str:
    said = "".join(f' {name.replace("_", ":", 1)}="{value}"' for name, value in attributes.items())
    return f"<table:table-cell{said}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def number(value: str, shown: str) -> str:
    return cell(shown, **{"office_value-type": "float", "office_value": value})


def test_ods_keeps_zeros_dates_merged_cells_and_hidden_rows(tmp_path):
    hidden = ' table:visibility="filter"'
    day = '<table:table-cell office:value-type="date" office:date-value="2024-02-29"/>'
    error = cell("#N/A", table_formula="of:=1/0", **{"calcext_value-type": "error"})
    merged = cell("文学院", **{"table_number-rows-spanned": "2"})
    empty = '<table:table-cell table:number-columns-repeated="16380"/>'
    content = ods(
        row(cell("2026级名单"), empty)
        + row(*map(cell, ["读者证号", "姓名", "学院", "注册日期"]), empty)
        + row(number("12345", "00012345"), cell("甲<text:s text:c='2'/>一"), merged, day)
        + row(
            number("320101199901011234", "3.2E+17"),
            error,
            "<table:covered-table-cell/>",
            more=hidden,
        )
        + row(cell(""), more=' table:number-rows-repeated="1048570"'),
        hidden=row(cell("姓名"), cell("含义")) + row(cell("1"), cell("本科生")),
    )
    path = tmp_path / "readers.ods"
    path.write_bytes(content)

    form, _mapping, rows, (found, _broken) = read(path)

    assert (form.kind, form.sheet, form.header) == ("ods", "读者", 2)
    assert [one["number"] for one in rows] == ["00012345", "3.20101199901011E+17"]
    assert [one["college"] for one in rows] == ["文学院", "文学院"]
    assert (rows[0]["name"], rows[0]["registered_on"], rows[1]["name"]) == (
        "甲  一",
        "2024-02-29",
        "",
    )
    assert found.hidden == 1
    assert found.cells == {("error", 1): 1, ("merged", 2): 1}


def test_xls_keeps_zeros_dates_merged_cells_and_hidden_rows():
    form, mapping, rows, (found, broken) = read(DATA / "readers.xls")

    assert (form.kind, form.sheet, form.header) == ("xls", "读者名单", 2)
    assert [one["number"] for one in rows] == ["00012345", "20240002", "3.20101199901011E+17"]
    assert [one["college"] for one in rows] == ["文学院", "文学院", ""]
    assert rows[0]["registered_on"] == "2024-02-29"
    assert (found.hidden, broken) == (1, [(6, "total-row")])
    # What the page offers to choose from.
    seen = look_through(DATA / "readers.xls", form, list(mapping.values()), [], in_silence)
    assert (seen["sheets"], seen["hidden"]) == (["填表说明", "代码", "读者名单"], 1)


PAGE = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>导出</title><style>td {{mso-number-format:"\\@"}}</style></head><body>
<table><tr><td><table border=1><tr><td colspan=3>2026级名单</td></tr>
<tr><th>读者证号<th>姓名<th>学院</tr>
<tr><td>00012345</td><td>甲<br>一&nbsp;</td><td rowspan=2>文学院</td></tr>
<tr style="display:none"><td>Q2</td><td>乙</td></tr>
<tr><td>Q3</td><td>丙</td><td>法学院</td></tr></table></td></tr></table>"""


def test_table_of_a_page_is_read_in_the_encoding_it_says(tmp_path):
    path = tmp_path / "读者.xls"
    path.write_bytes(PAGE.encode("gb18030"))

    form, _mapping, rows, (found, _broken) = read(path)

    assert (form.kind, form.encoding, form.header) == ("html", "gb18030", 2)
    assert [one["number"] for one in rows] == ["00012345", "Q2", "Q3"]
    assert [one["college"] for one in rows] == ["文学院", "文学院", "法学院"]
    assert fields.text_of("name")(rows[0]["name"]) == "甲一"
    assert found.hidden == 1


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "."), content)
    return out.getvalue()


def test_tables_in_a_zip_are_read_and_to_be_chosen(tmp_path):
    book = (HOSTILE / "01_number_format_zeros.xlsx").read_bytes()
    page = (HOSTILE / "17_html_table.xls").read_bytes()
    path = tmp_path / "all.zip"
    path.write_bytes(zipped(readme__md=b"x", one__xlsx=book, two__xls=page))

    form, _mapping, rows, _found = read(path)
    assert (form.kind, form.member) == ("xlsx", "one.xlsx")
    assert [one["number"] for one in rows] == ["00012345", "20240002", "00000007"]

    other = locate(path, sniff(path, member="two.xls"), KNOWN)
    assert [row[0] for _line, row in parse_table(path, other)[1]] == ["Q1701"]
    assert look_through(path, other, [], [], in_silence)["members"] == [
        ["one.xlsx", "one.xlsx"],
        ["two.xls", "two.xls"],
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.zip", zipped(picture__png=b"x"), "no table"),
        ("b.zip", zipped(inner__csv=zipped(a__csv=b"number\n1\n")), "inside a packed"),
        ("c.zip", zipped(big__csv=b"number\n" + b"1\n" * (2 << 20)), "larger"),
        ("d.xlsb", zipped(**{"xl/workbook__bin": b"x"}), "xlsb"),
        ("e.xls", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "MHTML"),
        (
            "f.xls",
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "2003",
        ),
        ("g.ods", ods("<table:table-row>" * 300), "no program"),
        ("h.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "damaged"),
    ],
)
def test_what_is_not_read_is_refused_with_a_true_reason(tmp_path, settings, name, content, said):
    settings.IMPORT_MAX_BYTES = 1 << 20
    path = tmp_path / name
    path.write_bytes(content)

    with translation.override("en"), pytest.raises(Unreadable, match=said):
        read(path)


# --- headers --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "header", "header_rows"),
    [
        ("读者证号,姓名\nA1,李雷\n", 1, 1),
        ("2026级名单\n\n读者证号,姓名,类型\nA1,李雷,本科生\n", 3, 1),
        ("读者证号,姓名,联系方式,\n,,邮箱,手机\nA1,李雷,a@b.cn,13800000000\n", 1, 2),
        ("A1001,李雷,本科生\nA1002,韩梅梅,本科生\n", 1, 0),
        ("A1001,李雷,a@example.org\n", 1, 0),
        ("1,Ann\n2,Bob\n", 1, 1),
        ("foo,bar\nx,y\n", 1, 1),
        ("number\nA1\n", 1, 1),
        ("Branch,2019,2020\nMain,100,200\n", 1, 1),
    ],
)
def test_line_that_names_the_columns_is_found(tmp_path, text, header, header_rows):
    path = tmp_path / "readers.csv"
    path.write_text(text)

    form = locate(path, sniff(path), KNOWN)

    assert (form.header, form.header_rows) == (header, header_rows)


def test_file_without_a_header_loses_no_row(tmp_path):
    path = tmp_path / "readers.csv"
    path.write_text("A1001,李雷,a1@example.org\nA1002,韩梅梅,a2@example.org\n")

    _form, mapping, rows, _found = read(path)

    assert len(rows) == 2
    assert set(mapping) == {"email"}


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("* 读者证号", "number"),
        ("ID（学号）", "number"),
        ("【必填】学工号", "number"),
        ("学生学籍号", "number"),
        ("CERT_ID", "number"),
        ("cardnumber", "number"),
        ("Primary Identifier", "number"),
        ("REDR_TYPE_CODE", "kind"),
        ("categorycode", "kind"),
        ("Patron Group", "kind"),
        ("dateexpiry", "expires_on"),
        ("失效日期", "expires_on"),
        ("surname", "surname"),
        ("First Name", "given_name"),
        ("dateenrolled", "registered_on"),
        ("Shoe size", ""),
        ("Line", ""),
        ("手机号（11位）", "phone"),
        ("有效期(YYYY-MM-DD)", "expires_on"),
        ("邮箱（Email）", "email"),
        ("学号/工号", "number"),
        # Somebody else's, or another number: nobody takes it for the reader's own by itself.
        ("邮箱（紧急联系人）", ""),
        ("Email (supervisor)", ""),
        ("Parent/Email", ""),
        ("导师（邮箱）", ""),
        ("经办人（工号）", ""),
        ("学号（旧）", ""),
        ("姓名（学号）", ""),
        ("同意邮件(拒绝)", ""),
    ],
)
def test_columns_of_known_systems_are_recognised_without_decoration(header, field):
    assert meaning_of(header, WORDS) == field


def test_name_that_is_the_word_itself_goes_before_one_with_more_around_it():
    header = ["姓名（必填）", "学号", "姓名", "邮箱(导师)", "邮箱"]
    found = guess(header, [], kind_named(PATRONS))
    assert found == {"name": "姓名", "number": "学号", "email": "邮箱"}


def test_hidden_first_sheet_can_still_be_chosen(tmp_path):
    form, _mapping, rows, _found = read(HOSTILE / "08_hidden_first_sheet.xlsx", sheet="校验")
    assert form.sheet == "校验"
    assert [list(one.values()) for one in rows] == [["1", "本科生"], ["2", "教师"]]


def test_the_parser_of_sheets_lets_go_of_rows(tmp_path):
    """What openpyxl keeps of every row of a formatted sheet would grow with the file."""
    book = Workbook()
    for line in range(1, 50):
        book.active.append([f"A{line}"])
        book.active.row_dimensions[line].height = 20
    path = tmp_path / "tall.xlsx"
    book.save(path)

    assert load_workbook(path).active.max_row == 49
    _header, rows = parse_table(path, TableFormat("xlsx"))
    assert len(list(rows)) == 48
