"""A number leads to the same person, or somebody is asked: nobody becomes another by default."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from core.kinds import kind_named
from core.refusals import Refused
from crm.imports import actions as verbs
from crm.imports.load import preview
from crm.imports.models import ImportBatch
from crm.imports.options import ImportOptions, SeenRows
from crm.imports.remarks import said_of_file
from crm.imports.tasks import import_file
from crm.imports.undoing import undo
from crm.imports.words import changes_in_words, others_shown
from crm.readers.models import COVERED, Reader, permissions
from tests.crm.imports.building import batch_of, imported
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db

GIVEN = sorted(permissions("email", COVERED))
STUDENTS = "编号,姓名,邮箱,同意邮件\n10001,李雷,li@example.com,是\n"
STAFF = "编号,姓名,单位,类型\n10001,王建国,图书馆,教师\n"
FIELDS = {
    "编号": "number",
    "姓名": "name",
    "邮箱": "email",
    "手机": "phone",
    "单位": "college",
    "类型": "kind",
    "同意邮件": "consent_email",
}


def known(number: str, name: str, email: str = "", **more) -> Reader:
    """A reader who allowed mail."""
    reader = ReaderFactory(source="library", number=number, name=name, email=email, **more)
    reader.consents = list(GIVEN)
    reader.save()
    return reader


def mapping_of(text: str) -> dict[str, str]:
    return {FIELDS[name]: name for name in text.splitlines()[0].split(",")}


def looked_at(text: str):
    """The preview of the file, with its columns mapped."""
    return preview(batch_of(text, mapping=mapping_of(text), constants={"kind": "public"}))


def taken_in(text: str, choice: str) -> ImportBatch:
    more = {"constants": {"kind": "public"}, "if_another_person": choice}
    return imported(text, mapping=mapping_of(text), **more)


def uploaded(text: str) -> ImportBatch:
    file = SimpleUploadedFile("名单.csv", text.encode())
    return verbs.upload_file(file=file, by=UserFactory(role="librarian"))


def run(batch: ImportBatch) -> ImportBatch:
    import_file(verbs.run_import(batch=batch, by=batch.created_by).pk)
    batch.refresh_from_db()
    return batch


def test_what_the_file_does_not_say_of_a_person_is_not_lent_from_the_stored_one():
    """Somebody decides by these words whether it is the same person."""
    text = "编号,姓名,邮箱\n10001,王建国,wang@example.com\n"
    known("10001", "李雷", "li@example.com", kind="undergraduate", phone="13800000000")
    (row,) = others_shown(looked_at(text), mapping_of(text))
    assert ("0000" in row.stored, "0000" in row.given) == (True, False)
    assert row.given.startswith("王建国")
    assert len(row.given) < len(row.stored)


def test_addresses_that_look_alike_in_part_are_shown_whole_where_they_are_compared():
    """In 0.1 both were printed as w***@example.com, so nobody could judge whether they differ."""
    text = "编号,姓名,邮箱\n10001,王建国,wang.staff@example.com\n"
    known("10001", "李雷", "wang.student@example.com")
    (row,) = others_shown(looked_at(text), mapping_of(text))
    assert "wang.student@example.com" in row.stored
    assert "wang.staff@example.com" in row.given


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("old.lin@lib.example.cn", "new.lin@lib.example.cn", ("o***", "n***")),
        ("nina@lib.example.cn", "nora@lib.example.cn", ("nina@", "nora@")),
        ("nina@lib.example.cn", "nina@mail.example.cn", ("n***@lib", "n***@mail")),
    ],
)
def test_a_changed_address_is_told_from_the_one_before(before, after, said):
    text = f"编号,姓名,邮箱\n10001,李雷,{after}\n"
    known("10001", "李雷", before)
    found = looked_at(text)
    (change,) = [one for one in changes_in_words(found, kind_named("patrons")) if "@" in one.after]
    assert change.before.startswith(said[0])
    assert change.after.startswith(said[1])
    # Two whole addresses are shown only where their parts are alike.
    assert ("***" in change.before) == ("***" in said[0])


def test_what_a_row_leaves_empty_is_not_lent_from_the_stored_one_either():
    text = "编号,姓名,类型,邮箱,手机\n10001,王建国,,wang@example.com,\n"
    known("10001", "李雷", "li@example.com", kind="undergraduate", phone="13800000000")
    with override("en"):
        (row,) = others_shown(looked_at(text), mapping_of(text))
    assert "Undergraduate" in row.stored
    assert "0000" in row.stored
    assert row.given == "王建国, w***@example.com"


def test_staff_list_of_one_column_name_is_asked_about_and_stops(client):
    """The whole of it by clicks: the second file's system is a question, and its row waits."""
    first = uploaded(STUDENTS)
    assert first.source == ""
    first.mapping["number"], first.source = "编号", "student"
    first.save()
    run(first)
    lei = Reader.objects.get()
    assert (lei.name, sorted(lei.consents)) == ("李雷", GIVEN)

    second = uploaded(STAFF)
    second.mapping["number"] = "编号"
    second.save()
    assert second.source == ""
    (question,) = said_of_file(second, STAFF.splitlines()[0].split(","))["undecided"]
    assert "学号" in question
    assert "名单.csv" in question
    client.force_login(UserFactory(role="librarian"))
    page = client.get(reverse("crm:import-map", args=[second.pk])).content.decode()
    assert "名单.csv" in page
    assert '<option value="" selected' in page
    asked = {"c0": "number", "c1": "name", "c2": "college", "c3": "kind", "kind": "unsaid"}
    asked |= {"language": "zh-hans", "create_places": "on", "source": ""}
    assert client.post(reverse("crm:import-map", args=[second.pk]), asked).status_code != 302

    # Whoever answers wrongly is stopped by the row itself.
    second.source = "student"
    second.save()
    assert preview(second).others == 1
    assert run(second).state == "uploaded"
    lei.refresh_from_db()
    assert (lei.name, lei.kind, sorted(lei.consents)) == ("李雷", "unsaid", GIVEN)


@pytest.mark.parametrize(
    ("stored", "row", "waits"),
    [
        # One row is enough where name and something else differ.
        ({"name": "李雷", "email": "a@example.com"}, "王建国,b@example.com,,", True),
        ({"name": "韩"}, "许,b3@example.com,,", True),
        ({"name": "韩"}, "许,,13900000000,", True),
        ({"name": "李雷", "email": "a@example.com", "kind": "undergraduate"}, "王五,,,教师", True),
        ({"name": "李雷", "email": "a@example.com", "kind": "undergraduate"}, "李磊,,,教师", True),
        ({"name": "李雷", "email": "a@example.com"}, "王建国,,,", True),
        # Without a name, from student to teacher.
        ({"name": "李雷", "email": "a@example.com", "kind": "master"}, ",,,教师", True),
        ({"name": "李雷", "email": "a@example.com", "kind": "teacher"}, ",,,本科生", True),
        # The same address or the same name speaks for the same person.
        ({"name": "李雷", "email": "a@example.com", "kind": "master"}, "李雷,,,教师", False),
        (
            {"name": "李雷", "email": "a@example.com", "kind": "master"},
            ",a@example.com,,教师",
            False,
        ),
        ({"name": "Ann Lee", "email": "a@example.com"}, "Ann Smith,A@Example.com,,", False),
        (
            {"name": "Ann Lee", "email": "a@example.com"},
            "Bo Smith,a@example.com,13900000000,",
            False,
        ),
        # Of one name a part.
        ({"name": "李雷", "email": "a@example.com"}, "李磊,,,", False),
        ({"name": "Lee, Ann", "email": "a@example.com"}, "Ann Smith,,,", False),
        # Other writings, an address alone, a kind alone.
        ({"name": "李·雷", "email": "a@example.com"}, "李 雷,b@example.com,,", False),
        ({"name": "李雷", "kind": "unsaid"}, ",,,教师", False),
        ({"name": "李雷", "kind": "undergraduate"}, ",,,博士生", False),
        ({"name": "", "kind": "unsaid"}, "王建国,b@example.com,,教师", False),
    ],
)
def test_one_row_is_somebody_else_or_a_change_like_others(stored, row, waits):
    known("A1", **stored)
    found = looked_at(f"编号,姓名,邮箱,手机,类型\nA1,{row}\n")
    assert (found.others, found.counts.changed) == ((1, 0) if waits else (0, 1))


def many(renamed: int, of: int, *, name: str, email: bool) -> str:
    """``of`` readers, and a file in which so many of them are called otherwise."""
    rows = []
    for n in range(of):
        rows.append({"source": "library", "number": f"A{n}", "name": f"李{n:03d}号"})
        rows[-1]["email"] = f"a{n}@example.com"
    Reader.objects.bulk_create(Reader(**row) for row in rows)
    text = "编号,姓名,邮箱\n"
    for n, row in enumerate(rows):
        said = name.format(n) if n < renamed else row["name"]
        text += f"{row['number']},{said},{row['email'] if email else ''}\n"
    return text


@pytest.mark.parametrize(
    ("renamed", "of", "name", "email", "waiting"),
    [
        (8, 8, "王{0}", False, 8),
        (8, 8, "李{0}", False, 8),
        # Whatever the addresses.
        (8, 8, "王{0}", True, 8),
        (3, 60, "李某{0}", True, 3),
        # Corrections, and one who really has another name.
        (2, 60, "李某{0}", True, 0),
        (3, 61, "李某{0}", False, 0),
        (1, 1000, "王{0}", False, 0),
        (1, 3, "王{0}", False, 0),
        (2, 20, "王{0}", False, 0),
        (3, 151, "王{0}", False, 0),
        # Nothing in common with the names so far, and nothing else that speaks for the person.
        (1, 2, "王{0}", False, 1),
        (3, 150, "王{0}", False, 3),
        (20, 1200, "王{0}", False, 0),
        (21, 1200, "王{0}", False, 21),
    ],
)
def test_many_other_names_stop_whatever_the_addresses(renamed, of, name, email, waiting):
    found = looked_at(many(renamed, of, name=name, email=email))
    assert (found.others, found.counts.changed) == (waiting, renamed - waiting)


def test_taken_in_after_all_only_an_address_that_the_row_names_keeps_what_was_allowed(librarian):
    """A name alone, a first address (consent stood without one), a yes in the row, a named address;
    undoing gives back what was allowed."""
    for n, (name, email) in enumerate(
        [
            ("李雷", "a@example.com"),
            ("韩梅", ""),
            ("林知", "c@example.com"),
            ("Ann", "d@example.com"),
        ]
    ):
        known(f"A{n}", name, email)
    text = "编号,姓名,邮箱,同意邮件\nA0,王一,,\nA1,许二,b@example.com,\nA2,钱三,,是\n"
    text += "A3,周四,D@Example.com,\n"
    assert looked_at(text).others == 4
    batch = taken_in(text, "same")
    found = {reader.number: reader for reader in Reader.objects.all()}
    assert [found[f"A{n}"].name for n in range(4)] == ["王一", "许二", "钱三", "周四"]
    assert [sorted(found[f"A{n}"].consents) for n in range(4)] == [[], [], GIVEN, GIVEN]

    def said(number):
        events = found[number].consent_events.order_by("pk")
        return [(event.source, event.granted) for event in events]

    ended = [("import.address", False)] * len(COVERED)
    assert said("A0") == said("A1") == ended
    assert said("A2") == ended + [("import", True)] * len(COVERED)
    assert said("A3") == []

    undo(batch, by=librarian)
    for reader in Reader.objects.all():
        assert sorted(reader.consents) == GIVEN


def test_a_word_holds_for_exactly_the_rows_that_were_seen():
    """Two rows are seen; then one is put right, and a third comes to look like somebody else."""
    for n in range(3):
        known(f"A{n}", "李雷", f"a{n}@example.com")
    text = (
        "编号,姓名,邮箱\nA0,王一,b0@example.com\nA1,王二,b1@example.com\nA2,王三,b2@example.com\n"
    )
    third = Reader.objects.get(number="A2")
    Reader.objects.filter(pk=third.pk).update(name="王三")
    by = UserFactory(role="librarian")
    waiting = batch_of(text, by, mapping=mapping_of(text))
    found = preview(waiting)
    assert found.others == 2
    verbs.decide_others(batch=waiting, choice="same", seen=found.seen, by=by)
    Reader.objects.filter(number="A0").update(name="王一")
    Reader.objects.filter(pk=third.pk).update(name="赵六")
    waiting.refresh_from_db()
    assert preview(waiting).others == 2
    assert run(waiting).state == "uploaded"
    assert not Reader.objects.filter(number="A1", name="王二").exists()

    # A word for a number of rows, as it was kept once, is none about these.
    options = waiting.options | {"if_another_person": "same", "other_rows": 9}
    assert not ImportOptions.from_json(options).another_person.covers(preview_rows(waiting))
    with pytest.raises(Refused):
        verbs.decide_others(batch=waiting, choice="", seen=found.seen, by=by)
    seen = preview(waiting).seen
    verbs.decide_others(batch=waiting, choice="same", seen=seen, by=by)
    waiting.refresh_from_db()
    assert run(waiting).state == "done"
    assert Reader.objects.get(number="A2").name == "王三"


def preview_rows(batch: ImportBatch):
    """What a merge finds in the file, as a word about it is compared with."""
    found = preview(batch)
    return SeenRows(found.others, found.seen)


@pytest.mark.parametrize(
    ("column", "system"),
    [("学号", "student"), ("工号", "staff"), ("读者证号", "library"), ("borrowernumber", "koha")],
)
def test_a_name_of_a_known_system_is_an_answer_and_what_was_said_of_it_goes_before(column, system):
    text = f"{column},姓名\nA1,李雷\n"
    assert uploaded(text).source == system
    said = uploaded(text)
    said.source = "campus-card"
    said.save()
    run(said)
    assert uploaded(text.replace("李雷", "李磊")).source == "campus-card"
