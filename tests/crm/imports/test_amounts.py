"""Small files whose rows stand for gigabytes are refused in words, before memory goes."""

import time
import tracemalloc
from contextlib import suppress
from dataclasses import replace

import pytest

from crm.imports import amounts, pages
from crm.imports.fields import Refusal, phone
from crm.imports.letters import in_one_line
from crm.imports.opening import Unreadable
from crm.imports.rows import parse_table
from crm.imports.sniff import sniff
from crm.imports.values import text_of_value
from tests.crm.imports.test_bombs import MAIN, parts_of
from tests.crm.imports.test_kinds_of_files import ods
from tests.crm.imports.test_parsing import file_of, workbook, zip_of

MB = 1 << 20
#: Characters of one text: far below what a row may hold, and a thousand of them far above.
LONG = 64 << 10
#: Bytes that a reader may take for such a file.
LITTLE = 48 * MB
CELL = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
ROW = "<table:table-row{}>{}</table:table-row>"
HEADER = ROW.format("", CELL.format("", "number"))


def read(path):
    """(header, rows) of the sheet that these files are about; a page has only one."""
    header, rows = parse_table(path, replace(sniff(path), sheet="读者"))
    return header, list(rows)


def repeated(what, times):
    return f' table:number-{what}-repeated="{times}"'


def sheet(*rows):
    return ods(HEADER + "".join(rows))


def long_cell():
    return ROW.format("", CELL.format(repeated("columns", 1024), "x" * LONG))


def blanks():
    """A row of cells that are a thousand blanks in 20 letters, again and again."""
    cell = CELL.format("", '<text:s text:c="1023"/>' * 500 + "x")
    return ROW.format("", cell * 100)


def many_places():
    """Rows of 1,024 cells of one letter, as often as a sheet has lines."""
    cells = CELL.format(repeated("columns", 1024), "x")
    return ROW.format(repeated("rows", 1_000_000), cells)


def page(rows):
    head = "<html><body><table><tr><th>number</th><th>name</th></tr>"
    return (head + rows + "</table></body></html>").encode()


def reaching_down(cells, text, rows):
    tall = f'<td rowspan="65000">{text}</td>' * cells
    return page(f"<tr>{tall}</tr>" + "<tr>" * rows)


def shared_text(tmp_path):
    parts = parts_of(workbook([["number"], ["A1"]]), tmp_path)
    main = b"xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
    # With a blank at its end: each cell that is trimmed is a copy.
    text = b"x" * LONG + b" "
    cells = b"<c t='s'><v>0</v></c>" * 1024
    parts["xl/sharedStrings.xml"] = b"<sst %s><si><t>%s</t></si></sst>" % (main, text)
    parts["xl/worksheets/sheet1.xml"] = (
        MAIN + b"<sheetData><row><c t='s'><v>0</v></c></row><row>" + cells
    ) + b"</row></sheetData></worksheet>"
    return zip_of(parts)


HURTING = {
    "a long cell, repeated": lambda _path: sheet(long_cell()),
    "a row of it, repeated": lambda _path: sheet(
        ROW.format(repeated("rows", 1_000_000), CELL.format(repeated("columns", 60), "x" * LONG))
    ),
    "runs of blanks": lambda _path: sheet(blanks()),
    "places": lambda _path: sheet(many_places()),
    "elements in no row": lambda _path: sheet("<table:shapes/>" * 250_000),
    "elements in one row": lambda _path: sheet(ROW.format("", "<text:p/>" * 150_000)),
    "one text for a row of cells": shared_text,
    "cells that reach down": lambda _path: reaching_down(1000, "x" * 5000, 2),
    "cells that reach far down": lambda _path: reaching_down(200, "x", 200),
}


@pytest.mark.parametrize("kind", HURTING)
def test_what_stands_for_more_than_a_file_may_hold_is_refused_in_little_memory(
    tmp_path, kind, settings, monkeypatch
):
    """Fault 31. Each is of some KB when packed, and took the worker's memory, or hours."""
    settings.IMPORT_MAX_BYTES = 32 * MB
    # As many as the true bound take a minute.
    monkeypatch.setattr(pages, "MOST_FILLED", 10_000)
    monkeypatch.setattr(amounts, "MOST_PLACES", 100_000)
    path = file_of(tmp_path, HURTING[kind](tmp_path))
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            read(path)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < LITTLE


def test_honest_sheets_of_the_same_make_are_read(tmp_path):
    """Groups of rows, a format laid over a whole sheet, a long text, a cell over three rows."""
    one = ROW.format("", CELL.format("", "A1") + CELL.format(repeated("columns", 1000), ""))
    group = f"<table:table-row-group>{one * 3}</table:table-row-group>"
    empty = ROW.format(repeated("rows", 1_048_000), CELL.format(repeated("columns", 1024), ""))
    header, rows = read(file_of(tmp_path, sheet(group, empty)))
    assert (header, len(rows)) == (["number"], 3)

    tall = page('<tr><td rowspan="3">A1</td><td>Ann</td></tr><tr><td>Li</td></tr><tr><td>Wu</td>')
    _header, rows = read(file_of(tmp_path, tall))
    assert [cells for _line, cells in rows] == [["A1", "Ann"], ["A1", "Li"], ["A1", "Wu"]]


@pytest.mark.parametrize(
    ("convert", "text"),
    [
        (in_one_line, "a" + " " * 100_000 + "b\nc"),
        (phone, "1" + " " * 100_000 + "x"),
        (lambda shape: text_of_value(7, shape), "0" * 100_000 + "x"),
    ],
    ids=["a name", "a telephone", "a number format"],
)
def test_no_pattern_looks_at_a_run_of_blanks_again_from_each_of_them(convert, text):
    began = time.process_time()
    with suppress(Refusal):
        convert(text)
    assert time.process_time() - began < 2


def test_names_of_several_lines_are_one_line():
    lines = {"张\n三": "张三", "张 \r\n 三": "张三", "Ann\n Lee": "Ann Lee", "a\n \nb": "a b"}
    lines |= {"王\nAnn": "王 Ann", "one line": "one line"}
    assert {text: in_one_line(text) for text in lines} == lines
    assert phone("139 1234 5678 ；010-1") == phone("139 1234 5678 / 010-1") == "139 1234 5678"
