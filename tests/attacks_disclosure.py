"""What can be learnt of one to four persons by looking twice: by sorting, by knocking, by a file.

Run by name: ``pytest tests/attacks_disclosure.py``.
"""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics.loop.surveys import survey_figures
from campaigns.links import following
from campaigns.plan.models import Channel
from campaigns.sending import clicks
from campaigns.sending.models import Delivery
from feedback.surveys import actions as verbs
from feedback.surveys import anonymity
from feedback.surveys.figures import show_all
from feedback.surveys.models import Response, Survey
from feedback.surveys.overview import headline
from feedback.surveys.queries import EVERYBODY
from feedback.surveys.results import grouped_distributions, summary, whole_definition
from tests import factories
from tests.feedback.building import answer, form, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_one_campus(client):
    """Signed in as somebody who may not open the readers that are counted."""
    user = factories.UserFactory(role="librarian", campus=factories.CampusFactory())
    client.force_login(user)
    return user


def placements_in_order(page: str, names: list[str]) -> list[str]:
    return sorted(names, key=page.index)


def test_sorting_links_tells_nothing_of_a_number_of_clicks_that_is_not_shown(client, of_one_campus):
    content = factories.ContentFactory()
    campaign = content.campaign
    factories.TrackedLinkFactory(
        campaign=campaign, content=content, placement="in the letter", clicks=3
    )
    poster = Channel.objects.get(code="poster")
    for n in (2, 4):
        factories.TrackedLinkFactory(
            campaign=campaign, channel=poster, placement=f"poster {n}", clicks=n
        )

    names = ["in the letter", "poster 2", "poster 4"]
    address = f"{reverse('campaigns:link-list')}?campaign={campaign.pk}&sort="
    upwards = placements_in_order(client.get(address + "clicks").content.decode(), names)
    downwards = placements_in_order(client.get(address + "-clicks").content.decode(), names)

    # Between a poster of two and one of four clicks stands a mail of three.
    assert upwards.index("in the letter") != 1
    assert downwards.index("in the letter") != 1


def test_sorting_segments_tells_nothing_of_a_size_that_is_not_shown(client, of_one_campus):
    for name, size in (("victim", 2), ("probe of one", 1), ("probe of three", 3)):
        factories.SegmentFactory(name=name, size=size, refreshed_at=timezone.now())

    names = ["victim", "probe of one", "probe of three"]
    page = client.get(reverse("crm:segment-list") + "?sort=size").content.decode()

    assert placements_in_order(page, names) != ["probe of one", "victim", "probe of three"]


def test_strangers_do_not_count_as_readers_who_followed_a_mails_link(client, of_one_campus):
    following.targets.known.clear()
    sent = factories.DeliveryFactory(state=Delivery.State.SENT, sent_at=timezone.now())
    link = factories.TrackedLinkFactory(
        content=sent.content, campaign=sent.content.campaign, clicks=3
    )

    # Without a key nobody knows who came; two such visits lift a hidden 3 to a shown 5.
    for _visit in range(2):
        client.get(link.get_absolute_url())
    clicks.flush()

    link.refresh_from_db()
    assert not link.followers.is_shown


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


def test_an_evaluation_says_no_more_of_a_surveys_mean_than_its_own_page():
    campaign = factories.CampaignFactory()
    question = {
        "kind": "scale",
        "text": {"en": "Satisfied?"},
        "analysis_key": "satisfaction_1",
    }
    survey = published([question], campaign=campaign)
    # The cells 2, 3 and 5 are hidden: the mean in full would solve them.
    for code, n in {2: 3, 3: 41, 4: 94, 5: 76}.items():
        answer(survey, *[{"1": code} for _reader in range(n)])

    found = summary(survey)
    definition = whole_definition(survey)
    counts = grouped_distributions(survey, definition, EVERYBODY)
    shown = show_all(definition, counts, EVERYBODY.group, {EVERYBODY.group: found.n})
    on_its_page = headline(found, shown).satisfaction
    assert on_its_page.is_coarse

    (figures,) = survey_figures(campaign, timezone.now() + timedelta(days=1))
    assert figures.satisfaction.low is None
    assert figures.satisfaction.value == round(figures.satisfaction.value, on_its_page.digits)
