"""A new librarian brings in four files of four systems and finds whom to write to, by the browser.

Each file is brought in by the buttons that stand there; the files are of the kinds that systems
really write: a workbook, a table in GB18030, a page that calls itself .xls, an OpenDocument.
"""

import io
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from crm.imports.models import ImportBatch
from crm.imports.tasks import check_import, import_file
from crm.readers.models import Reader
from crm.rfc.tasks import measure_scores
from crm.segments.models import Segment
from crm.tallies.models import Tally
from tests.factories import CampusFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
READERS = 20
IMPORT = re.compile(r"/desk/imports/((activities|counts)/)?\d+/$")
#: Who has not been here for a while, and everybody else, by their numbers.
SILENT, HERE = "2026000001", [f"20260000{n:02}" for n in range(2, READERS + 1)]


def day(back: int) -> date:
    return timezone.localdate() - timedelta(days=back)


def workbook() -> bytes:
    """Readers in the second sheet, below a title; the first is a cover."""
    book, out = Workbook(), io.BytesIO()
    book.active.append(["图书馆读者名单"])
    sheet = book.create_sheet("名单")
    sheet.append(["2026 年秋季在籍读者"])
    sheet.append(["读者号", "姓名", "读者类型", "校区", "邮箱"])
    for number in [SILENT, *HERE]:
        sheet.append([number, f"读者{number[-2:]}", "本科生", "东馆", f"r{number}@example.edu"])
    book.save(out)
    return out.getvalue()


def loans() -> bytes:
    """Ten loans each, two a week, as a library system of the nineties exports them."""
    rows = ["读者号,题名,借出时间,馆"]
    rows += [f"{SILENT},《活着》,{day(n):%Y-%m-%d} 10:00:00,东馆" for n in (70, 80, 90)]
    for number in HERE:
        rows += [f"{number},《围城》,{day(n):%Y-%m-%d} 10:00:00,东馆" for n in range(1, 60, 6)]
    return "\r\n".join(rows).encode("gb18030")


def gate() -> bytes:
    """Visits as a page with a table, which the gate calls .xls."""
    cells = [(number, f"{day(n):%Y-%m-%d} 08:{n:02}:00") for number in HERE for n in (1, 9, 17)]
    rows = "".join(f"<tr><td>{who}</td><td>{at}</td><td>东馆</td></tr>" for who, at in cells)
    head = "<tr><th>读者号</th><th>入馆时间</th><th>校区</th></tr>"
    return f"<html><body><table>{head}{rows}</table></body></html>".encode()


def counts() -> bytes:
    """What a counter at the door counted, day by day, as an OpenDocument."""
    rows = [("日期", "人次", "地点")]
    rows += [(f"{day(n):%Y-%m-%d}", str(400 + 37 * n % 90), "东馆") for n in range(30, 0, -1)]
    cell = "<table:table-cell office:value-type='string'><text:p>{}</text:p></table:table-cell>"
    body = "".join(
        f"<table:table-row>{''.join(map(cell.format, row))}</table:table-row>" for row in rows
    )
    names = " ".join(
        f"xmlns:{short}='urn:oasis:names:tc:opendocument:xmlns:{short}:1.0'"
        for short in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {names}><office:body><office:spreadsheet>"
        f"<table:table table:name='门'>{body}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return out.getvalue()


@pytest.fixture
def desk(live):
    CampusFactory(name_zh="东馆", name_en="East")
    live.sign_in(UserFactory(role="librarian"))
    yield live
    assert live.errors == []


def press(desk) -> None:
    """The button that the page offers, in the form that leads on."""
    desk.page.locator("main form:not(.toolbar) .primary").first.click()


def bring(desk, name: str, content: bytes, folder, kind="", **fields: str) -> str:
    """One file from its upload to its report, with the columns as they were guessed. Returns what
    the preview says. Pages that loans have shown already are not looked at again for visits.
    """
    page = desk.page
    file = folder / name
    file.write_bytes(content)
    desk.open(reverse("crm:activity-import-create" if kind else "crm:import-create"))
    page.set_input_files("[name=file]", file)
    if kind:
        page.select_option("[name=kind]", kind)
    press(desk)
    page.wait_for_url(re.compile(r"/\d+/(map/)?$"))
    batch = ImportBatch.objects.latest("pk")
    if batch.state == ImportBatch.State.CHECKING:
        # No worker runs here: the test does the job that the page waits for.
        check_import(batch.job_id)
        desk.open(batch.page("map"))
    is_new = kind != "visits"
    assert not (is_new and desk.axe())
    for field, value in fields.items():
        page.fill(f"[name={field}]", value)
    press(desk)
    page.wait_for_url("**/preview/")
    assert not (is_new and desk.axe())
    said = page.inner_text("main")
    press(desk)
    page.wait_for_url(IMPORT)
    batch.refresh_from_db()
    import_file(batch.job_id)
    return said


def test_four_files_become_what_is_recorded_a_map_and_a_segment(desk, tmp_path):
    page = desk.page
    said = bring(desk, "读者.xlsx", workbook(), tmp_path)
    assert f"{READERS}" in said
    assert Reader.objects.filter(source="library").count() == READERS

    said = bring(desk, "借阅.csv", loans(), tmp_path, "loans", new_source="馆藏系统")
    assert "活着" not in said
    said = bring(desk, "门禁.xls", gate(), tmp_path, "visits", new_source="东馆闸机")
    assert "East: " in said
    said = bring(desk, "计数.ods", counts(), tmp_path, "counts", new_source="北门计数器")
    assert "East: " in said
    assert Tally.objects.count() == 30
    assert set(ImportBatch.objects.values_list("state", "refused")) == {("done", 0)}

    desk.open(reverse("crm:coverage"))
    board = page.inner_text("main")
    assert all(name in board for name in ("馆藏系统", "东馆闸机", "北门计数器"))
    assert desk.axe() == []

    # The night measures; nobody waits for it here.
    measure_scores()
    desk.open(reverse("crm:score-map"))
    page.wait_for_selector(".score-map td a")
    assert desk.axe() == []

    desk.open(reverse("crm:segment-create"))
    page.fill("[name=name]", "很久没来")
    page.locator("#segment-tree select[name^=new-]").first.select_option("rfc")
    page.locator("#segment-tree").get_by_role("button", name="Add condition", exact=True).click()
    # Who was here last seventy days ago is in none of the two newest brackets.
    recency = page.locator("#segment-tree fieldset.picks").first
    for bracket in ("1", "2", "3"):
        recency.locator(f"input[value='{bracket}']").check()
    assert desk.axe() == []
    page.click("button[value=save]")
    page.wait_for_url(re.compile(r"/desk/segments/\d+/$"))
    segment = Segment.objects.get(name="很久没来")
    assert list(segment.members.values_list("reader__number", flat=True)) == [SILENT]
    assert desk.axe() == []
