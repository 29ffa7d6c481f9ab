"""Anonymous answers: kept at once in sealed boxes, written later in batches, tied to nobody."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.urls import reverse
from django.utils import timezone

from core.refusals import Refused
from crm.readers.models import Activity
from feedback.surveys import actions as verbs
from feedback.surveys import (
    anonymity,
    finding,
    intake,
    projection,
    queries,
    results,
    sealing,
    tasks,
)
from feedback.surveys.models import (
    AnswerText,
    HeldAnswer,
    Participation,
    Response,
    ResponseVector,
    Survey,
)
from feedback.surveys.queries import ResponseCounts
from tests.factories import ReaderFactory, UserFactory
from tests.feedback.building import close, fill, form, key_of, published
from tests.feedback.surveys.test_answering import invitation

pytestmark = pytest.mark.django_db
#: The tests' k; see tests/conftest.py.
K = 5


# --- how an answer is kept ------------------------------------------------------------------------
def test_anonymous_answer_is_held_sealed_and_names_nobody(client):
    survey, reader = published(anonymous=True), ReaderFactory(user=UserFactory())
    client.force_login(reader.user)
    assert client.post(survey.public_url, form(i5="只有我知道")).status_code == 200

    held = HeldAnswer.objects.get()
    columns = {field.name for field in HeldAnswer._meta.fields}
    assert columns == {"id", "survey", "key", "sealed", "from_before"}
    assert not held.from_before
    assert "只有我知道".encode() not in bytes(held.sealed)
    (opened,) = anonymity.take(survey)
    assert opened.content.answers["5"] == "只有我知道"
    assert Response.objects.count() == 0
    assert Participation.objects.get().day == timezone.localdate()


def test_length_of_a_box_tells_nothing(client):
    survey = published(anonymous=True)
    fill(client, survey, 1, i5="")
    fill(client, survey, 1, i5="很" * 5000)
    fill(client, survey, 1, i5='"\\\n' * 1666)
    boxes = HeldAnswer.objects.values_list("sealed", flat=True)
    assert len({len(box) for box in boxes}) == 1


def test_box_opens_with_its_own_key_and_for_its_own_survey_alone(client):
    survey = published(anonymous=True)
    fill(client, survey, 1)
    box = bytes(HeldAnswer.objects.get().sealed)
    (private,) = sealing.private_halves().values()
    other = X25519PrivateKey.generate()
    assert sealing.open_box(box, survey=survey.pk, private=private).answers["1"] == 1
    changed = box[:-1] + bytes([box[-1] ^ 1])
    for wrong in (
        {"box": box, "survey": survey.pk + 1, "private": private},
        {"box": box, "survey": survey.pk, "private": other},
        {"box": changed, "survey": survey.pk, "private": private},
        {"box": b"", "survey": survey.pk, "private": private},
    ):
        with pytest.raises(sealing.CannotOpen):
            sealing.open_box(wrong.pop("box"), **wrong)


def test_token_is_burnt_once_and_a_replay_is_told_from_a_second_try(client):
    """18, 19 for anonymous surveys"""
    survey, delivery = invitation(anonymous=True)
    data = form(k=key_of(delivery))
    statuses = [
        client.post(survey.public_url, data | change).status_code
        for change in ({}, {}, {"i3": "1"})
    ]
    assert statuses == [200, 200, 409]
    # Another window, another id: nobody can tell whether it is the same answer.
    answer = client.post(survey.public_url, form(k=key_of(delivery)))
    assert answer.status_code == 409
    assert HeldAnswer.objects.count() == Participation.objects.count() == 1


def test_replay_after_mixing_is_still_recognised(client):
    survey = published(anonymous=True)
    data = form()
    client.post(survey.public_url, data)
    fill(client, survey, 2 * K - 1)
    assert anonymity.mix() == K
    assert client.post(survey.public_url, data).status_code == 200
    assert (HeldAnswer.objects.count(), Response.objects.count()) == (K, K)


# --- batches --------------------------------------------------------------------------------------
def test_batch_is_written_from_2k_answers_on_and_leaves_k_behind(client):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K - 1)
    assert anonymity.mix() == 0
    assert results.summary(survey).held == 2 * K - 1
    fill(client, survey, 1)
    assert anonymity.mix() == K
    fill(client, survey, K - 1)
    assert anonymity.mix() == 0
    fill(client, survey, K + 4)
    # 13 lie there: all but k are written.
    assert anonymity.mix() == 3 * K - 2 + 5 - K
    assert (HeldAnswer.objects.count(), anonymity.mix()) == (K, 0)


def test_survey_s_own_k_is_the_higher_one(client):
    survey = published(anonymous=True, smallest_batch=7)
    fill(client, survey, 13)
    assert anonymity.mix() == 0
    fill(client, survey, 1)
    assert anonymity.mix() == 7


def test_who_is_written_is_drawn_among_all(client):
    """Not the first k and not the last k: of many batches each answer is in about half."""
    survey = published(anonymous=True)
    fill(client, survey, 2 * K)
    contents = [one.content for one in anonymity.take(survey)]
    chosen = dict.fromkeys((one.answers["5"] for one in contents), 0)
    for _round in range(400):
        for one in anonymity.part(survey, contents, is_last=False).written:
            chosen[one.answers["5"]] += 1
    # Six standard deviations of a fair coin: 200 ± 60.
    assert all(140 < n < 260 for n in chosen.values()), chosen


def test_batch_has_fresh_ids_one_day_no_reader_and_no_activity(client):
    survey, reader = published(anonymous=True), ReaderFactory(user=UserFactory())
    data = form()
    client.post(survey.public_url, data)
    fill(client, survey, 2 * K - 1)
    client.force_login(reader.user)
    fill(client, survey, 1)
    held = set(HeldAnswer.objects.values_list("pk", flat=True))
    tasks.mix_held_answers()
    responses = list(Response.objects.all())
    assert len(responses) == K
    assert held.isdisjoint(response.pk for response in responses)
    assert data["id"] not in {str(response.pk) for response in responses}
    assert len({response.submitted_at for response in responses}) == 1
    assert {(r.reader_id, r.delivery_id, tuple(r.segment_ids)) for r in responses} == {
        (None, None, ())
    }
    assert projection.project_answers() == 0
    assert not Activity.objects.exists()
    assert results.summary(survey).n == K
    assert ResponseVector.objects.count() == AnswerText.objects.count() == K


def test_what_was_answered_is_what_is_written(client):
    survey = published(anonymous=True)
    texts = ["", "很好", 'quoted " and \\', "line\nline", "🙂", "x" * 5000]
    for text in texts + ["more"] * (2 * K - len(texts)):
        fill(client, survey, 1, i5=text)
    close(survey)
    assert anonymity.mix() == 2 * K
    stored = sorted(Response.objects.values_list("answers", flat=True), key=json.dumps)
    wanted = [{"1": 1, "2": [1, 3], "3": 4, "4": 9} for _n in range(2 * K)]
    for one, text in zip(wanted, texts + ["more"] * (2 * K - len(texts)), strict=True):
        if text:
            one["5"] = text
    assert stored == sorted(wanted, key=json.dumps)
    vector = ResponseVector.objects.first()
    assert (vector.codes, vector.nums) == ([1, None, 4, 9, None], [None, 5.0, None, None, None])


def test_mixing_twice_changes_nothing(client):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K + 1)
    assert [anonymity.mix(), anonymity.mix()] == [K + 1, 0]
    assert (Response.objects.count(), HeldAnswer.objects.count()) == (K + 1, K)


def test_surveys_are_not_mixed_with_each_other(client):
    first, second = published(anonymous=True), published(anonymous=True)
    fill(client, first, 2 * K)
    fill(client, second, 2 * K - 1)
    assert anonymity.mix() == K
    assert HeldAnswer.objects.filter(survey=second).count() == 2 * K - 1
    assert set(Response.objects.values_list("survey", flat=True)) == {first.pk}


def test_many_are_opened_in_rounds(client, monkeypatch):
    survey = published(anonymous=True)
    monkeypatch.setattr(anonymity, "MOST", 12)
    fill(client, survey, 30)
    # Thrice twelve are opened, five of which stay; what is left is no batch.
    assert anonymity.mix() == 3 * (12 - K)
    assert HeldAnswer.objects.count() == 30 - 3 * (12 - K)


def test_automatic_answers_are_pooled_apart_and_keep_their_flag(client):
    """They lift no number of people over the threshold, and mix only with each other."""
    survey = published(anonymous=True)
    fill(client, survey, 2 * K - 1)
    fill(client, survey, K, website="spam")
    assert anonymity.mix() == 0
    close(survey)
    assert anonymity.mix() == 3 * K - 1
    assert queries.count_responses(survey) == ResponseCounts(n=2 * K - 1, flagged=K, held=0)
    assert set(Response.objects.exclude(flagged="").values_list("flagged", flat=True)) == {
        "honeypot"
    }


def test_rare_flag_says_only_that_there_is_one(client):
    survey = published(anonymous=True)
    fill(client, survey, K - 1, website="spam")
    fill(client, survey, 1, t="no stamp")
    close(survey)
    assert anonymity.mix() == K
    assert set(Response.objects.values_list("flagged", flat=True)) == {anonymity.SOME_FLAG}


# --- the end --------------------------------------------------------------------------------------
@pytest.mark.parametrize("left", [0, 1, K - 1])
def test_last_k_to_2k_minus_1_are_written_in_one_batch_when_the_survey_is_over(client, left):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K + left)
    anonymity.mix()
    fill(client, survey, left)
    before = set(Response.objects.values_list("pk", flat=True))
    close(survey)
    assert anonymity.mix() == K + left
    assert len(set(Response.objects.values_list("pk", flat=True)) - before) == K + left
    assert HeldAnswer.objects.count() == 0


def test_survey_that_ended_by_its_date_is_over_and_dated_by_it(client):
    survey = published(anonymous=True)
    fill(client, survey, K)
    ended = timezone.now() - timedelta(days=3)
    Survey.objects.filter(pk=survey.pk).update(closes_at=ended)
    assert anonymity.mix() == K
    (at,) = set(Response.objects.values_list("submitted_at", flat=True))
    assert timezone.localdate(at) == timezone.localdate(ended)


def test_fewer_than_k_in_all_are_never_shown_and_deleted_when_the_survey_is_over(client, librarian):
    survey = published(anonymous=True)
    fill(client, survey, K - 1)
    assert f"{K}" in client.get(survey.public_url).content.decode()
    close(survey)
    assert anonymity.mix() == 0
    assert (HeldAnswer.objects.count(), Response.objects.count()) == (0, 0)
    # That they took part stays known: nobody answers twice.
    assert Participation.objects.count() == K - 1

    client.force_login(librarian)
    page = client.get(
        reverse("feedback:survey-results", args=[survey.pk]), headers={"accept-language": "en"}
    ).content.decode()
    assert "were deleted unread" in page


def test_an_answer_is_not_written_alone_when_a_survey_is_shut_for_a_moment(client):
    """Fault 54. In 0.1 closing wrote what was held, however few, and opening again told who came
    last.
    """
    survey = published(anonymous=True)
    by = UserFactory(role="librarian")
    for _reader in range(5):
        client.post(survey.public_url, form())
    anonymity.mix()
    before = set(Response.objects.values_list("pk", flat=True))

    client.post(survey.public_url, form(i5="the sixth, whom I saw at the desk"))
    verbs.set_open(survey=survey, is_open=False, by=by)
    anonymity.mix()
    survey.refresh_from_db()
    with pytest.raises(Refused, match="."):
        verbs.set_open(survey=survey, is_open=True, by=by)

    after = set(Response.objects.values_list("pk", flat=True))
    assert len(after - before) == 6


def test_nothing_brings_an_anonymous_survey_back(client):
    survey = published(anonymous=True)
    by = survey.created_by
    fill(client, survey, K)
    ended = timezone.now() - timedelta(minutes=1)
    verbs.change_settings(survey=survey, by=by, closes_at=ended)
    for later in (None, timezone.now() + timedelta(days=1)):
        with pytest.raises(Refused):
            verbs.change_settings(survey=survey, by=by, closes_at=later)
    # Its words may still change.
    verbs.change_settings(survey=survey, by=by, title={"zh-hans": "新题"})
    named = published()
    close(named)
    verbs.set_open(survey=named, is_open=True, by=by)


def test_answer_that_comes_after_the_end_is_refused_by_the_statement_itself(client):
    """Its page was asked for while the survey was open: nothing may follow the last batch."""
    survey = published(anonymous=True)
    still_open = finding.find_survey(survey.slug)
    close(survey)
    submitted = intake.SubmittedAnswers(uuid4(), "en", {"1": 1}, "")
    receipt = intake.keep(still_open, intake.NOBODY_KNOWN, submitted)
    assert receipt == intake.Receipt.CLOSED
    assert (HeldAnswer.objects.count(), Participation.objects.count()) == (0, 0)
