"""A list without a column of dates: its day stands over it, or in its name, or is said."""

import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import Workbook

from crm.activities.titled_days import the_day_in
from crm.imports import actions as verbs
from crm.imports.models import ImportBatch
from crm.imports.tasks import import_file
from crm.readers.models import Activity
from tests.crm.activities.building import readers, source_named, uploaded

pytestmark = pytest.mark.django_db
TITLE = "时间：2026年11月20日 14:00　地点：东湖校区报告厅"
HEAD = ["序号", "学号", "姓名", "学院", "签名"]
ROWS = [[1, "A1", "甲", "文学院", ""], [2, "A2", "乙", "法学院", ""]]


def workbook(*titles: str) -> bytes:
    book = Workbook()
    for row in [*([title] for title in titles), HEAD, *ROWS]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def listed(content: bytes, by, name="签到表.xlsx") -> ImportBatch:
    readers("A1", "A2")
    source = source_named("活动签到", kinds=("event",))
    return uploaded(content, "attendance", by=by, source=source, name=name)


def days_of_those_who_came() -> list[date]:
    return [at.date() for at in Activity.objects.filter(kind="event").values_list("at", flat=True)]


def run(batch: ImportBatch, by) -> ImportBatch:
    import_file(verbs.run_import(batch=batch, by=by).pk)
    batch.refresh_from_db()
    return batch


def test_day_over_the_table_is_that_of_all_rows(client, librarian):
    client.force_login(librarian)
    batch = listed(workbook("冬夜读诗 签到表", TITLE), librarian)

    page = client.get(batch.page("map")).content.decode()
    assert 'value="2026-11-20"' in page
    run(batch, librarian)

    assert (batch.state, batch.created) == (ImportBatch.State.DONE, 2)
    # Local midnight is the afternoon before by UTC.
    assert {at.isoformat() for at in days_of_those_who_came()} == {"2026-11-19"}


def test_day_may_stand_in_the_name_of_the_file_or_be_said(client, librarian):
    named = listed(workbook("冬夜读诗"), librarian, name="签到_20261118.xlsx")
    assert named.options["first"] == named.options["last"] == "2026-11-18"

    client.force_login(librarian)
    batch = uploaded(
        workbook("冬夜读诗"),
        "attendance",
        by=librarian,
        source=source_named("活动签到", kinds=("event",)),
        name="签到表.xlsx",
    )
    form = {"c1": "number", "system": "library", "data_source": batch.options["data_source"]}
    refused = client.post(batch.page("map"), form)
    assert "如果所有行都是同一天的" in refused.content.decode()

    taken = client.post(batch.page("map"), form | {"first": "2026-11-21", "last": "2026-11-21"})
    assert taken["Location"] == batch.page("preview")
    batch.refresh_from_db()
    assert run(batch, librarian).created == 2


@pytest.mark.parametrize(
    ("texts", "day"),
    [
        (["2026年11月20日 14:00"], date(2026, 11, 20)),
        (["2026-11-20", "又：2026.11.20"], date(2026, 11, 20)),
        (["签到20261120.xlsx"], date(2026, 11, 20)),
        (["2026-11-20 至 2026-11-22"], None),
        (["2026年13月40日"], None),
        (["1026-11-20"], None),
        (["电话 02520261120123"], None),
        (["第2026号"], None),
    ],
)
def test_one_day_that_is_written_is_the_day_and_two_are_none(texts, day):
    assert the_day_in(texts) == day


def test_two_days_in_the_title_leave_the_question_open(client, librarian):
    client.force_login(librarian)
    batch = listed(workbook("2026年11月20日至2026年11月22日"), librarian)

    assert batch.options["first"] is None
    page = client.get(reverse("crm:activity-import-map", args=[batch.pk])).content.decode()
    assert "<details" in page
