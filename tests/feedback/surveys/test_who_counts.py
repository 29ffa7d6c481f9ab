"""Who counts in a batch (ADR 0026): readers whom the portal can tell apart, and nobody twice."""

import pytest
from django.db import IntegrityError
from django.test import Client

from crm.readers.models import Reader
from crm.readers.queries import PORTAL
from crm.staff.models import User
from feedback.surveys import anonymity, keys
from feedback.surveys.anonymity import Parting
from feedback.surveys.models import AnswerText, HeldAnswer, Response, Survey
from feedback.surveys.sealing import BoxContent
from tests.crm.staff.test_sign_up import sign_up
from tests.factories import CampaignFactory, ContentFactory, DeliveryFactory, ReaderFactory
from tests.feedback.building import close, fill, form, key_of, published

pytestmark = pytest.mark.django_db
#: The tests' k; see tests/conftest.py.
K = 5


def invited(client, survey: Survey, n: int, **changes) -> list[Reader]:
    """``n`` readers answer by their mail's key, each with a text of their own."""
    content = ContentFactory(campaign=survey.campaign)
    readers = []
    for number in range(n):
        delivery = DeliveryFactory(content=content, reader=ReaderFactory())
        data = form(**{"k": key_of(delivery), "i5": f"honest {number}"} | changes)
        assert client.post(survey.public_url, data).status_code == 200
        readers.append(delivery.reader)
    return readers


def self_made(n: int) -> list[Client]:
    """Browsers of ``n`` accounts that one person made by signing up; each has opened its page."""
    browsers = []
    for number in range(n):
        browser = Client()
        assert sign_up(f"made{number}", browser).status_code == 302
        browser.force_login(User.objects.get(username=f"made{number}"))
        assert browser.get("/me/").status_code == 200
        browsers.append(browser)
    assert Reader.objects.filter(user__isnull=False, source=PORTAL).count() == n
    return browsers


def honest_texts(survey: Survey) -> list[str]:
    """Texts that somebody with accounts can read, without those they wrote themselves."""
    texts = AnswerText.objects.filter(response__survey=survey).values_list("text", flat=True)
    return [text for text in texts if not text.startswith("my own")]


@pytest.mark.parametrize("own", [K, 2 * K - 1, 5 * K])
@pytest.mark.parametrize("honest", [1, K - 1, K, 2 * K - 1, 2 * K])
@pytest.mark.parametrize("arrives", ["first", "last"])
def test_own_answers_never_leave_fewer_than_k_honest_ones(client, own, honest, arrives):
    """Fault 53. Somebody fills an open survey with answers of their own, to see the one other."""
    survey = published(anonymous=True, campaign=CampaignFactory())
    if arrives == "first":
        invited(client, survey, honest)
    for number in range(own):
        fill(client, survey, 1, i5=f"my own {number}")
        anonymity.mix()
    if arrives == "last":
        invited(client, survey, honest)
    anonymity.mix()
    assert len(honest_texts(survey)) in {0, *range(K, honest + 1)}

    close(survey)
    anonymity.mix()
    expected = honest if honest >= K else 0
    assert len(honest_texts(survey)) == expected
    assert not HeldAnswer.objects.filter(survey=survey).exists()


@pytest.mark.parametrize("by_mail", [False, True])
def test_self_made_accounts_do_not_stand_in_for_readers(client, by_mail):
    """Fault 53. One honest reader and k - 1 accounts of one other person, signed in or mailed."""
    survey = published(anonymous=True, campaign=CampaignFactory())
    invited(client, survey, 1)
    content = ContentFactory(campaign=survey.campaign)
    for number, browser in enumerate(self_made(K - 1)):
        key = ""
        if by_mail:
            reader = Reader.objects.get(user__username=f"made{number}")
            key = key_of(DeliveryFactory(content=content, reader=reader))
            browser = client
        data = form(k=key, i5=f"my own {number}")
        assert browser.post(survey.public_url, data).status_code == 200
    assert HeldAnswer.objects.filter(survey=survey).count() == K

    close(survey)
    anonymity.mix()
    assert honest_texts(survey) == []
    assert not Response.objects.filter(survey=survey).exists()


def test_self_made_account_answers_once_and_is_written_along_with_readers(client):
    survey = published(anonymous=True, campaign=CampaignFactory())
    (browser,) = self_made(1)
    assert browser.post(survey.public_url, form(i5="my own 1")).status_code == 200
    assert browser.post(survey.public_url, form(i5="my own 2")).status_code == 409
    invited(client, survey, K)
    close(survey)
    assert anonymity.mix() == K + 1


def test_own_answers_do_not_tell_the_channel_of_a_few_honest_ones(client):
    """Fault 53. Version, language and channel are told where k known readers share them."""
    survey = published(anonymous=True, campaign=CampaignFactory())
    invited(client, survey, 2 * K)
    english = {"accept-language": "en"}
    for number in range(2 * K):
        data = form(i5=f"my own {number}", c="poster")
        assert client.post(survey.public_url, data, headers=english).status_code == 200
    # The one other who came by the poster and reads English.
    client.post(survey.public_url, form(i5="honest", c="poster"), headers=english)
    close(survey)
    anonymity.mix()
    written = Response.objects.filter(survey=survey)
    assert written.count() == 4 * K + 1
    assert set(written.values_list("language", "channel")) == {("", None)}


def test_what_came_by_the_open_link_is_written_with_known_readers_and_says_so_nowhere(client):
    survey = published(anonymous=True, campaign=CampaignFactory())
    fill(client, survey, 3)
    invited(client, survey, K)
    close(survey)
    assert anonymity.mix() == K + 3
    fields = {field.name for field in Response._meta.fields}
    assert "known" not in fields
    assert "known" not in str(Response.objects.values_list("answers", flat=True))


def test_survey_that_only_strangers_answer_has_batches_of_its_own(client):
    survey = published(anonymous=True, campaign=CampaignFactory())
    fill(client, survey, 2 * K)
    assert anonymity.mix() == K
    close(survey)
    assert anonymity.mix() == K


def test_database_refuses_strangers_in_place_of_known_readers(client):
    """Fault 53. Code that counted otherwise could not write such a batch."""
    survey = published(anonymous=True, campaign=CampaignFactory())
    fill(client, survey, 2 * K)
    invited(client, survey, 1)
    held = anonymity.take(survey)
    contents = [one.content for one in held]
    assert sum(one.known for one in contents) == 1
    close(survey)
    with pytest.raises(IntegrityError, match="alike"):
        anonymity.hand_over(survey, keys.announce(), held, Parting(contents, []), is_last=True)


def test_box_of_before_counts_as_of_nobody_known():
    assert not BoxContent(version=1, language="en", answers={}, flagged="").known
