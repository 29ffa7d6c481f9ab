"""What the preview of a file of activities tells apart, and by what it takes a column."""

import pytest
from django.urls import reverse

from crm.imports.describing import look_into
from crm.imports.load import preview
from tests.crm.activities.building import imported, readers, uploaded
from tests.factories import CampusFactory

pytestmark = pytest.mark.django_db

GATE = (
    "读者证号,入馆时间,方向\n"
    "A1,2026-10-01 09:00,进\n"
    "A1,2026-10-01 19:00,出\n"
    "A1,2026-10-02 09:00,进\n"
    "A1,2026-10-02 19:00,出\n"
)


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    return client


def page(name, batch) -> str:
    return reverse(f"crm:activity-import-{name}", args=[batch.pk])


def test_the_campus_chosen_for_rows_without_one_stands_in_the_sample():
    """In 0.1 the sample said "–", as if nothing had been chosen."""
    readers("A1")
    campus = CampusFactory(name_zh="鼓楼校区")
    assert {row.campus for row in preview(uploaded(GATE, "visits")).sample} == {""}
    chosen = uploaded(GATE, "visits", campus=campus.pk)
    assert {row.campus for row in preview(chosen).sample} == {"鼓楼校区"}


def test_a_row_that_names_its_campus_keeps_it_in_the_sample():
    readers("A1")
    usual = CampusFactory(name_zh="鼓楼校区")
    rows = "读者证号,入馆时间,校区\nA1,2026-10-01 09:00,仙林校区\nA1,2026-10-02 09:00,\n"
    shown = preview(uploaded(rows, "visits", campus=usual.pk)).sample
    assert [row.campus for row in shown] == ["仙林校区", "鼓楼校区"]


def test_rows_there_already_and_rows_that_are_not_counted_are_told_apart(desk, librarian):
    readers("A1")
    batch = imported(GATE, "visits", by=librarian)
    assert (batch.created, batch.unchanged, batch.report["left_out"]) == (2, 2, 2)
    assert "Rows that are there already: 0. " in desk.get(page("detail", batch)).content.decode()

    again = uploaded(GATE.replace("10-02", "10-03"), "visits", by=librarian)
    html = desk.get(page("preview", again)).content.decode()
    assert "Rows that are there already: 1. " in html
    assert "a book that comes back: 2." in html

    loans = "读者证号,借出时间\nA1,2026-10-01 09:00\n"
    imported(loans, by=librarian)
    once_more = uploaded(loans, by=librarian)
    assert "not counted, as" not in desk.get(page("preview", once_more)).content.decode()


def test_no_name_of_a_column_speaks_where_no_column_has_one(desk, librarian):
    readers("A1")
    rows = "\n".join(f"A1,2026-10-{day:02} 09:00:00,进" for day in range(1, 9)) + "\n"
    batch = uploaded(rows, "visits", by=librarian)
    assert batch.options["format"]["header_rows"] == 0
    header, _sample = look_into(batch)
    batch.mapping = dict(zip(["number", "at", "direction"], header, strict=True))
    batch.save()
    # The columns are called by their places, in the language of the page.
    desk.cookies["django_language"] = "zh-hans"
    html = desk.get(page("map", batch)).content.decode()
    assert "凭列名" not in html
    assert html.count("这份文件没有列名") == 2
