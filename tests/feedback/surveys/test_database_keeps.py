"""What an anonymous survey promised, against statements of the application's own role."""

import json

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.utils import timezone

from feedback.surveys import actions as verbs
from feedback.surveys import anonymity, keys
from feedback.surveys.models import HeldAnswer, Participation, Survey
from tests.feedback.building import close, fill, form, published

pytestmark = pytest.mark.django_db
K = 5


def refused(statement: str, *arguments, fault=DatabaseError) -> None:
    with pytest.raises(fault), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, arguments)


@pytest.mark.parametrize(
    "change",
    ["smallest_batch = NULL", "smallest_batch = 19", "anonymous = false", "state = 'draft'"],
)
def test_k_only_grows_and_anonymity_stays_once_a_survey_is_published(change):
    survey = published(anonymous=True, smallest_batch=20)
    refused(f"UPDATE feedback_survey SET {change}")
    Survey.objects.update(smallest_batch=21)
    survey.refresh_from_db()
    assert (survey.smallest_batch, survey.anonymous) == (21, True)


def write_anew(change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE copied AS SELECT * FROM feedback_survey")
        cursor.execute(f"UPDATE copied SET {change}")
        cursor.execute("DELETE FROM feedback_survey")
        cursor.execute("INSERT INTO feedback_survey SELECT * FROM copied")


@pytest.mark.parametrize(
    "change", ["anonymous = false", "smallest_batch = 5", "state = 'open', closes_at = NULL"]
)
def test_anonymous_survey_is_not_deleted_and_written_anew(client, change):
    """Fault 57. DELETE and INSERT of one transaction passed by a trigger that asks at UPDATE."""
    survey = published(anonymous=True, smallest_batch=20)
    fill(client, survey, 7)
    close(survey)
    before = Survey.objects.values().get(pk=survey.pk)
    with pytest.raises(DatabaseError, match="and stays"), transaction.atomic():
        write_anew(change)
    assert Survey.objects.values().get(pk=survey.pk) == before


def test_published_anonymous_survey_keeps_its_number_and_a_draft_may_go():
    survey = published(anonymous=True)
    refused("UPDATE feedback_survey SET id = id + 1000")
    refused("DELETE FROM feedback_survey WHERE id = %s", survey.pk)
    draft = verbs.create_survey(
        slug="a-draft", title={"en": "x"}, thanks={"en": "x"}, anonymous=True, by=survey.created_by
    )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM feedback_survey WHERE id = %s", [draft.pk])
    assert not Survey.objects.filter(pk=draft.pk).exists()


def test_an_anonymous_survey_that_was_closed_stays_closed(client):
    survey = published(anonymous=True)
    close(survey)
    refused("UPDATE feedback_survey SET state = 'open'")
    assert client.post(survey.public_url, form()).status_code != 200
    named = published()
    close(named)
    Survey.objects.filter(pk=named.pk).update(state="open")


def test_an_anonymous_survey_whose_time_is_over_gets_no_more():
    published(anonymous=True)
    Survey.objects.update(closes_at=timezone.now())
    refused("UPDATE feedback_survey SET closes_at = NULL")
    refused("UPDATE feedback_survey SET closes_at = now() + interval '1 day'")
    Survey.objects.update(title={"en": "x"})


def test_who_took_part_stays(client):
    survey = published(anonymous=True)
    fill(client, survey, 1)
    refused("DELETE FROM feedback_participation", fault=ProgrammingError)
    refused("UPDATE feedback_participation SET digest = receipt", fault=ProgrammingError)
    assert Participation.objects.count() == 1


# --- mixing ---------------------------------------------------------------------------------------
ARGUMENTS = ("survey", "taken", "kept", "key", "written", "day", "is_last", "spent")


@pytest.fixture
def asked(client):
    """What the worker would hand over of a survey with 2k answers."""
    survey = published(anonymous=True)
    fill(client, survey, 2 * K)
    held = anonymity.take(survey)
    parting = anonymity.part(survey, [one.content for one in held], is_last=False)
    definition = anonymity.whole_definition(survey)
    rows = [anonymity.as_row(one, definition) for one in parting.written]
    return {
        "survey": survey.pk,
        "taken": [str(one.id) for one in held],
        "kept": anonymity.boxes(survey, parting.kept),
        "key": keys.announce(),
        "written": json.dumps(rows),
        "day": anonymity.batch_day(survey),
        "is_last": False,
        "spent": anonymity.spent_by(held, parting),
    }


@pytest.mark.parametrize("missing", ARGUMENTS)
def test_nothing_is_mixed_where_an_argument_is_missing(asked, missing):
    refused_mixing(asked | {missing: None})
    assert mixed(asked) == K


def test_nothing_is_mixed_of_which_a_number_is_missing(asked):
    with pytest.raises(DatabaseError, match="has a number"), transaction.atomic():
        mixed(asked | {"spent": asked["spent"][1:]})
    assert mixed(asked) == K


def test_nothing_is_mixed_where_a_part_is_missing(asked):
    refused_mixing(asked | {"kept": [None, *asked["kept"][1:]]})
    refused_mixing(asked | {"taken": [None, *asked["taken"][1:]]})
    refused_mixing(asked | {"spent": [None, *asked["spent"][1:]]})
    rows = json.loads(asked["written"])
    for name in ("language", "flagged", "answers", "digest", "codes", "nums", "texts"):
        others = [row | {name: None} for row in rows]
        refused_mixing(asked | {"written": json.dumps(others)})
    assert HeldAnswer.objects.count() == 2 * K


def mixed(asked: dict) -> int:
    with connection.cursor() as cursor:
        cursor.execute(anonymity.MIX, asked)
        return cursor.fetchone()[0]


def refused_mixing(asked: dict) -> None:
    with pytest.raises(DatabaseError) as fault, transaction.atomic():
        mixed(asked)
    said = str(fault.value)
    assert "an argument is missing" in said or "an answer is not whole" in said
