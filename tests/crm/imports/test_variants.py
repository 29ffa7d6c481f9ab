"""Other inputs of the kinds that went wrong in 0.1, each read as a person would read it.

Files are built here; no database.
"""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from core.addresses import address_key
from crm.activities.moments import moment_of
from crm.imports import fields
from crm.imports.date_columns import ColumnOfDates, columns_of_dates
from crm.imports.dates import date_of, in_style
from crm.imports.encodings import DecidedEncoding, EncodingGuesses, encoding_named
from crm.imports.fields import Refusal
from crm.imports.heading import likeliest_member
from crm.imports.looking import look_through, places_of_dates
from crm.imports.opening import in_silence
from crm.imports.rows import is_total
from crm.imports.sniff import sniff
from crm.imports.tasting import tasted
from crm.imports.values import number_text
from tests.crm.imports.test_hostile import DATA, HOSTILE, KNOWN, read
from tests.crm.imports.test_kinds_of_files import cell, ods, row

TABLE = "读者条码,姓名,电子邮件\nA1,李雷,a1@example.com\nA2,韩梅梅,a2@example.com\n"


@pytest.fixture
def reads(tmp_path):
    """Function from a file's name and content to what ``read`` tells of it."""

    def write(name: str, content: bytes | str):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path, *read(path)

    return write


# --- encodings ------------------------------------------------------------------------------------
def told(text: str, encoding: str) -> DecidedEncoding:
    guesses = EncodingGuesses()
    guesses.feed(f"Card number;Name\n1001;{text}\n".encode(encoding))
    return guesses.told()


def test_encoding_is_told_by_the_words_it_makes():
    for text, encoding in [
        ("Łukasz Wiśniewski\n2;Jiří Dvořák", "cp1250"),
        ("Jiří Dvořák", "cp1250"),
        ("Łukasz Wiśniewski\n2;Žofie Růžičková", "iso8859-2"),
        ("Œuvre Šimek €", "iso8859-15"),
        ("Peña\n2;Müller\n3;Zoë Naïve\n4;Søren Ångström", "cp1252"),
        ("O’Brien — naïve café €5", "cp1252"),
        ("Иванов Пётр", "cp1251"),
        ("Сидорова Анна", "koi8-r"),
        ("山田太郎\n2;鈴木一郎", "cp932"),
        ("สมชาย\n2;สมหญิง", "cp874"),
        ("Jürgen Łukasz\n2;Дмитрий\n3;Gergő", "utf-8"),
        ("男\n2;女\n3;是\n4;否", "gb18030"),
        ("陈A1\n2;王b2\n3;a张b", "gb18030"),
        ("《红楼梦》\n2;《活着》、《三体》·“注”：（一）——", "gb18030"),
    ]:
        assert told(text, encoding) == DecidedEncoding(encoding), text


def test_words_of_two_encodings_are_asked_about_and_never_taken_for_chinese():
    for text, encoding in [
        ("Jürgen", "mac_roman"),
        ("Jürgen\n2;Zoë", "cp850"),
        ("Nagy Gergő\n2;Szűcs Ödön", "cp1250"),
        ("Ayşe Yıldız", "cp1254"),
        ("利用者番号 メール 山田太郎", "euc_jp"),
        ("김철수 이영희 박지민 최수진 정하늘", "euc_kr"),
        # Their bytes are UTF-8 as well.
        ("陆墨平", "gb18030"),
    ]:
        assert encoding in told(text, encoding).doubts, text


def test_each_encoding_shows_what_the_file_reads_in_it(tmp_path):
    path = tmp_path / "readers.csv"
    path.write_bytes("Card number;Name\n1001;Nagy Gergő\n1002;Szűcs Ödön\n".encode("cp1250"))

    shown = tasted(path, sniff(path))

    assert shown[0][0] in ("cp1252", "cp1250")
    assert dict(shown)["cp1250"] == "Windows-1250: 1001;Nagy Gergő · 1002;Szűcs Ödön"
    # In these it is no text.
    assert not {"utf-8", "cp932"} & dict(shown).keys()


def test_marks_and_names_of_encodings_are_followed(reads):
    for encoding in ("utf-32", "utf-16-be", "utf-16-le"):
        _path, _form, _mapping, rows, _found = reads("readers.csv", TABLE.encode(encoding))
        assert [one["name"] for one in rows] == ["李雷", "韩梅梅"], encoding

    chinese = "读者证号\t姓名\t所在学院\t类型\n甲\t欧阳娜娜\t马克思主义学院\t博士研究生\n"
    for encoding in ("utf-16-be", "utf-16-le"):
        _path, form, _mapping, rows, _found = reads("readers.txt", chinese.encode(encoding))
        assert (form.encoding, rows[0]["college"]) == (encoding, "马克思主义学院")

    said = ["x-sjis", "ISO-8859-1", "gb2312", "unicode_escape", "base64", "nonsense"]
    assert list(map(encoding_named, said)) == ["cp932", "cp1252", "gb18030", "", "", ""]
    page = (
        '<meta charset="Shift_JIS"><table><tr><th>card number<th>name<tr><td>1<td>山田太郎</table>'
    )
    _path, form, _mapping, rows, _found = reads("readers.xls", page.encode("cp932"))
    assert (form.encoding, rows[0]["name"]) == ("cp932", "山田太郎")


# --- where the table is ---------------------------------------------------------------------------
def test_delimiters_and_lines_over_the_table(reads):
    for content in [
        "sep=;\r\n" + TABLE.replace(",", ";"),
        '"sep=|"\n' + TABLE.replace(",", "|"),
        TABLE.replace(",", "，"),
        TABLE.replace(",", "；"),
        TABLE.replace(",", "^"),
        TABLE.replace(",", "\t"),
        TABLE.replace("\n", "\r"),
        "# 导出系统：某系统\n# 导出时间：2026-10-01 08:00\n\n" + TABLE,
        'Report name,Patron list\nRun by,"Smith, J."\n\n' + TABLE,
        "基本信息,,联系方式\n" + TABLE,
    ]:
        _path, _form, _mapping, rows, _found = reads("readers.csv", content)
        assert [one["number"] for one in rows] == ["A1", "A2"], content

    quoted = '"读者证号";"姓名";"部门"\n"00123";"张;三";"文学院;历史系"\n'
    _path, _form, _mapping, rows, _found = reads("readers.csv", quoted.encode("gb18030"))
    assert rows == [{"number": "00123", "name": "张;三", "college": "文学院;历史系"}]


def test_files_that_were_hung_together_name_their_columns_once(reads):
    _path, _form, _mapping, rows, (_found, broken) = reads("all.csv", TABLE + "\ufeff" + TABLE)
    assert ([one["number"] for one in rows], broken) == (["A1", "A2"] * 2, [(4, "header-again")])


def test_the_table_of_a_zip_is_the_one_whose_columns_are_known(tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("说明.txt", "这是导出的说明，请先阅读。".encode("gbk"))
        packed.writestr("借还.csv", "读者证号,借出日期\nA1,2026-01-01\n")
        packed.writestr("读者.csv", TABLE)

    assert likeliest_member(path, KNOWN, in_silence) == "读者.csv"
    assert sniff(path).member == "说明.txt"


def test_rows_of_sums_and_remarks_in_other_words():
    sums = ["Summe", "Total général", "Total READERS", "合计（人）", "小 计：", "總計", "Subtotal:"]
    assert all(is_total([word, "", "2"]) for word in sums)
    remarks = ["第 1 页 共 3 页", "以下空白", "(2 rows affected)", "Page 1 of 3", "End of report"]
    assert all(is_total([word, "", ""]) for word in remarks)
    assert is_total(["合计", "2", "1,234 人"])
    assert is_total(["合计", "合计", "合计"])
    # A name that is a word for sums stands beside a person's other values.
    assert not is_total(["总计", "A1001", "文学院"])
    assert not is_total(["Total", "Tom", "tom@example.com"])


# --- workbooks ------------------------------------------------------------------------------------
def test_old_workbook_counts_from_1904_and_says_what_is_hidden():
    form, _mapping, rows, (found, broken) = read(DATA / "readers-1904.xls")
    assert [one["number"] for one in rows] == ["0000012345", "0000000007"]
    assert [one["registered_on"] for one in rows] == ["2024-02-29"] * 2
    assert (found.hidden, broken) == (1, [(4, "total-row")])

    form, mapping, rows, (found, broken) = read(DATA / "readers-fifth-row.xls")
    assert (form.sheet, form.header, broken) == ("在校生", 5, [(9, "total-row")])
    assert [one["college"] for one in rows] == ["文学院", "文学院", "法学院"]
    assert found.cells == {("hidden-column", 4): 1, ("merged", 3): 1}

    _form, _mapping, rows, (found, _broken) = read(DATA / "readers-formulas.xls")
    assert found.cells == {("formula", 1): 1, ("formula", 3): 1}
    assert [one["number"] for one in rows] == ["3.20101199901011E+17", "C2"]


def book_of(rows, change) -> bytes:
    book = Workbook()
    for one in rows:
        book.active.append(one)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_numbers_of_days_in_a_workbook_from_1904(reads):
    days = [["读者条码", "办证日期"]] + [[f"A{n}", 43889 + n] for n in range(3)]

    def from_1904(book):
        book.epoch = CALENDAR_MAC_1904
        book.active.column_dimensions["B"].hidden = True

    path, form, _mapping, rows, (found, _broken) = reads("d.xlsx", book_of(days, from_1904))
    header, sample = ["读者条码", "办证日期"], [list(one.values()) for one in rows]
    seen = look_through(path, form, header, sample, in_silence)

    style = seen["dates"]["办证日期"]["style"]
    assert date_of("registered_on", style)("43889") == date(2024, 2, 29)
    assert in_style("serial", style) == style
    assert seen["cells"] == [["hidden-column", "办证日期", 1]]


def test_hidden_column_of_an_ods_is_said(reads):
    columns = '<table:table-column table:number-columns-repeated="2"/>'
    columns += '<table:table-column table:visibility="collapse"/>'
    content = ods(
        columns
        + row(*map(cell, ["读者证号", "姓名", "电话"]))
        + row(*map(cell, ["00012345", "甲", "13800000001"]))
    )
    _path, _form, _mapping, rows, (found, _broken) = reads("r.ods", content)
    assert (rows[0]["number"], found.cells) == ("00012345", {("hidden-column", 2): 1})


@pytest.mark.parametrize(
    ("value", "shape", "text"),
    [
        (123, "0000000000", "0000000123"),
        (9, '"No."0000_);("No."0000)', "No.0009"),
        (12, r"000000_ ;[Red]\-000000\ ", "000012"),
        (13, "[<=99999]00000;000000000", "00013"),
        (123456, "[<=99999]00000;000000000", "000123456"),
        (14, "0000#", "00014"),
        (14, "#0000", "0014"),
        (0, "0000;-0000;;@", "0000"),
        (5, '"a;b"000', "a;b005"),
        (5, "000000*-", "000005"),
        (20240001, "0.00", "20240001"),
        (20240001, "#,##0_);[Red](#,##0)", "20240001"),
    ],
)
def test_formats_of_numbers_show_what_excel_shows(value, shape, text):
    assert number_text(value, shape) == text


# --- days -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "raw",
    [
        "２０２４年２月２９日",
        "二○二四年二月二十九日",
        "贰零贰肆年贰月廿九日",
        "2024年2月29日 星期四",
        "民國113年2月29日",
        "29 ก.พ. 2567",
        "๒๙/๐๒/๒๕๖๗",
        "Thursday, February 29, 2024",
        "29. Februar 2024",
        "29 février 2024",
        "29 de febrero de 2024",
        "29-2月 -24",
        "Feb 29 2024 12:00AM",
        "20240229T000000",
        "’2024－02－29",
    ],
)
def test_days_in_other_scripts_languages_and_programs(raw):
    assert date_of("registered_on")(raw) == date(2024, 2, 29)


def column_of(*cells: str) -> ColumnOfDates:
    return columns_of_dates(enumerate([one] for one in cells), {"day": 0})["day"]


def test_years_of_two_digits_are_placed_by_the_whole_column():
    year_first = column_of("24-02-28", "99-12-31")
    assert date_of("registered_on", year_first.style)("24-02-03") == date(2024, 2, 3)
    # 2029 is still to come, 2024 is not.
    assert column_of("24-02-29", "23/01/30").style == "ymd"
    assert column_of("29/02/24", "03/01/24").style == "dmy"
    assert column_of("02/29/24", "03/01/24").style == "mdy"
    assert column_of("01/02/03").needs_an_order
    assert column_of("31/12/24", "12/31/24", "24/13/40").against == ["31/12/24", "12/31/24"]


def test_day_and_month_behind_a_year_and_years_of_another_calendar():
    assert column_of("2019-31-01", "2019-03-02").style == "ydm"
    assert date_of("registered_on", "ydm")("2019-03-02") == date(2019, 2, 3)
    assert column_of("2019-31-01", "2019-01-31").against == ["2019-01-31", "2019-31-01"]

    buddhist = column_of("29/02/2567", "01/03/2567")
    assert date_of("registered_on", buddhist.style)("29/02/2567") == date(2024, 2, 29)
    assert in_style("dmy", buddhist.style) == buddhist.style
    with pytest.raises(Refusal, match="bad-date"):
        date_of("registered_on", "dmy")("01/03/2567")


def test_no_day_and_no_end_in_the_words_of_systems():
    for raw in ["--", "/", "  /  /  ", "1/0/1900", "30/12/1899", "0001/1/1 0:00:00", "永久", "无"]:
        assert date_of("registered_on")(raw) is None, raw
    assert date_of("expires_on")("2999-12-31") is None
    assert date_of("expires_on")("2222-01-01") is None


def test_column_that_is_called_a_day_is_gone_through_where_its_first_cells_are_silent():
    header = ["读者号", "办证日期", "expiry date", "姓名", "when"]
    sample = [["A1", "", "0000-00-00", "", "2024-13-01"]]
    assert places_of_dates(header, sample) == {"办证日期": 1, "expiry date": 2, "when": 4}


def test_moments_of_activities_follow_the_same_writings():
    for raw in ["5-Mar-2021 09:00", "Mar 5, 2021 9:00 AM", "2021年3月5日 星期五 09:00"]:
        assert moment_of()(raw) == datetime(2021, 3, 5, 9), raw
    assert moment_of("serial")("44260.375") == datetime(2021, 3, 5, 9)
    assert moment_of("dmy+543")("05/03/2564 9:00") == datetime(2021, 3, 5, 9)
    assert moment_of("dmy+543")("29/02/2567 9:00") == datetime(2024, 2, 29, 9)
    assert moment_of("ymd")("21-03-05 09:00") == datetime(2021, 3, 5, 9)


# --- cells ----------------------------------------------------------------------------------------
def test_errors_and_words_for_nothing_are_no_values_in_any_file():
    for raw in ["#N/A", "#REF!", "#DIV/0!", "#####", "Err:502", "#NV", "#WERT!"]:
        assert fields.text_of("college")(raw) is None, raw
        with pytest.raises(Refusal, match="missing-number"):
            fields.number(raw)
    for raw in ["NULL", "\\N", "(null)", "暂无", "—"]:
        assert fields.email(raw) is None, raw
        with pytest.raises(Refusal, match="missing-number"):
            fields.number(raw)
    name = fields.text_of("name")
    assert (name("NULL"), name("#1 Fan"), name("Erri")) == ("NULL", "#1 Fan", "Erri")


def test_numbers_that_other_programs_spoiled_are_refused_with_the_cause():
    spoiled = {
        "20,245,001": "grouped-number",
        "20245001,0": "fraction-number",
        "20245001.00": "fraction-number",
        "2.02412e+011": "shortened-number",
    }
    for raw, reason in spoiled.items():
        with pytest.raises(Refusal, match=reason):
            fields.number(raw)
    assert fields.number('"00012"') == fields.number("“00012”") == "00012"


def test_invisible_letters_and_other_digits_make_no_second_person():
    numbers = [
        "K-1101",
        "K–1101",
        "K－1101",
        "K-１１０１",
        "K-๑๑๐๑",
        "K\u034f-1101\u3164",
        "’K-1101",
    ]
    assert set(map(fields.number, numbers)) == {"K-1101"}
    name = fields.text_of("name")
    written = [
        "李四",
        "李\u200d四",
        "李\u180e四",
        "李\x07四",
        "李\u2028四",
        "\ufffc李四",
        "李四\u3164",
    ]
    assert set(map(name, written)) == {"李四"}
    assert (name("\u3164\u115f"), name("\u0301")) == (None, None)
    assert fields.phone("010—6255１２３４") == "010-62551234"


def test_domains_in_two_writings_are_one():
    written = ["idn@bücher.example", "idn@xn--bcher-kva.example", "IDN@BÜCHER.example"]
    assert {address_key(one) for one in written} == {"idn@xn--bcher-kva.example"}
    chinese = ["a@例子.测试", "Ａ@例子。测试", "a@xn--fsqu00a.xn--0zwm56d"]
    assert len(set(map(address_key, chinese))) == 1
    _form, _mapping, rows, _found = read(HOSTILE / "14_idn_pair.csv")
    assert len({address_key(fields.email(one["email"])) for one in rows}) == 1


def test_year_of_entry_as_it_is_said():
    year = fields.year_of("cohort")
    said = [
        "2024级",
        "2024-09",
        "2024年9月",
        "2024-2025",
        "2024秋",
        "２０２４學年".replace("學", "学"),
    ]
    assert set(map(year, said)) == {2024}
    with pytest.raises(Refusal, match="bad-year"):
        # The year in which they leave.
        year("2024届")
