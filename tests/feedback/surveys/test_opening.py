"""When a survey is open: one rule, wherever it is asked (D5 among the askers)."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.segments.refresh import refresh_segment
from feedback.surveys import finding
from feedback.surveys.models import Response, Survey
from tests.factories import CampusFactory, ReaderFactory, SegmentFactory, UserFactory
from tests.feedback.building import around, form, published

pytestmark = pytest.mark.django_db

OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
CLOSES = datetime(2026, 3, 9, 22, tzinfo=UTC)
BOUNDARIES = around(OPENS, CLOSES)
PERIODS = list(product((None, OPENS), (None, CLOSES)))


def asked_everywhere(survey: Survey, at: datetime) -> set[bool]:
    """The answers of whoever can say whether the survey is open."""
    found = finding.find_survey(survey.slug)
    return {
        survey.is_open(at),
        Survey.objects.open(at).filter(pk=survey.pk).exists(),
        Survey.objects.open_to_everybody(at).filter(pk=survey.pk).exists(),
        found is not None and found.is_open(at),
    }


@pytest.mark.parametrize("state", Survey.State.values)
@pytest.mark.parametrize(("opens_at", "closes_at"), PERIODS)
def test_rule_of_being_open_agrees_at_every_boundary(state, opens_at, closes_at):
    survey = published()
    Survey.objects.filter(pk=survey.pk).update(state=state, opens_at=opens_at, closes_at=closes_at)
    survey.refresh_from_db()
    for at in BOUNDARIES:
        has_begun = opens_at is None or opens_at <= at
        is_over = closes_at is not None and closes_at <= at
        expected = state == Survey.State.OPEN and has_begun and not is_over
        assert asked_everywhere(survey, at) == {expected}, at


@pytest.mark.parametrize("state", Survey.State.values)
@pytest.mark.parametrize(("opens_at", "closes_at"), PERIODS)
def test_survey_not_over_is_open_or_early_at_every_boundary(state, opens_at, closes_at):
    survey = published()
    Survey.objects.filter(pk=survey.pk).update(state=state, opens_at=opens_at, closes_at=closes_at)
    survey.refresh_from_db()
    for at in BOUNDARIES:
        offered = Survey.objects.not_over(at).filter(pk=survey.pk).exists()
        assert offered == (survey.is_open(at) or survey.is_early(at)), at


@pytest.mark.parametrize(
    ("opens_in", "closes_in", "is_open"), [(-2, 2, True), (1, 2, False), (-2, -1, False)]
)
def test_front_page_and_open_list_show_the_survey_only_while_it_is_open(
    client, opens_in, closes_in, is_open
):
    survey, now = published(), timezone.now()
    Survey.objects.filter(pk=survey.pk).update(
        opens_at=now + timedelta(hours=opens_in), closes_at=now + timedelta(hours=closes_in)
    )
    for page in ("feedback:home", "feedback:survey-open-list"):
        shown = survey.public_url in client.get(reverse(page)).content.decode()
        assert shown == is_open, page
    assert (client.get(survey.public_url).status_code == 200) == is_open


@pytest.mark.parametrize(
    ("opens_in", "closes_in", "is_offered"), [(-2, 2, True), (1, 2, True), (-2, -1, False)]
)
def test_mail_editor_offers_surveys_that_are_not_over(client, opens_in, closes_in, is_offered):
    survey, now = published(), timezone.now()
    Survey.objects.filter(pk=survey.pk).update(
        opens_at=now + timedelta(hours=opens_in), closes_at=now + timedelta(hours=closes_in)
    )
    client.force_login(UserFactory(role="librarian"))
    page = client.get(reverse("feedback:survey-links")).content.decode()
    assert (survey.public_url in page) == is_offered


def test_d5_undergraduate_of_xianlin_cannot_answer_a_survey_for_pukou_postgraduates(client):
    """浦口校区研究生专项调研: by campus and identity, checked when answering."""
    pukou, xianlin = CampusFactory(code="pukou"), CampusFactory(code="xianlin")
    audience = SegmentFactory(
        rule={
            "op": "and",
            "of": [
                {"test": "campus", "in": ["pukou"]},
                {"test": "kind", "in": ["master", "doctoral"]},
            ],
        }
    )
    survey = published(audience=audience)
    invited = [
        ReaderFactory(user=UserFactory(), campus=pukou, kind="master"),
        ReaderFactory(user=UserFactory(), campus=pukou, kind="doctoral"),
    ]
    others = [
        ReaderFactory(user=UserFactory(), campus=xianlin, kind="undergraduate"),
        ReaderFactory(user=UserFactory(), campus=xianlin, kind="master"),
        ReaderFactory(user=UserFactory(), campus=pukou, kind="undergraduate"),
    ]
    refresh_segment(audience)

    for reader in others:
        client.force_login(reader.user)
        assert client.get(survey.public_url).status_code == 403
        assert client.post(survey.public_url, form()).status_code == 403
    assert Response.objects.count() == 0
    for reader in invited:
        client.force_login(reader.user)
        assert client.post(survey.public_url, form()).status_code == 200
    assert set(Response.objects.values_list("reader", flat=True)) == {r.pk for r in invited}
