"""Anonymous answers: kept at once in sealed boxes, written later in batches, tied to nobody."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import IntegrityError, OperationalError
from django.urls import reverse
from django.utils import timezone

from analytics.loop.surveys import survey_figures
from core.refusals import Refused
from crm.readers.models import Activity
from crm.staff.models import AuditEvent
from feedback.surveys import actions as verbs
from feedback.surveys import anonymity, intake, keys, projection, queries, results, sealing, tasks
from feedback.surveys.models import (
    AnswerKey,
    AnswerText,
    HeldAnswer,
    Participation,
    Response,
    ResponseVector,
    Survey,
)
from feedback.surveys.queries import ResponseCounts
from feedback.surveys.whole import headline_of
from ops import answers_key
from tests.factories import CampaignFactory, ReaderFactory, SegmentFactory, UserFactory
from tests.feedback.building import answer, close, fill, form, key_of, published
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
    assert {field.name for field in HeldAnswer._meta.fields} == {"id", "survey", "key", "sealed"}
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
    statuses = client.post(survey.public_url, form(k=key_of(delivery))).status_code
    assert (
        statuses == 409
    )  # another window, another id: nobody can tell whether it is the same answer
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
    fill(client, survey, 2 * K - 2)
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
    still_open = intake.find_survey(survey.slug)
    close(survey)
    submitted = intake.SubmittedAnswers(uuid4(), "en", {"1": 1}, "")
    receipt = intake.keep(still_open, intake.NOBODY_KNOWN, submitted)
    assert receipt == intake.Receipt.CLOSED
    assert (HeldAnswer.objects.count(), Participation.objects.count()) == (0, 0)


# --- what staff are refused -----------------------------------------------------------------------
def test_audience_below_k_is_refused_before_anybody_is_asked():
    segment = SegmentFactory(rule={})
    for reader in ReaderFactory.create_batch(K - 1):
        segment.members.create(reader=reader, since=timezone.now())
    with pytest.raises(Refused):
        published(anonymous=True, audience=segment)
    segment.members.create(reader=ReaderFactory(), since=timezone.now())
    survey = published(anonymous=True, audience=segment)
    with pytest.raises(Refused):
        verbs.change_settings(survey=survey, by=survey.created_by, smallest_batch=K + 1)
    assert published(audience=SegmentFactory(rule={})).state == Survey.State.OPEN


def test_k_of_a_published_survey_can_only_be_raised():
    survey = published(anonymous=True, smallest_batch=7)
    by = survey.created_by
    with pytest.raises(Refused):
        verbs.change_settings(survey=survey, by=by, smallest_batch=6)
    with pytest.raises(Refused):
        verbs.change_settings(survey=survey, by=by, smallest_batch=None)
    verbs.change_settings(survey=survey, by=by, smallest_batch=8)
    with pytest.raises(IntegrityError):
        Survey.objects.filter(pk=survey.pk).update(smallest_batch=51)


def test_questions_of_a_published_anonymous_survey_stay():
    survey = published(anonymous=True)
    by = survey.created_by
    item = survey.items.get(ordinal=3)
    verbs.change_item(item=item, by=by, text={"zh-hans": "满意么？"})
    assert verbs.publish(survey=survey, by=by).number == 2
    verbs.add_item(survey=survey, by=by, kind="text", text={"zh-hans": "还有？"})
    with pytest.raises(Refused):
        verbs.publish(survey=survey, by=by)


def test_answers_cannot_be_brought_into_an_anonymous_survey_from_outside():
    survey = published(anonymous=True)
    with pytest.raises(Refused):
        answer(survey, {"1": 1})
    assert Survey.objects.get(pk=survey.pk).responses.count() == 0


# --- keys -----------------------------------------------------------------------------------------
def test_without_the_private_half_answers_wait_and_staff_are_told(client, settings, librarian):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K)
    both, settings.ANSWERS_PRIVATE_KEY = settings.ANSWERS_PRIVATE_KEY, ""
    assert anonymity.mix() == 0
    assert HeldAnswer.objects.count() == 2 * K
    assert not keys.waits_for_key()

    AnswerKey.objects.update(opened_at=timezone.now() - timedelta(hours=1))
    assert keys.waits_for_key()
    client.force_login(librarian)
    for address in (
        reverse("feedback:survey-list"),
        reverse("feedback:survey-results", args=[survey.pk]),
    ):
        page = client.get(address, headers={"accept-language": "en"}).content.decode()
        assert "no worker has the key" in page

    settings.ANSWERS_PRIVATE_KEY = both
    assert anonymity.mix() == K
    assert not keys.waits_for_key()


def test_new_key_seals_and_the_old_one_opens_until_everything_is_mixed(client, settings):
    survey = published(anonymous=True)
    fill(client, survey, 2)
    old = settings.ANSWERS_PRIVATE_KEY
    new = answers_key.new_key()
    settings.ANSWERS_PRIVATE_KEY = f"{new},{old}"
    assert anonymity.mix() == 0
    assert set(HeldAnswer.objects.values_list("key", flat=True)) == {
        AnswerKey.objects.latest("pk").pk
    }
    fill(client, survey, 2 * K - 2)
    settings.ANSWERS_PRIVATE_KEY = new
    assert anonymity.mix() == K


def test_box_of_a_lost_key_holds_up_no_other_and_is_not_thrown_away(client, settings):
    survey = published(anonymous=True)
    fill(client, survey, 1)
    settings.ANSWERS_PRIVATE_KEY = answers_key.new_key()
    keys.announce()
    fill(client, survey, 2 * K)
    assert anonymity.mix() == K
    close(survey)
    assert anonymity.mix() == 0
    assert HeldAnswer.objects.count() == K + 1


def test_before_any_worker_told_its_key_nothing_is_published_or_taken_in_the_open(client):
    survey = published(anonymous=True)
    AnswerKey.objects.all().delete()
    response = client.post(survey.public_url, form(i5="kept on the page"))
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert "kept on the page" in response.content.decode()
    assert Participation.objects.count() == 0
    with pytest.raises(Refused):
        verbs.publish(survey=survey, by=survey.created_by)


def test_what_0_1_held_in_the_open_is_sealed_by_the_first_run(client):
    survey = published(anonymous=True)
    content = {
        "version": survey.current_version().pk,
        "channel": None,
        "language": "en",
        "answers": {"1": 1, "5": "in the open"},
        "flagged": "",
    }
    HeldAnswer.objects.create(survey=survey, key=None, sealed=json.dumps(content).encode())
    assert anonymity.mix() == 0
    held = HeldAnswer.objects.get()
    assert b"in the open" not in bytes(held.sealed)
    (opened,) = anonymity.take(survey)
    assert opened.content.answers["5"] == "in the open"


# --- nothing below k leaves -----------------------------------------------------------------------
@pytest.fixture
def few(client, settings, librarian):
    """An anonymous survey of 0.1 with 13 answers, where the library's k is 20 now."""
    survey = published(anonymous=True, campaign=CampaignFactory())
    for _reader in range(13):
        fill(client, survey, 1, i5="only I know this")
    close(survey)
    assert anonymity.mix() == 13
    settings.ANONYMOUS_LEAST = 20
    client.force_login(librarian)
    return survey


def test_no_page_file_or_program_is_told_of_fewer_than_k(client, few):
    """Fault 54. Neither while it is open nor afterwards, whoever asks and however."""
    pages = {
        "results": reverse("feedback:survey-results", args=[few.pk]),
        "narrowed": reverse("feedback:survey-results", args=[few.pk]) + "?only=channel:0",
        "texts": reverse("feedback:survey-texts", args=[few.pk]),
        "crosstab": reverse("feedback:survey-crosstab", args=[few.pk]) + "?first=1&second=3",
        "csv": reverse("feedback:survey-export-csv", args=[few.pk]),
        "list": reverse("feedback:survey-list"),
        "detail": reverse("feedback:survey-detail", args=[few.pk]),
        "panel": reverse("feedback:campaign-panel", args=[few.campaign_id]),
    }
    for name, address in pages.items():
        response = client.get(address, headers={"accept-language": "en"})
        text = b"".join(response).decode("utf-8-sig")
        assert response.status_code == 200, name
        assert "only I know this" not in text, name
        assert "data-figure" not in text, name
        assert numbers_of_answers(text) == [], name


def numbers_of_answers(text: str) -> list[str]:
    """Places where the 13 stands alone, as a number of answers would."""
    words = re.sub(r"<(script|style).*?</\1>|<[^>]*>", " ", text, flags=re.S)
    return re.findall(r"\s13(?=\s)", words)


def test_export_of_an_anonymous_survey_has_no_column_about_a_person(client, librarian):
    survey = published(anonymous=True)
    fill(client, survey, 2 * K)
    anonymity.mix()
    client.force_login(librarian)
    address = reverse("feedback:survey-export-csv", args=[survey.pk])
    response = client.get(address, headers={"accept-language": "en"})
    header = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()[0]
    assert header.startswith("Answer,Version,Day,Flag,1 ")


def test_program_and_evaluation_are_told_nothing_of_fewer_than_k(client, few):
    told = client.get(f"/api/v1/results/surveys/{few.pk}/").json()
    assert (told["n"], told["n_state"]) == (None, "withheld")
    assert {question["n"] for question in told["questions"]} == {None}
    assert [question["answers"] for question in told["questions"]] == [[]] * 5
    assert [question["mean"] for question in told["questions"]] == [None] * 5
    assert headline_of(few).n.is_withheld
    (figures,) = survey_figures(few.campaign, timezone.now())
    assert figures.answers.is_withheld
    assert figures.satisfaction.value is None
    assert figures.nps.value is None


def test_answers_that_wait_are_in_no_figure_and_the_page_says_so(client, librarian):
    survey = published(anonymous=True, campaign=CampaignFactory())
    fill(client, survey, 3 * K)
    anonymity.mix()
    (figures,) = survey_figures(survey.campaign, timezone.now())
    assert figures.answers.public_number == 2 * K
    assert headline_of(survey).has_held
    client.force_login(librarian)
    address = reverse("feedback:survey-results", args=[survey.pk])
    page = client.get(address, headers={"accept-language": "en"}).content.decode()
    assert f"there are {2 * K} answers" in page
    assert "are waiting to be mixed with others" in page


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
    Participation.objects.update(day=timezone.localdate() - timedelta(days=9))
    Participation.objects.filter(mixed=False).update(day=timezone.localdate())
    close(survey)
    assert anonymity.mix() == K + 1
    assert len(set(transactions("feedback_participation"))) == 1
    assert set(Participation.objects.values_list("day", "mixed")) == {(timezone.localdate(), True)}
