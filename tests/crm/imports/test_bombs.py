"""Small files that are large work are refused in seconds, and honest work is not begun twice."""

import gzip
import time
import zipfile
from datetime import timedelta

import pytest
from django.utils import timezone

from crm.imports import describing
from crm.imports.opening import Unreadable
from crm.imports.sniff import sniff
from crm.imports.workbooks import check_workbook
from crm.imports.working import check_job
from crm.jobs.actions import cancel_job
from crm.jobs.models import Job
from crm.jobs.running import Cancelled, claim, keep_alive
from tests.crm.imports.test_parsing import file_of, rows_of, workbook, zip_of
from tests.factories import ImportBatchFactory, JobFactory, UserFactory

MB = 1 << 20
#: Seconds in which a bomb is refused, on a busy machine; each took minutes before, or hours.
SOON = 20


def parts_of(content: bytes, tmp_path) -> dict[str, bytes]:
    with zipfile.ZipFile(file_of(tmp_path, content, "whole.xlsx")) as book:
        return {name: book.read(name) for name in book.namelist()}


def with_part(tmp_path, name: str, part: bytes):
    parts = parts_of(workbook([["number"], ["A1"]]), tmp_path)
    return file_of(tmp_path, zip_of(parts | {name: part}))


@pytest.mark.parametrize("name", ["xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/other.bin"])
@pytest.mark.parametrize(
    "part",
    [
        b"<!--" + b"a" * (48 * MB) + b"--><x/>",
        b" " * (48 * MB) + b"<x/>",
        b"<x><!--" + b"<row> " * (8 * MB) + b"--></x>",
        b"<x a='" + b"a" * (48 * MB) + b"'/>",
        b"<x><?y " + b"a" * (48 * MB) + b"?></x>",
        b"<x" + b"a" * (48 * MB) + b"/>",
        b"<row>" * (8 * MB),
    ],
    ids=["remark first", "blanks", "remark", "attribute", "instruction", "name", "nested"],
)
def test_one_endless_token_is_refused_soon(tmp_path, name, part):
    path = with_part(tmp_path, name, part)
    began = time.monotonic()
    with pytest.raises(Unreadable):
        sniff(path)
    assert time.monotonic() - began < SOON


MAIN = (
    b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main' xmlns:x='urn:x'>"
)
CELLS = b"<c><v>1</v></c>" * 10_000


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/other.bin"])
@pytest.mark.parametrize(
    "row",
    [
        CELLS * 80,
        (CELLS + b"<!--<row -->") * 80,
        (CELLS + b"<row/>") * 80,
        (CELLS + b"<x:row>" + CELLS + b"</x:row>") * 40,
        b"<x/>" * (256 << 10),
        b"<c><v>" + b"1" * (12 * MB) + b"</v></c>",
        b"<c><v>&#49;</v></c>" * 200_000,
    ],
    ids=["cells", "remarks", "rows", "rows of cells", "no cells", "one cell", "references"],
)
def test_row_of_any_length_is_refused_whatever_stands_in_it(tmp_path, name, row):
    """A remark that said <row> began the count anew: 25 KB kept a thread for minutes."""
    sheet = MAIN + b"<sheetData><row>" + row + b"</row></sheetData></worksheet>"
    began = time.monotonic()
    with pytest.raises(Unreadable):
        sniff(with_part(tmp_path, name, sheet))
    assert time.monotonic() - began < SOON


def test_what_is_in_no_row_is_bounded_as_well(tmp_path):
    """openpyxl keeps it all."""
    part = MAIN + (b"<x>" + b"a" * MB + b"</x><row/>") * 20
    with pytest.raises(Unreadable):
        sniff(with_part(tmp_path, "xl/worksheets/sheet1.xml", part))


def test_rows_of_another_kind_are_in_no_row(tmp_path):
    """openpyxl lets go only of those that are a workbook's own: 40 KB of others filled 750 MB."""
    row = b"<x:row>" + b"<c/>" * 16_000 + b"</x:row>"
    part = MAIN + b"<sheetData>" + row * 300 + b"</sheetData></worksheet>"
    with pytest.raises(Unreadable):
        sniff(with_part(tmp_path, "xl/worksheets/sheet1.xml", part))


def test_shared_strings_that_lie_in_rows_are_bounded_too(tmp_path):
    text = b"<row><si><t>" + b"a" * 1024 + b"</t></si></row>"
    with pytest.raises(Unreadable):
        sniff(with_part(tmp_path, "xl/words.bin", b"<sst><x>" + text * (65 << 10)))


def sheet_of(*rows: bytes) -> bytes:
    return MAIN + b"<sheetData>" + b"".join(rows) + b"</sheetData></worksheet>"


ENDLESS = {
    "attributes of rows": [b"<row r='%d' x='%s'/>" % (n, b"a" * 2000) for n in range(1, 20)],
    "one row again and again": [b"<row r='1'/>"] * 20,
    "rows that go back": [b"<row r='3'><c><v>1</v></c></row>", b"<row r='2'/>"],
    "more rows than there can be": [b"<row/>"] * ((1 << 20) + 1),
    "one cell in the last column of each": [b"<row><c r='XFD1'><v>1</v></c></row>"] * 4000,
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ENDLESS)
def test_rows_that_no_program_writes_are_refused(tmp_path, kind):
    """Fault 31. Files of some KB took 900 MB, or an hour: the reader keeps or fills in each."""
    path = with_part(tmp_path, "xl/worksheets/sheet1.xml", sheet_of(*ENDLESS[kind]))
    with pytest.raises(Unreadable):
        check_workbook(path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "root", "unit"),
    [
        ("xl/styles.xml", b"styleSheet", b"<xf/>"),
        ("xl/workbook.xml", b"workbook", b"<definedName name='a'>b</definedName>"),
        ("[Content_Types].xml", b"Types", b"<Override PartName='/a' ContentType='b'/>"),
        ("xl/sharedStrings.xml", b"sst", b"<si/>" * 15),
    ],
)
def test_parts_of_endless_elements_are_refused(tmp_path, name, root, unit):
    """Fault 31. 12 KB kept a worker for minutes: of each element an object is made."""
    opened = b"<%s xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>" % root
    path = with_part(tmp_path, name, opened + unit * 200_001 + b"</%s>" % root)
    with pytest.raises(Unreadable):
        check_workbook(path)


def test_elements_count_through_all_parts(tmp_path):
    """Fault 31. Half of them in each of two parts are as much to keep."""
    parts = parts_of(workbook([["number"], ["A1"]]), tmp_path)
    half = b"<x>" + b"<y/>" * 100_001 + b"</x>"
    check_workbook(file_of(tmp_path, zip_of(parts | {"xl/one.xml": half})))
    with pytest.raises(Unreadable):
        check_workbook(file_of(tmp_path, zip_of(parts | {"xl/one.xml": half, "xl/two.xml": half})))


@pytest.mark.slow
def test_honest_workbook_with_many_formulas_and_texts_is_read(tmp_path):
    """What openpyxl does not read costs nothing, however much of it there is."""
    parts = parts_of(workbook([["number"], ["A1"]]), tmp_path)
    main = b"xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'"
    chain = b"<calcChain %s>" % main + b"<c r='A1' i='1'/>" * 250_000 + b"</calcChain>"
    texts = b"<sst %s>" % main + b"<si><t>x</t></si>" * 600_000 + b"</sst>"
    honest = parts | {"xl/calcChain.xml": chain, "xl/sharedStrings.xml": texts}
    check_workbook(file_of(tmp_path, zip_of(honest)))

    under_another_root = chain.replace(b"<c r='A1' i='1'/>", b"<xf/>")
    with pytest.raises(Unreadable):
        check_workbook(file_of(tmp_path, zip_of(parts | {"xl/styles.xml": under_another_root})))


def test_sheet_of_all_columns_there_are_is_no_bomb(tmp_path):
    names = [f"c{number}" for number in range(16_384)]
    check_workbook(file_of(tmp_path, workbook([names, names])))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["xl/noughts.xml", "xl/noughts", "xl/media/image1.png"])
def test_noughts_are_refused_whatever_their_part_is_called(tmp_path, name):
    """The workbook might say that they are its sheet."""
    path = with_part(tmp_path, name, b"0" * (300 * MB))
    began = time.monotonic()
    with pytest.raises(Unreadable):
        sniff(path)
    assert time.monotonic() - began < SOON


def test_shared_strings_under_another_name_are_bounded_too(tmp_path):
    text = b"<si><t>" + b"a" * 1024 + b"</t></si>"
    with pytest.raises(Unreadable):
        sniff(with_part(tmp_path, "xl/words.bin", b"<sst>" + text * (65 << 10)))


def test_row_that_says_it_is_the_last_of_millions_ends(tmp_path):
    sheet = b"<worksheet><sheetData>%s<row r='2000000000'/></sheetData></worksheet>"
    first = b"<row r='1'><c t='inlineStr'><is><t>number</t></is></c></row>"
    with pytest.raises(Unreadable):
        rows_of(with_part(tmp_path, "xl/worksheets/sheet1.xml", sheet % first))


def test_honest_workbook_with_long_texts_is_read(tmp_path):
    long = "好" * 32_767
    rows = [["number", "note"]] + [[f"A{n}", f"{n}{long}"[:32_767]] for n in range(300)]
    header, found = rows_of(file_of(tmp_path, workbook(rows)))
    assert header == ["number", "note"]
    assert len(found) == 300
    assert found[-1][1] == ["A299", f"299{long}"[:32_767]]


def test_picture_and_drawing_that_no_parser_reads_do_not_matter(tmp_path):
    parts = parts_of(workbook([["number"], ["A1"]]), tmp_path)
    parts["xl/media/image1.png"] = b"\x89PNG\r\n\x1a\n" + b"\0" * (5 * MB)
    parts["xl/drawings/vmlDrawing1.vml"] = b"<xml><br></xml>"
    assert rows_of(file_of(tmp_path, zip_of(parts))) == (["number"], [(2, ["A1"])])


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_one_endless_line_is_refused_soon(tmp_path, pack):
    path = file_of(tmp_path, pack(b"number,kind\n1,teacher\n" + b"a" * (300 * MB)))
    began = time.monotonic()
    with pytest.raises(Unreadable):
        sniff(path)
    assert time.monotonic() - began < SOON


# --- signs of life --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "content",
    [workbook([["number"], ["A1"]]), b"number\nA1\n", gzip.compress(b"number\nA1\n")],
    ids=["workbook", "text", "packed"],
)
def test_check_says_that_it_goes_on(tmp_path, content):
    beats = []
    sniff(file_of(tmp_path, content), lambda: beats.append(1))
    assert beats


@pytest.mark.django_db
def test_slow_check_is_not_taken_for_lost_and_a_silent_one_is():
    job = claim(JobFactory(kind="crm.check_import").pk)
    long_ago = timezone.now() - timedelta(minutes=10)
    Job.objects.update(beat_at=long_ago)
    assert Job.objects.lost().exists()

    job.beat_at = long_ago
    keep_alive(job)
    assert not Job.objects.lost().exists()
    assert claim(job.pk) is None

    Job.objects.update(beat_at=long_ago)
    # Within seconds of the last one no second is written: a row a megabyte would be many.
    keep_alive(job)
    assert Job.objects.lost().exists()
    assert claim(job.pk) is not None


@pytest.mark.django_db
def test_check_that_is_stopped_stops_while_it_looks(settings):
    batch = ImportBatchFactory(state="checking")
    assert describing.sniff is sniff
    job = claim(JobFactory(kind="crm.check_import", params={"batch": batch.pk}).pk)
    cancel_job(job=job, by=UserFactory(role="librarian"))
    job.beat_at = None
    with pytest.raises(Cancelled):
        check_job(job)
