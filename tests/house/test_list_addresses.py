"""Whatever stands behind the question mark of a list page, it is answered."""

import pytest
from django.urls import reverse

from feedback.surveys.queries import Split

pytestmark = pytest.mark.django_db

PAGES = [
    "crm:audit-list",
    "crm:import-list",
    "crm:job-list",
    "crm:reader-list",
    "crm:segment-list",
    "crm:user-list",
    "feedback:call-desk-list",
    "feedback:call-list",
    "feedback:survey-links",
    "feedback:survey-list",
    "feedback:survey-open-list",
    "feedback:voice-list",
    "feedback:work-list",
    "campaigns:campaign-list",
    "campaigns:link-list",
    "demo:mailbox",
    "analytics:evaluation-list",
    "analytics:decision-list",
]
NAMES = ["q", "page", "sort", "call", "campaign", "only", "c"]
HOSTILE = ["\0", "abc", "-1", "²", "x" * 10_000]


@pytest.mark.parametrize("name", PAGES)
def test_list_pages_answer_whatever_they_are_asked(client, world, name):
    client.force_login(world.administrator_user)
    for value in HOSTILE:
        answers = [client.get(reverse(name), {key: value}).status_code for key in NAMES]
        assert max(answers) < 500


@pytest.mark.parametrize(
    "name",
    [
        "survey-results",
        "survey-texts",
        "survey-crosstab",
        "survey-poster",
        "call-review",
        "survey-detail",
    ],
)
def test_pages_of_one_thing_answer_whatever_they_are_asked(client, world, name):
    client.force_login(world.administrator_user)
    thing = world.call if name == "call-review" else world.survey
    values = [*HOSTILE, "channel:²", f"channel:{'9' * 30}", "segment:²", "kind:\0"]
    for value in values:
        answers = [
            client.get(reverse(f"feedback:{name}", args=[thing.pk]), {key: value}).status_code
            for key in NAMES
        ]
        assert max(answers) < 500


def test_narrowing_by_channel_takes_only_plain_digits(client, world):
    client.force_login(world.librarian_user)
    address = reverse("feedback:survey-results", args=[world.survey.pk])
    # ² is a digit to Python's str.isdigit, and no number to int().
    assert client.get(address, {"only": "channel:²"}).status_code == 200
    assert Split.parse("channel:²", anonymous=False) == Split()
    assert Split.parse("channel:2", anonymous=False) == Split.by_channel(2)
