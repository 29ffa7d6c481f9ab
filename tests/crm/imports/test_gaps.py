"""What a row does not say, or nobody can understand: the person comes in all the same, and it is
said."""

from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation

from core.exporting import csv_text
from crm.imports import actions as verbs
from crm.imports.describing import look_into
from crm.imports.models import ImportBatch
from crm.imports.refused import refusal_rows
from crm.imports.remarks import problems
from crm.imports.tasks import import_file
from crm.readers.models import Reader
from tests.crm.imports.building import counts
from tests.data import real_file

pytestmark = pytest.mark.django_db
HOSTILE = Path(__file__).parents[2] / "data" / "hostile"


def uploaded(content: bytes | str, name="readers.csv") -> ImportBatch:
    if isinstance(content, str):
        content = content.encode()
    batch = verbs.upload_file(file=SimpleUploadedFile(name, content), by=None)
    batch.source = "library"
    batch.save()
    return batch


def run(batch: ImportBatch) -> ImportBatch:
    import_file(verbs.run_import(batch=batch, by=None).pk)
    batch.refresh_from_db()
    return batch


def imported(content: bytes | str, name="readers.csv") -> ImportBatch:
    return run(uploaded(content, name))


def hostile(name: str) -> ImportBatch:
    return imported((HOSTILE / name).read_bytes(), name)


def reader(number: str) -> Reader:
    return Reader.objects.get(number=number)


def test_cell_that_a_person_can_do_without_is_left_out_and_said():
    batch = hostile("16_zero_dates.csv")

    assert counts(batch) == (4, 0, 0, 0)
    assert reader("P1601").registered_on == reader("P1603").registered_on == date(2024, 9, 1)
    assert [reader(f"P160{n}").last_seen_on for n in range(1, 5)] == [None] * 4
    assert batch.report["warnings"] == [
        {"field": "registered_on", "reason": "day-number", "rows": 1, "lines": [5]}
    ]
    # A header is no row, neither before nor after.
    assert (batch.rows, batch.job.total, batch.job.done) == (4, 4, 4)


def test_yes_given_for_an_address_that_cannot_be_read_is_not_taken():
    batch = imported("读者号,姓名,邮箱,同意邮件\nA1,李雷,a1@example.org,是\n")
    assert reader("A1").consents

    imported("读者号,姓名,邮箱,同意邮件\nA2,韩梅梅,a2 at example,是\n")

    assert (reader("A2").email, reader("A2").consents) == ("", [])
    assert batch.refused == 0


def test_what_a_row_does_not_say_is_not_said():
    imported("读者号,姓名\nA1,李雷\n")
    assert reader("A1").kind == Reader.Kind.UNSAID

    imported("读者号,姓名,类型\nA1,李雷,教师\n")
    imported("读者号,姓名\nA1,李雷\n")
    assert reader("A1").kind == Reader.Kind.TEACHER


def test_names_of_two_columns_expiry_and_the_newest_row_of_a_patron_file():
    later = timezone.localdate().year + 2
    batch = imported(
        "cardnumber,surname,firstname,categorycode,dateenrolled,dateexpiry\n"
        f"K1,欧阳,娜娜,student,2020-09-01,2021-07-01\n"
        f"K1,欧阳,娜娜,master,2024-09-01,{later}-07-01\n"
        f"K2,Lee,Ann,faculty,2024-09-01,2021-07-01\n"
        f"K3,Lee,,faculty,2024-09-01,\n".replace("student", "undergraduate")
    )

    assert counts(batch) == (3, 0, 0, 1)
    assert (reader("K1").name, reader("K1").kind, reader("K1").state) == (
        "欧阳娜娜",
        "master",
        "active",
    )
    assert (reader("K2").name, reader("K2").state) == ("Ann Lee", "left")
    assert (reader("K3").name, reader("K3").state) == ("Lee", "active")


def test_our_own_exports_and_refused_rows_come_back_without_a_change():
    assert hostile("25_round_trip_source.csv").created == 3
    assert reader("Y2501").name == "-林一"

    assert counts(hostile("25_round_trip_exported.csv")) == (0, 0, 2, 0)

    first = hostile("26_refused_to_mend.csv")
    assert counts(first) == (0, 0, 0, 1)
    mended = csv_text(refusal_rows(first)).replace("访学生", "本科生")
    assert counts(imported(mended)) == (1, 0, 0, 0)
    assert reader("Z2601").phone == "+86 13800138001"
    assert counts(imported(mended)) == (0, 0, 1, 0)


def test_column_that_cannot_be_told_is_asked_about_before_anything_comes_in():
    against = uploaded("读者号,注册日期\nA1,25/12/2020\nA2,12/25/2020\nA3,03/04/2020\n")
    unclear = uploaded("读者号,注册日期\nA1,03/04/2020\n")
    doubtful = uploaded("number,name\nA1,镕\n".encode("gb18030"))
    told = uploaded("读者号,注册日期\nA1,25/12/2020\nA2,03/04/2020\n")

    with translation.override("en"):
        said = [problems(look_into(one)[0], one) for one in (against, unclear, doubtful, told)]

    assert ["25/12/2020" in said[0][0], "12/25/2020" in said[0][0]] == [True, True]
    assert "03/04/2020" in said[1][0]
    assert "GB18030" in said[2][0]
    assert said[3] == []
    run(told)
    assert reader("A2").registered_on == date(2020, 4, 3)

    verbs.read_otherwise(batch=doubtful, asked={"encoding": "gb18030"}, by=None)
    doubtful.refresh_from_db()
    assert problems(look_into(doubtful)[0], doubtful) == []
    unclear.options = unclear.options | {"date_order": "mdy"}
    assert problems(look_into(unclear)[0], unclear) == []


def test_another_header_and_rows_like_totals_can_be_asked_for():
    batch = uploaded("读者号,姓名\nA1,李雷\n合计,\n")

    verbs.read_otherwise(
        batch=batch, asked={"header": 2, "header_rows": 0, "take_totals": True}, by=None
    )
    batch.refresh_from_db()

    assert look_into(batch)[1] == [["A1", "李雷"], ["合计", ""]]
    assert batch.mapping == {}


def test_files_that_hold_no_readers_are_read_and_take_nobody_in():
    for name in ("events_barnet.csv", "validation_membership_fail.csv"):
        path = real_file("barnet", name)
        batch = uploaded(path.read_bytes(), name)
        assert "number" not in batch.mapping
        assert batch.options["format"]["header"] == 1
