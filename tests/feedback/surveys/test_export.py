"""Answers as files: nothing in them runs, and nobody is named who may not be."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from crm.staff.models import AuditEvent
from feedback.surveys import anonymity, export, results
from feedback.surveys.models import Response, Survey
from tests.factories import CampusFactory, ReaderFactory, UserFactory
from tests.feedback.building import answer, form, published
from tests.owner import as_owner


@pytest.fixture
def staff(client, db):
    user = UserFactory(role="librarian")
    client.force_login(user)
    return user


@pytest.mark.django_db
def test_csv_export_cannot_run_and_is_audited(client, staff):
    """30, D4"""
    survey, reader = published(), ReaderFactory()
    texts = ["=1+1", "+1", "-1", "@x", "\tx", " =HYPERLINK(1)", "平常话"]
    answer(survey, *[{"1": 1, "2": [1, 3], "5": text} for text in texts])
    answer(survey, {"1": 2}, reader_id=reader.pk)
    response = client.get(reverse("feedback:survey-export-csv", args=[survey.pk]))
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 9
    assert {row[-1] for row in rows[1:]} == {f"'{text}" for text in texts[:6]} | {"平常话", ""}
    assert {row[-4] for row in rows[1:]} == {"1;3", ""}
    assert reader.number in {row[4] for row in rows[1:]}
    event = AuditEvent.objects.get(action="survey.export")
    assert (event.user, event.object_id, event.detail) == (
        staff,
        str(survey.pk),
        {"format": "csv", "rows": 8},
    )


@pytest.mark.django_db
def test_audit_row_of_an_export_does_not_tell_how_many_answers_are_flagged(client, staff):
    survey = published()
    answer(survey, *[{"1": 1}] * 6)
    client.post(survey.public_url, form(website="x"))
    assert survey.responses.count() == 7
    client.get(reverse("feedback:survey-export-csv", args=[survey.pk]))
    assert AuditEvent.objects.get(action="survey.export").detail == {"format": "csv", "rows": 6}


@pytest.mark.django_db
def test_xlsx_export_has_text_cells_and_a_code_book(client, staff):
    """30"""
    survey = published()
    answer(survey, {"1": 2, "5": "=1+1"})
    response = client.get(reverse("feedback:survey-export-xlsx", args=[survey.pk]))
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    answers, codes = book.worksheets
    assert [cell.value for cell in answers[2]][-5:] == [2, None, None, None, "'=1+1"]
    assert {cell.data_type for cell in answers[2]} <= {"s", "n"}
    assert [cell.value for cell in codes[2]][4:] == [1, "是"]


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_export_names_no_reader_of_another_campus(client, suffix, django_assert_num_queries):
    here, there = CampusFactory(), CampusFactory()
    mine, other = (
        ReaderFactory(number="MINE", campus=here),
        ReaderFactory(number="OTHER", kind="teacher", campus=there),
    )
    survey = published()
    answer(survey, {"1": 1}, reader_id=mine.pk)
    answer(survey, {"1": 2}, reader_id=other.pk)
    user = UserFactory(role="librarian", campus=here)
    lines = list(export.lines(survey, results.whole_definition(survey), user))

    assert [line[4:6] for line in lines] == [["MINE", "undergraduate"]]
    assert [line[8] for line in lines] == [1]
    client.force_login(user)
    file = b"".join(
        client.get(reverse(f"feedback:survey-export-{suffix}", args=[survey.pk])).streaming_content
    )
    if suffix == "csv":
        assert (b"MINE" in file, b"OTHER" in file, b"teacher" in file) == (True, False, False)
    for _one in range(3):
        answer(survey, {"1": 1}, reader_id=ReaderFactory(campus=here).pk)
    definition = results.whole_definition(survey)
    with django_assert_num_queries(1):
        assert len(list(export.lines(survey, definition, user))) == 4


def exported(client, survey, suffix: str) -> list[list[str]]:
    """The rows of a file with the answers, the heading first."""
    response = client.get(reverse(f"feedback:survey-export-{suffix}", args=[survey.pk]))
    file = b"".join(response.streaming_content)
    if suffix == "csv":
        return list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    rows = load_workbook(io.BytesIO(file)).worksheets[0].iter_rows(values_only=True)
    return [[str(cell) for cell in row if cell is not None] for row in rows]


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize(("n", "is_shown"), [(1, False), (4, False), (5, True)])
def test_files_of_an_anonymous_survey_say_no_more_than_its_page(client, staff, suffix, n, is_shown):
    survey = published(anonymous=True)
    for _reader in range(n):
        client.post(survey.public_url, form(i5="only I know this"))
    # What looked automatic lifts no number of answers over the threshold.
    for _script in range(5):
        client.post(survey.public_url, form(i5="only I know this", website="x"))
    Survey.objects.filter(pk=survey.pk).update(state=Survey.State.CLOSED)
    anonymity.mix()
    # Fewer than k are not written at all.
    assert Response.objects.filter(survey=survey).count() == 5 + n * is_shown

    page = client.get(reverse("feedback:survey-texts", args=[survey.pk])).content.decode()
    rows = exported(client, survey, suffix)
    assert ("only I know this" in page) == is_shown
    assert any("only I know this" in row for row in rows) == is_shown
    # The heading, and either the answers or one line that says why there are none.
    assert len(rows) == (1 + n + 5 if is_shown else 2)


@pytest.mark.django_db
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_file_is_made_and_written_down_for_get_alone(client, staff, suffix):
    survey = published()
    address = reverse(f"feedback:survey-export-{suffix}", args=[survey.pk])
    assert client.head(address).status_code == 405
    assert not AuditEvent.objects.filter(action="survey.export").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hour", "day"),
    # Midnight in Shanghai is sixteen o'clock the day before in Greenwich.
    [(15, "2026-03-01"), (16, "2026-03-02"), (23, "2026-03-02")],
)
def test_export_names_the_local_day(staff, hour, day):
    survey = published()
    answer(survey, {"1": 1})
    with as_owner():
        Response.objects.update(submitted_at=datetime(2026, 3, 1, hour, 30, tzinfo=UTC))
    (line,) = export.lines(survey, results.whole_definition(survey), staff)
    assert line[2] == day


@pytest.mark.django_db
def test_anonymous_answers_are_exported_with_the_local_day_of_their_batch(client, staff):
    survey = published(anonymous=True)
    for _reader in range(10):
        client.post(survey.public_url, form())
    anonymity.mix()
    _heading, *rows = exported(client, survey, "csv")
    assert {row[2] for row in rows} == {f"{timezone.localdate():%Y-%m-%d}"}
