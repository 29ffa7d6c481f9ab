"""Whose numbers a file of activities holds is told by the column's name, else it is asked."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import override

from core.refusals import Refused
from crm.activities.actions import map_activities
from crm.activities.forms import number_systems
from crm.activities.options import ActivityOptions
from crm.imports.actions import run_import, upload_file
from crm.imports.tasks import import_file
from crm.readers.models import Activity, Identity, NumberSystem, Reader
from tests.crm.activities.building import imported, readers, source_named, uploaded
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db

KOHA_PATRONS = """borrowernumber,cardnumber,surname,firstname,branchcode,categorycode,dateexpiry
7,42,Li,Lei,EAST,ST,2099-06-30
42,7,Han,Mei,WEST,ST,2099-06-30
"""
KOHA_ISSUES = """issue_id,borrowernumber,itemnumber,date_due,branchcode,issuedate
1,7,991,2026-11-01,EAST,2026-10-01 09:00:00
2,42,992,2026-11-02,WEST,2026-10-02 09:00:00
3,7,993,2026-11-03,EAST,2026-10-03 09:00:00
"""
KOHA_API_PATRONS = """patron_id,cardnumber,surname,firstname,library_id,category_id,updated_on
7,42,Li,Lei,EAST,ST,2026-01-01T09:00:00+08:00
42,7,Han,Mei,WEST,ST,2026-01-01T09:00:00+08:00
"""
KOHA_API_CHECKOUTS = """checkout_id,patron_id,item_id,due_date,library_id,checkout_date
1,7,991,2026-11-01,EAST,2026-10-01T09:00:00+08:00
2,42,992,2026-11-02,WEST,2026-10-02T09:00:00+08:00
3,7,993,2026-11-03,EAST,2026-10-03T09:00:00+08:00
"""
HUIWEN_READERS = """REDR_CERT_ID,CERT_ID,NAME,DEPT,REDR_TYPE_CODE,REDR_FLAG
42,7,李雷,文学院,01,1
7,42,韩梅,文学院,01,1
"""
HUIWEN_LOANS = """CERT_ID,PROP_NO,LEND_DATE,NORM_RET_DATE,RENEW_TIMES
7,991,2026-10-01,2026-11-01,0
42,992,2026-10-02,2026-11-02,1
7,993,2026-10-03,2026-11-03,0
"""


def patrons_in(text: str):
    """By default clicks: mapped as it was guessed, kinds of the codes left unsaid."""
    file = SimpleUploadedFile("patrons.csv", text.encode())
    batch = upload_file(file=file, by=UserFactory(role="librarian"))
    batch.options["values"] = {"kind": {"ST": "undergraduate", "01": "undergraduate"}}
    batch.save()
    import_file(run_import(batch=batch, by=batch.created_by).pk)
    batch.refresh_from_db()
    assert (batch.state, batch.created) == ("done", 2)
    return batch


@pytest.mark.parametrize(
    ("patrons", "loans", "number", "system"),
    [
        (KOHA_PATRONS, KOHA_ISSUES, "borrowernumber", "koha"),
        (KOHA_API_PATRONS, KOHA_API_CHECKOUTS, "patron_id", "koha"),
        (HUIWEN_READERS, HUIWEN_LOANS, "CERT_ID", "huiwen"),
    ],
    ids=["koha", "koha-api", "huiwen"],
)
def test_loans_of_a_known_system_come_to_the_right_records_by_default(
    patrons, loans, number, system
):
    """The card of the one is the inner number of the other: only the right system tells."""
    patrons_in(patrons)
    batch = imported(loans)
    assert (batch.source, batch.mapping["number"]) == (system, number)
    assert (batch.created, batch.refused) == (3, 0)
    counts = {}
    for activity in Activity.objects.select_related("reader"):
        counts.setdefault(activity.reader.name, []).append(localdate(activity.at).day)
    lei, han = ("李雷", "韩梅") if system == "huiwen" else ("Lei Li", "Mei Han")
    assert {name: sorted(days) for name, days in counts.items()} == {lei: [1, 3], han: [2]}
    # The number on the card leads there as well.
    assert set(Reader.objects.values_list("source", flat=True)) <= {"library", "huiwen"}
    assert Identity.objects.count() == 2


@pytest.mark.parametrize(
    ("column", "has", "told"),
    [
        ("学号", "student", "student"),
        ("工号", "student", ""),
        ("工号", "staff", "staff"),
        ("cardnumber", "library", "library"),
        ("cardnumber", "student", ""),
        ("borrowernumber", "library", ""),
        ("编号", "library", ""),
        ("编号", "student", ""),
    ],
)
def test_name_of_the_column_decides_whatever_readers_have(column, has, told):
    readers("10001", source=has)
    batch = uploaded(f"{column},借出时间\n10001,2026-10-05\n", system="")
    assert batch.source == told


def test_what_nobody_can_tell_is_asked_and_nothing_comes_in_until_then(client):
    """A loan by a staff number is not a student's, and the page chooses nothing by itself."""
    readers("10001", source="student")
    text = "工号,借出时间\n10001,2026-10-05\n"
    batch = uploaded(text, system="")
    batch.mapping = {"number": "工号", "at": "借出时间"}
    batch.save()
    client.force_login(UserFactory(role="librarian"))
    page = reverse("crm:activity-import-map", args=[batch.pk])
    assert '<option value="" selected' in client.get(page).content.decode()
    asked = {"c0": "number", "c1": "at", "data_source": source_named().pk, "system": ""}
    answer = client.post(page, asked | {"encoding": "utf-8"})
    assert answer.status_code != 302
    with pytest.raises(Refused, match="编号|号码|系统"):
        map_activities(
            batch=batch,
            system="",
            mapping=batch.mapping,
            options=ActivityOptions.from_json(batch.options),
            by=None,
        )
    done = imported(text, system="")
    assert done.state != "done"
    assert not Activity.objects.exists()
    # Whoever says that they are student numbers may.
    assert imported(text, system="student").created == 1


def test_further_numbers_are_a_system_that_can_be_chosen(client):
    (reader,) = readers("1", source="library")
    NumberSystem.objects.get_or_create(code="gate", defaults={"name_zh": "闸机号"})
    Identity.objects.create(reader=reader, system_id="gate", number="77")
    batch = uploaded("编号,借出时间\n77,2026-10-05\n", system="")
    client.force_login(UserFactory(role="librarian"))
    page = client.get(reverse("crm:activity-import-map", args=[batch.pk])).content.decode()
    assert '<option value="gate">闸机号</option>' in page


def test_systems_that_are_not_listed_are_offered_in_words():
    """In 0.1 the page offered "synthetic", which is the code."""
    ReaderFactory(source="synthetic", number="S1")
    with override("en"):
        assert ("synthetic", "sample data of the demonstration") in number_systems()
