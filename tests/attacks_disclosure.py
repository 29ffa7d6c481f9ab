"""What can be learnt of one to four persons by looking twice: by sorting, by knocking, by a file.

Run by name: ``pytest tests/attacks_disclosure.py``.
"""

import pytest
from django.urls import reverse

from feedback.surveys import anonymity
from feedback.surveys.models import Response, Survey
from tests import factories
from tests.feedback.building import form, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_one_campus(client):
    """Signed in as somebody who may not open the readers that are counted."""
    user = factories.UserFactory(role="librarian", campus=factories.CampusFactory())
    client.force_login(user)
    return user


def test_the_export_of_an_anonymous_survey_keeps_one_to_four_answers(client, of_one_campus):
    survey = published(anonymous=True)
    for text in ("only I know this", "and this"):
        client.post(survey.public_url, form(i5=text))
    Survey.objects.filter(pk=survey.pk).update(state=Survey.State.CLOSED)
    anonymity.mix()
    assert Response.objects.filter(survey=survey).count() == 2

    page = client.get(reverse("feedback:survey-texts", args=[survey.pk])).content.decode()
    assert "only I know this" not in page
    file = client.get(reverse("feedback:survey-export-csv", args=[survey.pk]))
    assert "only I know this" not in b"".join(file.streaming_content).decode()
