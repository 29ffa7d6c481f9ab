"""Columns that say what somebody borrowed are known in many languages, and by what is in them."""

import pytest

from core.kinds import kind_named
from crm.activities.never import never_read, title_column
from crm.imports.items import columns_of_items, is_item

OF_TITLES = (
    [
        "Title",
        "题名",
        "题名/责任者",
        "正题名",
        "所借图书",
        "借阅图书",
        "借阅书目",
        "图书名称",
        "书籍",
    ]
    + ["書名", "題名", "所借圖書", "借閱書目", "刊名", "Titel", "Buchtitel", "Titre", "título"]
    + ["Titre de l'ouvrage", "Título del libro", "Titolo", "Tytuł", "タイトル", "資料名", "図書名"]
    + ["제목", "도서명", "заглавие", "book_title", "Borrowed title"]
)
OF_ITEMS = (
    ["索书号", "索書號", "索取号", "請求記号", "청구기호", "排架号", "分类号", "财产号", "财产条码"]
    + [
        "册条码",
        "图书条码",
        "圖書條碼",
        "館藏條碼",
        "条码",
        "資料番号",
        "登録番号バーコード",
        "등록번호",
    ]
    + ["call number", "Call No.", "itemcallnumber", "Shelfmark", "Signatur", "Cote", "Signatura"]
    + ["barcode of the item", "item barcode", "Item Barcode", "Code-barres", "código de barras"]
    + ["Strichcode", "Mediennummer", "Exemplarnummer", "Ejemplar", "biblionumber", "Biblio No"]
    + ["MMS ID", "ISBN/ISSN", "ISBN-13", "著者", "作者", "责任者", "出版社", "Author", "Verfasser"]
)
#: What stands in a file of loans beside them, and names nothing that was borrowed.
OF_READERS = (
    [
        "读者条码",
        "读者证条码",
        "借书证条码",
        "Patron barcode",
        "Leser-Strichcode",
        "卡条码",
        "學生證條碼",
    ]
    + ["Code-barres lecteur", "Código de barras del usuario", "利用者バーコード", "Student ID"]
    + [
        "借书日期",
        "借阅证号",
        "图书证号",
        "图书馆",
        "圖書館",
        "図書館",
        "图书室",
        "馆藏地",
        "Bibliothek",
    ]
    + ["Biblioteca", "Bibliothèque", "Standort", "checkout date", "Ausleihdatum", "貸出日"]
    + ["Titular", "Booking ID", "Authority"]
)


@pytest.mark.parametrize("name", OF_TITLES + OF_ITEMS)
@pytest.mark.parametrize("kind", ["loans", "eresources"])
def test_columns_of_items_are_never_read(name, kind):
    assert never_read(["x", name], [["1", "x"]], kind_named(kind)) == [name]


@pytest.mark.parametrize("name", OF_READERS)
def test_columns_of_readers_days_and_places_are(name):
    assert never_read([name], [["x"]], kind_named("loans")) == []


@pytest.mark.parametrize("name", OF_TITLES)
def test_titles_are_compared_with_listed_collections_in_every_language(name):
    assert title_column(["x", "ISBN", name]) == 2
    assert title_column(["x", "ISBN"]) == 1


@pytest.mark.parametrize("name", ["所借图书", "借阅书目", "書名", "题名/责任者", "ISBN", "索書號"])
def test_files_of_readers_leave_them_out_as_well(name):
    assert columns_of_items(["x", name], [["1", "x"]], kind_named("patrons")) == [name]


@pytest.mark.parametrize(
    "name", ["Title", "图书推荐", "书目推荐", "图书证号", "条码", "barcode", "卡号"]
)
def test_files_of_readers_keep_what_may_be_a_person_s(name):
    assert columns_of_items(["x", name], [["1", "x"]], kind_named("patrons")) == []


def found_by(*cells: str, name: str = "内容") -> bool:
    return bool(never_read([name], [[cell] for cell in cells], kind_named("loans")))


def with_luhn(digits: str) -> str:
    """The number of an item with the digit behind it that fits."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        total += sum(divmod(int(digit) * (1 if place % 2 else 2), 10))
    return digits + str(-total % 10)


def with_weight(digits: str) -> str:
    """The number of a book of ten digits with the last one that fits."""
    total = sum(times * int(digit) for times, digit in zip(range(10, 1, -1), digits, strict=True))
    last = -total % 11
    return digits + ("X" if last == 10 else str(last))


BARCODES = [with_luhn(f"3123400001{n:03}") for n in range(5)]
OLD_ISBNS = [with_weight(f"750630{n:03}") for n in range(5)]


@pytest.mark.parametrize(
    "cells",
    [
        ["I247.5/123", "I247.57/Y79", "K825.6=7/12"],
        ["TP312.8JA/45", "TP3/12", "D923.04／7", "G40-092.7/5"],
        ["I247/8"],
        ["QA76.73.P98 L88 2020", "PS3552.U75 H6", "QA76.73 .P98"],
        ["823.914 ROW", "005.133 P99", "913.6/ム", "913.6||Mu"],
        ["活着 / 余华著", "平凡的世界/路遥著", "三体 / 刘慈欣编著"],
        ["《活着》", "《三体》"],
        ["9787506365437", "978-7-5063-6543-7"],
        ["0-306-40615-2", "0306406152", *OLD_ISBNS],
        ["0317-8471", "1050-124X", "2049-3630", "0028-0836"],
        BARCODES,
    ],
    ids=lambda cells: cells[0],
)
def test_items_are_known_by_what_stands_in_a_column(cells):
    assert found_by(*cells)


@pytest.mark.parametrize(
    "cells",
    [
        ["2026010001", "2026010002", "2026010003", "2026010004", "2026010005"],
        [f"2{number[1:]}" for number in BARCODES],
        ["2026-10-05", "2026-10-06", "2026-10-07", "2026-10-08"],
        ["2026/10/05", "2026/10/06"],
        ["东馆", "西馆", "B2", "A101"],
        ["S2024/001", "S2024/002"],
        ["T1", "T2", "3.5"],
        [""],
    ],
    ids=lambda cells: cells[0],
)
def test_numbers_days_and_places_are_no_items(cells):
    assert not found_by(*cells)


def test_numbers_of_readers_are_no_items_where_their_column_says_so():
    assert found_by(*OLD_ISBNS)
    assert not found_by(*OLD_ISBNS, name="学号")
    # Two numbers fit by chance; a title is one wherever it stands.
    assert not found_by(*OLD_ISBNS[:2])
    assert found_by("《活着》", name="学号")


def test_a_remark_is_no_title_with_its_author():
    for text in ("2026/3/5 备注", "东馆/西馆", "and/or"):
        assert not is_item(text)
