"""What an import would do is told before it does anything, and what looks wrong stops it."""

from json import loads

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.imports import actions as verbs
from crm.imports.keeping import as_json, kept
from crm.imports.load import AT_ONCE, preview
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.previewing import ImportPreview
from crm.imports.staging import drop_orphans
from crm.imports.tasks import import_file, preview_import
from crm.jobs.models import Job
from crm.readers.models import COVERED, ConsentEvent, Look, Reader, permissions
from tests.crm.imports.building import batch_of, imported
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db

MAPPING = {"number": "证号", "name": "姓名", "email": "邮箱", "college": "学院", "kind": "类型"}
GIVEN = sorted(permissions("email", COVERED))
TABLE = """证号,姓名,邮箱,学院,类型,是否同意邮件,办证日期
A1,李 雷,a1@example.com,文学院,,是,2024-03-01
A2,许砚秋,new2@example.com,,,是,2024-03-01
A3,韩梅梅,new3@example.com,,,否,2024-03-01
A4,新读者,a4@example.com,,,是,2024-03-01
A5,谁,a5@example.com,,外星人,是,2024-03-01
"""


def three_known() -> list[Reader]:
    """A1 changes the college, A2 is somebody else, A3 has another address."""
    rows = [("A1", "李雷", "a1@example.com"), ("A2", "林知夏", "old2@example.com")]
    rows.append(("A3", "韩梅梅", "old3@example.com"))
    made = []
    for number, name, email in rows:
        reader = ReaderFactory(source="library", number=number, name=name, email=email)
        reader.consents = list(GIVEN)
        reader.save()
        made.append(reader)
    return made


def batch(by=None) -> ImportBatch:
    return batch_of(TABLE, by, mapping=MAPPING, constants={"kind": "public"})


def test_preview_tells_every_group_and_writes_nothing_of_a_person():
    one, _two, three = three_known()
    before = list(Reader.objects.order_by("pk").values())
    waiting = batch()
    with CaptureQueriesContext(connection) as asked:
        found = preview(waiting)

    counts = found.counts
    assert (counts.created, counts.changed, counts.unchanged, counts.refused) == (1, 2, 0, 1)
    assert (found.others, found.losing) == (1, 1)
    assert dict(found.changed_columns) == {"name": 1, "college_id": 1, "email": 1, "consents": 1}
    changes = {row.number: row.fields for row in found.changes}
    assert ("college_id", "", "文学院") in changes[one.number]
    assert ("email", "old3@example.com", "new3@example.com") in changes[three.number]
    (other,) = found.other_rows
    assert (other.line, other.number) == (3, "A2")
    assert (other.before["name"], other.said["name"]) == ("林知夏", "许砚秋")
    assert found.reasons == [("unknown-kind", 1)]
    overlooked = [(row.column, row.holds) for row in found.overlooked]
    assert overlooked == [("是否同意邮件", "consent"), ("办证日期", "day")]

    assert list(Reader.objects.order_by("pk").values()) == before
    written = [row["sql"] for row in asked if row["sql"].lstrip().startswith(("INSERT", "UPDATE"))]
    tables = {sql.split()[2 if sql.lstrip().startswith("INSERT") else 1] for sql in written}
    assert {table for table in tables if "staging" not in table} == {"crm_look"}
    assert ConsentEvent.objects.count() == 0


def test_rows_that_look_like_other_people_wait_for_a_word():
    """In the worker, whoever pressed: the readers stay as they were, and the file can be run."""
    three_known()
    by = UserFactory(role="librarian")
    waiting = batch(by)
    job = verbs.run_import(batch=waiting, by=by)
    import_file(job.pk)
    job.refresh_from_db()
    waiting.refresh_from_db()
    assert (job.state, waiting.state, waiting.is_open) == ("failed", "uploaded", True)
    assert "看着像另一个人" in job.message_in_words
    assert not Reader.objects.filter(number="A4").exists()

    # Only those that somebody has seen.
    verbs.decide_others(batch=waiting, choice="same", seen="others", by=by)
    waiting.refresh_from_db()
    import_file(verbs.run_import(batch=waiting, by=by).pk)
    assert Reader.objects.get(number="A2").name == "林知夏"

    verbs.decide_others(batch=waiting, choice="same", seen=preview(waiting).seen, by=by)
    waiting.refresh_from_db()
    import_file(verbs.run_import(batch=waiting, by=by).pk)
    two = Reader.objects.get(number="A2")
    assert (two.name, two.email, two.consents) == ("许砚秋", "new2@example.com", [])
    assert Reader.objects.filter(number="A4").exists()


def test_rows_of_other_people_are_left_out_and_kept_as_refused():
    three_known()
    done = imported(TABLE, mapping=MAPPING, constants={"kind": "public"}, if_another_person="leave")
    assert (done.created, done.changed, done.refused) == (1, 2, 2)
    reasons = dict(done.refusals.values_list("line", "reason"))
    assert reasons == {3: "another-person", 6: "unknown-kind"}
    two = Reader.objects.get(number="A2")
    assert (two.name, two.consents) == ("林知夏", GIVEN)


def test_a_name_or_an_address_alone_is_a_change_like_others():
    """Blanks and width make no other name, capitals no other address; a first address beside
    another name is somebody else's.
    """
    for number, name, email in [
        ("A1", "李雷", "a1@example.com"),
        ("A2", "Ann Lee", "a2@example.com"),
        ("A3", "韩", ""),
        ("A4", "林", ""),
    ]:
        ReaderFactory(source="library", number=number, name=name, email=email)
    text = "证号,姓名,邮箱\nA1,李磊,A1@Example.com\nA2,ＡＮＮ  Lee,b2@example.com\n"
    text += "A3,韩,b3@example.com\nA4,许,b4@example.com\n"
    mapping = {"number": "证号", "name": "姓名", "email": "邮箱"}
    found = preview(batch_of(text, mapping=mapping))
    assert (found.counts.changed, found.others) == (3, 1)


@pytest.fixture
def desk(client):
    client.force_login(UserFactory(role="librarian", username="desk"))
    return client


def test_page_shows_before_and_after_and_stops(desk):
    """The whole way of a librarian: looks, runs without a word, chooses, runs."""
    three_known()
    waiting = batch()
    page = desk.get(reverse("crm:import-preview", args=[waiting.pk])).content.decode()
    for shown in ("林知夏", "许砚秋", "o***@example.com", "n***@example.com", "文学院"):
        assert shown in page
    assert "old3@example.com" not in page
    assert "是否同意邮件" in page
    assert "办证日期" in page
    assert "导入：新增 1，更新 2" in page

    run = reverse("crm:import-run", args=[waiting.pk])
    seen = preview(waiting).seen
    assert desk.post(run, {"seen": seen}).url == reverse("crm:import-preview", args=[waiting.pk])
    assert not Job.objects.filter(kind="crm.import_file").exists()
    assert desk.post(run, {"seen": seen, "others": "leave"}).url == waiting.get_absolute_url()
    waiting.refresh_from_db()
    import_file(waiting.job_id)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.refused) == ("done", 2)


def test_large_file_is_counted_by_a_worker_and_kept_outside_of_the_readers(desk):
    """The count is dropped where the file is mapped otherwise, or runs, and swept afterwards."""
    three_known()
    by = UserFactory(role="librarian")
    more = "".join(f"B{n},人{n},b{n}@example.com,,,否,\n" for n in range(AT_ONCE))
    waiting = batch_of(TABLE + more, by, mapping=MAPPING, constants={"kind": "public"})
    page = reverse("crm:import-preview", args=[waiting.pk])
    assert desk.get(page).templates[0].name == "crm/imports/import_counting.html"
    assert desk.post(reverse("crm:import-count", args=[waiting.pk])).url == page
    job = Job.objects.get(kind="crm.preview_import")
    assert verbs.count_preview(batch=waiting, by=by) == job
    preview_import(job.pk)

    waiting.refresh_from_db()
    counted = kept(waiting, ImportPreview)
    assert loads(as_json(counted)) == loads(as_json(preview(waiting)))
    assert drop_orphans() == 0
    shown = desk.get(page)
    assert shown.context["preview"].others == 1
    assert Look.objects.filter(user__username="desk", place="import").exists()

    verbs.use_profile(batch=waiting, profile=ImportProfile.objects.get(code="generic"), by=by)
    waiting.refresh_from_db()
    assert kept(waiting, ImportPreview) is None
    assert drop_orphans() == 0


def test_command_refuses_other_people_until_told(tmp_path):
    three_known()
    path = tmp_path / "readers.csv"
    path.write_text(TABLE)
    ImportProfile.objects.create(
        code="cards",
        name="cards",
        source="library",
        mapping=MAPPING,
        options={"constants": {"kind": "public"}},
    )
    with pytest.raises(CommandError, match="looks like somebody else"):
        call_command("import_readers", str(path), profile="cards")
    call_command("import_readers", str(path), profile="cards", other_people="leave")
    assert Reader.objects.get(number="A2").name == "林知夏"
