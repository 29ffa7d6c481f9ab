"""Titles a person has read are never stored: of a refused row a cell stays only where it reads as
what its column is.
"""

import pytest
from django.db import connection
from django.urls import reverse

from crm.activities.kept_cells import clock_or_nothing, moment_or_nothing, readable_number
from crm.imports.models import ImportRefusal
from tests.core.building import client_of
from tests.crm.activities.building import imported, readers, source_named
from tests.factories import CampusFactory

pytestmark = pytest.mark.django_db
#: A title with a comma, which the library system wrote without quotes: all behind it shifts.
FILES = {
    "last column left out": "读者证号,题名,借出时间,还书时间\nA1,War, and Peace,2026-10-01\n",
    "last column empty": "读者证号,题名,借出时间,还书时间\nA1,War, and Peace,2026-10-01,\n",
    "title first": "题名,读者证号,借出时间\nWar, and Peace,A1\n",
    "renewals": "读者证号,题名,借出时间,续借次数\nA1,War, and Peace,2026-10-01\n",
    "no title column": "读者证号,借出时间\nA1,2026-10-01,War and Peace\n",
    "broken quotes": '读者证号,借出时间\nA1,"2026-10-01, War and Peace\n',
    "kind": "读者证号,借出时间,操作类型\nA1,2026-10-01,War and Peace\n",
    "campus": "读者证号,借出时间,分馆\nA1,昨天,War and Peace\n",
    "time": "读者证号,借出日期,时刻\nA1,2026-10-01,War and Peace\n",
    "number": "读者证号,借出时间\nWar and Peace,2026-10-01\n",
    "number and day": "读者证号,借出时间\nPeace,and War\n",
}


def cells_with(text: str) -> list[tuple[str, str]]:
    """(table, row as text) of all rows of all tables that say ``text``, capitals or not."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t WHERE t::text ILIKE %s', [f"%{text}%"])
            found += [(table, row) for (row,) in cursor.fetchall()]
    return found


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_no_part_of_a_title_is_stored(text):
    readers("A1", "A2")
    imported(text + "A2,2026-10-02\n")
    assert ImportRefusal.objects.exists()
    assert cells_with("peace") == []


def test_what_a_row_is_mended_by_stays():
    readers("A1", "A2", "B-07")
    CampusFactory(name_zh="东馆")
    heads = "读者证号,借出时间,分馆,操作类型\n"
    rows = ["A9,2026-10-01,东馆,借", "A1,2026-02-30,东馆,续借", "b-11,昨天,火星馆,送", "Ab9,昨天,,"]
    imported(heads + "\n".join(rows))
    assert list(ImportRefusal.objects.order_by("line").values_list("raw", flat=True)) == [
        ["A9", "2026-10-01", "东馆", "loan"],
        ["A1", "2026-02-30", "东馆", "续借"],
        ["b-11", "", "", ""],
        ["", "", "", ""],
    ]


def test_numbers_of_another_register_are_known_by_their_many_and_single_ones_are_not():
    readers("A1")
    strange = [f"2026{n:04},2026-10-01" for n in range(30)]
    imported("读者证号,借出时间\n" + "\n".join([*strange, "1984,2026-10-01", "1Q84,2026-10-01"]))
    kept = [cells[0] for cells in ImportRefusal.objects.order_by("line").values_list("raw", flat=1)]
    assert kept == [f"2026{n:04}" for n in range(30)] + ["", ""]


@pytest.mark.parametrize("field", ["number", "at", "campus", "time"])
def test_title_in_a_field_of_a_program_is_not_kept(librarian, field):
    readers("A1")
    gate = source_named("东馆闸机", ("visit",))
    row = {"system": "library", "number": "A1", "kind": "visit", "at": "2026-10-01"}
    rows = [row | {field: "War and Peace"}, row | {"number": "A9"}, row | {"at": "2026-02-30"}]
    client_of(librarian).post(
        reverse("api:activities"),
        {"source": gate.code, "rows": rows},
        format="json",
        headers={"Idempotency-Key": "k1"},
    )
    kept = ImportRefusal.objects.order_by("line").values_list("raw", flat=True)
    assert [cells[0] for cells in kept] == ["" if field == "number" else "A1", "A9", "A1"]
    assert cells_with("peace") == []


@pytest.mark.parametrize(
    "cell",
    ["2026-02-30", "2026/13/45 25:61", "31.02.2026", "2026年2月30日 下午3:20", "20261301", "45000"]
    + ["5-Mar-2021", "2026-10-01T09:15:00+08:00", "20261003091500", "3/4/26"],
)
def test_what_is_written_like_a_day_stays(cell):
    assert moment_or_nothing(cell) == cell


@pytest.mark.parametrize("cell", ["1984", "昨天", "March", "2001: A Space", "9787020002207"])
def test_what_is_no_day_does_not(cell):
    assert (moment_or_nothing(cell), clock_or_nothing(cell)) == ("", "")


def test_number_of_a_book_is_no_reader_s():
    assert (readable_number("9787020002207"), readable_number(" ‘A1 ")) == ("", "A1")
