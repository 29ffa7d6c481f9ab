"""Numbers live in named systems, and a reader may bear several."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.refusals import Refused
from crm.identity import actions as verbs
from crm.imports.actions import upload_file
from crm.imports.holds import refused_rows_of
from crm.imports.models import ImportRefusal
from crm.imports.parts import earlier_import
from crm.imports.undoing import undo
from crm.readers.models import Identity, NumberSystem, Reader
from tests.crm.imports.building import batch_of, counts, hostile, imported
from tests.factories import ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db

STAFF_FILE = {"number": "工号", "name": "姓名", "email": "邮箱"}


def system(code):
    return NumberSystem.objects.get(code=code)


def uploaded(content):
    return upload_file(file=SimpleUploadedFile("读者.csv", content), by=None)


def test_one_number_of_two_systems_is_two_people():
    """The column says which system it is of; the yes of the one is not the yes of the other."""
    first = uploaded(hostile("33_same_number_other_system_a.csv"))
    second = uploaded(hostile("33_same_number_other_system_b.csv"))
    assert (first.source, second.source) == ("student", "staff")

    text = hostile("33_same_number_other_system_a.csv")
    imported(text, mapping=first.mapping, source=first.source)
    text = hostile("33_same_number_other_system_b.csv")
    imported(text, mapping=second.mapping, source=second.source)
    found = Reader.objects.order_by("source").values_list("source", "number", "name")
    assert list(found) == [("staff", "10001", "教师乙"), ("student", "10001", "学生甲")]


def test_what_the_library_said_of_a_column_counts_before_what_it_is_called():
    """Whoever brought student numbers as cards in 0.1 does not get everybody twice."""
    imported("学号,姓名\n1,李雷\n", mapping={"number": "学号", "name": "姓名"}, source="library")
    assert uploaded("学号,姓名\n2,韩\n".encode()).source == "library"
    assert uploaded("工号,姓名\n2,韩\n".encode()).source == "staff"


def test_reader_is_found_by_any_number_and_never_twice():
    """Rows of two numbers of one person: the first speaks, the other says why not."""
    by = UserFactory(role="librarian")
    reader = ReaderFactory(source="student", number="S1", name="李雷", email="s1@example.com")
    verbs.add_number(reader=reader, system=system("staff"), number="T1", by=by)
    verbs.add_number(reader=reader, system=system("staff"), number="T2", by=by)
    other = ReaderFactory(source="staff", number="T3", name="韩", email="t3@example.com")

    text = "工号,姓名,邮箱\nT3,韩梅梅,\nT2,李蕾,\nT1,李雷,\nT4,新,t4@example.com\n"
    batch = imported(text, mapping=STAFF_FILE, source="staff", constants={"kind": "staff"})
    assert counts(batch) == (1, 2, 0, 1)
    refusal = ImportRefusal.objects.get()
    assert (refusal.line, refusal.reason) == (4, "same-reader")
    reader.refresh_from_db()
    other.refresh_from_db()
    assert (reader.name, reader.source, other.name) == ("李蕾", "student", "韩梅梅")
    assert list(refused_rows_of(reader)) == [refusal]

    again = batch_of(text, mapping=STAFF_FILE, source="staff", constants={"kind": "staff"})
    assert earlier_import(again) == batch
    undo(batch, by=by)
    reader.refresh_from_db()
    assert (reader.name, Reader.objects.count()) == ("李雷", 2)


def test_number_of_somebody_is_never_a_second_ones():
    by = UserFactory(role="librarian")
    one, two = ReaderFactory(source="student", number="S1"), ReaderFactory()
    verbs.add_number(reader=one, system=system("staff"), number="T1", by=by)
    for code, number in (("student", "S1"), ("staff", "T1")):
        with pytest.raises(Refused):
            verbs.add_number(reader=two, system=system(code), number=number, by=by)
        with pytest.raises(IntegrityError), transaction.atomic():
            Identity.objects.create(reader=two, system=system(code), number=number)
    verbs.remove_number(identity=one.identities.get(), by=by)
    verbs.add_number(reader=two, system=system("staff"), number="T1", by=by)


def test_pages_of_systems_and_numbers(client):
    client.force_login(UserFactory(role="librarian"))
    reader = ReaderFactory()
    said = {"name_zh": "东馆读者证", "name_en": "East card", "headers": "东馆 证号*"}
    assert client.post(reverse("crm:system-list"), said).status_code == 302
    east = system("east-card")
    assert east.headers == "东馆 证号"
    page = reverse("crm:reader-numbers", args=[reader.pk])
    assert client.post(page, {"system": "east-card", "number": "Ｅ１"}).status_code == 302
    assert reader.identities.get().number == "E1"
    ReaderFactory()
    found = client.get(reverse("crm:reader-list"), {"q": "E1"}).context["page"].object_list
    assert [row.pk for row in found] == [reader.pk]
    shown = client.get(reader.get_absolute_url(), {"why": "enquiry"}).content.decode()
    assert "东馆读者证" in shown
    refused = client.post(page, {"system": "east-card", "number": "E1"})
    assert refused.status_code == 400
    page = reverse("crm:system-edit", args=[east.pk])
    assert client.post(page, said | {"example": "E-00012"}).status_code == 302
    assert system("east-card").example == "E-00012"
