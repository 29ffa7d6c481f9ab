"""A sealed answer counts where a process of the portal took it, and once (ADR 0026).

Whoever has the database alone has the public half of the key, and can close boxes and copy them.
"""

import logging
from dataclasses import replace

import pytest
from django.db import DatabaseError, connection, transaction

from core.owner import has_owner
from feedback.surveys import anonymity, losing, sealing
from feedback.surveys.definitions import parse_definition
from feedback.surveys.models import AnswerKey, HeldAnswer, Response, SpentBox
from feedback.surveys.sealing import BoxContent, CannotOpen
from tests.factories import CampaignFactory, UserFactory
from tests.feedback.building import close, fill, published
from tests.feedback.surveys.test_who_counts import invited
from tests.owner import as_owner

pytestmark = pytest.mark.django_db
K = 5
ADD = """
INSERT INTO feedback_heldanswer (id, survey_id, key_id, sealed)
VALUES (gen_random_uuid(), %s, %s, %s)"""


def add(survey, box: bytes, key: AnswerKey | None = None) -> None:
    """As the application's role may, without the portal's program."""
    with connection.cursor() as cursor:
        cursor.execute(ADD, [survey.pk, key and key.pk, box])


def refused(statement: str, why: str) -> None:
    with (
        pytest.raises(DatabaseError, match=why),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def newest() -> AnswerKey:
    return AnswerKey.objects.order_by("pk").last()


def made(survey, number: int, **changes) -> BoxContent:
    version = survey.versions.get().pk
    answers = {"1": 1, "5": f"mine {number}"}
    content = BoxContent(version, "en", answers, "", known=True)
    return replace(content, **changes)


def close_box(survey, content: BoxContent) -> bytes:
    """With the public half, which stands in the database."""
    size = sealing.size_for(parse_definition(survey.versions.get().definition))
    return sealing.seal(content, survey=survey.pk, public=bytes(newest().public), size=size)


def texts(survey) -> list[str]:
    return [one.answers["5"] for one in Response.objects.filter(survey=survey)]


def by_campaign(**fields):
    return published(anonymous=True, campaign=CampaignFactory(), **fields)


# --- made by hand ---------------------------------------------------------------------------------
@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("forged", ["", "f" * 64, "another key"])
def test_boxes_closed_with_the_public_half_do_not_count(client, known, forged):
    """Fault 53. One honest reader, and k - 1 boxes that somebody with the database made."""
    survey = by_campaign()
    invited(client, survey, 1)
    for number in range(2 * K):
        content = made(survey, number, known=known, nonce=f"{number:032x}")
        if forged == "another key":
            mark = sealing.vouching.mark(sealing.KIND, sealing._said(content, survey.pk), "guessed")
        else:
            mark = forged and f"{sealing.vouching.key_name('x' * 50)}:{forged}"
        add(survey, close_box(survey, replace(content, mark=mark)), newest())
    assert anonymity.mix() == 0
    close(survey)
    anonymity.mix()
    assert texts(survey) == []


def test_answers_in_the_open_that_somebody_adds_do_not_count(client):
    survey = by_campaign()
    invited(client, survey, 1)
    for number in range(K):
        add(survey, made(survey, number).as_json())
    close(survey)
    assert anonymity.mix() == 0
    assert texts(survey) == []


@pytest.mark.parametrize("change", [{"known": True}, {"language": "zh-hans"}, {"channel": 1}])
def test_mark_is_good_for_one_content_and_one_survey(change):
    survey, other = by_campaign(), by_campaign()
    content = sealing.vouched(made(survey, 1, known=False), survey=survey.pk)
    assert sealing.is_vouched(content, survey=survey.pk)
    assert not sealing.is_vouched(replace(content, **change), survey=survey.pk)
    assert not sealing.is_vouched(replace(content, nonce="0" * 32), survey=survey.pk)
    assert not sealing.is_vouched(content, survey=other.pk)


def test_mark_of_a_former_key_is_believed_where_it_is_named(settings):
    survey = by_campaign()
    content = sealing.vouched(made(survey, 1), survey=survey.pk)
    former, settings.PRIVACY_KEY = settings.PRIVACY_KEY, "another key of fifty characters, " * 2
    assert not sealing.is_vouched(content, survey=survey.pk)
    settings.PRIVACY_KEY_FALLBACKS = [former]
    assert sealing.is_vouched(content, survey=survey.pk)


# --- copied ---------------------------------------------------------------------------------------
def test_copies_of_one_answer_are_one_answer(client, caplog):
    """Fault 53. One reader's box, laid there k times, was a batch of its own."""
    survey = by_campaign()
    invited(client, survey, 1)
    (held,) = HeldAnswer.objects.all()
    for _copy in range(2 * K):
        add(survey, bytes(held.sealed), held.key)
    with caplog.at_level(logging.WARNING):
        assert len(anonymity.take(survey)) == 1
    assert "is a copy" in caplog.text
    close(survey)
    anonymity.mix()
    assert texts(survey) == []


def test_answer_that_was_written_is_not_written_again(client):
    """Replayed, the answers of before would stand for readers, and two batches tell one apart."""
    survey = by_campaign()
    invited(client, survey, 2 * K)
    boxes = [(bytes(one.sealed), one.key) for one in HeldAnswer.objects.all()]
    assert anonymity.mix() == K
    for box, key in boxes:
        add(survey, box, key)
    assert anonymity.mix() == 0
    assert len(anonymity.take(survey)) == K
    assert SpentBox.objects.filter(survey=survey).count() == K
    HeldAnswer.objects.filter(pk__in=losing.find_lost()[survey]).delete()
    close(survey)
    assert anonymity.mix() == K
    assert sorted(texts(survey)) == sorted(f"honest {number}" for number in range(2 * K))
    assert SpentBox.objects.filter(survey=survey).count() == 2 * K


def test_answer_that_was_deleted_unread_does_not_come_back(client):
    """Fewer than k are never shown, not beside answers that somebody kept a copy of either."""
    survey = by_campaign()
    invited(client, survey, K - 1)
    (box, *_others) = [(bytes(one.sealed), one.key) for one in HeldAnswer.objects.all()]
    close(survey)
    assert anonymity.mix() == 0
    assert not HeldAnswer.objects.exists()
    add(survey, *box)
    assert anonymity.take(survey) == []


def test_database_spends_each_number_once(client):
    survey = by_campaign()
    invited(client, survey, 2 * K)
    assert anonymity.mix() == K
    spent = bytes(SpentBox.objects.first().nonce)
    for statement in ("DELETE FROM feedback_spentbox", "UPDATE feedback_spentbox SET nonce = ''"):
        refused(statement, "denied")
    held = anonymity.take(survey)
    key = newest().pk
    parting = anonymity.Parting([], [one.content for one in held])
    assert anonymity.spent_by(held, parting) == []
    assert anonymity.hand_over(survey, key, held, parting, is_last=False) == 0
    again = anonymity.take(survey)
    replayed = [replace(one, content=replace(one.content, nonce=spent.hex())) for one in again[:1]]
    close(survey)
    lost = anonymity.Parting([one.content for one in again], [])
    with pytest.raises(DatabaseError, match="mixed before"):
        anonymity.hand_over(survey, key, [*replayed, *again[1:]], lost, is_last=True)


# --- held before ----------------------------------------------------------------------------------
def test_boxes_held_before_still_open_count_and_get_a_mark(client):
    survey = by_campaign()
    for number in range(2 * K):
        add(survey, close_box(survey, made(survey, number)), newest())
    assert anonymity.take(survey) == []
    with as_owner():
        HeldAnswer.objects.update(from_before=True)
    assert anonymity.mix() == K
    assert not HeldAnswer.objects.filter(from_before=True).exists()
    kept = anonymity.take(survey)
    assert len(kept) == K
    assert all(sealing.is_vouched(one.content, survey=survey.pk) for one in kept)
    assert {one.content.known for one in kept} == {True}


def test_nobody_but_the_owner_says_that_an_answer_was_held_before(client):
    assert has_owner()
    survey = by_campaign()
    fill(client, survey, 1)
    for statement in (
        "UPDATE feedback_heldanswer SET from_before = true",
        "UPDATE feedback_heldanswer SET sealed = ''",
        "INSERT INTO feedback_heldanswer (id, survey_id, key_id, sealed, from_before)"
        " SELECT gen_random_uuid(), survey_id, key_id, sealed, true FROM feedback_heldanswer",
    ):
        refused(statement, "sealed|before")


# --- and their end --------------------------------------------------------------------------------
def test_what_nobody_vouches_for_is_counted_and_discarded_by_hand(client):
    survey = by_campaign()
    invited(client, survey, K)
    held = HeldAnswer.objects.first()
    add(survey, bytes(held.sealed), held.key)
    add(survey, close_box(survey, made(survey, 1)), newest())
    add(survey, made(survey, 2).as_json())
    close(survey)
    assert anonymity.mix() == 0
    assert {one: len(rows) for one, rows in losing.find_lost().items()} == {survey: 3}
    losing.discard_lost(expected=3, by=UserFactory(role="administrator"))
    assert anonymity.mix() == K
    assert not HeldAnswer.objects.exists()


def test_no_length_tells_a_marked_box(client):
    survey = by_campaign()
    invited(client, survey, 1, i5="长" * 2000)
    (held,) = HeldAnswer.objects.all()
    size = sealing.size_for(parse_definition(survey.versions.get().definition))
    empty = sealing.seal(
        made(survey, 1), survey=survey.pk, public=bytes(held.key.public), size=size
    )
    assert len(empty) == len(bytes(held.sealed))
    private = next(iter(sealing.private_halves().values()))
    with pytest.raises(CannotOpen):
        sealing.open_box(bytes(held.sealed), survey=survey.pk + 1, private=private)
