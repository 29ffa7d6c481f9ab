"""The key in a mail that invites to a survey is worth something as long as the survey runs."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.segments.models import SegmentMember
from feedback.surveys import finding, intake
from feedback.surveys.models import Response, Survey
from tests.factories import (
    CampaignFactory,
    ContentFactory,
    DeliveryFactory,
    ReaderFactory,
    SegmentFactory,
    UserFactory,
)
from tests.feedback.building import close, form, key_of, published

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
GUESS = "1-" + "a" * 20


def by_the_verb(survey: Survey) -> None:
    close(survey)


def by_the_clock(survey: Survey) -> None:
    over = timezone.now() - timedelta(seconds=1)
    Survey.objects.filter(pk=survey.pk).update(closes_at=over)


def invitation(**fields) -> tuple[Survey, str]:
    """A survey and the key of a mail that invites to it."""
    campaign = CampaignFactory()
    survey = published(campaign=campaign, **fields)
    content = ContentFactory(campaign=campaign)
    return survey, key_of(DeliveryFactory(content=content, reader=ReaderFactory()))


@pytest.mark.parametrize("anonymous", [False, True], ids=["named", "anonymous"])
@pytest.mark.parametrize("end", [by_the_verb, by_the_clock])
def test_key_of_a_survey_that_is_over_reads_as_a_guess(client, end, anonymous):
    """Fault 20. Shown or sent, the page is that of an address that opens no survey."""
    survey, key = invitation(by_invitation=True, anonymous=anonymous)
    assert client.get(survey.public_url, {"k": key}).status_code == 200
    end(survey)

    expired = [client.get(survey.public_url, {"k": key}, headers=ENGLISH)]
    expired += [client.post(survey.public_url, form(k=key), headers=ENGLISH)]
    guessed = [client.get(survey.public_url, {"k": GUESS}, headers=ENGLISH)]
    guessed += [client.post(survey.public_url, form(k=GUESS), headers=ENGLISH)]
    guessed += [client.get("/s/no-such-survey/", headers=ENGLISH)]
    assert {answer.status_code for answer in expired + guessed} == {404}
    assert len({answer.content for answer in expired + guessed}) == 1
    assert not any(answer.cookies.get("answered") for answer in expired)
    assert Response.objects.count() == 0


def test_whoever_typed_while_it_ended_is_told_that_it_may_be_over(client):
    """Fault 27. One page for all of them, and what it says holds for this one, too."""
    survey, key = invitation(by_invitation=True)
    close(survey)
    answer = client.post(survey.public_url, form(k=key), headers=ENGLISH)
    assert "the survey is over" in answer.content.decode()
    assert "X-Draft-Kept" not in answer


def test_expired_key_does_not_tell_who_belongs_to_an_audience(client):
    """Fault 20. To a closed survey of some it is an outsider's, who is asked to sign in."""
    audience = SegmentFactory()
    survey, key = invitation(audience=audience)
    reader = intake.invited(finding.find_survey(survey.slug), key).reader_id
    SegmentMember.objects.create(segment=audience, reader_id=reader, since=timezone.now())
    assert client.get(survey.public_url, {"k": key}).status_code == 200
    close(survey)

    asked = [client.get(survey.public_url, {"k": one}) for one in (key, GUESS)]
    assert [answer.status_code for answer in asked] == [302, 302]


def test_expired_key_does_not_tell_that_its_reader_answered(client):
    """Fault 20. Neither before nor after, and a second submit under it is kept by nobody."""
    survey, key = invitation(by_invitation=True)
    assert client.post(survey.public_url, form(k=key)).status_code == 200
    close(survey)
    unused = key_of(DeliveryFactory(content=ContentFactory(campaign=survey.campaign)))

    answers = [Client().get(survey.public_url, {"k": one}).content for one in (key, unused, GUESS)]
    assert len(set(answers)) == 1
    assert client.post(survey.public_url, form(k=key)).status_code == 404
    assert Response.objects.count() == 1


def test_key_opens_nothing_else_and_stands_nowhere(client):
    """Fault 20. No page of figures, file or program takes it, and no row or file holds it: there
    is nothing that would have to be deleted when the survey ends.
    """
    survey, key = invitation(by_invitation=True)
    assert client.post(survey.public_url, form(k=key)).status_code == 200
    close(survey)

    figures = reverse("api:survey-results", args=[survey.pk])
    assert client.get(figures, {"k": key}).status_code == 401
    token = {"authorization": f"Token {key}"}
    assert client.get(figures, headers=token).status_code == 401
    files = [
        reverse(name, args=[survey.pk])
        for name in ("feedback:survey-export-csv", "feedback:survey-export-xlsx")
    ]
    for address in files:
        assert client.get(address, {"k": key}).status_code == 302

    client.force_login(UserFactory(role="manager"))
    told = [client.get(address) for address in (*files, figures)]
    told = [answer.getvalue() if answer.streaming else answer.content for answer in told]
    assert not any(key.encode() in text for text in told)
    assert rows_that_hold(key) == []


def rows_that_hold(text: str) -> list[str]:
    """Tables with a row in which the text stands."""
    found = []
    there = set(connection.introspection.table_names())
    for table in {model._meta.db_table for model in apps.get_models()} & there:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{text}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_key_of_a_survey_that_is_opened_again_is_one_again(client):
    survey, key = invitation(by_invitation=True)
    close(survey)
    assert client.get(survey.public_url, {"k": key}).status_code == 404
    Survey.objects.filter(pk=survey.pk).update(state=Survey.State.OPEN)
    assert client.get(survey.public_url, {"k": key}).status_code == 200
