"""What an anonymous survey promised: staff cannot take it back, and nothing below k leaves."""

import re
from types import SimpleNamespace

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from analytics.loop import report
from analytics.loop.surveys import survey_figures
from core.refusals import Refused
from feedback.surveys import actions as verbs
from feedback.surveys import anonymity
from feedback.surveys.models import (
    Survey,
)
from feedback.surveys.whole import headline_of
from tests.factories import CampaignFactory, ReaderFactory, SegmentFactory
from tests.feedback.building import answer, close, fill, published

pytestmark = pytest.mark.django_db
#: The tests' k; see tests/conftest.py.
K = 5


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
        assert '<figure class="chart"' not in text, name
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


def test_report_of_an_evaluation_says_that_waiting_answers_are_in_no_figure():
    survey = published(anonymous=True)
    named = published()
    for one, is_said in ((survey, True), (named, False)):
        figures = SimpleNamespace(survey=one.pk)
        results = SimpleNamespace(surveys=(figures,))
        told = report.Report(SimpleNamespace(results=results), [])
        assert told.has_anonymous_surveys == is_said


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
