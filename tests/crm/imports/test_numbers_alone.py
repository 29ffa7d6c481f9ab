"""A file of numbers alone says who is who: it adds numbers, and makes and renames nobody."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.imports import actions as verbs
from crm.imports.load import preview
from crm.imports.models import ImportBatch
from crm.imports.remarks import problems
from crm.imports.tasks import import_file, undo_import
from crm.readers.bearers import numbered
from crm.readers.models import Identity, Look, Reader
from tests.crm.activities.building import imported as activities_imported
from tests.factories import CampusFactory, ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db

HEAD = "学号,读者证号\n"


@pytest.fixture
def people():
    """Known by a card, by a student number, by both."""
    first = ReaderFactory(source="library", number="K1", name="李雷", email="a@example.com")
    second = ReaderFactory(source="student", number="S2", name="韩梅")
    third = ReaderFactory(source="library", number="K3", name="林知")
    Identity.objects.create(reader=third, system_id="student", number="S3")
    return first, second, third


def uploaded(text: str, by=None, **more) -> ImportBatch:
    by = by or UserFactory(role="librarian")
    return verbs.upload_file(file=SimpleUploadedFile("n.csv", text.encode()), by=by, **more)


def taken_in(text: str, by=None, **more) -> ImportBatch:
    batch = uploaded(text, by, **more)
    import_file(verbs.run_import(batch=batch, by=batch.created_by).pk)
    batch.refresh_from_db()
    return batch


def counts(batch) -> tuple:
    return batch.created, batch.changed, batch.unchanged, batch.refused


def people_as_stored() -> list:
    return list(Reader.objects.order_by("pk").values())


def test_a_row_finds_its_reader_by_any_number_and_adds_the_others(people):
    first, second, _third = people
    before = people_as_stored()
    text = HEAD + "S1,K1\nS2,K2\nS3,K3\nS9,K9\n"
    batch = uploaded(text)
    assert (batch.takes, batch.source) == ("identities", "student")
    found = preview(batch, by=batch.created_by)
    assert found.counts.changed == 2
    assert [(row.name, row.fields) for row in found.changes] == [
        ("李雷", [("identity:student", "", "S1")]),
        ("韩梅", [("identity:library", "", "K2")]),
    ]
    assert not Identity.objects.exclude(reader=people[2]).exists()
    assert Look.objects.filter(user=batch.created_by, n=3).exists()

    batch = taken_in(text)
    assert counts(batch) == (0, 2, 1, 1)
    refused = batch.refusals.get()
    assert (refused.line, refused.reason, refused.raw) == (5, "unknown-reader", ["S9", "K9"])
    assert (numbered("student", ["S1"]), numbered("library", ["K2"])) == ({first.pk}, {second.pk})
    assert people_as_stored() == before
    # The other way round, and again, it says the same.
    assert counts(taken_in(text)) == (0, 0, 3, 1)
    assert counts(taken_in("读者证号,学号\nK1,S1\n")) == (0, 0, 1, 0)
    # Loans by either number come to the one record.
    assert activities_imported("学号,借出时间\nS1,2026-10-01\n").created == 1
    assert activities_imported("读者证号,借出时间\nK1,2026-10-02\n").created == 1
    assert first.activities.count() == 2


def test_numbers_of_two_readers_are_joined_by_no_file(people):
    """In one row, and in two rows that give one number to both."""
    first, second, _third = people
    batch = taken_in(HEAD + "S2,K1\nS7,K1\nS7,K3\n,K1\n")
    assert counts(batch) == (0, 1, 0, 3)
    reasons = list(batch.refusals.order_by("line").values_list("line", "reason"))
    assert reasons == [(2, "number-taken"), (4, "number-taken"), (5, "missing-number")]
    assert numbered("student", ["S7"]) == {first.pk}
    assert numbered("student", ["S2"]) == {second.pk}


def test_one_reader_may_get_two_cards(people):
    first, *_rest = people
    batch = taken_in("读者证号,学号\nK1,S1\nK1,S11\n")
    assert counts(batch) == (0, 2, 0, 0)
    assert set(first.identities.values_list("number", flat=True)) == {"S1", "S11"}


def test_undoing_takes_the_numbers_and_nothing_else(people):
    before = people_as_stored(), list(Identity.objects.values())
    batch = taken_in(HEAD + "S1,K1\nS2,K2\nS3,K3\n")
    undo_import(verbs.undo_import(batch=batch, by=batch.created_by).pk)
    batch.refresh_from_db()
    assert (batch.state, batch.report["undone"]) == (
        "undone",
        {"deleted": 0, "restored": 2, "kept": 0, "passed": 0},
    )
    assert (people_as_stored(), list(Identity.objects.values())) == before


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_numbers_of_two_files_stay_until_both_are_taken_back(people, order):
    before = list(Identity.objects.values_list("pk", flat=True))
    batches = taken_in(HEAD + "S1,K1\n"), taken_in(HEAD + "S1,K1\n")
    for place, numbers in zip(order, ({"S1", "S3"}, {"S3"}), strict=True):
        batch = batches[place]
        batch.refresh_from_db()
        undo_import(verbs.undo_import(batch=batch, by=batch.created_by).pk)
        assert set(Identity.objects.values_list("number", flat=True)) == numbers
    assert list(Identity.objects.values_list("pk", flat=True)) == before


def test_staff_of_one_campus_add_numbers_to_their_readers_alone(people):
    here = CampusFactory()
    Reader.objects.filter(number="K1").update(campus=here)
    batch = taken_in(HEAD + "S1,K1\nS2,K2\n", UserFactory(role="librarian", campus=here))
    assert counts(batch) == (0, 1, 0, 1)
    assert batch.refusals.get().reason == "other-campus"


def test_a_file_with_names_is_of_persons_unless_somebody_says_that_it_is_of_numbers(people):
    text = "学号,读者证号,姓名\nS1,K1,王五\n"
    assert uploaded(text).takes == "patrons"
    batch = taken_in(text, kind="identities")
    assert counts(batch) == (0, 1, 0, 0)
    assert Reader.objects.get(number="K1").name == "李雷"
    one = uploaded("学号,姓名\nS1,王五\n", kind="identities")
    (said,) = problems(["学号", "姓名"], one)
    assert "列" in said


def test_the_pages_of_such_a_file(client, people):
    client.force_login(UserFactory(role="librarian"))
    page = reverse("crm:import-create")
    file = SimpleUploadedFile("n.csv", (HEAD + "S1,K1\nS9,K9\n").encode())
    once = client.get(page).context["form"]
    assert "identities" in dict(once.fields["takes"].choices)
    answer = client.post(page, {"file": file, "takes": "identities"})
    batch = ImportBatch.objects.get()
    columns = reverse("crm:import-map", args=[batch.pk])
    assert answer.url == columns
    shown = client.get(columns).content.decode()
    assert 'id="id_language"' not in shown
    assert 'value="trait:' not in shown
    asked = {"c0": "number", "c1": "identity:library", "source": "student"}
    answer = client.post(columns, asked)
    assert answer.url == reverse("crm:import-preview", args=[batch.pk])
    shown = client.get(answer.url).content.decode()
    assert "S1" in shown
    assert "李雷" in shown
    client.post(reverse("crm:import-run", args=[batch.pk]))
    batch.refresh_from_db()
    import_file(batch.job_id)
    assert "S9" in client.get(batch.get_absolute_url()).content.decode()
    refused = client.get(reverse("crm:import-refusals", args=[batch.pk]))
    assert "S9,K9" in b"".join(refused.streaming_content).decode()
