"""The published case: its figures as published, labelled, and nothing added."""

import pytest
from django.urls import reverse

from analytics.facts.models import Observation
from demo.paper import load_paper_facts
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client):
    load_paper_facts()
    client.force_login(UserFactory(role="librarian"))
    client.cookies["django_language"] = "zh-hans"
    return client.get(reverse("analytics:observation-list")).content.decode()


def test_loading_twice_changes_nothing():
    assert load_paper_facts() == load_paper_facts() == Observation.objects.count()


@pytest.mark.parametrize(
    "printed", ["27.5万余次", "近200名", "7000多名", "800余人", "10万+", "32名", "22名", "24个"]
)
def test_figures_are_printed_with_their_qualifier(page, printed):
    assert f"<b>{printed}</b>" in page


def test_every_figure_is_labelled_with_section_and_source(page):
    load_paper_facts()
    assert "论文案例" in page
    for observation in Observation.objects.all():
        assert observation.section.startswith("§")
        assert observation.source.startswith("A New Exploration to User Relationship Management")
        assert observation.provenance == "paper"
        assert observation.label_zh in page.replace("&amp;", "&")


def test_where_the_article_gives_no_number_none_is_made_up(page):
    assert "论文未载数量" in page
    assert Observation.objects.get(code="night-2018").quantity is None


def test_e5_contributors_and_participants_are_two_counters():
    load_paper_facts()
    contributors = Observation.objects.get(code="masters-contributors").quantity
    participants = Observation.objects.get(code="masters-participants").quantity
    assert (contributors.zh(), participants.zh()) == ("近200名", "7000多名")
