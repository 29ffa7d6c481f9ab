"""A reader answers (D4).

Once, exactly, under one version; hostile input gets a clear word (faults 18 to 28).
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone

from campaigns.links import following
from campaigns.links.keys import CLICK, delivery_key
from campaigns.plan.models import Channel
from crm.readers.models import Activity
from crm.segments.models import Segment, SegmentMember
from feedback.surveys import actions as verbs
from feedback.surveys import finding, intake, projection
from feedback.surveys.models import AnswerText, Response, ResponseVector, Survey
from tests.core.building import BLANK
from tests.factories import (
    CampaignFactory,
    ContentFactory,
    DeliveryFactory,
    ReaderFactory,
    UserFactory,
)
from tests.feedback.building import answer, form, hidden, key_of, published

pytestmark = pytest.mark.django_db
CHINESE = {"headers": {"accept-language": "zh-hans"}}


def invitation(**fields):
    """A survey by invitation and a sent mail that invites to it."""
    campaign = CampaignFactory()
    survey = published(campaign=campaign, by_invitation=True, **fields)
    content = ContentFactory(campaign=campaign)
    return survey, DeliveryFactory(content=content, reader=ReaderFactory(), segment_ids=[3, 7])


@pytest.mark.parametrize(
    "written",
    [
        "/s/{slug}/",
        "/s/{slug}",
        "/s/{slug}?from=mail",
        "/s/{slug}/#q2",
        "/s/{slug}/?from=mail#q2",
        "HTTP://{host}/s/{slug}/",
        "http://{host}/s/{slug}#q2",
    ],
)
def test_link_in_a_mail_invites_however_the_address_of_the_survey_is_written(client, written):
    following.targets.known.clear()
    survey = published(by_invitation=True)
    host = settings.BASE_URL.partition("://")[2]
    target = written.format(slug=survey.slug, host=host)
    content = ContentFactory(body=f'<p><a href="{target}">answer</a></p>')
    (link,) = content.links.place(content)
    sent = DeliveryFactory(content=content, state="sent", sent_at=timezone.now())

    address = following.follow(link.code, delivery_key(sent.pk, CLICK), counts=False)
    page = client.get(address, follow=True)
    fields = hidden(page.content.decode())
    assert page.status_code == 200
    assert fields["k"] == key_of(sent)
    assert address.partition("#")[2] == target.partition("#")[2]

    client.post(survey.public_url, form(k=fields["k"]))
    assert Response.objects.get().reader == sent.reader


def test_link_to_another_survey_invites_to_none_but_that(client):
    survey, longer = published(slug="read", by_invitation=True), published(slug="read-more")
    content = ContentFactory(body=f'<p><a href="/s/{longer.slug}">answer</a></p>')
    content.links.place(content)
    sent = DeliveryFactory(content=content, state="sent", sent_at=timezone.now())
    assert intake.invited(finding.find_survey(longer.slug), key_of(sent)) is not None
    assert intake.invited(finding.find_survey(survey.slug), key_of(sent)) is None


def test_answer_is_stored_exactly_with_vector_and_text(client):
    survey = published()
    response = client.post(survey.public_url, form(c="poster"), **CHINESE)
    assert response.status_code == 200
    assert "我们会改。" in response.content.decode()
    kept = Response.objects.get()
    assert kept.answers == {"1": 1, "2": [1, 3], "3": 4, "4": 9, "5": "很好"}
    assert (kept.reader, kept.delivery, kept.flagged, kept.language) == (None, None, "", "zh-hans")
    assert kept.channel.code == "poster"
    vector = ResponseVector.objects.get(response=kept)
    assert vector.codes == [1, None, 4, 9, None]
    assert vector.nums == [None, 0b101, None, None, None]
    assert AnswerText.objects.get(response=kept).text == "很好"


def test_page_as_shown_can_be_posted_back(client):
    survey = published()
    shown = hidden(client.get(survey.public_url).content.decode())
    assert client.post(survey.public_url, shown | {"i1": "2"}).status_code == 200
    assert Response.objects.get().answers == {"1": 2}


def test_page_is_the_same_for_two_visitors_except_for_their_own_marks(client):
    survey = published()
    one, two = (Client().get(survey.public_url).content.decode() for _ in range(2))
    assert hidden(one)["id"] != hidden(two)["id"]
    assert re.sub(r'name="(csrfmiddlewaretoken|id|t)" value="[^"]*"', "", one) == re.sub(
        r'name="(csrfmiddlewaretoken|id|t)" value="[^"]*"', "", two
    )
    assert "@@" not in one


def test_same_id_again_answers_200_and_keeps_one_row(client):
    """18"""
    survey, data = published(), form()
    assert [client.post(survey.public_url, data).status_code for _ in range(3)] == [200, 200, 200]
    assert Response.objects.count() == 1


def test_same_id_with_other_answers_is_409_and_first_kept(client):
    survey, data = published(), form()
    client.post(survey.public_url, data)
    assert client.post(survey.public_url, data | {"i3": "1"}).status_code == 409
    assert Response.objects.get().answers["3"] == 4


def test_id_used_in_another_survey_is_409(client):
    first, second, data = published(), published(), form()
    client.post(first.public_url, data)
    assert client.post(second.public_url, data).status_code == 409
    assert second.responses.count() == 0


def test_token_reused_with_other_answers_is_409_and_first_kept(client):
    """19"""
    survey, delivery = invitation()
    key = key_of(delivery)
    assert client.post(survey.public_url, form(k=key)).status_code == 200
    again = client.post(survey.public_url, form(k=key, i3="1"), headers={"accept-language": "en"})
    assert again.status_code == 409
    assert "Your first answers were kept" in again.content.decode()
    kept = Response.objects.get()
    assert kept.answers["3"] == 4
    assert (kept.reader, kept.delivery, kept.channel.code) == (delivery.reader, delivery, "email")
    assert kept.segment_ids == [3, 7]


def test_token_reused_with_the_same_answers_from_another_window_is_200(client):
    survey, delivery = invitation()
    for _ in range(2):
        assert client.post(survey.public_url, form(k=key_of(delivery))).status_code == 200
    assert Response.objects.count() == 1


def test_invited_reader_who_answered_is_told_so_before_filling_it_in_again(client):
    survey, delivery = invitation()
    client.post(survey.public_url, form(k=key_of(delivery)))
    page = client.get(survey.public_url, {"k": key_of(delivery)})
    assert page.status_code == 200
    assert 'data-notice="answered"' in page.content.decode()


def test_guessed_missing_and_foreign_tokens_are_one_identical_404(client):
    """20"""
    survey, delivery = invitation()
    good = key_of(delivery)
    stranger = key_of(DeliveryFactory())  # a real key of a mail that did not invite to this survey
    holdout = key_of(DeliveryFactory(content=delivery.content, state="holdout"))
    bad = [
        "",
        "x",
        good[:-1] + ("a" if good[-1] != "a" else "b"),
        stranger,
        holdout,
        "0-" + "a" * 20,
        "é\x00",
    ]
    answers = [client.get(survey.public_url, {"k": key}) for key in bad] + [
        client.get("/s/no-such-survey/")
    ]
    answers += [client.post(survey.public_url, form(k=key)) for key in bad]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert Response.objects.count() == 0


def test_draft_survey_does_not_exist_for_readers(client):
    survey = published()
    Survey.objects.filter(pk=survey.pk).update(state="draft")
    assert client.get(survey.public_url).status_code == 404
    assert client.post(survey.public_url, form()).status_code == 404


def test_errors_stand_beside_their_question_and_keep_what_was_typed(client):
    survey = published()
    data = form(i1=None, i3="77", i5="我写了很多 <b>")
    page = client.post(survey.public_url, data, headers={"accept-language": "en"}).content.decode()
    assert re.search(r'id="q1".*?Please answer this question\..*?id="q2"', page, re.DOTALL)
    assert re.search(
        r'id="q3".*?Please choose one of the answers offered\..*?id="q4"', page, re.DOTALL
    )
    assert "我写了很多 &lt;b&gt;" in page
    assert re.search(r'name="i2"\s+value="3"\s+checked', page)
    assert hidden(page)["id"] == data["id"]


def test_language_switch_keeps_what_was_typed_and_sends_nothing(client):
    survey = published()
    response = client.post(survey.public_url, form(switch="en", i5="半句"), **CHINESE)
    page = response.content.decode()
    assert "Have you been here?" in page
    assert "半句" in page
    assert response.cookies["django_language"].value == "en"
    assert Response.objects.count() == 0


def test_survey_edited_meanwhile_keeps_the_version_that_was_answered(client):
    """27"""
    survey = published()
    by = UserFactory(role="librarian")
    verbs.retire_item(item=survey.items.get(ordinal=5), retired=True, by=by)
    verbs.add_item(survey=survey, by=by, kind="text", text={"en": "New"}, required=True)
    second = verbs.publish(survey=survey, by=by)
    assert (second.number, second.structural) == (2, True)
    assert client.post(survey.public_url, form(v="1")).status_code == 200
    kept = Response.objects.get()
    assert kept.version.number == 1
    assert kept.answers["5"] == "很好"
    assert client.post(survey.public_url, form(v="2", i5=None)).status_code == 400


def test_survey_closed_meanwhile_says_so(client):
    """27"""
    survey = published()
    verbs.set_open(survey=survey, is_open=False, by=UserFactory(role="librarian"))
    response = client.post(survey.public_url, form(), headers={"accept-language": "en"})
    assert response.status_code == 410
    assert "This survey is closed" in response.content.decode()
    assert Response.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "shift", "status"), [("opens_at", 1, 403), ("closes_at", -1, 410)]
)
def test_period_is_kept(client, field, shift, status):
    survey = published()
    Survey.objects.filter(pk=survey.pk).update(**{field: timezone.now() + timedelta(hours=shift)})
    assert client.get(survey.public_url).status_code == status
    assert client.post(survey.public_url, form()).status_code == status


def test_d5_only_the_audience_may_answer_and_others_learn_nothing(client):
    segment = Segment.objects.create(name="秘密分群")
    survey = published(audience=segment)
    member, other = (ReaderFactory(user=UserFactory()) for _ in range(2))
    SegmentMember.objects.create(segment=segment, reader=member, since=timezone.now())
    assert client.get(survey.public_url)["Location"].startswith("/accounts/login/")
    client.force_login(other.user)
    for refusal in (client.get(survey.public_url), client.post(survey.public_url, form())):
        assert refusal.status_code == 403
        page = refusal.content.decode()
        assert not any(
            word in page for word in ("读者问卷", "Readers' survey", "秘密分群", "你来过吗")
        )
    client.force_login(member.user)
    assert client.post(survey.public_url, form()).status_code == 200
    kept = Response.objects.get()
    assert (kept.reader, kept.segment_ids) == (member, [segment.pk])


def test_signed_in_reader_answers_once_and_the_activity_follows(client):
    survey, reader = published(), ReaderFactory(user=UserFactory())
    client.force_login(reader.user)
    assert client.post(survey.public_url, form()).status_code == 200
    assert client.post(survey.public_url, form(i3="1")).status_code == 409
    assert not Activity.objects.exists()  # not on the reader's way
    assert [projection.project_answers(), projection.project_answers()] == [1, 0]
    assert Activity.objects.get().reader == reader


def test_post_without_csrf_token_is_refused():
    """43"""
    survey = published()
    assert Client(enforce_csrf_checks=True).post(survey.public_url, form()).status_code == 403
    assert Response.objects.count() == 0


def test_answering_takes_at_most_three_statements_and_touches_no_session(
    client, django_assert_num_queries
):
    survey, delivery = invitation()
    client.get(survey.public_url, {"k": key_of(delivery)})  # this process reads the version once
    with django_assert_num_queries(2):
        client.get(survey.public_url, {"k": key_of(delivery)})
    with django_assert_num_queries(3):
        client.post(survey.public_url, form(k=key_of(delivery)))
    assert "sessionid" not in client.cookies
    public = published()
    client.get(public.public_url)
    with django_assert_num_queries(1):
        client.get(public.public_url)
    with django_assert_num_queries(2):
        client.post(public.public_url, form())


def test_database_error_is_503_with_retry_after(client):
    survey = published()

    def away(execute, sql, params, many, context):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(away):
        response = client.post(survey.public_url, form())
    assert response.status_code == 503
    assert response["Retry-After"] == "5"


def test_open_list_shows_only_what_anybody_may_answer(client):
    shown = published(slug="for-all")
    published(slug="by-mail", by_invitation=True)
    published(slug="for-some", audience=Segment.objects.create(name="s"))
    page = client.get("/surveys/").content.decode()
    assert set(re.findall(r'href="/s/([\w-]+)/"', page)) == {shown.slug}


def test_unknown_channel_is_no_channel(client):
    survey = published()
    assert client.post(survey.public_url, form(c="nowhere")).status_code == 200
    assert Response.objects.get().channel is None
    assert Channel.objects.count() > 0


def test_definition_is_read_once_per_process(client, django_assert_num_queries):
    survey = published()
    found = finding.find_survey(survey.slug)
    assert found.definition is finding.find_survey(survey.slug).definition


@pytest.mark.django_db(transaction=True)
def test_thirty_windows_with_one_token_keep_one_answer():
    survey, delivery = invitation()
    key = key_of(delivery)

    def send(n: int) -> int:
        try:
            return Client().post(survey.public_url, form(k=key, i5=f"第{n}次")).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(send, range(30)))
    assert statuses == [200, *[409] * 29]
    assert Response.objects.count() == 1


def test_bulk_answers_are_stored_with_their_activity():
    survey, reader = published(), ReaderFactory()
    answer(survey, {"1": 1, "5": "来自纸质问卷"}, reader_id=reader.pk)
    assert Response.objects.get().vector.codes == [1, None, None, None, None]
    assert Activity.objects.get(reader=reader).kind == "answer"


@pytest.mark.parametrize("blank", BLANK)
def test_answer_that_nobody_could_read_is_none(client, blank):
    words = {"kind": "text", "text": {"en": "Why?"}}
    survey = published([words | {"required": True}, words])
    posted = dict.fromkeys(["i3", "i4", "i5"])
    assert client.post(survey.public_url, form(i1=blank, i2="x", **posted)).status_code == 400
    assert not Response.objects.exists()

    client.post(survey.public_url, form(i1="x", i2=blank, **posted))
    assert Response.objects.get().answers == {"1": "x"}


def test_random_id_is_not_taken_from_the_address(client):
    survey = published()
    asked = str(uuid4())
    assert hidden(client.get(survey.public_url, {"id": asked}).content.decode())["id"] != asked
