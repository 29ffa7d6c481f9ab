"""What the portal writes comes back without a change: exports, refused rows; so does each file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.imports.actions import run_import, upload_file
from crm.imports.models import ImportBatch
from crm.imports.tasks import import_file
from crm.readers.models import Activity, ConsentEvent, Reader
from tests.crm.activities import building as files
from tests.crm.imports.building import TABLE, counts, imported
from tests.factories import CampusFactory, ReaderFactory

pytestmark = pytest.mark.django_db

ROWS = {
    "loans": "读者证号,借出时间,操作,题名\n{0},2026-10-01 09:00,借,三体\n{0},2026-10-02,续借,\n",
    "visits": "读者证号,入馆时间,方向\n{0},2026-10-01 09:00,进\n{0},2026-10-01 19:00,出\n",
    "seats": "读者证号,开始时间,流水号\n{0},2026-10-01 09:00,1\n{0},2026-10-01 19:00,2\n",
    "attendance": "读者证号,签到时间,校区\n{0},2026-10-01 09:00,东馆\n{0},2026-10-01 19:00,东馆\n",
}


@pytest.fixture
def desk(client, librarian):
    client.force_login(librarian)
    return client


def content_of(answer) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def brought(content: bytes, name: str, system: str = "library") -> ImportBatch:
    """The file as it is guessed, but for the system of its numbers, which somebody has to say."""
    batch = upload_file(file=SimpleUploadedFile(name, content), by=None)
    batch.source = system
    batch.save()
    import_file(run_import(batch=batch, by=None).pk)
    return ImportBatch.objects.get(pk=batch.pk)


def stored() -> list:
    return [list(Reader.objects.order_by("pk").values()), ConsentEvent.objects.count()]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_export_of_readers_comes_back_without_a_change(desk, form, language):
    imported(TABLE)
    ReaderFactory(number="00042", name="-林一", kind="unsaid", phone="+86 13800138001", cohort=2024)
    ReaderFactory(number="B7", name="O'Brien", state="left", consents=["email:events"])
    before = stored()
    desk.cookies["django_language"] = language
    content = content_of(desk.get(reverse(f"crm:reader-export-{form}")))
    assert counts(brought(content, f"readers.{form}")) == (0, 0, 5, 0)
    assert stored() == before


def test_refused_rows_of_readers_come_back_refused_and_change_nothing(desk):
    batch = imported(TABLE + "A1,again,教师,,,,\n,nobody,教师,,,,\nA9,x,wizard,,,,\n")
    assert counts(batch) == (3, 0, 0, 3)
    before = stored()
    content = content_of(desk.get(reverse("crm:import-refusals", args=[batch.pk])))
    again = brought(content, "refused.csv")
    # The second row of A1 holds its number alone by now, and says nothing new.
    assert counts(again) == (0, 0, 1, 2)
    assert stored() == before


@pytest.fixture
def of_one_campus(librarian):
    """A librarian whose files may bring readers of one campus."""
    librarian.campus = CampusFactory(name_zh="南湖校区")
    librarian.save()
    return librarian


def test_a_mended_row_of_readers_comes_in_whole_and_changes_nobody_else(desk, of_one_campus):
    batch = imported(TABLE, by=of_one_campus)
    assert [one.raw for one in batch.refusals.all()] == [["A3"]]
    before = list(Reader.objects.order_by("pk").values())
    content = content_of(desk.get(reverse("crm:import-refusals", args=[batch.pk]))).decode()
    assert "A3,Ann,博士,余家头校区,,,3" in content
    # As it is it is refused once more.
    again = imported(content, by=of_one_campus)
    assert (counts(again), again.refusals.get().reason) == ((0, 0, 0, 1), "other-campus")

    mended = imported(content.replace("余家头校区", "南湖校区"), by=of_one_campus)
    assert counts(mended) == (1, 0, 0, 0)
    came = Reader.objects.get(number="A3")
    told = (came.name, came.kind, came.campus, came.traits)
    assert told == ("Ann", "doctoral", of_one_campus.campus, {"interest": 3})
    assert list(Reader.objects.exclude(number="A3").order_by("pk").values()) == before


def test_without_its_file_a_refused_row_has_its_number_alone(desk, of_one_campus):
    batch = imported(TABLE, by=of_one_campus)
    batch.file.delete()
    content = content_of(desk.get(reverse("crm:import-refusals", args=[batch.pk])))
    (row,) = content.decode().strip().splitlines()[1:]
    assert row.endswith(",A3")


def things(number: str) -> list[tuple]:
    """What somebody did, without who it was."""
    done = Activity.objects.filter(reader__number=number)
    return sorted(done.values_list("kind", "at", "campus"))


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_a_mended_row_of_activities_says_what_it_said_and_changes_nothing_else(desk, kind):
    files.readers("A1")
    head, *rows = ROWS[kind].format("A1").splitlines()
    strange = ROWS[kind].format("X9").splitlines()[1:]
    if kind == "seats":
        # Two rows of one file never have one number.
        strange = [one[:-1] + f"{int(one[-1]) + 7}" for one in strange]
    text = "\n".join([head, *rows, *strange]) + "\n"
    first = files.imported(text, kind, create_places=True)
    before = things("A1")
    content = content_of(desk.get(reverse("crm:activity-import-refusals", args=[first.pk])))
    # The reader is known by now: nothing in the file has to be mended.
    files.readers("X9")
    back = upload_file(
        file=SimpleUploadedFile("refused.csv", content),
        kind=first.takes,
        by=None,
        source=files.source_named(kinds=tuple(map(str, first.kind.does))),
    )
    import_file(run_import(batch=back, by=None).pk)
    back.refresh_from_db()
    assert (back.created, back.refused) == (first.refused, 0)
    assert things("X9") == before == things("A1")


@pytest.mark.parametrize("kind", sorted(ROWS))
def test_each_kind_of_activity_again_and_its_refused_rows_add_nothing(desk, kind):
    files.readers("A1")
    head, *rows = ROWS[kind].format("A1").splitlines()
    strange = ROWS[kind].format("X9").splitlines()[1:]
    text = "\n".join([head, *rows, *strange]) + "\n"
    first = files.imported(text, kind)
    came = Activity.objects.count()
    assert (first.created, first.refused) == (came, len(strange) - (kind == "visits"))
    assert came > 0
    again = files.imported(text, kind)
    assert (again.created, again.refused) == (0, first.refused)

    content = content_of(desk.get(reverse("crm:activity-import-refusals", args=[first.pk])))
    assert "三体" not in content.decode()
    back = upload_file(
        file=SimpleUploadedFile("refused.csv", content),
        kind=first.takes,
        by=None,
        source=files.source_named(kinds=tuple(map(str, first.kind.does))),
    )
    import_file(run_import(batch=back, by=None).pk)
    back.refresh_from_db()
    assert (back.created, back.refused) == (0, first.refused)
    assert Activity.objects.count() == came
