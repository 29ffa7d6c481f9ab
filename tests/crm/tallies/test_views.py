"""A file of counts on its way through the pages, and the list of what holds."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.imports.models import ImportBatch
from crm.imports.tasks import import_file, undo_import
from crm.registers.actions import merge_places
from crm.sources.models import DataSource
from crm.staff.models import Campus
from crm.tallies.models import Tally
from tests.bare import bare
from tests.crm.tallies.building import imported, uploaded

pytestmark = pytest.mark.django_db
TABLE = """分馆,月份,受众,活动场次,参加人数
东馆,2026-01,少儿,3,40
东馆,2026-01,成人,1,3
东馆,2026-02,成人,2,X
合计,2026-01,,4,43
西馆,2026-01,成人,负一,5
"""


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    client.cookies["django_language"] = "en"
    return client


def page(name, batch) -> str:
    return reverse(f"crm:tally-import-{name}", args=[batch.pk])


def text(desk, url) -> str:
    return " ".join(desk.get(url).content.decode().split())


def test_a_librarian_brings_counts_by_the_door_of_all_files_and_takes_them_back(desk):
    file = SimpleUploadedFile("活动.csv", TABLE.encode())
    answer = desk.post(reverse("crm:activity-import-create"), {"kind": "counts", "file": file})
    batch = ImportBatch.objects.get()
    assert answer.url == page("map", batch)
    assert "a month, an hour, a kind of readers or a place" in text(desk, page("map", batch))

    columns = ["place", "period", "audience", "events", "attendance"]
    sent = {f"c{place}": field for place, field in enumerate(columns)}
    sent |= {"create_places": "on", "measure": "visits"}
    html = desk.post(page("map", batch), sent).content.decode()
    assert "Nobody has said where these numbers were counted." in html
    sent["new_source"] = "活动登记"
    assert desk.post(page("map", batch), sent).url == page("preview", batch)
    assert DataSource.objects.get().measures == ["attendance", "events"]

    html = text(desk, page("preview", batch))
    assert "Import 6 new numbers and 0 changed ones" in html
    # 43 beside the 40 would say how many the others were: three.
    assert "Attendance: not shown; cells without a number: 1" in html
    assert "A sum of other rows, it seems" in html
    assert "Not a number of something that was counted" in html
    assert Tally.objects.count() == 0

    assert desk.post(page("run", batch)).url == page("detail", batch)
    batch.refresh_from_db()
    import_file(batch.job_id)
    html = text(desk, page("detail", batch))
    assert "Added as campus or college: 东馆." in html
    refused = b"".join(desk.get(page("refusals", batch)).streaming_content).decode()
    assert "负一" in refused
    assert page("detail", batch) in text(desk, reverse("crm:import-list"))
    board = text(desk, reverse("crm:coverage"))
    assert "recorded together, single days unknown" in board

    job = desk.post(page("undo", batch)).url
    undo_import(int(job.rstrip("/").rpartition("/")[2]))
    assert Tally.objects.count() == 0
    assert "Taken back: 6 numbers." in text(desk, page("detail", batch))


@pytest.mark.parametrize(
    ("order", "day", "cell"),
    [("dmy", "2005-03-04", "04-03-05"), ("ymd", "2004-03-05", "04-03-05")]
    + [("serial", "2024-03-01", "45352")],
)
def test_dates_of_counts_are_read_in_every_order_that_other_files_have(desk, order, day, cell):
    batch = uploaded(f"日期,到馆人次\n{cell},120\n")
    sent = {"c0": "period", "c1": "visits", "date_order": order, "measure": "visits"}
    sent["data_source"] = DataSource.objects.get().pk
    assert desk.post(page("map", batch), sent).url == page("preview", batch)
    assert desk.post(page("run", batch)).url == page("detail", batch)
    batch.refresh_from_db()
    import_file(batch.job_id)
    assert [str(tally.first) for tally in Tally.objects.all()] == [day]


def test_the_list_says_what_is_known_and_prints_no_few_persons(desk):
    imported(TABLE, name="活动.csv")
    html = text(desk, reverse("crm:tally-list"))
    assert "January 2026" in html
    assert "no number in 1 of 1 cells" in html
    assert "not measured" in html
    # Three who came are three persons; how many events there were is nobody's.
    narrowed = text(desk, f"{reverse('crm:tally-list')}?q=成人&until=2026-01-31&measure=attendance")
    assert "not shown" in narrowed
    export = reverse("crm:tally-export")
    file = b"".join(desk.get(f"{export}?measure=attendance").streaming_content).decode()
    assert "2026-01-01 – 2026-01-31,东馆" in file
    assert ",40," in file
    assert ",3," not in file
    unknown = b"".join(desk.get(f"{export}?state=not-known").streaming_content).decode()
    assert len(unknown.strip().splitlines()) == 2


def test_a_number_is_corrected_with_a_reason_and_the_correction_taken_back(desk):
    imported("日期,人次\n2026-03-02,500\n", name="门.csv")
    tally = Tally.objects.get()
    address = reverse("crm:tally-correct", args=[tally.pk])
    assert 'value="500"' in text(desk, address)
    assert desk.post(address, {"value": "-4", "note": ""}).status_code == 400
    assert Tally.objects.count() == 1
    assert desk.post(address, {"value": "40", "note": "学生乘梯误计"}).status_code == 302
    html = text(desk, reverse("crm:tally-list"))
    assert "corrected by hand: 学生乘梯误计" in html
    held = Tally.objects.in_force().get()
    assert held.value == 40
    desk.post(reverse("crm:tally-release", args=[held.pk]))
    assert Tally.objects.in_force().get().value == 500
    html = desk.post(reverse("crm:tally-release", args=[tally.pk]), follow=True).content.decode()
    assert "This number was not corrected by hand." in html


def test_numbers_say_of_whom_and_where_they_are_before_they_change_or_are_corrected(desk):
    table = "日期,受众,参加人数\n2026-03-02,少儿,{}\n2026-03-02,,900\n"
    imported(table.format(500))
    batch = uploaded(table.format(600))
    preview = text(desk, page("preview", batch))
    assert "<td>whole library</td> <td>Attendance · 少儿</td>" in bare(preview)
    of_children = Tally.objects.get(audience="少儿", measure="attendance")
    correct = text(desk, reverse("crm:tally-correct", args=[of_children.pk]))
    assert "· whole library ·" in correct
    assert "· Attendance · 少儿" in correct
    of_all = Tally.objects.get(audience="", measure="attendance")
    correct = text(desk, reverse("crm:tally-correct", args=[of_all.pk]))
    assert "Attendance · everybody" in correct
    desk.cookies["django_language"] = "zh-hans"
    assert '<th scope="col">日期</th>' in bare(text(desk, page("preview", batch)))


def test_counts_need_a_source_of_their_own_and_pages_of_their_own(desk):
    gate = DataSource.objects.create(code="gate", name="门禁", kinds=["visit"])
    batch = uploaded("日期,人次\n2026-03-02,500\n", source=gate)
    ImportBatch.objects.update(created_by=None)
    html = desk.get(page("preview", batch), follow=True).content.decode()
    assert "Counts need a source of their own." in html
    assert desk.get(reverse("crm:activity-import-map", args=[batch.pk])).status_code == 404


def test_c2_counts_of_a_merged_place_are_found_under_its_successor_and_as_it_was(desk):
    imported("分馆,月份,人次\n东馆,2019-01,1000\n总馆,2026-01,5000\n")
    old, new = Campus.objects.get(name_zh="东馆"), Campus.objects.get(name_zh="总馆")
    merge_places(parts=[old], into=new, last_day=date(2020, 1, 1), by=None)
    address = reverse("crm:tally-list")
    html = desk.get(address, {"campus": new.pk}).content.decode()
    assert ("1,000" in html, "总馆（当时：东馆）" in html or "总馆 (then: 东馆)" in html) == (
        True,
        True,
    )
    html = desk.get(address, {"campus": new.pk, "places": "then"}).content.decode()
    assert "1,000" not in html
    html = desk.get(address, {"places": "then"}).content.decode()
    assert ("1,000" in html, "then: 东馆" in html) == (True, False)
    exported = desk.get(reverse("crm:tally-export"), {"campus": new.pk}).getvalue().decode()
    assert "东馆" in exported
