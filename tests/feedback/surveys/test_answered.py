"""The list of surveys offers nobody what they have answered; their own page says what they said."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.privacy.own import sections
from feedback.surveys.wording import answers_in_words
from tests.factories import ReaderFactory, UserFactory
from tests.feedback.building import form, published

pytestmark = pytest.mark.django_db

LIST = reverse("feedback:survey-open-list")


@pytest.fixture
def reader():
    return ReaderFactory(user=UserFactory())


@pytest.fixture
def browser(reader):
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(reader.user)
    return client


def page(client) -> str:
    return client.get(LIST).content.decode()


@pytest.mark.parametrize("anonymous", [False, True])
def test_answered_survey_is_offered_no_more_to_its_reader_alone(browser, client, anonymous):
    survey = published(anonymous=anonymous)
    other = published()
    assert f'href="{survey.public_url}"' in page(browser)
    assert browser.post(survey.public_url, form()).status_code == 200

    shown = page(browser)
    assert f'href="{survey.public_url}"' not in shown
    assert "你已答过" in shown
    assert f'href="{other.public_url}"' in shown
    stranger = Client(headers={"accept-language": "zh-hans"})
    stranger.force_login(ReaderFactory(user=UserFactory()).user)
    for somebody in (client, stranger):
        assert f'href="{survey.public_url}"' in page(somebody)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_as_often_for_many_surveys(browser, rows, django_assert_num_queries):
    for _survey in range(rows):
        published()
    # Session, user, count, page, reader, answers by name, participations.
    with django_assert_num_queries(7):
        page(browser)


def test_answers_stand_with_questions_and_options_in_words(browser, reader):
    survey = published()
    browser.post(survey.public_url, form())
    (section,) = [one for one in sections(reader) if one.name == "response"]
    assert section.rows[0][-1].splitlines() == [
        "你来过吗？：是",
        "喜欢什么？：是、不知道",
        "满意吗？：4",
        "会推荐吗？：9",
        "还想说什么？：很好",
    ]
    for name in ("crm:me", "crm:me-file"):
        shown = "".join(map(str, browser.get(reverse(name)).content.decode().splitlines()))
        assert "你来过吗？：是" in shown
        assert "1：1" not in shown


def test_answer_to_no_question_of_the_version_is_told_all_the_same():
    assert answers_in_words({"value": {"7": 2}, "beside": None}) == "7：2"
