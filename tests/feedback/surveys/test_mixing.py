"""What of an anonymous answer is written, and what the database itself sees to."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError, connection
from django.utils import timezone

from crm.staff.models import AuditEvent
from feedback.surveys import anonymity, keys, sealing
from feedback.surveys.models import (
    HeldAnswer,
    Participation,
    Response,
    Survey,
)
from tests.feedback.building import close, fill, form, published
from tests.owner import as_owner

pytestmark = pytest.mark.django_db
#: The tests' k; see tests/conftest.py.
K = 5


def sql(statement, *arguments):
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall()


# --- what stands beside the answers ---------------------------------------------------------------
def contents(*traits: tuple) -> list[sealing.BoxContent]:
    """Of (how many, language, channel, version)."""
    found = []
    for n, language, channel, version in traits:
        found += [sealing.BoxContent(version, language, {}, "", channel)] * n
    return found


@pytest.mark.parametrize(
    ("traits", "told"),
    [
        ([(5, "en", 1, 1), (5, "zh-hans", 2, 1)], {"language", "channel", "version"}),
        ([(4, "en", 1, 1), (6, "zh-hans", 1, 1)], {"channel", "version"}),
        (
            [(5, "en", 1, 1), (5, "zh-hans", 1, 2), (5, "zh-hans", 1, 1)],
            {"version", "language", "channel"},
        ),
        ([(9, "en", 1, 1), (1, "en", 1, 2)], {"language", "channel"}),
        # Each value is frequent enough, and one of their combinations is not.
        (
            [(9, "en", 1, 1), (1, "en", 2, 1), (1, "zh-hans", 1, 1), (9, "zh-hans", 2, 1)],
            {"version", "language"},
        ),
        # Nobody's channel is known but one reader's.
        ([(9, "en", None, 1), (1, "en", 3, 1)], {"version", "language"}),
    ],
)
def test_no_combination_of_what_is_told_is_rare(traits, told):
    batch = contents(*traits)
    written = anonymity.without_rare_traits(batch, K)
    kept = {
        name
        for name in ("language", "channel", "version")
        if [getattr(one, name) for one in written] == [getattr(one, name) for one in batch]
    }
    assert kept == told
    assert len(written) == len(batch)


def test_what_is_withheld_is_empty_in_the_row_and_said_on_the_page(client):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K - 1)
    client.post(survey.public_url, form(c="poster"), headers={"accept-language": "en"})
    close(survey)
    assert anonymity.mix() == 2 * K
    assert set(Response.objects.values_list("language", "channel", "version")) == {
        ("", None, survey.current_version().pk)
    }


# --- the database's own function ------------------------------------------------------------------
def handed_over(survey: Survey, held, written, kept, *, is_last: bool = False) -> int:
    parting = anonymity.Parting([one.content for one in written], [one.content for one in kept])
    key = keys.announce()
    return anonymity.hand_over(survey, key, held, parting, is_last=is_last)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        # One alone; fewer than k stay; one is lost; one is made up.
        (slice(0, 1), slice(1, None)),
        (slice(0, K + 1), slice(K + 1, None)),
        (slice(0, K - 1), slice(K, None)),
        (slice(0, K), slice(K - 1, None)),
    ],
)
def test_database_refuses_a_batch_against_the_rules(client, written, kept):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K)
    held = anonymity.take(survey)
    with pytest.raises(IntegrityError):
        handed_over(survey, held, held[written], held[kept])
    assert (HeldAnswer.objects.count(), Response.objects.count()) == (2 * K, 0)


def test_database_refuses_last_batches_of_open_surveys_and_what_is_told_of_a_few(client):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K)
    held = anonymity.take(survey)
    with pytest.raises(OperationalError):
        handed_over(survey, held, held, [], is_last=True)
    close(survey)
    rare = replace(held[0], content=replace(held[0].content, language="xx"))
    with pytest.raises(IntegrityError):
        handed_over(survey, held, [rare, *held[1:]], [], is_last=True)
    # One came meanwhile: the run that does not know it ends, the next one takes all.
    with pytest.raises(OperationalError):
        handed_over(survey, held[1:], held[1:], [], is_last=True)
    named = published()
    with pytest.raises(IntegrityError):
        handed_over(named, [], [], [])
    assert handed_over(survey, held, held, [], is_last=True) == 2 * K


def test_two_runs_at_once_write_each_answer_once(client):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K)
    held = anonymity.take(survey)
    assert anonymity.mix() == K
    with pytest.raises(OperationalError):
        handed_over(survey, held, held[:K], held[K:])
    assert (HeldAnswer.objects.count(), Response.objects.count()) == (K, K)


def test_each_batch_is_in_the_trail_and_a_run_without_one_is_not(client):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K - 1)
    anonymity.mix()
    assert not AuditEvent.objects.filter(action="survey.mix").exists()
    fill(client, survey, 1)
    anonymity.mix()
    event = AuditEvent.objects.get(action="survey.mix")
    assert (event.object_type, event.object_id) == ("feedback.survey", str(survey.pk))
    assert (event.user, event.detail) == (None, {"rows": K, "last": False})


# --- transactions ---------------------------------------------------------------------------------
def transactions(table: str) -> list[str]:
    return [xmin for (xmin,) in sql(f"SELECT xmin::text FROM {table}")]


@pytest.mark.django_db(transaction=True)
def test_no_transaction_number_leads_from_a_participation_to_its_answer(client):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K - 1)
    burnt = set(transactions("feedback_participation"))
    assert len(burnt) == 2 * K - 1
    # Already before there is a batch both are written anew by one transaction.
    anonymity.mix()
    first = set(transactions("feedback_participation"))
    assert first == set(transactions("feedback_heldanswer"))
    assert (len(first), first & burnt) == (1, set())

    fill(client, survey, 1)
    anonymity.mix()
    tables = ["response", "responsevector", "answertext", "participation", "heldanswer"]
    batch = {xmin for table in tables for xmin in transactions(f"feedback_{table}")}
    assert (len(batch), batch & (burnt | first)) == (1, set())


@pytest.mark.django_db(transaction=True)
def test_who_took_part_is_written_anew_when_the_survey_is_over(client):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K)
    anonymity.mix()
    fill(client, survey, 1)
    with as_owner():
        Participation.objects.update(day=timezone.localdate() - timedelta(days=9))
        Participation.objects.filter(mixed=False).update(day=timezone.localdate())
    close(survey)
    assert anonymity.mix() == K + 1
    assert len(set(transactions("feedback_participation"))) == 1
    assert set(Participation.objects.values_list("day", "mixed")) == {(timezone.localdate(), True)}
