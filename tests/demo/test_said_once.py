"""That the demonstration's data are made up stands above each page, and on no card of it."""

import pytest
from django.urls import reverse

from demo.briefs import FRESHMEN, POEMS, TEACHERS_WRITE
from tests import factories

pytestmark = pytest.mark.django_db
LINE = "people and figures on these pages are synthetic"


@pytest.fixture
def board(client):
    """The board of campaigns with three synthetic ones and the published case, in English."""
    factories.CampaignFactory.create_batch(3, provenance="synthetic")
    factories.CampaignFactory(provenance="paper")
    client.force_login(factories.UserFactory(role="librarian"))

    def opened() -> str:
        page = client.get(reverse("campaigns:campaign-list"), headers={"accept-language": "en"})
        return page.content.decode()

    return opened


def test_synthetic_data_is_said_once(board):
    page = board()
    assert page.count(LINE) == 1
    assert page.lower().count("synthetic") == 1
    assert page.count("Published case") == 1


def test_a_library_of_its_own_says_nothing_of_it(board, settings):
    settings.DEMO = False
    assert LINE not in board()


@pytest.mark.parametrize("brief", [POEMS, FRESHMEN, TEACHERS_WRITE])
def test_survey_of_the_demonstration_is_asked_in_both_languages(brief):
    options = [option for question in brief.questions for option in question.options]
    assert len(options) == 9
    assert all(zh != en and en.isascii() for zh, en in options)
