"""What a librarian is told of each column, and of a file that holds no readers."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from core.refusals import Refused
from crm.imports import actions as verbs
from crm.imports.describing import look_into
from crm.imports.evidence import evidence
from crm.imports.likelier import no_numbers
from crm.imports.load import preview
from crm.imports.models import ImportBatch
from crm.imports.refused import refusal_rows
from crm.imports.tasks import import_file
from crm.readers.models import Reader
from tests.crm.imports.building import batch_of
from tests.data import real_file
from tests.factories import CollegeFactory, ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db

TABLE = """序号,读者证号,类型,学院,邮箱,办证日期,邮件许可,最近借阅
1,A1,本科生,文学院,a1@example.com,25/12/2020,是,《红楼梦》
2,A2,外星人,集成电路学院,a2 at example,03/04/2020,否,《西游记》
"""


def uploaded(content: str, name="readers.csv") -> ImportBatch:
    file = SimpleUploadedFile(name, content.encode())
    return verbs.upload_file(file=file, by=UserFactory(role="librarian"))


def test_each_column_says_by_what_it_is_taken_for_what_it_is():
    CollegeFactory(name_zh="文学院")
    batch = uploaded(TABLE)
    header, sample = look_into(batch)

    with translation.override("en"):
        found = {
            name: evidence(batch, name, [row[place] for row in sample])
            for place, name in enumerate(header)
        }

    said = {name: one.said for name, one in found.items()}
    assert "Only counts the rows" in said["序号"]
    assert said["读者证号"] == "The first 2 values are there, and no two are alike."
    assert "外星人" in said["类型"]
    assert said["学院"] == "1 name among the first rows is new: 集成电路学院."
    assert said["邮箱"] == "1 of the first 2 values are addresses."
    assert said["办证日期"] == "The whole column says that the day comes first."
    assert "what people allow" in said["邮件许可"]
    assert "never stores" in said["最近借阅"]
    assert {name for name, one in found.items() if one.asks} == {"类型", "邮箱", "邮件许可"}


def test_an_empty_column_of_places_is_told_by_its_name_alone():
    batch = uploaded("读者证号,学院\nA1,\nA2,\n")
    with translation.override("en"):
        assert evidence(batch, "学院", ["", ""]).said == "By the name of the column."


def test_a_code_that_the_profile_explains_is_asked_about_no_more():
    batch = uploaded("读者证号,类型\nA1,ST\nA2,XY\n")
    with translation.override("en"):
        assert evidence(batch, "类型", ["ST", "XY"]).said.endswith("ST, XY.")
        batch.options |= {"values": {"kind": {"st": "undergraduate"}}}
        assert evidence(batch, "类型", ["ST", "XY"]).said.endswith("mean: XY.")


def test_a_college_that_the_files_own_words_name_is_not_called_new():
    CollegeFactory(name_zh="文学院")
    batch = uploaded("读者证号,学院\nA1,中文系\nA2,数学系\n")
    batch.options |= {"values": {"college": {"中文系": "文学院"}}}
    with translation.override("en"):
        said = evidence(batch, "学院", ["中文系", "数学系"]).said
    assert said == "1 name among the first rows is new: 数学系."


def test_what_somebody_borrowed_is_stored_by_no_way_from_a_file_of_readers(client):
    batch = uploaded(TABLE)
    by = batch.created_by
    asked = {"number": "读者证号", "kind": "类型", "trait:last": "最近借阅"}
    with pytest.raises(Refused, match="最近借阅"):
        verbs.map_import(
            batch=batch, source="library", mapping=asked, options={}, encoding="utf-8", by=by
        )

    client.force_login(by)
    page = client.get(reverse("crm:import-map", args=[batch.pk])).content.decode()
    assert "红楼梦" not in page

    batch.source = "library"
    batch.save()
    import_file(verbs.run_import(batch=batch, by=by).pk)
    batch.refresh_from_db()
    assert (batch.created, batch.refused) == (1, 1)
    assert "《" not in str([*refusal_rows(batch), Reader.objects.get().traits])


def test_file_that_names_no_persons_is_told_what_it_may_be():
    loans = uploaded("借书日期,馆别,借阅流水号,操作\n2026-01-01,总馆,1,借\n")
    members = real_file("barnet", "validation_membership_fail.csv")
    counts = uploaded(members.read_text(), members.name)

    with translation.override("en"):
        assert "another kind: Loans and renewals" in no_numbers(look_into(loans)[0], loans)
        assert "names no persons" in no_numbers(look_into(counts)[0], counts)
        assert no_numbers([], uploaded(TABLE)) == ""


def test_the_sample_of_changes_holds_each_field_that_changes():
    for number in range(30):
        ReaderFactory(source="library", number=f"A{number}", name="李", email="", phone="")
    lines = [f"A{number},139000000{number:02d}," for number in range(29)]
    text = "\n".join(["证号,手机,邮箱", *lines, "A29,,a29@example.com"])

    mapping = {"number": "证号", "phone": "手机", "email": "邮箱"}
    found = preview(batch_of(text, mapping=mapping))

    assert dict(found.changed_columns) == {"phone": 29, "email": 1}
    assert [row.number for row in found.changes] == ["A0", "A1", "A2", "A29"]
