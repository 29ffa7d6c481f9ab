"""A file of loans is read by the same machinery as one of readers: where its table begins, in which
letters, and in which order day and month stand.
"""

import io
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook

from crm.activities.plan import problems
from crm.imports.describing import look_into
from crm.readers.models import Activity
from tests.crm.activities.building import counts, imported, readers, uploaded
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def days() -> list[datetime]:
    happened = Activity.objects.order_by("at").values_list("at", flat=True)
    return [timezone.make_naive(one).replace(hour=0) for one in happened]


def test_titles_over_the_table_and_a_column_that_tells_the_order_of_its_days():
    readers("A1", "A2")
    text = (
        "馆藏系统借阅导出\n导出时间：2026-10-20 08:00\n\n读者证号,借出时间,分馆\n"
        "A1,03/04/2026,东馆\nA2,25/03/2026,东馆\n合计,2,\n"
    )

    batch = imported(text.encode("gb18030"))

    assert counts(batch)[0] == 2
    assert days() == [datetime(2026, 3, 25), datetime(2026, 4, 3)]
    assert batch.options["format"]["header"] == 4


def test_workbook_behind_a_cover_sheet_with_numbers_of_days():
    readers("00000007")
    book = Workbook()
    book.active.append(["填表说明"])
    sheet = book.create_sheet("借阅")
    sheet.append(["读者证号", "借出时间"])
    for number in range(3):
        sheet.append([7, 46_000 + number])
        sheet.cell(sheet.max_row, 1).number_format = "00000000"
    out = io.BytesIO()
    book.save(out)

    batch = imported(out.getvalue(), name="loans.xlsx")

    assert batch.options["format"]["sheet"] == "借阅"
    assert counts(batch) == (3, 0, 0)
    assert days()[0] == datetime(2025, 12, 9)


def test_column_that_contradicts_itself_is_refused_whole(client):
    readers("A1")
    against = uploaded("读者证号,借出时间\nA1,25/03/2026\nA1,03/25/2026\n")
    unclear = uploaded("读者证号,借出时间\nA1,03/04/2026\n")
    doubtful = uploaded("读者证号,借出时间,分馆\nA1,2026-03-05,镕\n".encode("gb18030"))
    assert problems(look_into(doubtful)[0], doubtful) == []

    with translation.override("en"):
        said = [problems(look_into(one)[0], one) for one in (against, unclear)]
    assert "25/03/2026 and 03/25/2026" in said[0][0]
    assert "03/04/2026" in said[1][0]

    client.force_login(UserFactory(role="librarian"))
    page = client.get(reverse("crm:activity-import-map", args=[against.pk])).content.decode()
    assert "03/25/2026" in page
    unclear.options = unclear.options | {"date_order": "dmy"}
    assert problems(look_into(unclear)[0], unclear) == []


def test_of_a_refused_row_nothing_is_kept_but_what_was_said_to_be_read():
    """Titles under a name that says nothing of them, and in the cell of another column."""
    readers("A1")
    text = "读者证号,借出时间,读者所借题名,备注,流水号\nA1,昨天,活着,红楼梦,《三体》 7\n"
    batch = imported(text)
    refused = batch.refusals.get()
    assert refused.raw[:4] == ["A1", "", "", ""]
    # A gate's clock that is ahead loses no visit, and says nothing of a day that is not over.
    today = timezone.localdate()
    ahead = imported(f"读者证号,借出时间\nA1,{today + timedelta(days=1)} 00:01\nA1,{today} 08:00\n")
    assert (counts(ahead), ahead.report["last"]) == ((2, 0, 0), today.isoformat())
