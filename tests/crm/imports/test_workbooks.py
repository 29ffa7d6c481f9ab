"""Workbooks that are made to do harm, and files whose name says something else than their bytes."""

import io
import warnings
import zipfile

import pytest

from crm.imports.opening import TableFormat, Unreadable
from crm.imports.sniff import check_ending, sniff
from crm.imports.workbooks import MOST_PARTS, check_list, check_workbook
from tests.crm.imports.test_parsing import file_of, rows_of, workbook, zip_of

ENTITIES = "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><x>&b;</x>"


@pytest.mark.parametrize(
    "part",
    [
        ("<?xml version='1.0'?><!--" + "x" * 9000 + "-->" + ENTITIES).encode(),
        ("<?xml version='1.0' encoding='utf-16'?>" + ENTITIES).encode("utf-16"),
        ("<?xml version='1.0'?>" + " " * (70 << 10) + ENTITIES).encode(),
        b"<!DOCTYPE x SYSTEM 'http://127.0.0.1/x.dtd'><x/>",
    ],
    ids=["behind a long remark", "in UTF-16", "behind blanks", "an outside description"],
)
@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "_rels/.rels"])
def test_entities_are_found_wherever_they_stand(tmp_path, name, part):
    content = zip_of({"xl/workbook.xml": b"<x/>"} | {name: part})

    with pytest.raises(Unreadable, match="XML"):
        sniff(file_of(tmp_path, content))


def test_entities_in_a_part_with_another_ending_are_not_followed(tmp_path):
    parts = {}
    with zipfile.ZipFile(io.BytesIO(workbook([["number"], ["A1"]]))) as book:
        for name in book.namelist():
            text = book.read(name).replace(b"worksheets/sheet1.xml", b"sheet.bin")
            parts[name.replace("worksheets/sheet1.xml", "sheet.bin")] = text
    assert rows_of(file_of(tmp_path, zip_of(parts))) == (["number"], [(2, ["A1"])])

    sheet = parts["xl/sheet.bin"].replace(b"A1</t>", b"&a;</t>")
    parts["xl/sheet.bin"] = b"<!DOCTYPE worksheet [<!ENTITY a 'aaaa'>]>" + sheet
    with pytest.raises(Unreadable):
        rows_of(file_of(tmp_path, zip_of(parts)))


def test_workbook_of_very_many_parts_is_refused_before_it_is_listed(tmp_path):
    many = {f"xl/media/{n}.png": b"" for n in range(40_000)}
    with pytest.raises(Unreadable, match="large|大"):
        check_list(file_of(tmp_path, zip_of({"xl/workbook.xml": b"<x/>"} | many)))

    few_more = {f"{n}": b"" for n in range(MOST_PARTS + 1)}
    with pytest.raises(Unreadable, match="large|大"):
        sniff(file_of(tmp_path, zip_of({"xl/workbook.xml": b"<x/>"} | few_more)))


def test_parts_of_one_name_count_each(tmp_path, settings):
    """Each of them would be unpacked and looked through."""
    part = b"<x>" + b" " * 2000 + b"</x>"
    settings.IMPORT_MAX_BYTES = 2 * len(part)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", b"<x/>")
        for _copy in range(50):
            with warnings.catch_warnings(action="ignore"):
                book.writestr("xl/media/one.xml", part)

    with pytest.raises(Unreadable, match="larger|解压"):
        check_workbook(file_of(tmp_path, packed.getvalue()))


@pytest.mark.parametrize(
    ("name", "form", "agrees"),
    [
        ("readers.csv", TableFormat("csv"), True),
        ("READERS.TXT", TableFormat("csv"), True),
        ("readers", TableFormat("csv"), True),
        ("readers.xlsx", TableFormat("xlsx"), True),
        ("readers.csv.gz", TableFormat("csv", packed=True), True),
        ("readers.csv", TableFormat("xlsx"), False),
        ("readers.csv", TableFormat("csv", packed=True), False),
        ("readers.xlsx", TableFormat("csv"), False),
        ("readers.exe", TableFormat("csv"), False),
        ("readers.html", TableFormat("csv"), False),
    ],
)
def test_ending_and_content_agree(name, form, agrees):
    if agrees:
        check_ending(name, form)
        return
    with pytest.raises(Unreadable):
        check_ending(name, form)
