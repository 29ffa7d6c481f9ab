"""What can be learnt of one to four persons by looking twice: by sorting, by knocking, by a file.

Run by name: ``pytest tests/attacks_disclosure.py``.
"""

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.surveys import actions as verbs
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


def test_a_size_tells_staff_of_one_campus_nothing_of_the_few_elsewhere(client, of_one_campus):
    elsewhere = factories.CampusFactory()
    segment = factories.SegmentFactory(refreshed_at=timezone.now(), size=7)
    for campus, n in ((of_one_campus.campus, 5), (elsewhere, 2)):
        for reader in factories.ReaderFactory.create_batch(n, campus=campus):
            segment.members.create(reader=reader, since=timezone.now())

    own = client.get(reverse("crm:reader-list"), {"segment": segment.pk}).context["page"]
    assert own.paginator.count == 5

    # Seven in the segment, five of them in the own list: two elsewhere.
    page = client.get(segment.get_absolute_url())
    assert not page.context["make_up"].size.is_shown


def test_an_anonymous_answer_is_not_written_alone_when_a_survey_is_shut_for_a_moment(client):
    survey = published(anonymous=True)
    by = factories.UserFactory(role="librarian")
    for _reader in range(5):
        client.post(survey.public_url, form())
    anonymity.mix()
    before = set(Response.objects.values_list("pk", flat=True))
    assert len(before) == 5

    client.post(survey.public_url, form(i5="the sixth, whom I saw at the desk"))
    verbs.set_open(survey=survey, is_open=False, by=by)
    anonymity.mix()
    survey.refresh_from_db()
    verbs.set_open(survey=survey, is_open=True, by=by)

    after = set(Response.objects.values_list("pk", flat=True))
    assert len(after - before) != 1
