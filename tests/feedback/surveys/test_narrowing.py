"""Narrowing a survey's results to what is no group."""

import pytest
from django.urls import reverse

from tests.factories import UserFactory
from tests.feedback.building import answer, published


@pytest.mark.django_db
@pytest.mark.parametrize(
    "only",
    ["segment:x", "channel:1); DROP TABLE", "kind:'", "segment:99999999999999999", "x" * 500],
)
def test_odd_filters_show_nothing_wrong(client, only):
    client.force_login(UserFactory(role="librarian"))
    survey = published()
    answer(survey, *[{"1": 1}] * 9)
    address = reverse("feedback:survey-results", args=[survey.pk])

    pages = [client.get(address, {"only": only}), client.get(address)]
    # What names no group shows everybody or nobody, never a group of its own.
    narrowed, whole = ([card.shown.n for card in page.context["cards"]] for page in pages)
    assert len(whole) > 0
    assert narrowed in ([], whole)
